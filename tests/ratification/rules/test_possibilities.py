"""Open dates against the plainest reading: try every combination of days, and count day by day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from ratification.rules.dates import NEVER, Span
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord, MembershipFact, ParticipantFact
from ratification.rules.outcome import Outcome, StandingKind
from tests.ratification.rules.ledger import share, subset
from treaty.clauses import (
    ActionKind,
    AllOf,
    AtLeast,
    Clause,
    ConditionNode,
    Delay,
    Denunciation,
    EntryIntoForce,
    LaterParties,
    SumOf,
    short_form,
)

FIRST = date(2020, 1, 1)
CODES = ("AAA", "BBB", "CCC", "DDD", "ORG")
LAST = 9
DAYS = st.integers(0, LAST)
ORDER = list(StandingKind)


def at(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    begin = draw(DAYS)
    return Span(at(begin), at(begin + draw(st.sampled_from((0, 0, 1, 3)))))


@st.composite
def ledgers(draw: st.DrawFn) -> list[Fact]:
    """Up to one signature and one consent a participant, few enough open days for every combination to be tried."""
    facts = []
    for code in CODES:
        if draw(st.booleans()):
            facts.append(Fact(f"{code}-s", code, ActionKind.SIGNATURE, draw(spans())))
        if draw(st.integers(0, 4)):
            kind = draw(
                st.sampled_from((ActionKind.RATIFICATION, ActionKind.RATIFICATION, ActionKind.ACCESSION))
            )
            taken = draw(spans())
            withdrawn = None
            if not draw(st.integers(0, 3)):
                begin = max(taken.latest, at(draw(DAYS)))
                withdrawn = Span(begin, begin + timedelta(days=draw(st.sampled_from((0, 2)))))
            facts.append(Fact(f"{code}-c", code, kind, taken, withdrawn))
            if not draw(st.integers(0, 4)):
                begin = max(taken.latest, at(draw(DAYS)))
                facts.append(Fact(f"{code}-d", code, ActionKind.DENUNCIATION, Span.day(begin)))
    return facts


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    """A small clause with any of the conditions."""
    named: tuple[str, ...] = draw(st.sampled_from(((), (), ("AAA",), ("AAA", "BBB"))))
    without_number = bool(named) and draw(st.booleans())
    shares = draw(
        st.sampled_from(
            (
                (),
                (),
                (share("s.csv", Decimal(50), {"AAA": Decimal(2), "BBB": Decimal(1), "CCC": Decimal(1)}),),
            )
        )
    )
    subsets = draw(st.sampled_from(((), (), (subset("club", 1),), (subset("club", 2),))))
    return Clause(
        entry_into_force=EntryIntoForce(
            article="1",
            condition=short_form(
                None if without_number else draw(st.sampled_from((1, 2, 2, 3))), named, shares, subsets
            ),
            counted_acts=draw(
                st.sampled_from(
                    ((ActionKind.RATIFICATION,), (ActionKind.RATIFICATION, ActionKind.ACCESSION)),
                ),
            ),
            organizations="one" if draw(st.booleans()) else "none",
            delay=Delay(days=draw(st.sampled_from((0, 2, 5)))),
            not_before=draw(st.sampled_from((None, at(6)))),
        ),
        later_parties=LaterParties(
            "2", Delay(days=draw(st.sampled_from((0, 1, 7)))), not_before_general=True
        ),
        denunciation=Denunciation("3", Delay(days=2)),
    )


PARTICIPANTS = (ParticipantFact("ORG", "reio"), ParticipantFact("DDD", "state", None, at(7)))
MEMBERSHIPS = (
    MembershipFact("club", "AAA", None, at(4)),
    MembershipFact("club", "BBB", at(3)),
    MembershipFact("club", "ORG"),
)


def record_of(facts: list[Fact]) -> FactRecord:
    return FactRecord.of(facts, PARTICIPANTS, MEMBERSHIPS, {"ORG": "club"})


def worlds(facts: list[Fact]) -> Iterator[list[Fact]]:
    """Every way in which the open days may have fallen."""

    def days(span: Span) -> list[Span]:
        return [
            Span.day(span.earliest + timedelta(days=n)) for n in range((span.latest - span.earliest).days + 1)
        ]

    choices = [
        [
            replace(fact, taken=taken, withdrawn=withdrawn)
            for taken in days(fact.taken)
            for withdrawn in (days(fact.withdrawn) if fact.withdrawn else [None])
        ]
        for fact in facts
    ]
    for world in product(*choices):
        yield list(world)


class Plain:
    """One world, where every day is known, counted day by day as a clerk would."""

    def __init__(self, clause: Clause, facts: list[Fact], as_of: date) -> None:
        self.clause, self.as_of = clause, as_of
        self.facts = [fact for fact in facts if fact.taken.earliest <= as_of]
        self.reached = next((day for day in self._days(as_of) if self._met(self.counted_on(day), day)), None)
        rule = clause.entry_into_force
        self.general = None
        if self.reached:
            self.general = max(self.reached + timedelta(days=rule.delay.days), rule.not_before or date.min)

    def counted_on(self, day: date) -> set[str]:
        rule = self.clause.entry_into_force
        found = set()
        for fact in self.facts:
            if fact.kind not in rule.counted_acts or fact.taken.earliest > day:
                continue
            if fact.participant == "ORG" and rule.organizations == "none":
                continue
            if not any(end <= day for end in self._given_up(fact)):
                found.add(fact.participant)
        return found

    @property
    def counted(self) -> set[str]:
        return self.counted_on(self.reached or self.as_of)

    def begins(self, fact: Fact) -> date | None:
        if self.general is None:
            return None
        begins = self.general
        if fact.participant not in self.counted:
            own = self.clause.later_parties.delay.days if self.clause.later_parties else 0
            begins = max(begins, fact.taken.earliest + timedelta(days=own))
        ends = self.ends(fact, begins)
        return None if ends and ends <= begins else begins

    def ends(self, fact: Fact, begins: date | None) -> date | None:
        ends = [at(7)] if fact.participant == "DDD" and self.as_of >= at(7) else []
        received_on = [notice.taken.earliest for notice in self._notices(fact)]
        if fact.withdrawn and fact.withdrawn.earliest <= self.as_of:
            received_on.append(fact.withdrawn.earliest)
        late = timedelta(days=2)
        ends += [on if begins is None or on < begins else on + late for on in received_on]
        return min(ends, default=None)

    def standing(self, code: str) -> StandingKind:
        if code == "DDD" and self.as_of >= at(7):
            return StandingKind.NONE
        consents = [
            fact
            for fact in self.facts
            if fact.participant == code and fact.kind in (ActionKind.RATIFICATION, ActionKind.ACCESSION)
        ]
        for fact in consents:
            begins = self.begins(fact)
            ends = self.ends(fact, self._unended(fact))
            if ends and ends <= self.as_of:
                return StandingKind.WITHDRAWN
            return StandingKind.PARTY if begins and begins <= self.as_of else StandingKind.CONTRACTING
        signed = any(fact.participant == code and fact.kind == ActionKind.SIGNATURE for fact in self.facts)
        return StandingKind.SIGNATORY if signed else StandingKind.NONE

    def _unended(self, fact: Fact) -> date | None:
        if self.general is None or fact.participant in self.counted:
            return self.general
        own = self.clause.later_parties.delay.days if self.clause.later_parties else 0
        return max(self.general, fact.taken.earliest + timedelta(days=own))

    def _given_up(self, fact: Fact) -> list[date]:
        ends = [fact.withdrawn.earliest] if fact.withdrawn else []
        return ends + [notice.taken.earliest for notice in self._notices(fact)]

    def _notices(self, fact: Fact) -> list[Fact]:
        return [
            notice
            for notice in self.facts
            if notice.kind == ActionKind.DENUNCIATION and notice.participant == fact.participant
        ]

    def _met(self, counted: set[str], day: date) -> bool:
        members = {membership.iso3 for membership in MEMBERSHIPS if membership.on(day)}
        condition = self.clause.entry_into_force.condition
        parts = condition.parts if isinstance(condition, AllOf) else (condition,)
        return all(self._holds(part, counted, members) for part in parts)

    @staticmethod
    def _holds(part: ConditionNode, counted: set[str], members: set[str]) -> bool:
        if isinstance(part, SumOf):
            values = part.table.years[0][1]
            held = sum(values.get(code, 0) for code in counted)
            return bool(held * 100 >= part.limit * sum(values.values()))
        assert isinstance(part, AtLeast)
        number = part.number or 0
        if part.among.kind == "named":
            return counted >= {member.iso3 for member in part.among.members}
        return len(counted & members if part.among.kind == "group" else counted) >= number

    @staticmethod
    def _days(last: date) -> Iterator[date]:
        return (at(number) for number in range((last - FIRST).days + 1))


@given(clauses(), ledgers(), st.integers(0, LAST + 8))
def test_what_is_computed_is_what_every_possibility_gives(
    clause: Clause, facts: list[Fact], number: int
) -> None:
    as_of = at(number)
    outcome = evaluate(clause, record_of(facts), as_of)
    plain = [Plain(clause, world, as_of) for world in worlds(facts)]
    _check_threshold(outcome, plain)
    _check_counted(outcome, plain)
    _check_participants(outcome, plain)


def _check_threshold(outcome: Outcome, plain: list[Plain]) -> None:
    """The bounds are exact: each is attained, and none is passed."""
    days = [world.reached for world in plain]
    known = [day for day in days if day]
    if not known:
        assert outcome.threshold.reached is None
        return
    latest = max(known) if len(known) == len(days) else NEVER
    assert outcome.threshold.reached == Span(min(known), latest)
    general = [world.general for world in plain if world.general]
    assert outcome.entry_into_force.on == Span(min(general), max(general) if latest != NEVER else NEVER)


def _check_counted(outcome: Outcome, plain: list[Plain]) -> None:
    counted = [world.counted for world in plain]
    assert outcome.threshold.counted.certain <= min(map(len, counted))
    assert outcome.threshold.counted.possible >= max(map(len, counted))
    assert {entry.participant for entry in outcome.threshold.entries if entry.counted} <= set.intersection(
        *counted
    )
    assert {entry.participant for entry in outcome.threshold.entries if entry.may_count} >= set.union(
        *counted
    )
    for code in outcome.entry_into_force.decisive:
        for world in plain:
            assert code in world.counted
            assert any(fact.id == f"{code}-c" and fact.taken.on == world.reached for fact in world.facts)


def _check_participants(outcome: Outcome, plain: list[Plain]) -> None:
    for standing in outcome.standings:
        found = {world.standing(standing.participant) for world in plain}
        assert found <= set(standing.possible)
        assert ORDER.index(standing.kind) <= min(map(ORDER.index, found))
        begins = [
            begins
            for world in plain
            for fact in world.facts
            if fact.id == f"{standing.participant}-c"
            for begins in [world.begins(fact)]
        ]
        for day in begins:
            if day:
                assert standing.in_force
                assert standing.in_force.earliest <= day <= standing.in_force.latest
            else:
                assert standing.in_force is None or not standing.in_force.certain
