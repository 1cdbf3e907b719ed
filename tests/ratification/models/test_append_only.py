"""The database lets a record only grow at its end: forged and back-dated rows are refused, whoever writes them."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, models, transaction

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent
from ratification.migrations import _append_only, _chain
from ratification.models import Action, Record, Report, Revision, TreatyFact
from ratification.record import chain
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

OF_ALL = [
    *("treaty_id", "participant_id", "taken_earliest", "taken_latest", "summary", "source_id", "confidence"),
    *("note", "state", "entry", "reason", "override", "review_note", "origin", "author_id", "reviewer_id"),
    *("created_at", "published_at", "revision"),
]


def insert(row: models.Model, **changed: object) -> None:
    """Insert a copy of a row by SQL, with some columns changed."""
    fields = [field for field in row._meta.local_concrete_fields if not field.primary_key]  # noqa: SLF001 - documented API
    values: dict[str, Any] = {
        str(field.column): field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields
    }
    values |= changed
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks})",  # noqa: S608, SLF001 - no input
            list(values.values()),
        )


def refused(message: str, forge: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        forge()


def forged(
    last: Revision, *, number: int = 0, shown: str = "f" * 64, previous: str = ""
) -> dict[str, object]:
    """The columns of a revision after the last that only its forger vouches for."""
    number = number or last.number + 1
    said = {"previous": previous or last.hash, "revision": number, "shown": shown}
    text = chain.canonical(json.loads(last.text) | said)
    return {"number": number, "shown": shown, "text": text, "hash": chain.digest(text)}


def test_a_published_row_without_its_revision_is_refused(hanoi: Treaty, now: datetime) -> None:
    """The exploit of finding 13: two ids that differ satisfied every check, and any moment was taken."""
    last = hanoi.actions.filter(revision__isnull=False).order_by("-revision")[0]
    before = Action.objects.count()
    number = hanoi.revisions.count() + 1
    for changed in (
        {"revision": number, "published_at": str(now)},
        {"revision": number, "published_at": str(now - timedelta(days=300))},
        {"revision": 500},
    ):
        with pytest.raises(DatabaseError, match=_append_only.UNDER_A_REVISION), transaction.atomic():
            insert(last, **changed)
    # A revision that another type of entry has is no place for a report either.
    report = Report(measure=hanoi.measures.all()[0], stage="bill")
    for name in OF_ALL:
        setattr(report, name, getattr(last, name))
    refused(_append_only.UNDER_A_REVISION, lambda: insert(report))
    assert Action.objects.count() == before


def test_a_forged_or_back_dated_revision_is_refused(hanoi: Treaty) -> None:
    last = hanoi.revisions.order_by("-number")[0]
    earlier = str(last.recorded_at - timedelta(seconds=1))
    refused(_append_only.NUMBER, lambda: insert(last))
    refused(_append_only.NUMBER, lambda: insert(last, **forged(last, number=last.number + 2)))
    refused(_append_only.NUMBER, lambda: insert(last, **forged(last, number=3)))
    refused(_append_only.MOMENT, lambda: insert(last, **forged(last), recorded_at=earlier))
    refused(_append_only.CHAINED, lambda: insert(last, **forged(last, previous="0" * 64)))
    refused(_append_only.SHOWN, lambda: insert(last, **forged(last, shown="")))
    refused(_append_only.HASHED, lambda: insert(last, **(forged(last) | {"hash": "0"})))
    assert hanoi.revisions.count() == last.number


@pytest.mark.parametrize("sql", ["UPDATE {} SET text = 'x' WHERE number = 3", "DELETE FROM {}"])
def test_a_revision_is_never_changed_or_deleted(hanoi: Treaty, sql: str) -> None:  # noqa: ARG001 - its record
    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql.format("ratification_revision"))

    refused(_append_only.IMMUTABLE, change)


def test_the_counter_stands_at_the_last_revision(hanoi: Treaty) -> None:
    def move() -> None:
        Record.objects.filter(treaty=hanoi).update(revision=90)

    refused(_append_only.COUNTER, move)
    refused(_append_only.COUNTER, lambda: Record.objects.filter(treaty=hanoi).delete())
    Record.objects.filter(treaty=hanoi).update(version=7)


def test_content_in_review_stays_until_it_is_published(
    hanoi: Treaty, say: Callable[..., ActionContent], clerk: User, reviewer: User, now: datetime
) -> None:
    """The exploit of finding 6, by SQL: the entry is changed between the reviewer's reading and the publication."""
    entry = ledger.draft(hanoi, say("VNM ratification 2026-04-15"), author=clerk, now=now)
    rows, number = Action.objects.filter(pk=entry.pk), hanoi.revisions.count() + 1
    refused(
        _append_only.FROM_REVIEW, lambda: rows.update(state="published", revision=number, published_at=now)
    )
    ledger.submit(entry, by=clerk)
    refused(_append_only.FROM_REVIEW, lambda: rows.update(kind="acceptance"))
    refused(
        f"{_append_only.FROM_REVIEW}|ratification_action_published",
        lambda: rows.update(state="published", kind="acceptance", reviewer=reviewer, revision=number),
    )
    published = ledger.publish(entry, reviewer=reviewer, now=now)
    assert published.revision == number


def test_the_revision_names_what_the_reviewer_was_shown_and_the_hash_before(
    hanoi: Treaty, say: Callable[..., ActionContent], published: Callable[..., Action]
) -> None:
    before = hanoi.revisions.order_by("-number")[0]
    published(say("VNM ratification 2026-04-15", note="Ünïcode"))
    revision = hanoi.revisions.get(number=before.number + 1)
    said = json.loads(revision.text)
    assert said["previous"] == before.hash
    assert revision.hash == chain.digest(revision.text)
    assert said["entry"]["participant"] == "VNM"
    assert said["entry"]["note"] == "Ünïcode"
    assert len(said["shown"]) == 64
    assert chain.canonical(said) == revision.text
    assert "clerk" not in revision.text


def test_a_person_who_can_log_in_names_what_they_were_shown(
    hanoi: Treaty, say: Callable[..., ActionContent], clerk: User, now: datetime
) -> None:
    person = User.objects.create_user("person", password="of-the-tests")  # noqa: S106  # pragma: allowlist secret
    entry = ledger.draft(hanoi, say("VNM ratification 2026-04-15"), author=clerk, now=now)
    ledger.submit(entry, by=clerk)
    with pytest.raises(ledger.LedgerError, match="what they were shown"):
        ledger.publish(entry, reviewer=person, now=now)
    with pytest.raises(ledger.LedgerError, match="what they were shown"):
        ledger.reject(entry, reviewer=person, reason="No.")


def test_the_migration_writes_the_texts_of_the_ledger(
    with_facts: None,  # noqa: ARG001 - they stand in the database
    say: Callable[..., ActionContent],
    published: Callable[..., Action],
) -> None:
    """Frozen code fills the revisions of an earlier version; the ledger's own must say the same, but for `shown`."""
    published(say("VNM ratification 2026-04-15", note='Ünïcode \u2028 \\ "', override="because"))
    for kind in (Action, Report, TreatyFact):
        found = kind.objects.filter(revision__isnull=False).select_related(
            "participant", "source", "supersedes"
        )
        for entry in found.order_by("treaty", "revision")[:20]:
            revision = Revision.objects.get(treaty=entry.treaty, number=entry.revision or 0)
            said = json.loads(revision.text)
            of_treaty = {"treaty": said["reference"]["treaty"]}
            text = _chain.text_of(entry.treaty.slug, entry, said["previous"], of_treaty)
            assert json.loads(text) == said | {"shown": ""}
