"""Standing past the day until which a list is known, and days that the depositary declares."""

from dataclasses import replace
from datetime import date

import pytest

from ratification.rules.coverage import unknown_participants
from ratification.rules.dates import Span, parse_edtf
from ratification.rules.declared import Declared
from ratification.rules.document import status_document
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, ParticipantFact
from ratification.rules.outcome import StandingKind
from tests.ratification.rules.cases import definition_of
from treaty.clauses import ActionKind

UNTIL = date(2026, 4, 9)
PEOPLE = (
    ParticipantFact("AAA", "member_state"),
    ParticipantFact("BBB", "member_state"),
    ParticipantFact("NEW", "member_state", valid_from=date(2026, 6, 1)),
    ParticipantFact("OLD", "former_state", valid_until=date(1992, 1, 1)),
    ParticipantFact("TER", "territory"),
    ParticipantFact("ORG", "organization"),
    ParticipantFact("EUE", "reio"),
)
SIGNED = Fact("1", "AAA", ActionKind.SIGNATURE, Span.day(date(2025, 10, 25)))


def record(*facts: Fact) -> FactRecord:
    return FactRecord.of(facts, PEOPLE, (), {"EUE": "eu"})


@pytest.mark.parametrize(
    ("as_of", "known_until", "unknown"),
    [
        (date(2026, 4, 8), UNTIL, ()),
        (UNTIL, UNTIL, ()),
        (date(2026, 4, 10), UNTIL, ("BBB", "EUE")),
        (date(2026, 6, 1), UNTIL, ("BBB", "EUE", "NEW")),
        (date(2026, 6, 1), None, ()),
    ],
)
def test_who_has_no_act_is_unknown_from_the_day_after(
    as_of: date, known_until: date | None, unknown: tuple[str, ...]
) -> None:
    assert unknown_participants(record(SIGNED), as_of, known_until) == unknown


def test_an_act_known_singly_counts_after_the_day() -> None:
    late = Fact("2", "BBB", ActionKind.SIGNATURE, Span(date(2026, 7, 1), date(2026, 7, 31)))
    outcome = evaluate(
        definition_of("hanoi").clause, record(SIGNED, late), date(2026, 8, 1), known_until=UNTIL
    )
    assert outcome.signatories.certain == 2
    assert outcome.unknown == ("EUE", "NEW")


def test_the_document_lists_the_unknown_with_the_day() -> None:
    outcome = evaluate(definition_of("hanoi").clause, record(SIGNED), date(2026, 5, 1), known_until=UNTIL)
    document = status_document("hanoi", date(2026, 5, 1), 1, outcome)
    assert (document["known_until"], document["unknown"]) == ("2026-04-09", 2)
    rows = {row["participant"]: row for row in document["participants"]}
    assert list(rows) == ["AAA", "BBB", "EUE"]
    assert rows["BBB"]["standing"] == StandingKind.UNKNOWN
    assert "2026-04-09" in rows["BBB"]["reason"]


@pytest.mark.parametrize(
    ("declared", "differs"), [(date(2027, 5, 30), False), (date(2027, 5, 31), True), (None, False)]
)
def test_the_declared_day_leads_and_the_computed_one_stays_beside_it(
    declared: date | None, *, differs: bool
) -> None:
    forty = [Fact(str(n), f"X{n:02}", ActionKind.ACCESSION, Span.day(date(2027, 3, 1))) for n in range(40)]
    outcome = evaluate(
        definition_of("hanoi").clause,
        FactRecord.of(forty),
        date(2027, 12, 1),
        declared=Declared(entry_into_force=declared),
    )
    assert outcome.entry_into_force.on == Span.day(date(2027, 5, 30))
    assert {standing.in_force for standing in outcome.standings} == {Span.day(declared or date(2027, 5, 30))}
    document = status_document("hanoi", date(2027, 12, 1), 40, outcome)
    if declared is None:
        assert document["declared"] is None
    else:
        assert document["declared"]["differs"] is differs
    assert document["entry_into_force"]["on"] == "2027-05-30"


def test_a_treaty_whose_clause_is_not_known_stands_by_declared_days() -> None:
    early = Fact("1", "AAA", ActionKind.RATIFICATION, Span.day(date(1990, 1, 1)))
    late = Fact("2", "BBB", ActionKind.ACCESSION, Span.day(date(2000, 1, 1)))
    declared = Declared(entry_into_force=date(1995, 1, 1))
    outcome = evaluate(None, record(early, late), date(2020, 1, 1), declared=declared)
    kinds = {standing.participant: standing.kind for standing in outcome.standings}
    assert kinds == {"AAA": StandingKind.PARTY, "BBB": StandingKind.CONTRACTING}
    outcome = evaluate(
        None,
        record(early, late),
        date(2020, 1, 1),
        declared=replace(declared, entry_into_force_for={"BBB": (date(2000, 1, 31),)}),
    )
    assert {standing.kind for standing in outcome.standings} == {StandingKind.PARTY}
    assert outcome.standings[1].in_force == Span.day(date(2000, 1, 31))


