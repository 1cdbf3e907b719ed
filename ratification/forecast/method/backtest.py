"""Forecasts of the past, each with nothing but what was known on its day, and their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ratification.forecast.method.conformal import LEAST_CLUSTERS, Conformal
from ratification.forecast.method.distribution import DAYS, Distribution, crps
from ratification.forecast.method.past import Floats, TreatyCourse, Truths, Whole
from ratification.forecast.method.questions import (
    THRESHOLDS,
    YEAR,
    AskedOfPast,
    Examples,
    Questions,
    QuickShares,
    ThresholdQuestion,
    askable,
    question,
)
from ratification.forecast.method.regression import Regression
from ratification.forecast.method.simple import Candidate, Frailty, PlainRate, ReferenceClass

AGES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
AGE_CLASSES = ((0.0, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 99.0))
FIRST = date(1975, 1, 1).toordinal()
"""Before this day too few treaties of the class had opened."""
FOLLOWED = 365
"""Number of days for which the list must go on after the forecast."""
PLAIN_RATE, REFERENCE_CLASS = "rate so far", "reference class as it is"
FRAILTY, REGRESSION, QUICK = "frailty", "regression", "regression with participants' speed"
CONFORMAL_RATE, CONFORMAL = "rate so far, conformal", "regression, conformal"
NAIVE = (PLAIN_RATE, REFERENCE_CLASS)
NESTED = "regression, conformal, settings chosen on other treaties"
RIDGES, WIDTHS = (1.0, 3.0, 10.0), (1 / 4, 1 / 3, 1 / 2)
"""Settings among which each part's are chosen by the score of the others: penalty, and width of the kernel of ages."""
PARTS = 10


def variants() -> dict[str, Candidate]:
    """Give the regression with its conformal layer in every setting, by name."""
    return {
        f"ridge {ridge:g}, width {width:.2f}": Conformal(Regression(ridge=ridge), width)
        for ridge in RIDGES
        for width in WIDTHS
    }


def candidates() -> dict[str, Candidate]:
    """Give every candidate, by the name it has in the report."""
    return variants() | {
        PLAIN_RATE: PlainRate(),
        REFERENCE_CLASS: ReferenceClass(),
        FRAILTY: Frailty(),
        REGRESSION: Regression(),
        QUICK: Regression(uses_quick=True),
        CONFORMAL_RATE: Conformal(PlainRate()),
        CONFORMAL: Conformal(Regression()),
    }


@dataclass(frozen=True)
class Case:
    """A question put to the past, and its answer as the list has it."""

    course: TreatyCourse
    asked: ThresholdQuestion
    days: int
    ended: bool

    @property
    def horizon(self) -> int:
        """For how many days after the question the list can be vouched for."""
        return self.course.known_until - self.asked.day


def cases(courses: Sequence[TreatyCourse], quick: QuickShares) -> list[Case]:
    """Ask every treaty at every age about every threshold that lies ahead and within its signatories."""
    found = []
    for course in courses:
        for age in AGES:
            day = course.opened + round(age * YEAR)
            if day < FIRST or day + FOLLOWED > course.known_until:
                continue
            share = quick.of(course, day)
            for threshold in THRESHOLDS:
                if askable(course, day, threshold):
                    answered = course.day_of(threshold)
                    ended = answered <= course.known_until
                    days = min(answered, course.known_until) - day
                    found.append(Case(course, question(course, day, threshold, share), days, ended))
    return sorted(found, key=lambda case: (case.asked.day, case.course.reference, case.asked.threshold))


