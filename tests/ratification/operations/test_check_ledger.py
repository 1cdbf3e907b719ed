"""`check_ledger` names every breach; each is made here by hand, past the triggers and constraints."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent
from ratification.management.base import Error
from ratification.models import Action, TreatyStatus, triggers
from ratification.operations import audit
from ratification.status import recompute as status
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

Lines = Callable[[], list[str]]
CHECKS = ["ratification_action_published", "ratification_action_two_people"]


@pytest.fixture
def lines(with_convention_computed: None, now: datetime) -> Lines:  # noqa: ARG001 - it stands in the database
    return lambda: list(audit.breaches(today=now.date(), now=now))


ACTIONS = triggers.TABLES[0]


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def unguarded(hanoi: Treaty) -> Iterator[Treaty]:
    """The Convention in a database that lets everything through: without triggers and checks."""
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in triggers.guarded_tables():
            execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for name in [*CHECKS, "ratification_action_revision"]:
            execute(f"ALTER TABLE {ACTIONS} DROP CONSTRAINT {name}")
    else:
        for table in triggers.guarded_tables():
            for name in triggers.trigger_names(connection, table):
                execute(f"DROP TRIGGER {name}")
        execute("PRAGMA ignore_check_constraints = ON")
    execute("DROP INDEX ratification_action_superseded_once")
    yield hanoi
    if connection.vendor == "sqlite":
        execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.usefixtures("with_everything_computed")
def test_the_bundled_record_is_sound() -> None:
    """Its status was computed revision by revision; the command brings it to this day."""
    call_command("recompute", stdout=StringIO())
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue() == "The ledger is sound.\n"


def test_a_status_that_is_missing_behind_or_wrong_is_named(
    hanoi: Treaty,
    published: Callable[[ActionContent], object],
    say: Callable[..., ActionContent],
    lines: Lines,
    now: datetime,
) -> None:
    assert lines() == []
    published(say("VNM ratification 2026-04-15"))
    (line,) = lines()
    assert "as of 2026-11-21, revision 87, is not what the record gives: count, standing would change" in line
    status.recompute(hanoi.pk, today=now.date(), now=now)
    TreatyStatus.objects.update(document="{}")
    (line,) = lines()
    assert "is not what the record gives" in line
    assert TreatyStatus.objects.get().document == "{}"  # it looks, and mends nothing
    TreatyStatus.objects.all().delete()
    assert lines() == ["hanoi: no status is stored; recompute."]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE {action} SET revision = 100 WHERE revision = 3", "hanoi: revision 3 is missing."),
        (
            "UPDATE {action} SET revision = 100 WHERE revision = 3",
            "the record stands at revision 87, its last",
        ),
        (
            "UPDATE {record} SET revision = 90",
            "hanoi: the record stands at revision 90, its last published entry at 87.",
        ),
        ("UPDATE {action} SET source_id = NULL WHERE revision = 3", "has no source."),
        (
            "UPDATE {action} SET reviewer_id = author_id WHERE revision = 3",
            "was not reviewed by a second person.",
        ),
        ("UPDATE {action} SET reviewer_id = NULL WHERE revision = 3", "was not reviewed by a second person."),
        ("UPDATE {action} SET published_at = NULL WHERE revision = 3", "does not say when it was published."),
        (
            "UPDATE {action} SET published_at = '2030-01-01 00:00:00+00:00' WHERE revision = 3",
            "revision 4 was published before revision 3.",
        ),
        (
            "UPDATE {action} SET entry = 'correction', reason = 'x', supersedes_id = {first} WHERE revision IN (3, 4)",
            "is superseded 2 times, and so counted 2 times.",
        ),
        (
            "UPDATE {action} SET entry = 'correction', reason = 'x', supersedes_id = {last} WHERE revision = 3",
            "supersedes an entry that was not published before it.",
        ),
        (
            "UPDATE {action} SET entry = 'correction', reason = 'x', supersedes_id = {foreign} WHERE revision = 3",
            "supersedes an entry of another treaty.",
        ),
        (
            "UPDATE {action} SET relates_to_id = {foreign} WHERE revision = 3",
            "relates to an entry that is not published in the same record.",
        ),
        (
            "UPDATE {action} SET source_id = (SELECT source_id FROM {action} WHERE id = {foreign}) WHERE revision = 3",
            "rests on a source of another treaty.",
        ),
        (
            "UPDATE {action} SET taken_earliest = '2025-10-24', taken_latest = '2025-10-24' WHERE revision = 3",
            "2025-10-24 lies before the treaty was opened for signature on 2025-10-25 (article 64(1)).",
        ),
        (
            "UPDATE {action} SET kind = 'denunciation' WHERE revision = 3",
            "There is no consent of this participant",
        ),
    ],
)
def test_each_breach_has_a_line(
    unguarded: Treaty, lines: Lines, make_treaty: Callable[..., object], sql: str, expected: str
) -> None:
    folder = make_treaty(["FRA,signature,2025-10-25,,,,,the list"])
    call_command("load_treaty", str(folder), stdout=StringIO())
    revisions = dict(unguarded.actions.values_list("revision", "pk"))
    names = {
        "action": ACTIONS,
        "record": "ratification_record",
        "first": revisions[1],
        "last": revisions[86],
        "foreign": Treaty.objects.get(slug="example").actions.get().pk,
    }
    where = "" if "ratification_record" not in sql.format(**names) else f" WHERE treaty_id = {unguarded.pk}"

    execute(sql.format(**names) + where)

    found = [line for line in lines() if "trigger" not in line]
    assert any(expected in line for line in found), found


def test_a_revision_held_twice_is_named(unguarded: Treaty, lines: Lines) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite keeps this constraint inside the table: it cannot be taken away.")
    execute("UPDATE ratification_action SET revision = 4 WHERE revision = 3")
    assert f"{unguarded.slug}: revision 4 is held by 2 entries." in lines()


def test_missing_triggers_are_named_and_the_command_fails(unguarded: Treaty, now: datetime) -> None:
    status.recompute(unguarded.pk, today=now.date(), now=now)
    out = StringIO()
    with pytest.raises(Error, match=r"^\d+ breaches found\.$"):
        call_command("check_ledger", stdout=out)
    assert "is missing or switched off; published entries can be changed." in out.getvalue()


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
def test_a_reservation_whose_prohibition_is_loaded_later_is_named_until_it_is_explained(
    hanoi: Treaty,
    published: Callable[[ActionContent], Action],
    say: Callable[..., ActionContent],
    lines: Lines,
    clerk: User,
    reviewer: User,
    now: datetime,
) -> None:
    published(say("BRA ratification 2026-11-10"))
    entry = published(say("BRA reservation 2026-11-10", provisions=["20"]))
    status.recompute(hanoi.pk, today=now.date(), now=now)
    assert lines() == []
    rule = {
        "article": "64",
        "permitted": "only",
        "provisions": ["63(2)", "63(3)", "7", "9", "11", "14", "15", "16"],
    }
    hanoi.definition = {**(hanoi.definition or {}), "reservations": rule}
    hanoi.save(update_fields=["definition"])
    status.recompute(hanoi.pk, today=now.date(), now=now)
    (line,) = lines()
    assert f"revision {entry.revision} " in line
    assert "permits reservations on articles 63(2), 63(3), 7, 9, 11, 14, 15 and 16 only (article 64;" in line
    content = replace(ledger.content_of(entry), override="The depositary has circulated it.")
    correction = ledger.correct(
        entry, replace(content, note="Seen."), author=clerk, reason="Explained.", now=now
    )
    ledger.publish(ledger.submit(correction, by=clerk), reviewer=reviewer, now=now)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    assert lines() == []
