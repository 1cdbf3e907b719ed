"""The way of an entry, and everything that the ledger refuses on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action, Record
from ratification.record import selectors
from ratification.record.entries import latest_revision
from ratification.rules.dates import Span
from treaty.models import Source, Treaty

pytestmark = pytest.mark.django_db

Say = Callable[..., ActionContent]
Publish = Callable[[ActionContent], Action]
RATIFIES = "VNM ratification 2026-04-15"


def entry_of(treaty: Treaty, iso3: str, kind: str) -> Action:
    return treaty.actions.get(participant__iso3=iso3, kind=kind)


def counted(treaty: Treaty, now: datetime) -> int:
    return selectors.view_of(treaty, today=now.date()).outcome.threshold.counted.certain


def test_an_entry_takes_the_next_revision_when_it_is_published_and_not_before(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    before = latest_revision(hanoi)
    entry = ledger.draft(hanoi, say(RATIFIES), author=clerk, now=now)
    assert (entry.state, entry.revision) == ("draft", None)
    entry = ledger.submit(entry, by=clerk)
    assert (entry.state, entry.revision) == ("in_review", None)
    assert counted(hanoi, now) == 1

    later = now + timedelta(hours=1)
    entry = ledger.publish(entry, reviewer=reviewer, now=later)

    assert (entry.state, entry.revision, entry.published_at) == ("published", before + 1, later)
    assert counted(hanoi, now) == 2
    assert Record.objects.get(treaty=hanoi).revision == before + 1


def test_publication_asks_for_the_status_when_it_commits(
    say: Say,
    published: Publish,
    django_capture_on_commit_callbacks: Callable[..., list[object]],
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:  # type: ignore[attr-defined]  # a context manager
        published(say(RATIFIES))
    assert len(callbacks) == 1


REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("VNM ratification 2026-11-22", {}, "2026-11-22 lies in the future"),
    ("VNM ratification 2026", {}, r"write 2026-01-01/2026-11-21.*\(override\)"),
    ("VNM signature 2025-11-01", {}, "signature of 2025-10-25 stands"),
    (
        "IND signature 2025-10-24",
        {},
        r"before the treaty was opened for signature on 2025-10-25 \(article 64\(1\)\)",
    ),
    ("QAT ratification 2026-05-01", {}, "ratification of 2026-02-01/2026-02-13 stands"),
    ("VNM accession 2026-05-01", {}, r"signatory ratifies, accepts or approves.*\(override\)"),
    ("IND ratification 2026-05-01", {}, "No signature precedes"),
    ("VNM denunciation 2026-05-01", {}, "no consent of this participant to denounce"),
    ("VNM objection 2026-05-01", {}, "does not say what it objects to"),
    ("VNM withdrawal 2026-05-01", {}, "does not say what it takes back"),
    (RATIFIES, {"provisions": ["7(2)", "seven"]}, '"seven" is no provision'),
    (RATIFIES, {"provisions": ["71"]}, "adopted text has no article 71"),
    (RATIFIES, {"provisions": ["400"]}, "adopted text has no article 400"),
    (RATIFIES, {"notification": "C.N." + "1" * 80}, "Notification: .*80 characters"),
    (RATIFIES, {"confidence": "certain"}, "Confidence: .*not a valid choice"),
    (RATIFIES, {"summary": "a\x00b"}, "Summary: contains a control character"),
    (RATIFIES, {"note": "a\x85b"}, r"Note: contains a control character \(U\+0085\)"),
    (RATIFIES, {"note": "a\ufffeb"}, "Note: contains a code that is no character"),
    (RATIFIES, {"note": "a\ud800b"}, "Note: contains a code that is no character"),
    (RATIFIES, {"note": "a\u202eb"}, "Note: contains a character that turns the order of the letters"),
    (RATIFIES, {"note": "a\U000e0041b"}, "Note: contains an invisible character"),
]


def test_what_cannot_be_or_is_not_explained_is_refused_and_changes_nothing(
    hanoi: Treaty, say: Say, clerk: User, now: datetime
) -> None:
    before = list(Action.objects.values_list())
    for text, more, message in REFUSED:
        with pytest.raises(LedgerError, match=message):
            ledger.draft(hanoi, say(text, **more), author=clerk, now=now)
    assert list(Action.objects.values_list()) == before


def test_after_the_last_day_nobody_signs(hanoi: Treaty, say: Say, clerk: User, now: datetime) -> None:
    later = now.replace(year=2027)
    last = ledger.draft(hanoi, say("SGP signature 2026-12-31"), author=clerk, now=later)
    assert last.taken.edtf == "2026-12-31"
    with pytest.raises(LedgerError, match=r"after the last day for signature, 2026-12-31 .* can accede"):
        ledger.draft(hanoi, say("KWT signature 2027-01-01"), author=clerk, now=later)
    ledger.draft(hanoi, say("KWT accession 2027-01-01"), author=clerk, now=later)


def test_an_organization_waits_for_its_members(
    hanoi: Treaty, say: Say, clerk: User, published: Publish, now: datetime
) -> None:
    with pytest.raises(
        LedgerError, match=r"None of the organization's member States had consented .*64\(2\) to \(4\)"
    ):
        ledger.draft(hanoi, say("EUE approval 2026-05-02"), author=clerk, now=now)
    published(say("FRA approval 2026-05-02"))
    ledger.draft(hanoi, say("EUE approval 2026-05-02"), author=clerk, now=now)


def test_the_unusual_needs_an_explanation(hanoi: Treaty, say: Say, published: Publish, now: datetime) -> None:
    entry = published(
        say("IND ratification 2026-05-01", override="India's signature is not in the list yet.")
    )
    assert entry.override == "India's signature is not in the list yet."
    assert counted(hanoi, now) == 2


def test_ones_own_drafts_count_as_if_published_but_only_until_publication(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    signature = ledger.draft(hanoi, say("SGP signature 2026-05-01"), author=clerk, now=now)
    ratification = ledger.draft(hanoi, say("SGP ratification 2026-05-02"), author=clerk, now=now)
    with pytest.raises(LedgerError, match="signature of 2026-05-01 stands"):
        ledger.draft(hanoi, say("SGP signature 2026-05-03"), author=clerk, now=now)
    for entry in (signature, ratification):
        ledger.submit(entry, by=clerk)

    with pytest.raises(LedgerError, match="No signature precedes"):
        ledger.publish(ratification, reviewer=reviewer, now=now)
    ledger.publish(signature, reviewer=reviewer, now=now)
    assert ledger.publish(ratification, reviewer=reviewer, now=now).revision


def test_publication_holds_the_entry_against_the_record_as_it_then_stands(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    first = ledger.draft(hanoi, say(RATIFIES), author=clerk, now=now)
    twice = {"override": "It is another act."}
    second = ledger.draft(hanoi, say("VNM acceptance 2026-04-16", **twice), author=reviewer, now=now)
    ledger.publish(ledger.submit(first, by=clerk), reviewer=reviewer, now=now)
    with pytest.raises(LedgerError, match="ratification of 2026-04-15 stands"):
        ledger.submit(second, by=reviewer)

    third = ledger.draft(hanoi, say("CHN ratification 2026-04-16"), author=clerk, now=now)
    fourth = ledger.draft(hanoi, say("CHN ratification 2026-04-17", **twice), author=reviewer, now=now)
    ledger.submit(third, by=clerk)
    ledger.submit(fourth, by=reviewer)
    ledger.publish(third, reviewer=reviewer, now=now)
    with pytest.raises(LedgerError, match="ratification of 2026-04-16 stands"):
        ledger.publish(fourth, reviewer=clerk, now=now)


@pytest.mark.parametrize("state", ["draft", "in_review", "published"])
def test_each_step_is_taken_from_one_state_only(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime, state: str
) -> None:
    entry = ledger.draft(hanoi, say(RATIFIES), author=clerk, now=now)
    if state != "draft":
        ledger.submit(entry, by=clerk)
    if state == "published":
        ledger.publish(entry, reviewer=reviewer, now=now)
    steps: dict[str, Callable[[], object]] = {
        "revise": lambda: ledger.revise(entry, say(RATIFIES, note="Seen."), by=clerk, now=now),
        "submit": lambda: ledger.submit(entry, by=clerk),
        "discard": lambda: ledger.discard(entry, by=clerk),
        "reject": lambda: ledger.reject(entry, reviewer=reviewer, reason="The day is wrong."),
        "publish": lambda: ledger.publish(entry, reviewer=reviewer, now=now),
        "correct": lambda: ledger.correct(
            entry, say(RATIFIES, note="Seen."), author=clerk, reason="So.", now=now
        ),
        "retract": lambda: ledger.retract(entry, author=clerk, reason="It was not so.", now=now),
    }
    open_from = {
        "draft": {"revise", "submit", "discard"},
        "in_review": {"reject", "publish"},
        "published": {"correct", "retract"},
    }
    for name, step in steps.items():
        if name in open_from[state]:
            with transaction.atomic():
                step()
                transaction.set_rollback(True)
        else:
            with pytest.raises(LedgerError, match=r"somebody was faster|Only a published entry"):
                step()


def test_an_author_does_not_review(hanoi: Treaty, say: Say, clerk: User, now: datetime) -> None:
    entry = ledger.submit(ledger.draft(hanoi, say(RATIFIES), author=clerk, now=now), by=clerk)
    with pytest.raises(LedgerError, match="other than its author"):
        ledger.publish(entry, reviewer=clerk, now=now)
    with pytest.raises(LedgerError, match="other than its author"):
        ledger.reject(entry, reviewer=clerk, reason="No.")
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Action.objects.filter(pk=entry.pk).update(reviewer=clerk)


def test_a_draft_is_its_authors_unless_the_account_is_closed(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    entry = ledger.draft(hanoi, say(RATIFIES), author=clerk, now=now)
    steps: list[Callable[[], object]] = [
        lambda: ledger.revise(entry, say(RATIFIES), by=reviewer, now=now),
        lambda: ledger.submit(entry, by=reviewer),
        lambda: ledger.discard(entry, by=reviewer),
    ]
    for step in steps:
        with pytest.raises(LedgerError, match="Only its author"):
            step()

    clerk.is_active = False
    clerk.save()
    assert ledger.submit(entry, by=reviewer).author == reviewer


def test_a_draft_without_source_stays_a_draft(hanoi: Treaty, say: Say, clerk: User, now: datetime) -> None:
    entry = ledger.draft(hanoi, say(RATIFIES, source=None), author=clerk, now=now)
    with pytest.raises(LedgerError, match="needs a source"):
        ledger.submit(entry, by=clerk)
    ledger.revise(entry, say(RATIFIES), by=clerk, now=now)
    ledger.submit(entry, by=clerk)


def test_a_source_or_an_entry_of_another_treaty_is_refused(
    hanoi: Treaty, say: Say, clerk: User, now: datetime
) -> None:
    other = Treaty.objects.create(slug="other", title="Other", short_title="Other", depositary="SG")
    source = Source.objects.create(treaty=other, key="list", title="List", confidence="primary")
    with pytest.raises(LedgerError, match="source belongs to another treaty"):
        ledger.draft(hanoi, say(RATIFIES, source=source), author=clerk, now=now)
    draft = ledger.draft(
        other, replace(say(RATIFIES, source=source), override="A test."), author=clerk, now=now
    )
    with pytest.raises(LedgerError, match="published, or drafted by you, for the same treaty"):
        ledger.draft(hanoi, say("CHN objection 2026-05-01", relates_to=draft), author=clerk, now=now)


def test_an_objection_answers_a_reservation(hanoi: Treaty, say: Say, published: Publish) -> None:
    reservation = hanoi.actions.get(participant__iso3="QAT", provisions=["63(3)"])
    entry = published(say("AUT objection 2026-05-01", relates_to=reservation, provisions=["63(3)"]))
    assert entry.relates_to == reservation


def test_a_rejected_entry_returns_to_its_author_with_the_reason(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    entry = ledger.submit(ledger.draft(hanoi, say(RATIFIES), author=clerk, now=now), by=clerk)
    with pytest.raises(LedgerError, match="needs a reason"):
        ledger.reject(entry, reviewer=reviewer, reason=" ")
    entry = ledger.reject(entry, reviewer=reviewer, reason="The notification says 16 April.")
    assert (entry.state, entry.review_note) == ("draft", "The notification says 16 April.")

    ledger.revise(entry, say("VNM ratification 2026-04-16"), by=clerk, now=now)
    entry = ledger.publish(ledger.submit(entry, by=clerk), reviewer=reviewer, now=now)
    assert entry.taken.edtf == "2026-04-16"


def test_a_correction_supersedes_and_a_retraction_takes_back(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, published: Publish, now: datetime
) -> None:
    entry = published(say(RATIFIES))
    correction = ledger.correct(
        entry, say("VNM acceptance 2026-04-16"), author=clerk, reason="It was an acceptance.", now=now
    )
    assert counted(hanoi, now) == 2
    correction = ledger.publish(ledger.submit(correction, by=clerk), reviewer=reviewer, now=now)
    assert counted(hanoi, now) == 2
    retraction = ledger.retract(correction, author=clerk, reason="It was Laos.", now=now)
    retraction = ledger.publish(ledger.submit(retraction, by=clerk), reviewer=reviewer, now=now)
    assert counted(hanoi, now) == 1

    with pytest.raises(LedgerError, match="correct it, and say what holds after all"):
        ledger.retract(retraction, author=clerk, reason="No.", now=now)
    after_all = ledger.correct(
        retraction,
        ledger.content_of(retraction),
        author=clerk,
        reason="It was Viet Nam after all.",
        now=now,
    )
    ledger.publish(ledger.submit(after_all, by=clerk), reviewer=reviewer, now=now)
    assert counted(hanoi, now) == 2


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_needs_a_reason_and_a_difference(
    say: Say, clerk: User, published: Publish, now: datetime, reason: str
) -> None:
    entry = published(say(RATIFIES))
    with pytest.raises(LedgerError, match="needs a reason"):
        ledger.correct(entry, say("VNM ratification 2026-04-16"), author=clerk, reason=reason, now=now)
    with pytest.raises(LedgerError, match="needs a reason"):
        ledger.retract(entry, author=clerk, reason=reason, now=now)
    with pytest.raises(LedgerError, match="says the same"):
        ledger.correct(entry, say(RATIFIES), author=clerk, reason="None.", now=now)


def test_an_entry_is_superseded_once(
    say: Say, clerk: User, reviewer: User, published: Publish, now: datetime
) -> None:
    entry = published(say(RATIFIES))
    first, second, third = (
        ledger.correct(entry, say(f"VNM ratification 2026-04-{day}"), author=clerk, reason="So.", now=now)
        for day in (16, 17, 18)
    )
    ledger.submit(second, by=clerk)
    ledger.publish(ledger.submit(first, by=clerk), reviewer=reviewer, now=now)

    steps: list[Callable[[], object]] = [
        lambda: ledger.publish(second, reviewer=reviewer, now=now),
        lambda: ledger.submit(third, by=clerk),
        lambda: ledger.revise(third, say("VNM ratification 2026-04-19"), by=clerk, now=now),
        lambda: ledger.correct(
            entry, say("VNM ratification 2026-04-19"), author=clerk, reason="So.", now=now
        ),
        lambda: ledger.retract(entry, author=clerk, reason="So.", now=now),
    ]
    for step in steps:
        with pytest.raises(LedgerError, match="superseded already; correct its successor"):
            step()
    ledger.discard(third, by=clerk)


def test_what_refers_to_an_entry_survives_its_correction(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, published: Publish, now: datetime
) -> None:
    ratification = published(say(RATIFIES))
    published(say("VNM withdrawal 2026-05-01", relates_to=ratification))
    assert counted(hanoi, now) == 1
    correction = ledger.correct(
        ratification, say("VNM acceptance 2026-04-15"), author=clerk, reason="Its name.", now=now
    )
    ledger.publish(ledger.submit(correction, by=clerk), reviewer=reviewer, now=now)
    assert counted(hanoi, now) == 1

    with pytest.raises(
        LedgerError, match=r"would leave the withdrawal of 2026-05-01 .* does not hold what it takes back"
    ):
        ledger.retract(correction, author=clerk, reason="It was Laos.", now=now)
    with pytest.raises(LedgerError, match="precedes the acceptance of 2026-05-02"):
        ledger.correct(correction, say("VNM acceptance 2026-05-02"), author=clerk, reason="Its day.", now=now)


def test_a_draft_of_a_retraction_changes_only_its_reason(
    say: Say, clerk: User, published: Publish, now: datetime
) -> None:
    retraction = ledger.retract(published(say(RATIFIES)), author=clerk, reason="It was Laos.", now=now)
    with pytest.raises(LedgerError, match="only its reason can be changed"):
        ledger.revise(retraction, say("LAO signature 2026-04-15"), by=clerk, now=now)
    same = ledger.content_of(retraction)
    retraction = ledger.revise(
        retraction, same, by=clerk, now=now, reason="It was Laos, says the notification."
    )
    assert retraction.reason == "It was Laos, says the notification."


def test_retracting_a_signature_under_a_ratification_is_explained_by_its_reason(
    hanoi: Treaty, clerk: User, now: datetime
) -> None:
    signature = entry_of(hanoi, "QAT", "signature")
    assert ledger.retract(signature, author=clerk, reason="Qatar acceded.", now=now).state == "draft"


def test_a_program_records_many_at_once(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    before = latest_revision(hanoi)
    statements = [replace(say(RATIFIES), taken=Span.day(now.date()), note=str(number)) for number in range(3)]
    entries = ledger.record(hanoi, statements, author=clerk, reviewer=reviewer, now=now)
    assert [entry.revision for entry in entries] == [before + 1, before + 2, before + 3]
    assert ledger.record(hanoi, [], author=clerk, reviewer=reviewer, now=now) == []
    assert latest_revision(hanoi) == before + 3


def test_a_revision_is_never_older_than_the_one_before(
    hanoi: Treaty, say: Callable[..., ActionContent], clerk: User, reviewer: User, now: datetime
) -> None:
    """Who waits for the record brings the moment at which the waiting began."""
    moments = []
    for day, moment in (("2026-04-15", now + timedelta(seconds=2)), ("2026-04-16", now)):
        iso3 = "VNM" if day.endswith("15") else "FRA"
        entry = ledger.draft(hanoi, say(f"{iso3} ratification {day}"), author=clerk, now=now)
        entry = ledger.publish(ledger.submit(entry, by=clerk), reviewer=reviewer, now=moment)
        moments.append(entry.published_at)
    assert moments == [now + timedelta(seconds=2)] * 2
    assert Record.objects.get(treaty=hanoi).published_at == moments[-1]
