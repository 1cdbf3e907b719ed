"""Lookups for the leaves of a condition: members of a set of participants, and their amounts in a table."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from math import lcm

from ratification.rules.dates import Span
from ratification.rules.facts import FactRecord
from treaty.clauses import Among, ConditionNode, ValueTable, amongs_of, tables_of

MAY, MUST = 0, 1
"""The two sides of an open day: what may be, and what certainly is."""

Period = tuple[str, date | None, date | None]
"""A participant belongs to a set: from the first day until before the second; None is no limit."""


def periods_of(among: Among, record: FactRecord, side: int) -> list[Period]:
    """Return who belongs to a set of participants, and when; of a set fixed on a day, who belonged to it then.

    A participant whose membership has open days belongs to the set on the one side as long as it may, on the other
    only as long as it certainly does.
    """
    periods = list(_periods(among, record, side))
    if among.on is None:
        return periods
    return [(iso3, None, None) for iso3, begins, ends in periods if _holds(begins, ends, among.on)]


def members_on(among: Among, record: FactRecord, side: int, day: date) -> frozenset[str]:
    """Return the members of a set on a day."""
    return frozenset(
        iso3 for iso3, begins, ends in periods_of(among, record, side) if _holds(begins, ends, day)
    )


def is_open(condition: ConditionNode, record: FactRecord) -> bool:
    """Whether it depends on open days of other treaties who belongs to a set of the condition."""
    return any(
        _is_open(begins) or (ends is not None and _is_open(ends))
        for among in amongs_of(condition)
        if among.kind == "parties"
        for bound in record.parties.get(among.name, {}).values()
        for begins, ends in bound
    )


def turning_days(condition: ConditionNode) -> Iterator[date]:
    """Yield the days on which a table of the condition changes."""
    for table in tables_of(condition):
        for year, _ in table.years:
            if year is not None:
                yield date(year, 1, 1)


class Amounts:
    """Amounts of a table as whole numbers of a common unit, those of the year that is turned to."""

    def __init__(self, table: ValueTable) -> None:
        ratios = [
            (date(year or 1, 1, 1), {code: value.as_integer_ratio() for code, value in amounts.items()})
            for year, amounts in table.years
        ]
        self.unit = lcm(*{below for _, amounts in ratios for _, below in amounts.values()})
        self._years = [
            (first, {code: above * (self.unit // below) for code, (above, below) in amounts.items()})
            for first, amounts in ratios
        ]
        self._total = None if table.total is None else Fraction(table.total) * self.unit

    def on(self, day: date) -> dict[str, int]:
        """Return the amounts in force on a day: those of the last year that has begun, else of the first."""
        begun = [amounts for first, amounts in self._years if first <= day]
        return begun[-1] if begun else self._years[0][1]

    def total(self, amounts: dict[str, int]) -> Fraction:
        """Return what percentages refer to: the total that the definition gives, else the sum of the amounts."""
        return Fraction(sum(amounts.values())) if self._total is None else self._total


def _periods(among: Among, record: FactRecord, side: int) -> Iterable[Period]:
    if among.kind == "parties":
        for iso3, bound in record.parties.get(among.name, {}).items():
            for begins, ends in bound:
                if side == MAY:
                    yield iso3, begins.earliest, ends.latest if ends else None
                else:
                    yield iso3, begins.latest, ends.earliest if ends else None
    elif among.kind == "group":
        for iso3, held in record.groups.get(among.name, {}).items():
            for membership in held:
                yield iso3, membership.valid_from, membership.valid_until
    else:
        for member in among.members:
            yield member.iso3, member.valid_from, member.valid_until


def _holds(begins: date | None, ends: date | None, day: date) -> bool:
    return not (begins and day < begins) and not (ends and ends <= day)


def _is_open(span: Span) -> bool:
    return span.on is None
