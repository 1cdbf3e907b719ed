"""Changes, histories, looks at contacts, decided changes and the audit log are only added to, whatever SQL is sent."""

from datetime import datetime

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction

from ratification.ledger import reference
from ratification.models import AccountChange, Change, Contact, ContactLookup, Edition, added_rows, triggers
from ratification.operations import accounts
from states.models import Participant
from treaty.models import Measure, Treaty

pytestmark = pytest.mark.django_db


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def filled(with_convention_computed: None, now: datetime) -> None:  # noqa: ARG001 - it stands in the database
    """A row that must stay in each of the tables."""
    person, other = User.objects.create_superuser("one"), User.objects.create_superuser("two")
    LogEntry.objects.log_actions(person.pk, [person], CHANGE, "Changed.", single_object=True)
    Edition.objects.create(digest="d" * 64, noted_at=now)
    qatar = Participant.objects.get(iso3="QAT")
    contact = Contact.objects.create(
        participant=qatar, measure=Measure.objects.all()[0], sealed="x", entered_by=person, entered_at=now
    )
    ContactLookup.objects.create(contact=contact, user=person, looked_at=now)
    accounts.decide(
        accounts.propose_role(person, Group.objects.get(name="reviewer"), by=person, now=now),
        by=other,
        accept=False,
        now=now,
    )
    reference.decide(
        reference.propose(
            qatar, before={"name": "Qatar"}, after={"name": "Catar"}, by=person, reason="A test.", now=now
        ),
        by=other,
        accept=False,
        now=now,
    )
    for model in apps.get_models():
        if model.__name__.startswith("Historical"):
            origin = model.instance_type  # type: ignore[attr-defined]  # of simple_history
            row = origin._default_manager.first() or origin(pk=1)  # noqa: SLF001 - documented API
            origin.history.bulk_history_create([row])


TABLES = sorted(added_rows.tables())
ON_BOTH = [
    'UPDATE {table} SET "{other}" = "{other}"',
    "DELETE FROM {table}",
    'UPDATE {table} SET "{key}" = "{key}" + 100000',
]
ON_POSTGRESQL = [
    "TRUNCATE {table} CASCADE",
    'INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ("{key}") DO UPDATE SET "{other}" = {table}."{other}"',
]
ON_SQLITE = [
    "REPLACE INTO {table} SELECT * FROM {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    'UPDATE OR REPLACE {table} SET "{key}" = "{key}" + 1',
]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_changed_deleted_or_replaced(table: str) -> None:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)  # noqa: SLF001 - documented API
    rows = model._default_manager  # noqa: SLF001 - as above
    before = sorted(rows.values_list(), key=str)
    assert before, "there is nothing to change"
    key, columns = model._meta.pk, [field.column for field in model._meta.local_concrete_fields]  # noqa: SLF001 - as above
    assert key is not None
    names = {"table": table, "key": key.column, "other": next(each for each in columns if each != key.column)}
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
    for template in [*ON_BOTH, *(ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE)]:
        sql = template.format(**names)
        with pytest.raises(DatabaseError, match=r"only added|never altered"), transaction.atomic():
            execute(sql)
    assert sorted(rows.values_list(), key=str) == before


@pytest.mark.usefixtures("with_convention_computed")
def test_a_row_is_not_replaced_through_another_column_that_is_unique() -> None:
    if connection.vendor == "postgresql":
        pytest.skip("It has no REPLACE.")
    columns = [f'"{field.column}"' for field in Change._meta.local_concrete_fields if not field.primary_key]  # noqa: SLF001 - documented API
    into = f"ratification_change ({', '.join(columns)})"
    sql = f"{ON_SQLITE[0].format(table='ratification_change')}".replace("*", ", ".join(columns))
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        execute(sql.replace("ratification_change", into, 1))


def test_what_waits_is_decided_or_withdrawn(hanoi: Treaty, now: datetime) -> None:  # noqa: ARG001 - for its roles
    person, other = User.objects.create_superuser("one"), User.objects.create_superuser("two")
    role = Group.objects.get(name="reviewer")
    change = accounts.propose_role(person, role, by=person, now=now)
    AccountChange.objects.filter(pk=change.pk).delete()
    change = accounts.propose_role(person, role, by=person, now=now)
    assert accounts.decide(change, by=other, accept=True, now=now).accepted


def test_a_lost_trigger_is_missed_and_migrate_puts_it_back() -> None:
    table = "states_historicalparticipant"
    name = min(added_rows.trigger_names(connection, table))
    where = f" ON {table}" if connection.vendor == "postgresql" else ""
    execute(f"DROP TRIGGER {name}{where}")
    assert triggers.missing(connection) == [name]
    added_rows.install(apps.get_app_config("ratification"), "default")
    assert triggers.missing(connection) == []
