"""What must hold for every ledger, tried on thousands of invented ones."""

import json
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ratification.rules.dates import NEVER, Span
from ratification.rules.document import status_document, working_document
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, MembershipFact, ParticipantFact
from ratification.rules.outcome import Outcome, StandingKind
from treaty.clauses import (
    CONSENTS,
    ActionKind,
    Among,
    AtLeast,
    Clause,
    Delay,
    EntryIntoForce,
    LaterParties,
    SignatureWindow,
    short_form,
)

FIRST, SPAN = date(2000, 1, 1), 1500
CODES = [f"A{number:02}" for number in range(20)] + ["EUE"]
KINDS = [kind for kind in ActionKind if kind not in {ActionKind.WITHDRAWAL, ActionKind.DENUNCIATION}]
CLAUSE = Clause(
    entry_into_force=EntryIntoForce(
        article="65(1)",
        condition=short_form(6, subsets=(AtLeast(2, Among("group", "club")),)),
        counted_acts=(ActionKind.RATIFICATION, ActionKind.ACCESSION, ActionKind.SUCCESSION),
        delay=Delay(days=90),
    ),
    signature=SignatureWindow("64(1)", FIRST, FIRST + timedelta(days=400)),
    later_parties=LaterParties("65(2)", Delay(days=30), not_before_general=True),
)
PEOPLE = [ParticipantFact("EUE", "reio"), ParticipantFact("A01", "state", None, FIRST + timedelta(days=700))]
CLUB = [MembershipFact("club", code) for code in CODES[:8]] + [
    MembershipFact("club", "A09", FIRST + timedelta(days=300), FIRST + timedelta(days=900))
]

days = st.integers(0, SPAN).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    begin = draw(days)
    return Span(begin, begin + timedelta(days=draw(st.sampled_from((0, 0, 0, 12, 30, 365)))))


@st.composite
def ledgers(draw: st.DrawFn, *, endings: bool = True) -> list[Fact]:
    facts = []
    for number in range(draw(st.integers(0, 30))):
        kinds = [*KINDS, ActionKind.WITHDRAWAL, ActionKind.DENUNCIATION] if endings else KINDS
        kind = draw(
            st.sampled_from([ActionKind.RATIFICATION, ActionKind.ACCESSION, ActionKind.SIGNATURE, *kinds])
        )
        taken = draw(spans())
        withdrawn = None
        if endings and not draw(st.integers(0, 5)):
            withdrawn = Span(taken.latest, taken.latest + timedelta(days=draw(st.integers(0, 400))))
        facts.append(Fact(str(number), draw(st.sampled_from(CODES)), kind, taken, withdrawn))
    return facts


def outcome_of(facts: list[Fact], as_of: date) -> Outcome:
    return evaluate(CLAUSE, FactRecord.of(facts, PEOPLE, CLUB, {"EUE": "club"}), as_of)


def text_of(outcome: Outcome) -> str:
    return json.dumps([status_document("x", outcome.as_of, 1, outcome), working_document(outcome)])


def within(inner: Span | None, outer: Span | None) -> bool:
    """Whether nothing is possible inside that was not possible outside."""
    return inner is None or (
        outer is not None and outer.earliest <= inner.earliest and inner.latest <= outer.latest
    )


@given(ledgers(), days, st.randoms(use_true_random=False))
def test_the_order_of_entry_never_matters(facts: list[Fact], as_of: date, chance: Random) -> None:
    shuffled = list(facts)
    chance.shuffle(shuffled)
    assert text_of(outcome_of(shuffled, as_of)) == text_of(outcome_of(facts, as_of))


@given(ledgers(), st.sampled_from(CODES), st.sampled_from(sorted(CONSENTS)), spans(), days)
def test_an_added_deposit_never_delays_entry_into_force(
    facts: list[Fact], code: str, kind: ActionKind, taken: Span, as_of: date
) -> None:
    before = outcome_of(facts, as_of).entry_into_force.on
    after = outcome_of([*facts, Fact("added", code, kind, taken)], as_of).entry_into_force.on
    if before:
        assert after
        assert after.earliest <= before.earliest
        assert after.latest <= before.latest