def test_a_day_declared_for_a_participant_belongs_to_the_consent_before_it() -> None:
    facts = [
        Fact("1", "AAA", ActionKind.ACCESSION, Span.day(date(2028, 1, 1))),
        Fact("2", "AAA", ActionKind.DENUNCIATION, Span.day(date(2029, 1, 1))),
        Fact("3", "AAA", ActionKind.ACCESSION, Span.day(date(2031, 1, 1))),
        *(Fact(f"4{n}", f"X{n:02}", ActionKind.ACCESSION, Span.day(date(2027, 3, 1))) for n in range(40)),
    ]
    days = {"AAA": (date(2028, 1, 31), date(2031, 2, 1)), "ZZZ": (date(2030, 1, 1),)}
    declared = Declared(entry_into_force_for=days)
    clause = definition_of("hanoi").clause
    then = evaluate(clause, FactRecord.of(facts), date(2028, 6, 1), declared=declared)
    assert then.standings[0].kind is StandingKind.PARTY
    outcome = evaluate(clause, FactRecord.of(facts), date(2032, 1, 1), declared=declared)
    assert outcome.standings[0].in_force == Span.day(date(2031, 2, 1))
    document = status_document("hanoi", date(2032, 1, 1), 43, outcome)["declared"]
    assert document["differs"] is True
    assert [
        (row["participant"], row["computed"]["on"], row["differs"]) for row in document["participants"]
    ] == [
        ("AAA", "2028-01-31", False),
        ("AAA", "2031-01-31", True),
        ("ZZZ", None, True),
    ]


def test_a_declared_day_that_lies_ahead_is_not_spoken_of_before_it_can_be_known() -> None:
    outcome = evaluate(
        definition_of("hanoi").clause,
        record(SIGNED),
        date(2026, 1, 1),
        declared=Declared(entry_into_force=date(2027, 5, 30)),
    )
    assert outcome.entry_into_force.on is None
    assert outcome.standings[0].in_force is None


def test_a_missing_deposit_is_not_known_to_be_missing_past_the_day() -> None:
    within, past = (
        evaluate(definition_of("hanoi").clause, record(SIGNED), day, known_until=UNTIL).standings[0].reason
        for day in (UNTIL, date(2026, 4, 10))
    )
    assert within == "Signed on 2025-10-25; no consent to be bound has been deposited."
    assert past == (
        "Signed on 2025-10-25; no consent to be bound was deposited by 2026-04-09, and whether one was deposited later "
        "is not known."
    )


@pytest.mark.parametrize("signed", ["2026-07", "2026-04-01/2026-04-30", "2026-04-10"])
def test_of_who_signed_after_the_day_the_day_is_not_said_to_come_later(signed: str) -> None:
    """Canada signed in July 2026, and the list is known until 9 April."""
    later = Fact("1", "AAA", ActionKind.SIGNATURE, parse_edtf(signed))
    clause = definition_of("hanoi").clause
    (standing,) = evaluate(clause, record(later), date(2026, 11, 21), known_until=UNTIL).standings
    assert standing.reason.endswith(
        "; whether consent to be bound was deposited is not known: the list of acts is complete only until 2026-04-09."
    )


def test_a_participant_that_only_objected_is_unknown_past_the_day() -> None:
    objected = Fact("2", "BBB", ActionKind.OBJECTION, Span.day(date(2026, 1, 1)))
    for day, kind in ((UNTIL, StandingKind.NONE), (date(2026, 4, 10), StandingKind.UNKNOWN)):
        outcome = evaluate(definition_of("hanoi").clause, record(SIGNED, objected), day, known_until=UNTIL)
        document = status_document("hanoi", day, 1, outcome)
        rows = [row for row in document["participants"] if row["participant"] == "BBB"]
        assert [row["standing"] for row in rows] == [kind]
        assert ("BBB" in outcome.unknown) is (kind is StandingKind.UNKNOWN)
        assert document["unknown"] == len(outcome.unknown)


def test_a_signature_that_may_lie_after_the_day_asked_about_leaves_the_standing_unknown() -> None:
    late = Fact("2", "BBB", ActionKind.SIGNATURE, Span(date(2026, 7, 1), date(2026, 7, 31)))
    outcome = evaluate(definition_of("hanoi").clause, record(late), date(2026, 7, 15), known_until=UNTIL)
    assert outcome.standings[0].possible == (StandingKind.UNKNOWN, StandingKind.SIGNATORY)
    assert "whether by 2026-07-15 is open" in outcome.standings[0].reason
