"""State of a condition's tree at the end of a day, kept up to date change by change."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from heapq import heappush

from ratification.rules.course import COUNTED, Course, Stay, Stream, stream_of
from ratification.rules.dates import NEVER, add
from ratification.rules.holdings import MAY, MUST, Amounts, periods_of, turning_days
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
)

_Holds = Callable[[int, date], bool]
_Memory = dict[int | None, list[date | None]]
"""First day on which a node holds, once it is settled, by side: with all instruments, and without one of a number."""


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
    """Sum of what those participants of a set hold of a table that have acted, on one side."""

    def __init__(self, amounts: Amounts, members: _Set, present: Counter[str]) -> None:
        self.amounts = amounts
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


class TreeState:
    """Who is counted at the moment, and whether that is enough; each change costs the same.

    On one side only where nothing is open: the second side is then the first.
    """

    def __init__(self, course: Course, days: list[date], *, two_sided: bool) -> None:
        """Build the leaves, and add to the heap `days` those on which something else than a deposit changes."""
        self._course, self._days = course, days
        self._sides = (MAY, MUST) if two_sided else (MAY,)
        self._present: dict[tuple[int, Stream], Counter[str]] = {}
        self._sets: dict[tuple[int, Stream, Among], _Set] = {}
        self._sums: dict[tuple[int, Amounts, Among], _Sum] = {}
        self._acting: dict[tuple[int, Stream], list[_Set | _Sum]] = {}
        self._joins: dict[date, list[tuple[_Set, str, int]]] = {}
        self._turns = set(turning_days(course.condition))
        self._without: int | None = None
        self._memories: list[_Memory] = []
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

    def remember_for(self, number: int) -> None:
        """Keep from now on what the condition remembers without an instrument apart; until now it is the same."""
        for memory in self._memories:
            memory[number] = list(memory[None])

    def holds_without(self, stay: Stay, day: date) -> bool:
        """Whether the condition may hold at the end of the day without an instrument that may have been deposited."""
        stands = stay.until is None or stay.until.latest > day
        self._without = stay.number
        for iso3 in stay.participants if stands else ():
            self.change(MAY, COUNTED, iso3, -1)
        holds = self._root(MAY, day)
        for iso3 in stay.participants if stands else ():
            self.change(MAY, COUNTED, iso3, 1)
        self._without = None
        return holds

    def _memory(self) -> _Memory:
        self._memories.append({None: [None, None]})
        return self._memories[-1]

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
        side, amounts = self._side(side), self._course.amounts(table)
        found = self._sums.get((side, amounts, among))
        if found is None:
            found = _Sum(amounts, self._set(side, COUNTED, among), self._counter(side, COUNTED))
            self._sums[side, amounts, among] = found
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
            held, needed = sides[side].held, fraction * size
            return size > 0 and (held > needed if node.more_than else held >= needed)

        return holds

    def _sum_of(self, node: SumOf) -> _Holds:
        sides = [self._sum(side, node.table, node.among) for side in (MAY, MUST)]
        limit = Fraction(node.limit) / (100 if node.percent else 1)

        def holds(side: int, _day: date) -> bool:
            here = sides[side]
            whole = here.total if node.percent else here.amounts.unit
            # Whole numbers, because this is asked on every day and fractions are slow.
            held = here.held * limit.denominator * whole.denominator
            needed = limit.numerator * whole.numerator
            return held > needed if node.more_than else held >= needed

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
        memory = self._memory()

        def holds(side: int, day: date) -> bool:
            begins = memory[self._without]
            if begins[side] is None and inner(side, day):
                begins[side] = begun = add(node.delay, day)
                self._wake(begun)
            return (begins[side] or NEVER) <= day

        return holds

    def _unless(self, node: Unless) -> _Holds:
        inner = self._compile(node.condition)
        memory = self._memory()
        self._wake(node.by)
        known = self._course.as_of >= node.by

        def holds(side: int, day: date) -> bool:
            """Decide once, on the day that the text names; before that day has passed nothing is certain."""
            begins = memory[self._without]
            if begins[side] is None:
                # Asked on the days before too, because `After` remembers the first day on which it held.
                objected = inner(1 - side, day)
                if day >= node.by:
                    begins[side] = node.by if not objected and (side == MAY or known) else NEVER
            return (begins[side] or NEVER) <= day

        return holds