@given(ledgers(), days, st.integers(0, 800))
def test_a_later_day_never_unlearns(facts: list[Fact], as_of: date, more: int) -> None:
    early, late = outcome_of(facts, as_of), outcome_of(facts, as_of + timedelta(days=more))
    reached = early.threshold.reached
    if reached:
        assert late.threshold.reached
        assert late.threshold.reached.earliest == reached.earliest
        assert within(late.threshold.reached, reached)
        assert late.entry_into_force.on
        assert within(late.entry_into_force.on, early.entry_into_force.on)
    if reached and reached.certain:
        counted = {entry.fact for entry in early.threshold.entries if entry.counted}
        assert counted <= {entry.fact for entry in late.threshold.entries if entry.counted}
    known = {standing.participant for standing in early.standings}
    assert known <= {standing.participant for standing in late.standings}


@given(ledgers(endings=False), days, st.data())
def test_narrowing_a_date_never_widens_the_result(
    facts: list[Fact], as_of: date, data: st.DataObject
) -> None:
    narrowed = []
    for fact in facts:
        length = (fact.taken.latest - fact.taken.earliest).days
        begin = data.draw(st.integers(0, length))
        end = data.draw(st.integers(begin, length))
        taken = Span(fact.taken.earliest + timedelta(days=begin), fact.taken.earliest + timedelta(days=end))
        narrowed.append(replace(fact, taken=taken))
    wide, narrow = outcome_of(facts, as_of), outcome_of(narrowed, as_of)
    assert within(narrow.threshold.reached, wide.threshold.reached)
    assert within(narrow.entry_into_force.on, wide.entry_into_force.on)
    for name in ("signatories", "contracting", "parties"):
        before, after = getattr(wide, name), getattr(narrow, name)
        if name == "signatories":
            assert before.certain <= after.certain
        assert after.possible <= before.possible
    assert wide.threshold.counted.possible >= narrow.threshold.counted.possible
    possible = {standing.participant: set(standing.possible) for standing in wide.standings}
    for standing in narrow.standings:
        assert set(standing.possible) <= possible[standing.participant]
    single = {code for code in possible if sum(fact.participant == code for fact in facts) == 1}
    for standing in narrow.standings:
        if standing.participant in single:
            (before,) = (each for each in wide.standings if each.participant == standing.participant)
            assert within(standing.in_force, before.in_force)


@given(ledgers(), days)
def test_counted_and_not_counted_are_all_consents(facts: list[Fact], as_of: date) -> None:
    outcome = outcome_of(facts, as_of)
    working = working_document(outcome)
    consents = [fact for fact in facts if fact.kind in CONSENTS and fact.taken.earliest <= as_of]
    assert len(working["counted"]) + len(working["not_counted"]) == len(consents)
    assert sorted(entry.fact for entry in outcome.threshold.entries) == sorted(fact.id for fact in consents)
    counted = [entry.participant for entry in outcome.threshold.entries if entry.counted]
    assert len(counted) == len(set(counted))
    assert all(entry.reason for entry in outcome.threshold.entries)
    assert all(entry.may_count for entry in outcome.threshold.entries if entry.counted)


@given(ledgers(), days)
def test_what_is_certain_is_possible_and_the_least_of_it(facts: list[Fact], as_of: date) -> None:
    outcome = outcome_of(facts, as_of)
    for count in (outcome.signatories, outcome.contracting, outcome.parties, outcome.threshold.counted):
        assert 0 <= count.certain <= count.possible
    for standing in outcome.standings:
        assert standing.kind == standing.possible[0]
        assert list(standing.possible) == sorted(standing.possible, key=list(StandingKind).index)
        assert standing.reason
        if StandingKind.PARTY in standing.possible:
            assert outcome.entry_into_force.on
            assert standing.in_force
    if outcome.threshold.remaining == 0:
        assert outcome.threshold.reached
    if all(fact.taken.on and (fact.withdrawn is None or fact.withdrawn.on) for fact in facts):
        assert outcome.threshold.reached is None or outcome.threshold.reached.on
        assert outcome.threshold.counted.certain == outcome.threshold.counted.possible
        assert all(len(standing.possible) == 1 for standing in outcome.standings)


@given(ledgers(), days)
def test_the_document_is_plain_json_and_never_shows_the_last_day_of_the_calendar(
    facts: list[Fact], as_of: date
) -> None:
    assert NEVER.isoformat() not in text_of(outcome_of(facts, as_of))