@dataclass(frozen=True)
class Backtest:
    """All cases, and for each candidate the distribution function of every case at `DAYS`."""

    cases: list[Case]
    refused: int
    reached: Mapping[str, Floats]

    @property
    def ended(self) -> Truths:
        """Whether each case's outcome is known."""
        return np.array([case.ended for case in self.cases])

    @property
    def cluster(self) -> Whole:
        """The number of each case's cluster."""
        names = sorted({case.course.cluster for case in self.cases})
        return np.array([names.index(case.course.cluster) for case in self.cases])

    def places(self, candidate: str) -> Floats:
        """Give the probability that each forecast gave by the day of the outcome, or by the end of the list."""
        return np.array(
            [
                Distribution(row).probability(case.days)
                for row, case in zip(self.reached[candidate], self.cases, strict=True)
            ]
        )

    def scores(self, candidate: str) -> Floats:
        """Give each case's CRPS."""
        return np.array(
            [
                crps(row, case.days, case.ended, case.horizon)
                for row, case in zip(self.reached[candidate], self.cases, strict=True)
            ]
        )

    def median_errors(self, candidate: str) -> Floats:
        """Give |log median - log T| of the cases whose outcome is known."""
        rows = zip(self.reached[candidate], self.cases, strict=True)
        return np.array(
            [
                abs(np.log(min(Distribution(row).quantile(0.5), DAYS[-1])) - np.log(max(case.days, 1)))
                for row, case in rows
                if case.ended
            ]
        )


def run(courses: Sequence[TreatyCourse], contenders: Mapping[str, Candidate]) -> Backtest:
    """Forecast every case, from the examples of its day without its cluster."""
    quick = QuickShares(courses)
    asked = AskedOfPast.of(courses, quick)
    groups: dict[tuple[int, str], list[Case]] = {}
    for case in cases(courses, quick):
        groups.setdefault((case.asked.day, case.course.cluster), []).append(case)
    kept: list[Case] = []
    refused = 0
    rows: dict[str, list[Floats]] = {name: [] for name in contenders}
    for (day, cluster), group in groups.items():
        examples = asked.by(day, cluster)
        if len(np.unique(examples.cluster)) < LEAST_CLUSTERS:
            refused += len(group)
            continue
        learnt = _learnt(contenders, examples)
        questions = Questions.of(case.asked for case in group)
        spoken = next(each for each in learnt.values() if isinstance(each, Conformal))
        if spoken.independent(group[0].asked.age) < LEAST_CLUSTERS:
            refused += len(group)
            continue
        kept.extend(group)
        for name, candidate in learnt.items():
            rows[name].append(candidate.reached(questions, DAYS[None, :]))
    return Backtest(kept, refused, {name: np.concatenate(each) for name, each in rows.items()})


def _learnt(contenders: Mapping[str, Candidate], examples: Examples) -> dict[str, Candidate]:
    """Let every candidate learn; those that differ in nothing but the width of the kernel learn once."""
    found: dict[str, Candidate] = {}
    once: dict[Candidate, Conformal] = {}
    for name, candidate in contenders.items():
        if isinstance(candidate, Conformal):
            inner = candidate.candidate
            if inner not in once:
                once[inner] = candidate.learn(examples)
            found[name] = replace(once[inner], same_age=candidate.same_age)
        else:
            found[name] = candidate.learn(examples)
    return found


def chosen(scores: Mapping[str, Floats], kept: Truths) -> str:
    """Give the setting with the lowest mean score over the cases that are kept."""
    return min(variants(), key=lambda name: float(scores[name][kept].mean()))


def nested(test: Backtest) -> Backtest:
    """Return the backtest with one candidate more: each part of the clusters in the setting that is best on the others.

    No case has a say in the setting by which it is forecast, nor has any case of its cluster.
    """
    scores = {name: test.scores(name) for name in variants()}
    part = test.cluster % PARTS
    rows = np.empty_like(test.reached[CONFORMAL])
    for number in range(PARTS):
        inside = part == number
        if inside.any():
            rows[inside] = test.reached[chosen(scores, ~inside)][inside]
    return replace(test, reached={**test.reached, NESTED: rows})


def age_class(age: float) -> int:
    """Give the number of an age's class."""
    return next(number for number, (low, high) in enumerate(AGE_CLASSES) if low <= round(age, 2) < high)
