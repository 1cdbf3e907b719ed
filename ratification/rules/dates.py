"""Days, days that are not known exactly, and the arithmetic of final clauses."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from treaty.clauses import Delay

NEVER = date.max
"""As the latest day of a computed span: it may never happen. The record itself never holds this day."""

_MONTHS_IN_YEAR = 12
_PART = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days on which something may have happened, first and last included; equal when the day is known."""

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError(f"the latest day {self.latest} is before the earliest {self.earliest}")

    def __str__(self) -> str:
        """Write it as in the English of the rules; pages write a span in a sentence in words of their language."""
        return self.edtf

    @property
    def bounds(self) -> tuple[date, date]:
        """Both days, by which long lists are ordered: tuples compare in a sixth of the time that spans take."""
        return self.earliest, self.latest

    @classmethod
    def day(cls, day: date) -> Self:
        """Give the span of a day that is known."""
        return cls(day, day)

    @classmethod
    def of_edtf(cls, text: str) -> Self:
        """Read back what `edtf` writes, an open end (`2026-02-11/..`) included, which no input has.

        Raises:
            ValueError: as `parse_edtf`.
        """
        first, _, last = text.partition("/")
        read = parse_edtf(first if last == ".." else text)
        return cls(read.earliest, NEVER if last == ".." else read.latest)

    @property
    def on(self) -> date | None:
        """The day, if it is known."""
        return self.earliest if self.earliest == self.latest else None

    @property
    def certain(self) -> bool:
        """Whether it happens at all."""
        return self.latest != NEVER

    def by(self, day: date) -> bool:
        """Whether it has certainly happened by the end of that day."""
        return self.latest <= day

    def may_be_by(self, day: date) -> bool:
        """Whether it may have happened by the end of that day."""
        return self.earliest <= day

    @property
    def edtf(self) -> str:
        """The shortest EDTF text: day, month, year, or interval, open-ended if it may never be."""
        if self.on:
            return self.earliest.isoformat()
        if not self.certain:
            return f"{self.earliest.isoformat()}/.."
        whole = self.earliest.isoformat()
        for text in (whole[: len("2026")], whole[: len("2026-02")]):
            if _part(text) == self:
                return text
        return f"{self.earliest.isoformat()}/{self.latest.isoformat()}"


def parse_edtf(text: str) -> Span:
    """Read a date of EDTF level 0: `2026-02-11`, `2026-02`, `2026`, or an interval `a/b` of any two of these.

    Raises:
        ValueError: with a sentence that says what is wrong.

    """
    first, slash, last = text.partition("/")
    begin = _part(first)
    if not slash:
        return begin
    end = _part(last)
    if end.latest < begin.earliest:
        raise ValueError(f'"{text}" ends before it begins')
    return Span(begin.earliest, end.latest)


def _part(text: str) -> Span:
    """Read a day, a month or a year as the span of its days."""
    match = _PART.fullmatch(text)
    if match is None:
        raise ValueError(
            f'"{text}" is no date; write 2026-02-11, 2026-02, 2026 or an interval of two of these'
        )
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ValueError(f'"{text}" does not exist: {error}') from error
    if day:
        return Span(first, first)
    if month:
        return Span(first, first.replace(day=monthrange(first.year, first.month)[1]))
    return Span(first, date(first.year, 12, 31))


def add(delay: Delay, day: date) -> date:
    """Count a delay from a day, as the depositary does.

    * "On the ninetieth day after the date of deposit": the day of deposit is not counted, so that day + 90.
      Every United Nations treaty of this wording in the cases of the tests agrees.
    * Months and years: the same day of the later month; where that month has no such day, its last day (31
      January and one month is 28 or 29 February; 29 February and one year is 28 February). The texts do not
      say so; it is inferred from the usual reckoning of months (as in the European Convention on the
      Calculation of Time-Limits, ETS 76, article 4(2)), and no case of the tests depends on it.
    * Steps one after another: "the sixtieth day after the expiration of a period of six months" (Apostille
      Convention, article 12(3)) is six months, then 60 days.
    * `to` a calendar day: the next such day, the day itself included (Single Convention on Narcotic Drugs, article
      46(2): received by 1 July).
    * `first-of-next-month`: "the first day of the month following the expiration of" the delay. A delay that
      expires on the first still moves on to the next month (Budapest Convention, article 36(3)).
      `first-of-next-year` likewise.

    A day beyond the calendar is `NEVER`.
    """
    for step in delay.steps:
        day = _step(step, day)
    return day


def _step(step: Delay, day: date) -> date:
    if day == NEVER:
        return NEVER
    try:
        ends = _months_later(day, step.years * _MONTHS_IN_YEAR + step.months) + timedelta(days=step.days)
        if step.to:
            this_year = ends.replace(month=step.to[0], day=step.to[1])
            ends = this_year if this_year >= ends else this_year.replace(year=ends.year + 1)
        if step.then == "first-of-next-month":
            return _months_later(ends.replace(day=1), 1)
        if step.then == "first-of-next-year":
            return date(ends.year + 1, 1, 1)
    except (OverflowError, ValueError):
        return NEVER
    return ends


def _months_later(day: date, months: int) -> date:
    if not months:
        return day
    years, month = divmod(day.month - 1 + months, _MONTHS_IN_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def shift(delay: Delay, span: Span) -> Span:
    """Count a delay from a day that may be open: from its earliest to its latest."""
    earliest = add(delay, span.earliest)
    return Span(earliest, earliest if span.on else add(delay, span.latest))


def later_of(first: Span, second: Span) -> Span:
    """Give the later of two days, each of which may be open ("whichever is later")."""
    return Span(max(first.earliest, second.earliest), max(first.latest, second.latest))


def earlier_of(first: Span | None, second: Span | None) -> Span | None:
    """Give the earlier of two days, each of which may be open or may not exist."""
    if first is None or second is None:
        return first or second
    return Span(min(first.earliest, second.earliest), min(first.latest, second.latest))
