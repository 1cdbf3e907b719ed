"""The database refuses to change a published entry, whoever asks and however."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent
from ratification.migrations import _triggers
from ratification.models import Action, added_rows, triggers
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

STATEMENTS = [
    "UPDATE ratification_action SET note = 'changed' WHERE revision = 1",
    "UPDATE ratification_action SET state = 'draft', revision = NULL, published_at = NULL WHERE revision = 1",
    "UPDATE ratification_action SET revision = 1000 WHERE revision = 1",
    "UPDATE ratification_action SET note = 'changed'",
    "DELETE FROM ratification_action WHERE revision = 1",
    "DELETE FROM ratification_action",
]
FIRST = "SELECT * FROM ratification_action WHERE revision = 1"
ONLY_POSTGRESQL = [
    "TRUNCATE ratification_action CASCADE",
    f"INSERT INTO ratification_action {FIRST} ON CONFLICT (id) DO UPDATE SET note = 'changed'",
]
ONLY_SQLITE = [
    f"REPLACE INTO ratification_action {FIRST}",
    f"INSERT OR REPLACE INTO ratification_action {FIRST}",
    "UPDATE OR REPLACE ratification_action SET id = {first} WHERE state = 'draft'",
]


def test_the_migrated_database_has_every_trigger() -> None:
    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_trigger_that_is_gone_is_missed_and_can_be_put_back() -> None:
    with connection.schema_editor() as editor:
        _triggers.remove(None, editor)
        assert triggers.missing(connection) == sorted(
            name
            for table in _triggers.TABLES
            for name in triggers.trigger_names(connection, table)
            if name.startswith(f"{table}_immutable")
        )
        _triggers.install(None, editor)
        _triggers.install(None, editor)
    added_rows.install(apps.get_app_config("ratification"), using="default")  # as after each `migrate`
    assert triggers.missing(connection) == []


def test_raw_sql_cannot_change_or_delete_a_published_row(
    hanoi: Treaty, say: Callable[..., ActionContent], clerk: User, now: datetime
) -> None:
    ledger.draft(hanoi, say("VNM ratification 2026-04-15"), author=clerk, now=now)
    connection.check_constraints()  # PostgreSQL truncates nothing while a check is still to come
    before = list(Action.objects.order_by("pk").values_list())
    own = ONLY_POSTGRESQL if connection.vendor == "postgresql" else ONLY_SQLITE
    for statement in [*STATEMENTS, *own]:
        with (
            pytest.raises(DatabaseError, match=r"never changed or deleted; correct or retract it"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(first=hanoi.actions.get(revision=1).pk))
    assert list(Action.objects.order_by("pk").values_list()) == before


def test_drafts_can_be_changed_and_deleted(
    hanoi: Treaty, say: Callable[..., ActionContent], clerk: User, now: datetime
) -> None:
    entry = ledger.draft(hanoi, say("VNM ratification 2026-04-15"), author=clerk, now=now)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ratification_action SET note = 'changed' WHERE id = %s", [entry.pk])
        cursor.execute("DELETE FROM ratification_action WHERE id = %s", [entry.pk])
    assert not Action.objects.filter(pk=entry.pk).exists()
