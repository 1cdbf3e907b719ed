"""The first day on which every condition of the threshold holds, found in one pass over the days."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from ratification.rules.facts import FactRecord
from treaty.clauses import EntryIntoForce

Stay = tuple[int, str, date, date | None]
"""Number of an instrument, its participant, the day from which it can count, and from which no longer."""


class Conditions:
    """Who is counted at the moment, and whether that is enough; each change costs the same."""

    def __init__(self, rule: EntryIntoForce) -> None:
        self._rule = rule
        self._instruments: Counter[str] = Counter()
        self._counted = 0
        self._required = frozenset(rule.required_participants)
        self._missing = len(self._required)
        self._values = [
            {code: Fraction(value) for code, value in share.values.items()} for share in rule.shares
        ]
        self._needed = [
            sum(values.values()) * Fraction(share.percent) / 100
            for values, share in zip(self._values, rule.shares, strict=True)
        ]
        self._held = [Fraction(0) for _ in rule.shares]
        self._members: list[Counter[str]] = [Counter() for _ in rule.subsets]
        self._in_subset = [0 for _ in rule.subsets]

    def deposit(self, iso3: str) -> None:
        """Let an instrument begin to stand. A participant counts once, however many it has."""
        self._instruments[iso3] += 1
        if self._instruments[iso3] == 1:
            self._change(iso3, 1)

    def take_back(self, iso3: str) -> None:
        """Let an instrument cease to stand."""
        self._instruments[iso3] -= 1
        if not self._instruments[iso3]:
            self._change(iso3, -1)

    def join(self, number: int, iso3: str, change: int) -> None:
        """Let the participant join (1) or leave (-1) the group of the subset of that number."""
        before = bool(self._members[number][iso3])
        self._members[number][iso3] += change
        if self._instruments[iso3]:
            self._in_subset[number] += bool(self._members[number][iso3]) - before

    def hold(self) -> bool:
        """Whether all conditions hold now."""
        return (
            self._counted >= (self._rule.instruments or 0)
            and not self._missing
            and all(held >= needed for held, needed in zip(self._held, self._needed, strict=True))
            and all(
                held >= subset.instruments
                for held, subset in zip(self._in_subset, self._rule.subsets, strict=True)
            )
        )

    def _change(self, iso3: str, change: int) -> None:
        self._counted += change
        if iso3 in self._required:
            self._missing -= change
        for number, values in enumerate(self._values):
            self._held[number] += change * values.get(iso3, 0)
        for number, members in enumerate(self._members):
            if members[iso3]:
                self._in_subset[number] += change


_JOIN, _TAKE_BACK, _DEPOSIT = range(3)

Event = tuple[date, int, str, int, int]
"""Day, what happens, participant, number of the instrument or subset, and for a membership 1 or -1."""


def events_of(
    rule: EntryIntoForce,
    record: FactRecord,
    stays: Iterable[Stay],
    as_of: date,
) -> list[Event]:
    """Put the days on which the count can change, up to the day asked about, in order.

    An instrument that is taken back on the day of its deposit never stands.
    """
    events: list[Event] = []
    for number, iso3, since, until in stays:
        if until is not None and until <= since:
            continue
        events.append((since, _DEPOSIT, iso3, number, 0))
        if until is not None:
            events.append((until, _TAKE_BACK, iso3, number, 0))
    for number, subset in enumerate(rule.subsets):
        for iso3, held in record.groups.get(subset.group, {}).items():
            for membership in held:
                events.append((membership.valid_from or date.min, _JOIN, iso3, number, 1))
                if membership.valid_until:
                    events.append((membership.valid_until, _JOIN, iso3, number, -1))
    return sorted(event for event in events if event[0] <= as_of)


def first_day(
    rule: EntryIntoForce,
    events: Iterable[Event],
    *,
    before: date | None = None,
    without: int | None = None,
) -> date | None:
    """Find the first day at whose end all conditions hold.

    Args:
        rule: the conditions.
        events: the changes in order, from `events_of`.
        before: look at earlier days only.
        without: the number of an instrument to leave out.

    """
    state = Conditions(rule)
    today: date | None = None
    for day, what, iso3, number, change in events:
        if before is not None and day >= before:
            break
        if today is not None and day != today and state.hold():
            return today
        today = day
        if what == _JOIN:
            state.join(number, iso3, change)
        elif number != without:
            (state.deposit if what == _DEPOSIT else state.take_back)(iso3)
    return today if state.hold() else None
