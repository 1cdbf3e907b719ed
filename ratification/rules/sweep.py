"""First day on which the condition of a clause holds, found in one pass over the days.

Where days are open, the pass keeps two sides: who may be counted (deposits at their earliest, what ends them at its
latest), and who certainly is (the other way round). The first days on which the condition holds on the two sides bound
the exact one. A leaf that a further deposit can undo (`RatioOf`, `Unless`, a fraction of a set) looks at the other side
for what speaks against it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from heapq import heapify, heappop, heappush

from ratification.rules.dates import Span, add
from ratification.rules.facts import FactRecord
from ratification.rules.holdings import MAY, MUST, Amounts, is_open, periods_of, turning_days
from treaty.clauses import (
    EVERYONE,
    After,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    ConditionNode,
    DayReached,
    EventHappened,
    RatioOf,
    SumOf,
    Unless,
    ValueTable,
    nodes_of,
)

Stream = tuple[tuple[str, ...], str]
"""Kinds of act that a leaf counts, and the article they are made under."""

COUNTED: Stream = ((), "")
"""What the clause itself counts."""


def stream_of(node: AtLeast) -> Stream:
    """Return the stream that a leaf counts."""
    return node.acts, node.under


@dataclass(frozen=True, slots=True)
class Stay:
    """Days on which an instrument can count, for one participant or for the members of an organization."""

    number: int
    participants: tuple[str, ...]
    since: Span
    until: Span | None


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that a condition depends on, in the order of time up to the day asked about.

    `leave_out` are participants that belong to no set because their acts do not count, `events` the days of the events
    that the condition waits for.
    """

    condition: ConditionNode
    record: FactRecord
    stays: Mapping[Stream, Sequence[Stay]]
    leave_out: frozenset[str]
    events: Mapping[str, Span]
    as_of: date


_Change = tuple[int, Stream, int, str, int]
"""Side, stream, number of the instrument, participant, and 1 or -1."""
_Holds = Callable[[int, date], bool]


