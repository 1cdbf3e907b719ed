"""The scores, against a second implementation that draws instead of integrating."""

import numpy as np
import pytest

from ratification.forecast.method.distribution import DAYS, LOG_DAYS, Distribution, crps
from ratification.forecast.method.functions import expit
from ratification.forecast.method.scores import coverage, gain


def logistic(median: float, scale: float) -> Distribution:
    return Distribution(expit((LOG_DAYS - np.log(median)) / scale))


@pytest.mark.parametrize(
    ("days", "ended", "horizon"), [(200, True, 4000), (900, True, 950), (4000, False, 4000), (1, True, 30)]
)
@pytest.mark.parametrize(("median", "scale"), [(700.0, 0.4), (5000.0, 0.9)])
def test_crps_agrees_with_a_simulation(
    median: float, scale: float, days: int, *, ended: bool, horizon: int
) -> None:
    """CRPS = E|X - y| - E|X - X'|/2, with every value beyond the horizon moved to it."""
    rng = np.random.default_rng(7)
    drawn = np.log(median) + scale * rng.logistic(size=(2, 400_000))
    drawn = np.clip(drawn, 0, np.log(horizon))
    outcome = np.log(days) if ended else np.log(horizon)
    simulated = np.abs(drawn[0] - outcome).mean() - np.abs(drawn[0] - drawn[1]).mean() / 2
    assert crps(logistic(median, scale).reached, days, ended, horizon) == pytest.approx(
        simulated, rel=0.005, abs=0.003
    )


def test_the_true_distribution_scores_best() -> None:
    rng = np.random.default_rng(3)
    outcomes = np.exp(np.log(800) + 0.5 * rng.logistic(size=3000))

    def mean(median: float, scale: float) -> float:
        forecast = logistic(median, scale).reached
        return float(np.mean([crps(forecast, min(day, 1500.0), bool(day <= 1500), 1500) for day in outcomes]))

    best = mean(800, 0.5)
    assert best < min(mean(600, 0.5), mean(1100, 0.5), mean(800, 0.3), mean(800, 0.9))


def test_coverage_of_a_true_forecast_survives_open_outcomes() -> None:
    rng = np.random.default_rng(5)
    places, ends = rng.uniform(size=(2, 20_000))
    ended = places <= ends
    found = coverage(np.minimum(places, ends), ended)
    assert found.fifty == pytest.approx(0.5, abs=0.02)
    assert found.eighty == pytest.approx(0.8, abs=0.02)
    assert found.below_median == pytest.approx(0.5, abs=0.02)
    assert coverage(places[ended], ended[ended]).below_median > 0.7, (
        "dropping the open ones would favour the quick"
    )


def test_gain_draws_whole_clusters() -> None:
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(20), 50)
    of_cluster = rng.normal(0, 0.2, 20)[cluster]
    other = 1 + of_cluster
    found = gain(other - 0.2 - of_cluster * 0.5, other, cluster)
    alone = gain(other - 0.2 - of_cluster * 0.5, other, np.arange(1000))
    assert found.share == pytest.approx(alone.share)
    assert found.low < alone.low < found.share < alone.high < found.high


def test_quantiles_and_probabilities_agree() -> None:
    forecast = logistic(700, 0.4)
    for level in (0.1, 0.5, 0.9):
        assert forecast.probability(forecast.quantile(level)) == pytest.approx(level, abs=1e-6)
    assert forecast.quantile(0.5) == pytest.approx(700, rel=0.001)
    assert forecast.probability(0.5) == 0
    assert Distribution(np.full_like(DAYS, 0.3)).quantile(0.5) == float("inf")
    assert Distribution(np.full_like(DAYS, 0.3)).quantile(0.1) == 1
