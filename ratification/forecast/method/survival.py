"""Distribution of a time that is not always known to have ended (Kaplan and Meier), with weights."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ratification.forecast.method.past import Floats, Truths


@dataclass(frozen=True)
class Steps:
    """Distribution function that rises at `at`, to `heights`."""

    at: Floats
    heights: Floats

    @classmethod
    def of(cls, times: Floats, ended: Truths, weights: Floats) -> Self:
        """Estimate the distribution; a time that has not ended says that the true one is longer."""
        order = np.lexsort((~ended, times))
        times, ended, weights = times[order], ended[order], weights[order]
        at_risk = weights[::-1].cumsum()[::-1]
        share = np.divide(weights, at_risk, out=np.zeros_like(weights), where=(at_risk > 0) & ended)
        heights = 1 - np.cumprod(1 - share)
        return cls(times[ended], heights[ended])

    @property
    def last(self) -> tuple[float, float]:
        """The last rise and the height there; beyond it the data say nothing."""
        return (float(self.at[-1]), float(self.heights[-1])) if len(self.at) else (-np.inf, 0.0)

    def by(self, times: Floats | float) -> Floats:
        """Give the share that ended by each time."""
        index = np.searchsorted(self.at, times, "right")
        return np.concatenate([[0.0], self.heights])[index]


def steps_by(times: Floats, ended: Truths, wanted: Floats) -> Floats:
    """Give for each row of times, weighing the same, the share that ended by each time of the same row of `wanted`."""
    order = np.lexsort((~ended, times), axis=-1)
    times, ended = np.take_along_axis(times, order, axis=-1), np.take_along_axis(ended, order, axis=-1)
    at_risk = np.arange(times.shape[1], 0, -1)
    heights = 1 - np.cumprod(1 - ended / at_risk, axis=1)
    past = (times[:, :, None] <= wanted[:, None, :]).sum(axis=1)
    before = np.zeros((len(times), 1))
    return np.asarray(np.take_along_axis(np.hstack([before, heights]), past, axis=1))
