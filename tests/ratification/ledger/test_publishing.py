"""Publication of several entries as one: all or none, one status, no state between its lines."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action, Record, Revision
from ratification.operations import verify
from ratification.record import selectors
from ratification.record.selectors import NotInRecordError
from treaty.models import Treaty

Say = Callable[..., ActionContent]
TODAY = date(2026, 11, 21)


@pytest.fixture
def in_review(hanoi: Treaty, clerk: User, now: datetime) -> Callable[[ActionContent], Action]:
    return lambda content: ledger.submit(ledger.draft(hanoi, content, author=clerk, now=now), by=clerk)


def test_a_ratification_with_its_reservation_is_one_publication(
    hanoi: Treaty, say: Say, in_review: Callable[..., Action], reviewer: User, now: datetime
) -> None:
    ratification = in_review(say("VNM ratification 2026-04-15"))
    reservation = in_review(say("VNM reservation 2026-04-15", provisions=["63(2)"]))
    before = Record.objects.get(treaty=hanoi).revision
    published = ledger.publish_together(
        [(reservation, shown_of(reservation)), (ratification, shown_of(ratification))],
        reviewer=reviewer,
        now=now,
    )
    assert [(entry.kind, entry.revision) for entry in published] == [
        ("ratification", before + 1),
        ("reservation", before + 2),
    ]
    assert len({entry.published_at for entry in published}) == 1
    assert Record.objects.get(treaty=hanoi).revision == before + 2
    ends = Revision.objects.filter(treaty=hanoi, number__gt=before).values_list("ends_publication", flat=True)
    assert list(ends) == [False, True]


def test_no_state_lies_between_the_lines_of_a_publication(
    hanoi: Treaty, say: Say, in_review: Callable[..., Action], reviewer: User, now: datetime
) -> None:
    entries = [
        in_review(say(f"{iso3} ratification 2026-05-0{day}"))
        for day, iso3 in enumerate(("BRA", "VNM", "AUS"), 1)
    ]
    before = Record.objects.get(treaty=hanoi).revision
    ledger.publish_together([(entry, None) for entry in entries], reviewer=reviewer, now=now)
    for revision in (before + 1, before + 2):
        with pytest.raises(
            NotInRecordError, match=f"is a line of a publication that ends with revision {before + 3}"
        ):
            selectors.view_of(hanoi, today=TODAY, revision=revision)
        answer = Client().get("/api/v1/treaties/hanoi/status/", {"revision": revision})
        assert (answer.status_code, f"ask for {before + 3}." in answer.content.decode()) == (400, True)
        assert Client().get("/", {"revision": revision}).status_code == 400
    counted = [
        selectors.view_of(hanoi, today=TODAY, revision=revision).outcome.threshold.counted.certain
        for revision in (before, before + 3)
    ]
    assert counted == [1, 4]
    assert selectors.view_of(hanoi, today=TODAY, revision=1).revision == 1


def test_one_refusal_publishes_nothing_and_names_the_entry(
    hanoi: Treaty, say: Say, in_review: Callable[..., Action], reviewer: User, clerk: User, now: datetime
) -> None:
    good, second = (
        in_review(say("VNM ratification 2026-04-15")),
        in_review(say("AUS ratification 2026-04-15")),
    )
    before = Record.objects.get(treaty=hanoi).revision
    stale = shown_of(second) | {"summary": "an older text"}
    with pytest.raises(LedgerError, match=r"Australia: ratification.*not what you were shown"):
        ledger.publish_together([(good, shown_of(good)), (second, stale)], reviewer=reviewer, now=now)
    with pytest.raises(LedgerError, match="somebody other than its author"):
        ledger.publish_together([(good, None), (second, None)], reviewer=clerk, now=now)
    assert Record.objects.get(treaty=hanoi).revision == before
    good.refresh_from_db()
    assert good.state == "in_review"


def test_lines_are_checked_against_those_before_them(
    hanoi: Treaty, say: Say, in_review: Callable[..., Action], reviewer: User, now: datetime
) -> None:
    first = in_review(say("VNM ratification 2026-04-15"))
    other = User.objects.create_user("other")
    twice = ledger.draft(
        hanoi, say("VNM acceptance 2026-04-16", override="Entered twice."), author=other, now=now
    )
    twice = ledger.submit(twice, by=other)
    with pytest.raises(LedgerError, match="would have to be withdrawn or denounced first"):
        ledger.publish_together([(first, None), (twice, None)], reviewer=reviewer, now=now)


def test_an_entry_can_answer_another_of_the_same_publication(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    def draft(content: ActionContent) -> Action:
        return ledger.submit(ledger.draft(hanoi, content, author=clerk, now=now), by=clerk)

    reservation = draft(say("VNM reservation 2025-10-25", provisions=["63(2)"]))
    objection = draft(say("QAT objection 2025-10-25", relates_to=reservation))
    published = ledger.publish_together([(objection, None), (reservation, None)], reviewer=reviewer, now=now)
    assert [entry.kind for entry in published] == ["reservation", "objection"]
    objection.refresh_from_db()
    assert objection.relates_to == reservation

    texts = Revision.objects.filter(treaty=hanoi).order_by("number")
    (record,) = verify.verify("\n".join(revision.text for revision in texts).encode())
    assert f'"relates_to":{published[0].revision}' in texts.last().text  # type: ignore[union-attr]
    assert record.hashes[-1] == texts.last().hash  # type: ignore[union-attr]
