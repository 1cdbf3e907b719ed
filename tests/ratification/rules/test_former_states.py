"""Lists of treaties concluded before 1993: without a former State, the day of entry into force is not certain."""

from dataclasses import replace
from datetime import date

import pytest

from ratification.rules.dates import Span
from ratification.rules.declared import NOTHING_DECLARED, Declared
from ratification.rules.document import status_document
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, ParticipantFact
from ratification.rules.outcome import Outcome, StandingKind
from tests.ratification.rules.cases import definition_of
from treaty.clauses import ActionKind, Clause

LAST, DAY = date(1975, 12, 23), date(1976, 3, 22)
PEOPLE = tuple(ParticipantFact(f"X{n:02}", "member_state") for n in range(42))
GONE = ParticipantFact("GON", "former_state", valid_until=date(1990, 10, 3))


def clause_of(adopted: date, *, listed: bool = False) -> Clause:
    clause = definition_of("hanoi").clause
    rule = replace(clause.entry_into_force, former_states_listed=listed)
    return replace(clause, entry_into_force=rule, adopted_on=adopted, signature=None, acts=None)


def outcome_of(
    adopted: date = date(1966, 12, 16),
    *,
    former: bool = False,
    listed: bool = False,
    declared: Declared = NOTHING_DECLARED,
    after: int = 0,
    known_until: date | None = date(2026, 1, 1),
) -> Outcome:
    """Forty deposits on a day of 1975, with the acts of a former State or without, and one later."""
    shift = date(1975 + after, 12, 23)
    facts = [Fact(str(n), f"X{n:02}", ActionKind.ACCESSION, Span.day(shift)) for n in range(40)]
    facts.append(Fact("41", "X41", ActionKind.ACCESSION, Span.day(date(2020, 1, 1))))
    if former:
        facts.append(
            Fact("99", "GON", ActionKind.SIGNATURE, Span.day(date(1967, 1, 1) if not after else shift))
        )
    record = FactRecord.of(facts, (*PEOPLE, GONE))
    clause = clause_of(adopted, listed=listed)
    return evaluate(clause, record, date(2026, 1, 1), known_until=known_until, declared=declared)


@pytest.mark.parametrize(
    ("outcome", "certain"),
    [
        (outcome_of(), False),
        (outcome_of(former=True), True),
        (outcome_of(listed=True), True),
        (outcome_of(known_until=None), True),
        (outcome_of(date(1995, 1, 1), after=25), True),
        (outcome_of(date(1992, 12, 31), after=25), False),
    ],
)
def test_the_day_is_certain_only_with_the_acts_of_former_states(outcome: Outcome, *, certain: bool) -> None:
    document = status_document("x", outcome.as_of, 1, outcome)
    entry, threshold = document["entry_into_force"], document["threshold"]
    assert (entry["on"] is not None, "caveat" in entry) == (certain, not certain)
    assert (threshold["reached"]["on"] is not None) == certain
    assert bool(entry["decisive"]) == certain
    assert ("former States" in entry["reason"]) != certain
    assert (document["parties"], document["possible"]["parties"]) == (41, 41)


def test_the_computed_day_is_the_last_possible_one_and_a_deposit_the_first_for_its_participant() -> None:
    outcome = outcome_of()
    assert outcome.entry_into_force.on == Span(date(1967, 3, 16), DAY)
    days = {standing.participant: standing.in_force for standing in outcome.standings}
    assert days["X00"] == Span(LAST, DAY)
    assert days["X41"] == Span.day(date(2020, 1, 31))
    assert {standing.kind for standing in outcome.standings} == {StandingKind.PARTY}


def test_a_declared_day_is_certain_and_no_disagreement() -> None:
    outcome = outcome_of(declared=Declared(entry_into_force=date(1976, 1, 3)))
    document = status_document("x", outcome.as_of, 1, outcome)
    assert document["declared"] == {
        "entry_into_force": "1976-01-03",
        "threshold_reached": None,
        "differs": False,
        "participants": [],
    }
    assert outcome.standings[0].in_force == Span.day(date(1976, 1, 3))
