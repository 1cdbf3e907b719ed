"""Distribution of the number of days until the threshold, on a fixed grid of logarithms of days."""

from dataclasses import dataclass

import numpy as np

from ratification.forecast.method.past import Floats

LONGEST = 150 * 365.25
LOG_DAYS: Floats = np.linspace(0.0, np.log(LONGEST), 400)
DAYS: Floats = np.exp(LOG_DAYS)
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""The ends of the 80 and the 50 per cent interval, and the median."""


@dataclass(frozen=True)
class Distribution:
    """Probability that the threshold has been reached after each of `DAYS`."""

    reached: Floats

    def probability(self, days: float) -> float:
        """Give the probability that it has been reached after so many days."""
        if days < 1:
            return 0.0
        return float(np.interp(np.log(days), LOG_DAYS, self.reached))

    def quantile(self, level: float) -> float:
        """Give the number of days after which the probability is `level`; infinite beyond the grid."""
        if self.reached[-1] < level:
            return float("inf")
        index = int(np.searchsorted(self.reached, level))
        if index == 0:
            return 1.0
        low, high = self.reached[index - 1], self.reached[index]
        part = (level - low) / (high - low)
        return float(np.exp(LOG_DAYS[index - 1] + part * (LOG_DAYS[index] - LOG_DAYS[index - 1])))


def crps(reached: Floats, days: float, ended: bool, horizon: float) -> float:  # noqa: FBT001 - a column of the data
    """Return the continuous ranked probability score in logarithms of days, up to the end of the known list.

    The integral of (F - 1[t >= T])² over log t is cut where the list ends: T is known to that day and not beyond, and
    cutting every case at its own horizon, reached or not, keeps the score proper (threshold-weighted).

    Args:
        reached: the distribution function at `LOG_DAYS`.
        days: after how many days the threshold was reached, if `ended`.
        ended: whether it was reached within the horizon.
        horizon: the number of days from the forecast to the day until which the list can be vouched for.

    """
    end = float(np.log(max(horizon, 1.0)))
    outcome = float(np.log(max(days, 1.0))) if ended else end
    return _square(reached, 0.0, outcome) + _square(1 - reached, outcome, end)


def _square(values: Floats, begin: float, end: float) -> float:
    """Integrate the square of what is given at `LOG_DAYS`."""
    inside = LOG_DAYS[(begin < LOG_DAYS) & (end > LOG_DAYS)]
    grid = np.concatenate([[begin], inside, [end]])
    return float(np.trapezoid(np.interp(grid, LOG_DAYS, values) ** 2, grid))
