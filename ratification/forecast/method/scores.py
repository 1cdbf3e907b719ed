"""Scores of forecasts whose outcome may still be open: coverage, and the gain of one candidate over another."""

from dataclasses import dataclass

import numpy as np

from ratification.forecast.method.past import Floats, Truths, Whole
from ratification.forecast.method.survival import Steps

_DRAWS = 2000
_SEED = 20261128


@dataclass(frozen=True)
class Coverage:
    """Share of outcomes within the central intervals, and below the median; estimated where some are still open."""

    fifty: float
    eighty: float
    below_median: float


def coverage(places: Floats, ended: Truths) -> Coverage:
    """Estimate coverage from the places of outcomes in their forecasts.

    An outcome that is still open when its list ends has its place somewhere above the probability given by then. The
    distribution of the places is estimated with that in mind (Kaplan and Meier), so that open cases are neither
    dropped, which would favour the quick, nor taken for hits.
    """
    steps = Steps.of(places, ended, np.ones_like(places))
    tenth, quarter, half, three, nine = (float(steps.by(level)) for level in (0.1, 0.25, 0.5, 0.75, 0.9))
    return Coverage(three - quarter, nine - tenth, half)


@dataclass(frozen=True)
class Gain:
    """By how much a candidate's score is lower than another's, as a share of it, with a bootstrap interval."""

    share: float
    low: float
    high: float


def gain(score: Floats, other: Floats, cluster: Whole) -> Gain:
    """Compare the mean scores; whole clusters are drawn, because the cases of one are not independent."""
    number = int(cluster.max()) + 1
    sums = np.stack([np.bincount(cluster, values, minlength=number) for values in (score, other)])
    present = np.unique(cluster)
    rng = np.random.default_rng(_SEED)
    drawn = rng.choice(present, size=(_DRAWS, len(present)))
    ours, theirs = (side[drawn].sum(axis=1) for side in sums)
    low, high = np.quantile(1 - ours / theirs, [0.025, 0.975])
    return Gain(float(1 - score.mean() / other.mean()), float(low), float(high))
