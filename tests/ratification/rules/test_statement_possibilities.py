"""Statements with open days: what is said to be certain holds whatever the days were, by a naive replay of each case.

Left out, because the rules decide it so (docs/legal-rules.md): a reservation or confirmation on a day that may be
that of its maker's consent belongs to it, and an act that names a statement came after it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from ratification.rules.statements import statements_on
from tests.ratification.rules.replay import replayed
from treaty.clauses import ActionKind

FIRST = date(2026, 3, 1)
LATE = FIRST + timedelta(days=20)
NEAR = [0, 1, 2, 3, 364, 365, 366, 367]
"""Days after a late reservation: close to it, and about the end of the twelve months."""
NAMES = ["14", "15", "16", "16(1)"]
WITH_CONSENT = {"reservation", "confirmation_of_reservation"}
CHANGES = ["withdrawal_of_statement", "objection", "confirmation_of_reservation", "modification_of_statement"]
MOST_CASES = 200


@st.composite
def spans(draw: st.DrawFn) -> Span:
    begins = LATE + timedelta(days=draw(st.sampled_from(NEAR)))
    return Span(begins, begins + timedelta(days=draw(st.sampled_from([0, 0, 1, 2]))))


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """A late reservation, the objection of another State that consents at some time, and what is said about them."""
    facts = [
        Fact("1", "AAA", ActionKind.RATIFICATION, Span.day(FIRST)),
        Fact("2", "AAA", ActionKind.RESERVATION, Span.day(LATE), articles=("14", "16")),
        Fact("3", "BBB", ActionKind.RATIFICATION, draw(spans())),
        Fact("4", "BBB", ActionKind.OBJECTION, draw(spans()), target="2"),
    ]
    for number in range(5, 5 + draw(st.integers(0, 3))):
        kind, target = draw(st.sampled_from(CHANGES)), draw(st.sampled_from([facts[1], facts[3]]))
        articles = tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True)))
        if kind == "objection":
            who, target = "BBB", facts[1]
        else:
            who = target.participant
        facts.append(
            Fact(str(number), who, ActionKind(kind), draw(spans()), target=target.id, articles=articles)
        )
    return facts


def may_be_one_day(one: Fact, other: Fact) -> bool:
    """Whether two acts of a maker may have been taken on one day, and may not."""
    known = one.taken.on and other.taken.on
    apart = one.taken.latest < other.taken.earliest or other.taken.latest < one.taken.earliest
    return one.participant == other.participant and not known and not apart


def cases(facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    """The histories of known days that the open ones may be, each act after the statement that it names."""
    days = [
        [
            fact.taken.earliest + timedelta(days=each)
            for each in range((fact.taken.latest - fact.taken.earliest).days + 1)
        ]
        for fact in facts
    ]
    for chosen in product(*days):
        taken = dict(zip((fact.id for fact in facts), chosen, strict=True))
        if all(not fact.target or taken[fact.target] <= taken[fact.id] for fact in facts):
            yield [replace(fact, taken=Span.day(taken[fact.id])) for fact in facts]


@given(histories(), spans(), st.sampled_from([0, 0, 500]))
def test_what_is_certain_is_so_in_every_case(facts: list[Fact], day: Span, later: int) -> None:
    consents = [fact for fact in facts if fact.kind == "ratification"]
    assume(
        not any(
            may_be_one_day(fact, each) for fact in facts if fact.kind in WITH_CONSENT for each in consents
        )
    )
    possible = list(cases(facts))
    assume(0 < len(possible) <= MOST_CASES)
    as_of = day.latest + timedelta(days=later)
    replays = [replayed(case, as_of) for case in possible]
    for key, statement in statements_on(facts, as_of).by_id.items():
        for provision in statement.provisions:
            found = {replay.get((key, provision.name), "not made") for replay in replays}
            assert not provision.certain or found == {provision.state.value}
