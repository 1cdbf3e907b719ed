"""Conformal layer: intervals corrected by how other treaties fell into those of a candidate that had not seen them."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ratification.forecast.method.functions import expit, logit
from ratification.forecast.method.past import Floats, Whole
from ratification.forecast.method.questions import Examples, Questions
from ratification.forecast.method.simple import Candidate
from ratification.forecast.method.survival import Steps

FOLDS = 10
AGE_CLASSES = ((0.0, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 99.0))
SAME_AGE: float | None = 1 / 2
"""Width of the kernel in the logarithm of age: an example half as old again weighs about seven tenths. None stands for
the examples of the same age class, each alike. Chosen by the backtest among `backtest.WIDTHS`."""
LEAST_CLUSTERS = 10.0
"""A forecast is made where at least so many clusters, in effect, speak to the treaty's age."""
_FLAT = 4.0
_INSIDE = 1e-12


def age_class(age: float) -> int:
    """Give the number of an age's class."""
    return next(number for number, (low, high) in enumerate(AGE_CLASSES) if low <= round(age, 2) < high)


@dataclass(frozen=True)
class Conformal:
    """A candidate whose probabilities are replaced by how often they were met at about the same age.

    The treaties are split by cluster into folds; each example is placed in the distribution of a candidate that
    learnt from the other folds. Where `n` clusters (in effect, by Kish's formula) speak to an age, the treaty asked
    about is one of n + 1 that could be exchanged for each other, and nothing is known of its own place: so the
    correction weighs n, and a nearly flat distribution 1.
    """

    candidate: Candidate
    same_age: float | None = SAME_AGE
    places: Floats | None = None
    ages: Floats | None = None
    examples: Examples | None = None

    def learn(self, examples: Examples) -> Self:
        """Let the candidate learn from all, and place each example by one that did not see its cluster."""
        learnt = self.candidate.learn(examples)
        places = np.empty(len(examples))
        fold = examples.cluster % FOLDS
        for number in range(FOLDS):
            inside = fold == number
            if inside.any() and not inside.all():
                held_out = examples.where(inside)
                other = learnt.learn(examples.where(~inside))
                places[inside] = other.reached(held_out.questions, held_out.days[:, None])[:, 0]
        ages = np.log(examples.questions.age[:, 0])
        return type(self)(learnt, self.same_age, places, ages, examples)

    def reached(self, asked: Questions, days: Floats) -> Floats:
        """Give the corrected probabilities."""
        plain = np.clip(self.candidate.reached(asked, days), _INSIDE, 1 - _INSIDE)
        return np.array(
            [self._corrected(float(age), row) for age, row in zip(asked.age[:, 0], plain, strict=True)]
        )

    def independent(self, age: float) -> float:
        """Give how many clusters speak to an age in effect."""
        weights = self._weights(age)
        return _kish(weights, self._known().cluster)

    def _known(self) -> Examples:
        if self.examples is None:
            raise ValueError("the conformal layer has not learnt yet")
        return self.examples

    def _weights(self, age: float) -> Floats:
        if self.ages is None:
            raise ValueError("the conformal layer has not learnt yet")
        if self.same_age is None:
            low, high = AGE_CLASSES[age_class(age)]
            known = np.round(np.exp(self.ages), 2)
            return ((known >= low) & (known < high)).astype(np.float64)
        return np.asarray(np.exp(-(((self.ages - np.log(age)) / self.same_age) ** 2) / 2))

    def _corrected(self, age: float, plain: Floats) -> Floats:
        known, weights = self._known(), self._weights(age)
        if self.places is None or not len(known):
            return plain
        steps = Steps.of(self.places, known.reached, weights)
        last, height = steps.last
        # Between two places the distribution rises evenly; past the last one that ended it follows the candidate.
        met = np.interp(plain, np.concatenate([[0.0], steps.at]), np.concatenate([[0.0], steps.heights]))
        beyond = 1 - (1 - height) * (1 - plain) / max(1 - last, _INSIDE)
        met = np.where(plain > last, beyond, met)
        number = _kish(weights, known.cluster)
        flat = expit(logit(plain) / _FLAT)
        return np.asarray((number * met + flat) / (number + 1))


def _kish(weights: Floats, cluster: Whole) -> float:
    """Give the number of clusters of equal weight that would say as much."""
    each = np.bincount(cluster, weights)
    return float(each.sum() ** 2 / (each**2).sum()) if each.any() else 0.0
