"""Forecasts of the past, each with nothing but what was known on its day, and their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np

from ratification.forecast.method.conformal import AGE_CLASSES, LEAST_CLUSTERS, Conformal, age_class
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
from ratification.forecast.method.scores import coverage
from ratification.forecast.method.simple import Candidate, Frailty, PlainRate, ReferenceClass

AGES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
FIRST = date(1975, 1, 1).toordinal()
"""Before this day too few treaties of the class had opened."""
FOLLOWED = 365
"""Number of days for which the list must go on after the forecast."""
PLAIN_RATE, REFERENCE_CLASS = "rate so far", "reference class as it is"
FRAILTY, REGRESSION, QUICK = "frailty", "regression", "regression with participants' speed"
NAIVE = (PLAIN_RATE, REFERENCE_CLASS)
CONFORMAL_RATE, CONFORMAL_CLASS, CONFORMAL = (
    f"{name}, conformal" for name in (PLAIN_RATE, REFERENCE_CLASS, REGRESSION)
)
PUBLISHED = CONFORMAL_CLASS
WIDTHS: tuple[float | None, ...] = (1 / 8, 1 / 4, 1 / 3, 1 / 2, None)
"""Which examples correct a forecast (`Conformal.same_age`); each part's are chosen on the others."""
INNER: dict[str, tuple[Candidate, ...]] = {
    CONFORMAL_RATE: (PlainRate(),),
    CONFORMAL_CLASS: (ReferenceClass(),),
    CONFORMAL: tuple(Regression(ridge=ridge) for ridge in (1.0, 3.0, 10.0)),
}
"""What each conformal candidate corrects; of several each part's is chosen on the others."""
PARTS = 10


def setting(inner: Candidate, width: float | None) -> str:
    """Name a setting of a conformal candidate."""
    examples = "same age class" if width is None else f"width {width:.2f}"
    return f"ridge {inner.ridge:g}, {examples}" if isinstance(inner, Regression) else examples


def _variant(name: str, inner: Candidate, width: float | None) -> str:
    return f"{name}: {setting(inner, width)}"


def variants() -> dict[str, Candidate]:
    """Give every conformal candidate in every setting, by name."""
    return {
        _variant(name, inner, width): Conformal(inner, width)
        for name, inners in INNER.items()
        for inner in inners
        for width in WIDTHS
    }


def candidates() -> dict[str, Candidate]:
    """Give every candidate to run, by name: the conformal ones in every setting."""
    return variants() | {
        PLAIN_RATE: PlainRate(),
        REFERENCE_CLASS: ReferenceClass(),
        FRAILTY: Frailty(),
        REGRESSION: Regression(),
        QUICK: Regression(uses_quick=True),
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


@dataclass(frozen=True)
class Measures:
    """What the choice of settings rests on: each case's CRPS and place, and whether and at what age it was met."""

    scores: Mapping[str, Floats]
    places: Mapping[str, Floats]
    ended: Truths
    classes: Whole

    @classmethod
    def of(cls, test: Backtest) -> Self:
        """Measure every setting."""
        return cls(
            {name: test.scores(name) for name in variants()},
            {name: test.places(name) for name in variants()},
            test.ended,
            np.array([age_class(case.asked.age) for case in test.cases]),
        )

    def largest_deviation(self, variant: str, kept: Truths) -> float:
        """Give by how much the worst interval of any age class misses its promise, over the cases that are kept."""
        found = []
        for number in range(len(AGE_CLASSES)):
            mask = kept & (self.classes == number)
            if mask.any():
                covers = coverage(self.places[variant][mask], self.ended[mask])
                found += [abs(covers.fifty - 0.5), abs(covers.eighty - 0.8)]
        return max(found)

    def chosen(self, name: str, kept: Truths) -> tuple[Candidate, float | None]:
        """Give the setting of a conformal candidate that does best on the cases that are kept.

        What it corrects is what has the lowest mean score. The conformal layer is there to make intervals keep their
        promise, so its examples are chosen by that.
        """

        def least(inner: Candidate) -> float:
            return min(float(self.scores[_variant(name, inner, width)][kept].mean()) for width in WIDTHS)

        inner = min(INNER[name], key=least)
        return inner, min(
            WIDTHS, key=lambda width: self.largest_deviation(_variant(name, inner, width), kept)
        )


def nested(test: Backtest, measures: Measures) -> Backtest:
    """Return the backtest with the conformal candidates: each part of the clusters in the setting best on the others.

    No case has a say in the setting by which it is forecast, nor has any case of its cluster.
    """
    part = test.cluster % PARTS
    reached = dict(test.reached)
    for name in INNER:
        rows = np.empty_like(test.reached[REFERENCE_CLASS])
        for number in range(PARTS):
            inside = part == number
            if inside.any():
                best = _variant(name, *measures.chosen(name, ~inside))
                rows[inside] = test.reached[best][inside]
        reached[name] = rows
    return replace(test, reached=reached)
