"""First day on which the condition of a clause holds, found in one pass over the days.

Where days are open, the pass keeps two sides: who may be counted (deposits at their earliest, what ends them at its
latest), and who certainly is (the other way round). The first days on which the condition holds on the two sides bound
the exact one. A leaf that a further deposit can undo (`RatioOf`, `Unless`, a fraction of a set) looks at the other side
for what speaks against it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from heapq import heapify, heappop

from ratification.rules.course import Course, Stay, Stream
from ratification.rules.holdings import MAY, MUST, is_open
from ratification.rules.tree_state import TreeState
from treaty.clauses import Unless, nodes_of

_Change = tuple[int, Stream, str, int]
"""Side, stream, participant, and 1 or -1."""


class Sweep:
    """Passes over the days of a course; the changes are laid out once."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._two_sided = _is_open(course)
        self._changes: dict[date, list[_Change]] = {}
        for stream, stays in course.stays.items():
            for stay in stays:
                self._lay(stream, stay)

    def first_days(self) -> tuple[date | None, date | None]:
        """Return the first day at whose end the condition may hold, and the first at whose end it certainly does."""
        first: date | None = None
        for day, state in self._days():
            may, must = state.holds(day)
            first = first or (day if may else None)
            if must:
                return first, day
        return first, None

    def dispensable(self, stays: Sequence[Stay]) -> set[int]:
        """Return the numbers of those instruments without which the condition may hold before their own latest day.

        One pass for all: an instrument makes a difference only on the days on which its deposit is open, so that only
        on these the condition is asked once more without it.
        """
        waiting = sorted(stays, key=lambda stay: stay.since.earliest, reverse=True)
        asked: list[Stay] = []
        found: set[int] = set()
        for day, state in self._days():
            while waiting and waiting[-1].since.earliest <= day:
                asked.append(waiting.pop())
                state.remember_for(asked[-1].number)
            asked = [stay for stay in asked if stay.since.latest > day]
            found |= {stay.number for stay in asked if state.holds_without(stay, day)}
            asked = [stay for stay in asked if stay.number not in found]
            if not asked and not waiting:
                break
            state.holds(day)
        return found

    def _days(self) -> Iterator[tuple[date, TreeState]]:
        """Yield each day on which something changes, in order, with the state at its end."""
        days = list(self._changes)
        heapify(days)
        state = TreeState(self._course, days, two_sided=self._two_sided)
        last: date | None = None
        while days:
            day = heappop(days)
            if day == last:
                continue
            last = day
            state.turn(day)
            for side, stream, iso3, change in self._changes.get(day, ()):
                state.change(side, stream, iso3, change)
            yield day, state

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
                        (side, stream, iso3, change) for iso3 in stay.participants
                    )


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
