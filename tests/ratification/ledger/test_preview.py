"""What a reviewer is shown before publishing."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.contrib.auth.models import User

from ratification.ledger import writing as ledger
from ratification.ledger.preview import StatusDifference, consequence_of
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from ratification.record import selectors
from states.models import Participant
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

Say = Callable[..., ActionContent]


def test_a_ratification_moves_the_count(hanoi: Treaty, say: Say, clerk: User, now: datetime) -> None:
    entry = ledger.draft(hanoi, say("VNM ratification 2026-04-15"), author=clerk, now=now)
    before = list(Action.objects.values_list())

    consequence = consequence_of([entry], today=now.date())

    assert consequence.headline == StatusDifference("Counting toward the threshold", "1", "2 of 40")
    assert consequence.differences == [
        StatusDifference("Contracting States and organizations", "1", "2"),
        StatusDifference("Counting toward the threshold", "1", "2"),
        StatusDifference(
            "Viet Nam",
            "signatory, signed 2025-10-25, not counted",
            "contracting, ratification 2026-04-15, counted",
        ),
    ]
    assert consequence.doubts == ()
    assert list(Action.objects.values_list()) == before


def test_it_predicts_what_publishing_then_does(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    entry = ledger.submit(
        ledger.draft(hanoi, say("VNM ratification 2026-04-15"), author=clerk, now=now), by=clerk
    )
    after = consequence_of([entry], today=now.date()).after
    ledger.publish(entry, reviewer=reviewer, now=now)
    view = selectors.view_of(hanoi, today=now.date())
    assert view.outcome.threshold.counted == after.threshold.counted
    assert view.outcome.standings == after.standings
    assert view.outcome.windows == after.windows


def test_the_fortieth_deposit_moves_dates_and_windows(
    hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    states = Participant.objects.filter(kind="member_state").exclude(iso3__in=["QAT", "VNM"])[:38]
    ledger.record(
        hanoi,
        [say(f"{state.iso3} accession 2026-05-01") for state in states],
        author=clerk,
        reviewer=reviewer,
        now=now,
    )
    entry = ledger.draft(hanoi, say("VNM ratification 2026-06-01"), author=clerk, now=now)
    moved = {
        each.subject: (each.before, each.after)
        for each in consequence_of([entry], today=now.date()).differences
    }
    assert moved["Counting toward the threshold"] == ("39", "40")
    assert moved["Threshold reached"] == ("not yet", "2026-06-01")
    assert moved["Entry into force"] == ("not yet", "2026-08-30")
    assert moved["Parties"] == ("0", "40")
    assert moved["Window: entry into force"] == ("", "2026-06-01 to 2026-08-30, closed")
    assert moved["Qatar"][1].endswith("in force 2026-08-30, counted")


def test_a_correction_and_a_retraction_are_compared_with_what_they_replace(
    hanoi: Treaty, say: Say, clerk: User, now: datetime
) -> None:
    entry = hanoi.actions.get(participant__iso3="QAT", kind="ratification")
    correction = ledger.correct(
        entry, say("QAT ratification 2026-02-11"), author=clerk, reason="Exact.", now=now
    )
    (only,) = consequence_of([correction], today=now.date()).differences
    assert (only.subject, only.before.count("2026-02-01/2026-02-13"), only.after.count("2026-02-11")) == (
        "Qatar",
        1,
        1,
    )
    retraction = ledger.retract(entry, author=clerk, reason="A mistake.", now=now)
    consequence = consequence_of([retraction], today=date(2026, 2, 5))
    assert consequence.headline == StatusDifference("Counting toward the threshold", "0 (up to 1)", "0 of 40")
    assert [doubt.impossible for doubt in consequence.doubts] == []


def test_it_says_what_speaks_against_publishing(hanoi: Treaty, say: Say, clerk: User, now: datetime) -> None:
    first = ledger.draft(hanoi, say("SGP signature 2026-05-01"), author=clerk, now=now)
    second = ledger.draft(hanoi, say("SGP ratification 2026-05-02"), author=clerk, now=now)
    assert consequence_of([first], today=now.date()).doubts == ()
    (doubt,) = consequence_of([second], today=now.date()).doubts
    assert "No signature precedes" in doubt.sentence


def test_a_statement_shows_what_would_stand(hanoi: Treaty, say: Say, clerk: User, now: datetime) -> None:
    """As a count is shown: before and after, with the objections."""
    qatar = Action.objects.get(treaty=hanoi, participant__iso3="QAT", provisions=["14", "15", "16"])
    subject = "Reservation of Qatar of 2026-02-01/2026-02-13, articles 14, 15 and 16"

    def differences(text: str, **more: object) -> list[StatusDifference]:
        entry = ledger.draft(hanoi, say(text, relates_to=qatar, **more), author=clerk, now=now)
        return consequence_of([entry], today=now.date()).differences

    assert differences("QAT withdrawal_of_statement 2026-11-10", provisions=["14"]) == [
        StatusDifference(subject, "maintained", "article 14: withdrawn; articles 15 and 16: maintained")
    ]
    assert differences("FRA objection 2026-11-10", provisions=["15"]) == [
        StatusDifference(subject, "maintained", "maintained; objected to by France"),
        StatusDifference("Objection of France of 2026-11-10, article 15", "", "maintained"),
    ]