class Sweep:
    """Passes over the days of a course; the changes are laid out once."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._two_sided = _is_open(course)
        self._changes: dict[date, list[_Change]] = {}
        for stream, stays in course.stays.items():
            for stay in stays:
                self._lay(stream, stay)

    def first_days(
        self, *, before: date | None = None, without: int | None = None
    ) -> tuple[date | None, date | None]:
        """Return the first day at whose end the condition may hold, and the first at whose end it certainly does.

        Args:
            before: look at earlier days only.
            without: the number of an instrument to leave out.

        """
        days = list(self._changes)
        heapify(days)
        state = _State(self._course, days, two_sided=self._two_sided)
        first: date | None = None
        last: date | None = None
        while days:
            day = heappop(days)
            if before is not None and day >= before:
                break
            if day == last:
                continue
            last = day
            state.turn(day)
            for side, stream, number, iso3, change in self._changes.get(day, ()):
                if number != without or stream != COUNTED:
                    state.change(side, stream, iso3, change)
            may, must = state.holds(day)
            first = first or (day if may else None)
            if must:
                return first, day
        return first, None

    def _lay(self, stream: Stream, stay: Stay) -> None:
        """Lay out an instrument. One that is taken back on the day of its deposit never stands."""
        since, until = stay.since, stay.until
        last, first = (until.latest, until.earliest) if until else (None, None)
        sides = ((MAY, since.earliest, last), (MUST, since.latest, first))
        for side, begins, ends in sides[: 1 + self._two_sided]:
            if ends is not None and ends <= begins:
                continue
            for day, change in ((begins, 1), (ends, -1)):
                if day is not None and day <= self._course.as_of:
                    self._changes.setdefault(day, []).extend(
                        (side, stream, stay.number, iso3, change) for iso3 in stay.participants
                    )


class _Set:
    """Set of participants on one side: its members on the day, and how many of them have acted."""

    def __init__(self, among: Among, present: Counter[str]) -> None:
        self.everyone = among.kind == "everyone"
        self.members: Counter[str] = Counter()
        self.size = 0
        self.held = 0
        self._present = present

    def act(self, iso3: str, change: int) -> None:
        """Let a participant begin (1) or cease (-1) to have acted."""
        if self.everyone or self.members[iso3]:
            self.held += change

    def join(self, iso3: str, change: int) -> None:
        """Let a participant join (1) or leave (-1) the set."""
        before = bool(self.members[iso3])
        self.members[iso3] += change
        difference = bool(self.members[iso3]) - before
        self.size += difference
        if self._present[iso3]:
            self.held += difference


class _Sum:
    """What the participants that have acted hold of a table on one side, of those in a set."""

    def __init__(self, table: ValueTable, members: _Set, present: Counter[str]) -> None:
        self.amounts = Amounts(table)
        self.total = Fraction(0)
        self.held = 0
        self._values: dict[str, int] = {}
        self._set, self._present = members, present

    def act(self, iso3: str, change: int) -> None:
        """Let a participant begin (1) or cease (-1) to have acted."""
        self.held += change * self._values.get(iso3, 0)

    def turn(self, day: date) -> None:
        """Take the amounts and the members of the day."""
        amounts = self.amounts.on(day)
        if not self._set.everyone:
            amounts = {iso3: amount for iso3, amount in amounts.items() if self._set.members[iso3]}
        self._values = amounts
        self.total = self.amounts.total(amounts)
        self.held = sum(amount for iso3, amount in amounts.items() if self._present[iso3])


class _State:
    """Who is counted at the moment, and whether that is enough; each change costs the same.

    On one side only where nothing is open: the second side is then the first.
    """

    def __init__(self, course: Course, days: list[date], *, two_sided: bool) -> None:
        """Build the leaves, and add to the heap `days` those on which something else than a deposit changes."""
        self._course, self._days = course, days
        self._sides = (MAY, MUST) if two_sided else (MAY,)
        self._present: dict[tuple[int, Stream], Counter[str]] = {}
        self._sets: dict[tuple[int, Stream, Among], _Set] = {}
        self._sums: dict[tuple[int, str, Among], _Sum] = {}
        self._acting: dict[tuple[int, Stream], list[_Set | _Sum]] = {}
        self._joins: dict[date, list[tuple[_Set, str, int]]] = {}
        self._turns = set(turning_days(course.condition))
        self._root = self._compile(course.condition)
        for day in (*self._turns, *self._joins):
            self._wake(day, course.as_of)
        for total in self._sums.values():
            total.turn(date.min)

    def change(self, side: int, stream: Stream, iso3: str, change: int) -> None:
        """Let an instrument begin or cease to stand. A participant counts once, however many it has."""
        present = self._counter(side, stream)
        before = present[iso3]
        present[iso3] = before + change
        difference = bool(before + change) - bool(before)
        if difference:
            for leaf in self._acting.get((side, stream), ()):
                leaf.act(iso3, difference)

    def turn(self, day: date) -> None:
        """Let those join and leave the sets who do on this day, and take the amounts of the year."""
        joins = self._joins.get(day, ())
        for members, iso3, change in joins:
            members.join(iso3, change)
        if joins or day in self._turns:
            for total in self._sums.values():
                total.turn(day)

    def holds(self, day: date) -> tuple[bool, bool]:
        """Whether the condition may hold at the end of the day, and whether it certainly does."""
        may = self._root(MAY, day)
        return may, self._root(MUST, day) if len(self._sides) > 1 else may

    def _wake(self, day: date, until: date = date.max) -> None:
        if day <= until:
            heappush(self._days, day)

    def _side(self, side: int) -> int:
        return min(side, len(self._sides) - 1)

    def _counter(self, side: int, stream: Stream) -> Counter[str]:
        return self._present.setdefault((side, stream), Counter())

    def _set(self, side: int, stream: Stream, among: Among) -> _Set:
        side = self._side(side)
        found = self._sets.get((side, stream, among))
        if found is None:
            found = _Set(among, self._counter(side, stream))
            self._sets[side, stream, among] = found
            self._acting.setdefault((side, stream), []).append(found)
            for iso3, begins, ends in periods_of(among, self._course.record, side):
                if iso3 in self._course.leave_out:
                    continue
                for day, change in ((begins, 1), (ends, -1)):
                    if day is not None:
                        self._joins.setdefault(day, []).append((found, iso3, change))
                    elif change == 1:
                        found.join(iso3, 1)
        return found

    def _sum(self, side: int, table: ValueTable, among: Among) -> _Sum:
        side = self._side(side)
        found = self._sums.get((side, table.name, among))
        if found is None:
            found = _Sum(table, self._set(side, COUNTED, among), self._counter(side, COUNTED))
            self._sums[side, table.name, among] = found
            self._acting.setdefault((side, COUNTED), []).append(found)
        return found

    def _compile(self, node: ConditionNode) -> _Holds:
        """Return the function that says whether a node holds on a side at the end of a day."""
        match node:
            case AllOf() | AnyOf():
                holds = self._joined(node)
            case AtLeast():
                holds = self._at_least(node)
            case SumOf():
                holds = self._sum_of(node)
            case RatioOf():
                holds = self._ratio_of(node)
            case EventHappened():
                holds = self._event(node)
            case DayReached():
                holds = self._day(node)
            case After():
                holds = self._after(node)
            case Unless():
                holds = self._unless(node)
        return holds

    def _joined(self, node: AllOf | AnyOf) -> _Holds:
        parts = [self._compile(part) for part in node.parts]
        join = all if isinstance(node, AllOf) else any
        # Every part is asked, because `After` remembers the first day on which it held.
        return lambda side, day: join([part(side, day) for part in parts])

    def _day(self, node: DayReached) -> _Holds:
        self._wake(node.day)
        return lambda _side, day: day >= node.day

    def _at_least(self, node: AtLeast) -> _Holds:
        sides = [self._set(side, stream_of(node), node.among) for side in (MAY, MUST)]
        if node.fraction is None:
            number = node.number or 0
            return lambda side, _day: sides[side].held >= number
        fraction, base = node.fraction, node.part_of or node.among
        wholes = [self._set(side, stream_of(node), base) for side in (MAY, MUST)]

        def holds(side: int, _day: date) -> bool:
            """Hold against a fraction that the whole may be larger than it certainly is."""
            size = max(wholes[1 - side].size, wholes[side].held)
            return size > 0 and sides[side].held >= fraction * size

        return holds

    def _sum_of(self, node: SumOf) -> _Holds:
        sides = [self._sum(side, node.table, node.among) for side in (MAY, MUST)]
        limit = Fraction(node.limit)

        def holds(side: int, _day: date) -> bool:
            here = sides[side]
            needed = limit * here.total / 100 if node.percent else limit * here.amounts.unit
            return here.held > needed if node.more_than else here.held >= needed

        return holds

    def _ratio_of(self, node: RatioOf) -> _Holds:
        sides = [self._sum(side, node.table, EVERYONE) for side in (MAY, MUST)]
        others = [self._sum(side, node.of, EVERYONE) for side in (MUST, MAY)]
        limit = Fraction(node.limit) / 100

        def holds(side: int, _day: date) -> bool:
            here, of = sides[side], others[side]
            held, needed = here.held * of.amounts.unit, limit * of.held * here.amounts.unit
            return held > 0 and (held > needed if node.more_than else held >= needed)

        return holds

    def _event(self, node: EventHappened) -> _Holds:
        happened = self._course.events.get(node.name)
        if happened is None:
            return lambda _side, _day: False
        days = (happened.earliest, happened.latest)
        for day in days:
            self._wake(day, self._course.as_of)
        return lambda side, day: day >= days[side]

    def _after(self, node: After) -> _Holds:
        inner = self._compile(node.condition)
        ends: list[date | None] = [None, None]

        def holds(side: int, day: date) -> bool:
            if inner(side, day) and ends[side] is None:
                ends[side] = add(node.delay, day)
                self._wake(ends[side] or day)
            end = ends[side]
            return end is not None and day >= end

        return holds

    def _unless(self, node: Unless) -> _Holds:
        inner = self._compile(node.condition)
        decided: list[bool | None] = [None, None]
        self._wake(node.by)
        known = self._course.as_of >= node.by

        def holds(side: int, day: date) -> bool:
            """Decide once, on the day that the text names; before that day has passed nothing is certain."""
            if day >= node.by and decided[side] is None:
                decided[side] = not inner(1 - side, day) and (side == MAY or known)
            return bool(decided[side])

        return holds


def _is_open(course: Course) -> bool:
    """Whether what may be and what certainly is can differ."""
    return (
        any(
            stay.since.on is None or (stay.until is not None and stay.until.on is None)
            for stays in course.stays.values()
            for stay in stays
        )
        or any(event.on is None for event in course.events.values())
        or is_open(course.condition, course.record)
        or any(isinstance(node, Unless) and node.by > course.as_of for node in nodes_of(course.condition))
    )
