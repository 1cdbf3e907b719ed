"""Two naive candidates, and the frailty model."""

from dataclasses import dataclass, field
from typing import Protocol, Self

import numpy as np

from ratification.forecast.method.functions import betainc
from ratification.forecast.method.past import Floats, Whole
from ratification.forecast.method.questions import YEAR, Examples, Questions
from ratification.forecast.method.survival import steps_by

_MOST_CELLS = 2_000_000


class Candidate(Protocol):
    """A way to forecast: learns from examples, then gives the probability that each question is answered by a day."""

    def learn(self, examples: Examples) -> "Candidate":
        """Learn from what past treaties have shown; gives what has learnt, and keeps itself as it was."""

    def reached(self, asked: Questions, days: Floats) -> Floats:
        """Give the probabilities: a row a question; days a row for all, or a column with one for each."""


@dataclass(frozen=True)
class PlainRate:
    """The rate so far goes on: deposits as a Poisson process whose rate is known from age and count alone.

    With Jeffreys' prior the rate given the count is gamma, so that the time until the missing ones is beta prime.
    """

    def learn(self, _examples: Examples) -> Self:
        """Learn nothing: other treaties are not looked at."""
        return self

    def reached(self, asked: Questions, days: Floats) -> Floats:
        """Give the probability that the missing ones have come."""
        share = days / (asked.age * YEAR + days)
        return np.asarray(betainc(asked.missing, asked.count + 0.5, share))


@dataclass(frozen=True)
class ReferenceClass:
    """What treaties of the same age and the likest count did next, as it is: the time until as many more deposits."""

    nearest: int = 25
    same_age: float = 0.2
    _examples: Examples | None = None

    def learn(self, examples: Examples) -> Self:
        """Keep the examples."""
        return type(self)(self.nearest, self.same_age, examples)

    def reached(self, asked: Questions, days: Floats) -> Floats:
        """Estimate the distribution for each question from the treaties nearest to it."""
        known, rows = self._examples, len(asked.age)
        wanted = np.broadcast_to(days, (rows, days.shape[1]))
        if known is None or not len(known):
            return np.zeros_like(wanted)
        found = np.empty(wanted.shape)
        # In pieces, so that the distances of all questions from all examples never stand in memory together.
        piece = max(1, _MOST_CELLS // max(len(known), self.nearest * wanted.shape[1]))
        for begin in range(0, rows, piece):
            inside = slice(begin, begin + piece)
            chosen = self._nearest(known, asked, inside)
            found[inside] = steps_by(known.days[chosen], known.reached[chosen], wanted[inside])
        return found

    def _nearest(self, known: Examples, asked: Questions, inside: slice) -> Whole:
        """Give of each treaty the likest of its examples, and of the treaties the likest; the earlier one of equals."""
        past = known.questions

        def apart(past_values: Floats, values: Floats) -> Floats:
            return np.asarray(np.abs(np.log(past_values[:, 0]) - np.log(values[inside])))

        far = apart(past.age, asked.age) / self.same_age
        far += apart(past.count + 1, asked.count + 1)
        far += 2 * apart(past.missing, asked.missing)
        # The examples of a treaty follow each other.
        ends = np.append(np.flatnonzero(np.diff(known.course)) + 1, len(known))
        starts = np.append(0, ends[:-1])
        likest = np.stack(
            [start + far[:, start:end].argmin(axis=1) for start, end in zip(starts, ends, strict=True)],
            axis=1,
        )
        order = np.argsort(np.take_along_axis(far, likest, axis=1), axis=1, kind="stable")
        return np.asarray(np.take_along_axis(likest, order[:, : self.nearest], axis=1))


@dataclass(frozen=True)
class Frailty:
    """Gamma-Poisson frailty: a common baseline by age, in proportion to the signatories, and each treaty's own speed.

    A treaty's speed is gamma with mean 1 and shape `shape`; given its count it is known better, and the number of
    further deposits is negative binomial.
    """

    shape: float = 1.0
    ages: Floats = field(default_factory=lambda: np.array([0.0, 1.0]))
    baseline: Floats = field(default_factory=lambda: np.array([0.0, 0.0]))

    def learn(self, examples: Examples) -> Self:
        """Estimate the baseline from the mean count for each signatory at each age, and the shape from the spread."""
        age, count, signatories = examples.looks.age, examples.looks.count, examples.looks.signatories
        if len(age) == 0:
            return self
        grid = np.unique(np.round(age, 3))
        at = np.round(age, 3)
        means = np.array([count[at == each].sum() / signatories[at == each].sum() for each in grid])
        means = np.maximum.accumulate(means)
        expected = signatories * np.interp(age, grid, means)
        spread = ((count - expected) ** 2 - expected).sum()
        shape = float(np.clip((expected**2).sum() / max(spread, 1e-9), 0.2, 20.0))
        return type(self)(shape, np.concatenate([[0.0], grid]), np.concatenate([[0.0], means]))

    def _share(self, age: Floats) -> Floats:
        """Give the baseline's mean count for each signatory; past the last age it rises with its last slope."""
        inside = np.interp(age, self.ages, self.baseline)
        slope = (self.baseline[-1] - self.baseline[-2]) / (self.ages[-1] - self.ages[-2])
        return np.asarray(inside + np.maximum(age - self.ages[-1], 0) * slope)

    def reached(self, asked: Questions, days: Floats) -> Floats:
        """Give the probability that the negative binomial number of further deposits is at least what is missing."""
        so_far = self._share(asked.age)
        then = self._share(asked.age + days / YEAR)
        more = asked.signatories * (then - so_far)
        share = more / (more + asked.signatories * so_far + self.shape)
        return np.asarray(betainc(asked.missing, asked.count + self.shape, share))
