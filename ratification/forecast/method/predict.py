"""Forecast of one treaty: days computed through the rule from its course and the past treaties."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from ratification.forecast.method.conformal import LEAST_CLUSTERS, Conformal
from ratification.forecast.method.distribution import DAYS, LEVELS
from ratification.forecast.method.past import Floats, TreatyCourse, Whole, known_by
from ratification.forecast.method.questions import (
    AGES,
    LEAST_SIGNATORIES,
    THRESHOLDS,
    YEAR,
    AskedOfPast,
    Questions,
    question,
)
from ratification.forecast.method.simple import ReferenceClass

_LAST_DAY = date.max.toordinal()

Rule = Callable[[date], date | None]
"""Gives the day of entry into force that follows from the day on which the threshold is reached; None if none does."""


class NoForecastError(Exception):
    """There is no forecast; the message is the reason, a sentence."""


@dataclass(frozen=True)
class DayForecast:
    """Distribution of a day: the probability that it has come by the end of each of `days` (ordinals)."""

    days: Whole
    reached: Floats

    def quantile(self, level: float) -> date | None:
        """Give the first day by which it has come with this probability; None if that lies beyond the calendar."""
        index = int(np.searchsorted(self.reached, level))
        return date.fromordinal(int(self.days[index])) if index < len(self.days) else None

    def quantiles(self) -> list[date | None]:
        """Give the ends of both intervals and the median, in order."""
        return [self.quantile(level) for level in LEVELS]

    def by(self, day: date) -> float:
        """Give the probability that it has come by the end of a day."""
        index = int(np.searchsorted(self.days, day.toordinal(), "right"))
        return float(self.reached[index - 1]) if index else 0.0


@dataclass(frozen=True)
class ThresholdForecast:
    """Forecast of the days on which a treaty reaches each number of counted deposits, up to its threshold.

    `known_until` is the day from which it looks ahead: the list's, if that is before the day asked on. `independent`
    says how many clusters of treaties, in effect, speak to its age, of `treaties` in all.
    """

    known_until: date
    age: float
    count: int
    signatories: int
    threshold: int
    treaties: int
    independent: float
    days: dict[int, DayForecast]

    @property
    def reached(self) -> DayForecast:
        """When the threshold is reached."""
        return self.days[self.threshold]


def forecast_threshold(
    past: Sequence[TreatyCourse],
    course: TreatyCourse,
    on: date,
    threshold: int,
    known_until: date | None = None,
) -> ThresholdForecast:
    """Forecast when a treaty will have so many counted deposits, from what is known by the end of a day.

    Nothing later than that day is looked at, of the treaty or of any other, and no treaty of its own cluster. Where the
    treaty's list can be vouched for only until an earlier day, the forecast starts from there: the days between are
    forecast too. What is known singly of them is a lower bound, so the probability is the greater one of that forecast
    and of one from the later count.

    Args:
        past: the past treaties.
        course: the treaty's.
        on: the day asked on.
        threshold: the number of counted deposits.
        known_until: the day until which the treaty's list can be vouched for, if it is not kept up to now.

    Raises:
        NoForecastError: with the reason.

    """
    day = on.toordinal()
    start = min(day, known_until.toordinal()) if known_until else day
    known, later = course.by(start), course.by(day)
    _check(known, later, threshold, date.fromordinal(start), on)
    own = next((each.cluster for each in past if each.reference == course.reference), course.cluster)
    come = len(later.deposits)
    thresholds = [number for number in THRESHOLDS if come < number < threshold] + [threshold]
    model, treaties = _learnt(tuple(past), start, own)
    asked = question(known, start, threshold)
    independent = model.independent(asked.age)
    if independent < LEAST_CLUSTERS:
        raise NoForecastError(
            f"The reference class is too small: {treaties} past treaties had come this far, which say as much about"
            f" this age as {independent:.0f} that are independent; at least {LEAST_CLUSTERS:.0f} are needed."
        )
    ahead = _ahead(model, known, start, thresholds)
    if start < day:
        from_later = _ahead(_learnt(tuple(past), day, own)[0], later, day, thresholds)
        ahead = {number: _sooner(ahead[number], from_later[number]) for number in ahead}
    more: DayForecast | None = None
    for number in sorted(ahead, reverse=True):
        # Fewer deposits never come later than more.
        more = ahead[number] = _sooner(ahead[number], more)
    return ThresholdForecast(
        known_until=date.fromordinal(start),
        age=asked.age,
        count=asked.count,
        signatories=asked.signatories,
        threshold=threshold,
        treaties=treaties,
        independent=independent,
        days=dict(sorted(ahead.items())),
    )


def _check(known: TreatyCourse, later: TreatyCourse, threshold: int, start: date, on: date) -> None:
    """Refuse what the backtest has not tested."""
    signatories = len(known.signatures)
    if len(later.deposits) >= threshold:
        raise NoForecastError("The threshold has been reached: what follows from it is no forecast.")
    if signatories < LEAST_SIGNATORIES and start < on:
        raise NoForecastError(
            f"Too few have signed by {start}, the last day of the list: {signatories}. Forecasts were tested for"
            f" treaties with at least {LEAST_SIGNATORIES} signatories."
        )
    if signatories < LEAST_SIGNATORIES:
        raise NoForecastError(
            f"Too few have signed: {signatories}. Forecasts were tested for treaties with at least"
            f" {LEAST_SIGNATORIES} signatories."
        )
    age = (start.toordinal() - known.opened) / YEAR
    if not AGES[0] <= age <= AGES[-1]:
        raise NoForecastError(
            f"On {start} the first act was {age:.1f} years old. Past treaties were looked at from six weeks to"
            f" {AGES[-1]:.0f} years after it."
        )
    low, high = THRESHOLDS[0], min(THRESHOLDS[-1], signatories)
    if not low <= threshold <= high:
        raise NoForecastError(
            f"The threshold is {threshold}. Forecasts were tested for {low} to {THRESHOLDS[-1]} instruments, and for"
            f" no more than have signed ({signatories})."
        )


@lru_cache(maxsize=4)
def _learnt(past: tuple[TreatyCourse, ...], day: int, without: str) -> tuple[Conformal, int]:
    """Learn from what was known of the past by a day, without a cluster; also gives how many treaties that were."""
    known = [course for course in known_by(past, day) if course.cluster != without]
    if not known:
        raise NoForecastError("The reference class is empty: no past treaty had opened by then.")
    examples = AskedOfPast.of(known).by(day, without)
    if not len(examples):
        raise NoForecastError("The reference class is empty: no past treaty had come far enough by then.")
    return Conformal(ReferenceClass()).learn(examples), len(np.unique(examples.course))


def _ahead(
    model: Conformal, course: TreatyCourse, day: int, thresholds: Sequence[int]
) -> dict[int, DayForecast]:
    """Forecast the thresholds, which all lie ahead."""
    rows = model.reached(Questions.of(question(course, day, number) for number in thresholds), DAYS[None, :])
    days = np.minimum(day + np.ceil(DAYS).astype(np.int64), _LAST_DAY)
    kept = np.append(days[1:] > days[:-1], np.True_)
    return {number: DayForecast(days[kept], row[kept]) for number, row in zip(thresholds, rows, strict=True)}


def _sooner(first: DayForecast, second: DayForecast | None) -> DayForecast:
    """Give the greater probability of two forecasts, day by day."""
    if second is None:
        return first
    days = np.union1d(first.days, second.days)
    rows = (np.interp(days, each.days, each.reached, left=0.0) for each in (first, second))
    return DayForecast(days, np.maximum(*rows))


def through_rule(forecast: DayForecast, rule: Rule) -> DayForecast | None:
    """Give the forecast of entry into force: each day of the threshold moved by the rule; None where none follows.

    What falls on each day goes over, so that a rule may give an earlier day for a later deposit ("on day D if reached
    by B, otherwise ninety days later").
    """
    moved: list[int] = []
    for day in forecast.days:
        follows = rule(date.fromordinal(int(day)))
        if follows is None:
            return None
        moved.append(follows.toordinal())
    days, place = np.unique(np.array(moved), return_inverse=True)
    falling = np.bincount(place, weights=np.diff(forecast.reached, prepend=0.0))
    return DayForecast(days, np.cumsum(falling))


def by_years(forecast: DayForecast, on: date, most: int = 10) -> dict[int, float]:
    """Give the probability by the end of this year and each coming one, until it is 95 per cent."""
    found: dict[int, float] = {}
    for year in range(on.year, min(on.year + most, date.max.year)):
        found[year] = forecast.by(date(year, 12, 31))
        if found[year] >= 0.95:  # noqa: PLR2004 - said above
            break
    return found
