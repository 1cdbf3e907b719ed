"""Delay from one day to another, as final clauses express it."""

from calendar import month_name
from dataclasses import dataclass
from typing import Literal

from common.messages import message, plural_message

Then = Literal["", "first-of-next-month", "first-of-next-year"]


@dataclass(frozen=True, slots=True)
class Delay:
    """Steps from one day to another: a number of days, months or years each, then perhaps on to a first day.

    A step has one unit, or leads `to` a calendar day (month, day), that day included. `further` holds the steps after
    the first; `then` of the last step moves on to the first day of the next month or year. "First day of the sixth
    month after the month of deposit" is five months, then `first-of-next-month`.
    """

    days: int = 0
    months: int = 0
    years: int = 0
    then: Then = ""
    to: tuple[int, int] | None = None
    further: tuple["Delay", ...] = ()

    @property
    def steps(self) -> tuple["Delay", ...]:
        """All steps, each without those after it."""
        if not self.further:
            return (self,)
        return (Delay(self.days, self.months, self.years, self.then, self.to), *self.further)

    def __str__(self) -> str:
        """Return words for people: `90 days`, `6 months and 60 days`, `3 months, then the first of the next month`."""
        return str(self.words)

    @property
    def words(self) -> str:
        """The same as a message."""
        first, *further = map(_step_words, self.steps)
        for step in further:
            first = message("%(first)s and %(further)s", first=first, further=step)
        return first

    @property
    def reckoned(self) -> str:
        """The same as it stands before `after the deposit`: `on the first day of the month that follows 3 months`."""
        if self.then == "first-of-next-month" and not self.further and not self.to:
            step = _step_words(Delay(self.days, self.months, self.years))
            return message("on the first day of the month that follows %(step)s", step=step)
        return self.words


def in_steps(steps: tuple[Delay, ...]) -> Delay:
    """Return one delay that consists of the steps."""
    first = steps[0]
    return Delay(first.days, first.months, first.years, first.then, first.to, steps[1:])


def _step_words(step: Delay) -> str:
    if step.to:
        month, day = step.to
        words = message(
            "up to the next %(day)s %(month)s (included)", day=day, month=message(month_name[month])
        )
    elif step.years:
        words = plural_message("%(number)s year", "%(number)s years", step.years)
    elif step.months:
        words = plural_message("%(number)s month", "%(number)s months", step.months)
    else:
        words = plural_message("%(number)s day", "%(number)s days", step.days)
    if step.then == "first-of-next-month":
        return message("%(step)s, then the first of the next month", step=words)
    if step.then == "first-of-next-year":
        return message("%(step)s, then the first of January of the next year", step=words)
    return words
