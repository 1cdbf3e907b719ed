"""Random trees of conditions, held against a clerk who counts day by day in every world that open days permit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ratification.rules import sweep
from ratification.rules.course import Course
from ratification.rules.dates import NEVER, Span
from ratification.rules.document import working_document
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, MembershipFact
from ratification.rules.tree_state import TreeState
from treaty.clauses import (
    ActionKind,
    After,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    Clause,
    ConditionNode,
    DayReached,
    DeclaredEvent,
    Delay,
    EntryIntoForce,
    EventHappened,
    GroupMember,
    LaterParties,
    RatioOf,
    SumOf,
    Unless,
    ValueTable,
    named,
    short_form,
)

FIRST, LAST = date(2020, 1, 1), 12
CODES = ("AAA", "BBB", "CCC", "DDD")
CLUB = (
    MembershipFact("club", "AAA", None, FIRST + timedelta(days=4)),
    MembershipFact("club", "BBB", FIRST + timedelta(days=3)),
    MembershipFact("club", "CCC"),
)
VALUES = ValueTable("v.csv", ((None, {"AAA": Decimal("0.5"), "BBB": Decimal(1), "CCC": Decimal(2)}),))
OTHERS = ValueTable("w.csv", ((None, {"AAA": Decimal(9), "BBB": Decimal(1), "DDD": Decimal(1)}),))
OWN = Among("own_group", "own", (GroupMember("AAA"), GroupMember("DDD", FIRST + timedelta(days=5))))
GROUP = Among("group", "club")
FIXED = Among("group", "club", on=FIRST + timedelta(days=2))


def at(number: int) -> date:
    return FIRST + timedelta(days=number)


DAYS = st.integers(0, LAST)
MONOTONE_LEAVES: list[ConditionNode] = [
    AtLeast(1),
    AtLeast(2),
    AtLeast(3),
    AtLeast(1, named(("AAA", "CCC"))),
    AtLeast(2, named(("AAA", "BBB"))),
    AtLeast(1, GROUP),
    AtLeast(1, OWN),
    AtLeast(None, FIXED, Fraction(1, 2)),
    AtLeast(None, fraction=Fraction(2, 3), part_of=FIXED),
    SumOf(VALUES, Decimal(50)),
    SumOf(VALUES, Decimal("1.5"), percent=False, more_than=True),
    SumOf(VALUES, Decimal(40), among=FIXED),
    EventHappened("decision"),
    DayReached(at(6)),
]
UNDONE_LEAVES: list[ConditionNode] = [
    RatioOf(VALUES, OTHERS, Decimal(60)),
    AtLeast(None, GROUP, Fraction(1, 2)),
    AtLeast(None, GROUP, Fraction(1, 2), more_than=True),
    AtLeast(None, fraction=Fraction(1, 2), part_of=GROUP),
    Unless(AtLeast(2, acts=(ActionKind.OBJECTION,)), at(5)),
]


DECIDED = Span.day(at(4))


def trees(leaves: list[ConditionNode]) -> st.SearchStrategy[ConditionNode]:
    def grown(parts: st.SearchStrategy[ConditionNode]) -> st.SearchStrategy[ConditionNode]:
        several = st.lists(parts, min_size=2, max_size=3).map(tuple)
        after = st.builds(After, st.sampled_from((Delay(days=1), Delay(days=4))), parts)
        return st.one_of(several.map(AllOf), several.map(AnyOf), after)

    return st.recursive(st.sampled_from(leaves), grown, max_leaves=5)


def clause_of(condition: ConditionNode, event: Span = DECIDED) -> Clause:
    return Clause(
        entry_into_force=EntryIntoForce("1", (ActionKind.RATIFICATION,), condition, Delay(days=2)),
        later_parties=LaterParties("2", Delay(days=1), not_before_general=True),
        events=(DeclaredEvent("decision", event.earliest, event.latest, "minutes"),),
    )


@st.composite
def ledgers(draw: st.DrawFn, *, endings: bool = True, wide: int = 2) -> list[Fact]:
    facts = []
    for code in CODES:
        begin = at(draw(DAYS))
        taken = Span(begin, begin + timedelta(days=draw(st.sampled_from((0, 0, wide)))))
        withdrawn = None
        if endings and not draw(st.integers(0, 3)):
            withdrawn = Span.day(taken.latest + timedelta(days=draw(st.integers(0, 3))))
        if draw(st.integers(0, 4)):
            facts.append(Fact(f"{code}-c", code, ActionKind.RATIFICATION, taken, withdrawn))
        if not draw(st.integers(0, 3)):
            facts.append(Fact(f"{code}-o", code, ActionKind.OBJECTION, Span.day(at(draw(DAYS)))))
    return facts


def worlds(facts: list[Fact]) -> Iterator[list[Fact]]:
    choices = [
        [
            replace(fact, taken=Span.day(fact.taken.earliest + timedelta(days=number)))
            for number in range(length + 1)
        ]
        for fact in facts
        for length in [(fact.taken.latest - fact.taken.earliest).days]
    ]
    for world in product(*choices):
        yield list(world)


class Clerk:
    """One world: the condition asked on every day, as its words say."""

    def __init__(self, condition: ConditionNode, facts: list[Fact], event: date) -> None:
        self.facts, self.event = facts, event
        self.reached = next(
            (day for number in range(LAST + 40) for day in [at(number)] if self.holds(condition, day)), None
        )

    def acted(self, kinds: tuple[ActionKind, ...], day: date) -> set[str]:
        return {
            fact.participant
            for fact in self.facts
            if fact.kind in (kinds or (ActionKind.RATIFICATION,))
            and fact.taken.earliest <= day
            and not (fact.withdrawn and fact.withdrawn.earliest <= day)
        }

    def members(self, among: Among, day: date) -> set[str]:
        day = among.on or day
        if among.kind == "everyone":
            return set(CODES)
        if among.kind == "group":
            return {membership.iso3 for membership in CLUB if membership.on(day)}
        return {
            member.iso3 for member in among.members if not (member.valid_from and day < member.valid_from)
        }

    def held(self, table: ValueTable, day: date, members: set[str]) -> Fraction:
        acted = self.acted((), day)
        amounts = table.years[0][1]
        return sum((Fraction(amounts.get(code, 0)) for code in acted & members), Fraction(0))

    def holds(self, node: ConditionNode, day: date) -> bool:  # noqa: PLR0911 - one for each kind of node
        match node:
            case AllOf():
                return all(self.holds(part, day) for part in node.parts)
            case AnyOf():
                return any(self.holds(part, day) for part in node.parts)
            case EventHappened():
                return self.event <= day
            case DayReached():
                return node.day <= day
            case After():
                begun = day - timedelta(days=node.delay.days)
                return any(
                    self.holds(node.condition, at(number)) for number in range((begun - FIRST).days + 1)
                )
            case Unless():
                return day >= node.by and not self.holds(node.condition, node.by)
            case AtLeast():
                members = self.members(node.among, day)
                held = len(self.acted(node.acts, day) & members)
                return (
                    held >= (node.number or 0)
                    if node.fraction is None
                    else self._part(node, held, self.members(node.part_of or node.among, day))
                )
            case SumOf():
                members = self.members(node.among, day)
                total = sum(
                    Fraction(value) for code, value in node.table.years[0][1].items() if code in members
                )
                needed = Fraction(node.limit) * total / 100 if node.percent else Fraction(node.limit)
                held_sum = self.held(node.table, day, members)
                return held_sum > needed if node.more_than else held_sum >= needed
            case RatioOf():
                first, second = (self.held(table, day, set(CODES)) for table in (node.table, node.of))
                return first > 0 and first * 100 >= Fraction(node.limit) * second

    @staticmethod
    def _part(node: AtLeast, held: int, members: set[str]) -> bool:
        needed = (node.fraction or 0) * len(members)
        return bool(members) and (held > needed if node.more_than else held >= needed)


def reached(condition: ConditionNode, facts: list[Fact], event: Span = DECIDED) -> Span | None:
    record = FactRecord.of(facts, (), CLUB)
    return evaluate(clause_of(condition, event), record, at(LAST + 7)).threshold.reached


def test_a_ratio_to_nothing_is_met_in_the_working_too() -> None:
    """CCC holds 2 of the first table and nothing of the second; BBB 1 of each."""
    facts = [
        Fact(code, code, ActionKind.RATIFICATION, Span.day(at(number)))
        for number, code in ((1, "CCC"), (3, "BBB"))
    ]
    leaf = RatioOf(VALUES, OTHERS, Decimal(60))
    shown = []
    for day in (0, 1, 3):
        outcome = evaluate(clause_of(leaf), FactRecord.of(facts, (), CLUB), at(day))
        (condition,) = working_document(outcome)["conditions"]
        assert condition["met"] == (outcome.threshold.reached == Span.day(at(1)))
        shown.append(condition["held"])
    # No number is a ratio to nothing; those counted are those of the day on which it was reached.
    assert shown == ["0", None, None]


@given(trees(MONOTONE_LEAVES), ledgers(), DAYS)
def test_the_bounds_of_a_tree_are_those_of_every_possibility(
    condition: ConditionNode, facts: list[Fact], event: int
) -> None:
    happened = Span(at(event), at(event + 1))
    found = reached(condition, facts, happened)
    days = [
        Clerk(condition, world, day).reached for world in worlds(facts) for day in (at(event), at(event + 1))
    ]
    known = [day for day in days if day]
    if not known:
        assert found is None
    else:
        latest = max(known) if len(known) == len(days) else NEVER
        assert found is not None
        # The extremes are attained: the earliest deposits make every leaf true no later than any other.
        assert found.earliest == min(known)
        assert found.latest == latest


@given(trees([*MONOTONE_LEAVES, *UNDONE_LEAVES]), ledgers())
def test_the_bounds_contain_every_possibility_even_where_a_deposit_can_undo_a_condition(
    condition: ConditionNode, facts: list[Fact]
) -> None:
    found = reached(condition, facts)
    for world in worlds(facts):
        day = Clerk(condition, world, at(4)).reached
        if day:
            assert found
            assert found.earliest <= day <= found.latest
        else:
            assert found is None or not found.certain
        exact = reached(condition, world)
        assert exact == (Span.day(day) if day else None)


@given(trees(MONOTONE_LEAVES), ledgers(endings=False), st.sampled_from(CODES), st.builds(at, DAYS))
def test_a_further_deposit_never_delays_a_condition(
    condition: ConditionNode, facts: list[Fact], code: str, day: date
) -> None:
    before = reached(condition, facts)
    after = reached(condition, [*facts, Fact("more", code, ActionKind.RATIFICATION, Span.day(day))])
    if before:
        assert after
        assert (after.earliest, after.latest) <= (before.earliest, before.latest)


@given(
    st.sampled_from((None, 1, 2, 3)),
    st.sampled_from(((), ("AAA",), ("AAA", "BBB"))),
    st.sampled_from(((), (SumOf(VALUES, Decimal(50)),))),
    st.sampled_from(((), (AtLeast(2, GROUP),))),
    ledgers(wide=5),
)
def test_the_short_form_and_its_tree_agree(
    number: int | None,
    required: tuple[str, ...],
    shares: tuple[SumOf, ...],
    subsets: tuple[AtLeast, ...],
    facts: list[Fact],
) -> None:
    assume(number or required or shares or subsets)
    short = short_form(number, required, shares, subsets)
    parts: list[ConditionNode] = [*shares, *subsets, *[AtLeast(1, named((code,))) for code in required]]
    parts += [AnyOf((AtLeast(number), AllOf((AtLeast(number), DayReached(at(3))))))] if number else []
    tree = AllOf(tuple(reversed(parts)))
    assert reached(short, facts) == reached(tree, facts)


def test_an_objection_that_lasted_counts_against_tacit_acceptance() -> None:
    facts = [Fact("o", "AAA", ActionKind.OBJECTION, Span.day(at(1)), Span.day(at(3)))]
    lasted = After(Delay(days=3), AtLeast(1, acts=(ActionKind.OBJECTION,)))
    assert reached(Unless(lasted, at(6)), facts) is None
    assert reached(Unless(lasted, at(6)), []) == Span.day(at(6))


def test_each_sum_refers_to_the_total_of_its_own() -> None:
    facts = [Fact("c", "CCC", ActionKind.RATIFICATION, Span.day(at(1)))]
    of_four, of_ten = (SumOf(replace(VALUES, total=Decimal(total)), Decimal(50)) for total in (4, 10))
    assert reached(AllOf((of_four, of_ten)), facts) is None
    assert reached(AllOf((of_four, of_four)), facts) == Span.day(at(1))


def test_deposits_on_open_days_are_all_tried_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[date] = []

    class Watched(TreeState):
        def __init__(self, course: Course, days: list[date], *, two_sided: bool) -> None:
            states.append(course.as_of)
            super().__init__(course, days, two_sided=two_sided)

    monkeypatch.setattr(sweep, "TreeState", Watched)
    open_days = Span(at(0), at(300))
    facts = [Fact(f"c{number}", f"P{number}", ActionKind.RATIFICATION, open_days) for number in range(50)]
    clause = clause_of(AtLeast(50))
    facts += [Fact("x", "XXX", ActionKind.RATIFICATION, Span.day(at(299)))]
    outcome = evaluate(clause, FactRecord.of(facts), at(400))
    # Any 49 of the open ones and the last make fifty on day 299, so that none of the open ones is certain to count.
    assert outcome.threshold.reached == Span(at(0), at(300))
    assert outcome.threshold.counted.possible == 51
    assert len(states) == 2
