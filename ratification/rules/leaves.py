"""Working of a condition on one day: for each leaf, the number required and the number reached."""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import ceil, floor

from common.messages import listed, message
from ratification.rules.course import COUNTED, Course, Stream, stream_of
from ratification.rules.holdings import MUST, members_on
from ratification.rules.outcome import Condition, ConditionKind
from treaty.clauses import (
    After,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    ConditionNode,
    DayReached,
    EventHappened,
    Leaf,
    RatioOf,
    SumOf,
    Unless,
    needed_together,
)
from treaty.clauses.words import condition_words


@dataclass(frozen=True, slots=True)
class Scales:
    """A course on one day, with those that certainly count on it, by stream."""

    course: Course
    day: date
    acting: Callable[[Stream], AbstractSet[str]]

    def conditions(self) -> tuple[Condition, ...]:
        """Return every leaf of the condition with what those counted bring to it."""
        return tuple(self._weigh(leaf) for leaf in _leaves(self.course.condition))

    def met(self, node: ConditionNode) -> bool:
        """Whether a node certainly holds on the day."""
        match node:
            case AllOf():
                return all(self.met(part) for part in node.parts)
            case AnyOf():
                return any(self.met(part) for part in node.parts)
            case After():
                return self.met(node.condition)
        return self._weigh(node).met

    def remaining(self, node: ConditionNode) -> int:
        """Return the least number of further instruments that could meet a node.

        For a table it is one, because the size of what is still to come is not known; none where it waits for a day or
        an event.
        """
        match node:
            case AllOf():
                return max((self.remaining(part) for part in node.parts), default=0)
            case AnyOf():
                return min(self.remaining(part) for part in node.parts)
            case After():
                return self.remaining(node.condition)
        found = self._weigh(node)
        if found.met or isinstance(node, EventHappened | DayReached | Unless):
            return 0
        return 1 if isinstance(node, SumOf | RatioOf) else ceil(found.required - found.held)

    def decides(self, node: ConditionNode, last: AbstractSet[str], without: "Scales") -> set[str]:
        """Return those of `last` that bring something to a part of the node that does not hold without them.

        Args:
            node: the node, which holds now.
            last: who deposited on the deciding day.
            without: the same day without them.

        """
        if without.met(node) or not self.met(node):
            return set()
        match node:
            case AllOf() | AnyOf():
                return {iso3 for part in node.parts for iso3 in self.decides(part, last, without)}
            case AtLeast() if stream_of(node) == COUNTED:
                return {iso3 for iso3 in last if iso3 in self._set(node.among)}
            case SumOf():
                amounts = self.course.amounts(node.table).on(self.day)
                return {iso3 for iso3 in last if amounts.get(iso3) and iso3 in self._set(node.among)}
            case RatioOf():
                amounts = self.course.amounts(node.table).on(self.day)
                return {iso3 for iso3 in last if amounts.get(iso3)}
        return set()

    def branch(self, node: ConditionNode) -> str:
        """Return in words which alternative of the condition holds; empty where it has no alternatives."""
        match node:
            case AnyOf():
                for part in node.parts:
                    if self.met(part):
                        return condition_words(part)
            case AllOf():
                return _joined(filter(None, map(self.branch, node.parts)))
            case After():
                return self.branch(node.condition)
        return ""

    def main(self) -> tuple[AtLeast, int] | None:
        """Return the leaf whose number is shown as the threshold, with the number; None where there is none.

        It is the number of instruments, or of those of a set if the clause asks for nothing else. Where all of the
        named participants are needed, it is not a number but who has not deposited that is missing.
        """
        needed = list(needed_together(self.course.condition))
        for leaf in needed:
            if not isinstance(leaf, AtLeast) or stream_of(leaf) != COUNTED:
                continue
            weighed = self._weigh(leaf)
            if weighed.kind == "instruments" or (len(needed) == 1 and weighed.kind == "subset"):
                return leaf, int(weighed.required)
        return None

    def belonging(self, among: Among, participants: AbstractSet[str]) -> set[str]:
        """Return those of the participants that belong to the set on the day."""
        members = self._set(among)
        return {iso3 for iso3 in participants if iso3 in members}

    def _weigh(self, node: Leaf) -> Condition:
        match node:
            case AtLeast():
                return self._at_least(node)
            case SumOf():
                return self._sum(node)
            case RatioOf():
                return self._ratio(node)
            case EventHappened():
                happened = self.course.events.get(node.name)
                met = happened is not None and happened.by(self.day)
                return _yes_or_no("event", node.name, met=met)
            case DayReached():
                return _yes_or_no("day", node.day.isoformat(), met=node.day <= self.day)
        met = node.by <= min(self.day, self.course.as_of) and not self.met(node.condition)
        return _yes_or_no("objections", condition_words(node.condition), met=met)

    def _at_least(self, node: AtLeast) -> Condition:
        counted = self.acting(stream_of(node))
        members = self._set(node.among)
        held = sum(iso3 in members for iso3 in counted)
        required = node.number or 0
        if node.fraction is not None:
            size = len(
                members_on(node.part_of or node.among, self.course.record, MUST, self.day)
                - self.course.leave_out
            )
            part = node.fraction * size
            required = max(floor(part) + 1 if node.more_than else ceil(part), 1)
        kind: ConditionKind = "subset"
        missing: tuple[str, ...] = ()
        if node.among.kind == "everyone":
            kind = "instruments"
        elif node.among.kind == "named" and required == len(node.among.members):
            kind = "required_participants"
            missing = tuple(sorted({member.iso3 for member in node.among.members} - counted))
        subject = node.among.name or ("" if kind != "subset" else _codes(node.among))
        return Condition(kind, subject, Decimal(required), Decimal(held), held >= required, missing)

    def _sum(self, node: SumOf) -> Condition:
        amounts = self.course.amounts(node.table)
        members = self._set(node.among)
        of_day = {iso3: amount for iso3, amount in amounts.on(self.day).items() if iso3 in members}
        held = Fraction(sum(of_day[iso3] for iso3 in self.acting(COUNTED) & of_day.keys()))
        kind: ConditionKind = "amount"
        if node.percent:
            kind = "share"
            held = 100 * held / (amounts.total(of_day) or 1)
        else:
            held /= amounts.unit
        limit = Fraction(node.limit)
        met = held > limit if node.more_than else held >= limit
        return Condition(kind, node.table.name, node.limit, _shown(held), met, words=node.table.words)

    def _ratio(self, node: RatioOf) -> Condition:
        acting = self.acting(COUNTED)
        first, second = (
            Fraction(
                sum(amount for iso3, amount in amounts.on(self.day).items() if iso3 in acting), amounts.unit
            )
            for amounts in map(self.course.amounts, (node.table, node.of))
        )
        needed = Fraction(node.limit) * second / 100
        met = first > 0 and (first > needed if node.more_than else first >= needed)
        held = _shown(100 * first / second) if second else Decimal("Infinity" if first else 0)
        both = f"{node.table.name}, {node.of.name}"
        words = listed([node.table.words, node.of.words], "and")
        return Condition("ratio", both, node.limit, held, met, words=words)

    def _set(self, among: Among) -> "AbstractSet[str] | _Everyone":
        if among.kind == "everyone":
            return _Everyone()
        return members_on(among, self.course.record, MUST, self.day)


class _Everyone:
    """Set that everyone belongs to."""

    def __contains__(self, iso3: object) -> bool:
        return True


def _leaves(node: ConditionNode) -> Iterator[Leaf]:
    if isinstance(node, AllOf | AnyOf):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, After):
        yield from _leaves(node.condition)
    else:
        yield node


def _yes_or_no(kind: ConditionKind, subject: str, *, met: bool) -> Condition:
    return Condition(kind, subject, Decimal(1), Decimal(met), met)


def _joined(branches: Iterable[str]) -> str:
    first, *others = list(branches) or [""]
    for other in others:
        first = message("%(first)s; %(next)s", first=first, next=other)
    return first


def _codes(among: Among) -> str:
    return " ".join(member.iso3 for member in among.members)


def _shown(value: Fraction) -> Decimal:
    """Return a number to two places, rounded down so that a limit that is not reached never looks reached."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), ROUND_DOWN)
