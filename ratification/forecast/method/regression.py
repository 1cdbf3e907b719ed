"""Regression of the time to the threshold on the facts of the day: log-logistic, fitted to censored data."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from ratification.forecast.method.functions import expit, minimum
from ratification.forecast.method.past import Floats
from ratification.forecast.method.questions import Examples, Questions

RIDGE = 10.0
"""Penalty; the backtest tries others beside it."""
_WEIGHT_OF_A_TREATY = 3.0
_SIGNATORIES = 50.0


def _location(asked: Questions) -> Floats:
    """Give what moves the median: missing, age, signatories, and what the last year brought."""
    age = np.log(asked.age)
    year = np.minimum(asked.age, 1.0)
    return np.hstack(
        [
            np.ones_like(age),
            np.log(asked.missing),
            age,
            age**2,
            np.log(asked.signatories / _SIGNATORIES),
            np.log((asked.recent_deposits + 0.5) / year),
            np.log((asked.recent_signatures + 1) / year),
        ]
    )


def _scale(asked: Questions) -> Floats:
    """Give what moves the spread: many missing ones average out."""
    return np.hstack([np.ones_like(asked.missing), np.log(asked.missing)])


@dataclass(frozen=True)
class Regression:
    """log T = x·b + exp(z·g)·e, e logistic: b and g by penalised maximum likelihood, each treaty weighing the same."""

    uses_quick: bool = False
    ridge: float = RIDGE
    coefficients: Floats | None = None
    centre: Floats | None = None
    width: Floats | None = None

    def _columns(self, asked: Questions) -> Floats:
        columns = _location(asked)
        return np.hstack([columns, np.log(asked.quick + 0.5)]) if self.uses_quick else columns

    def learn(self, examples: Examples) -> Self:
        """Fit; the columns are centred and scaled so that the penalty means the same for each."""
        raw, spread = self._columns(examples.questions), _scale(examples.questions)
        centre = np.concatenate([[0.0], raw[:, 1:].mean(axis=0)])
        width = np.concatenate([[1.0], np.maximum(raw[:, 1:].std(axis=0), 1e-9)])
        columns = (raw - centre) / width
        times = np.bincount(examples.course)[examples.course]
        weights = _WEIGHT_OF_A_TREATY / times
        start = self.coefficients
        if start is None:
            start = np.zeros(columns.shape[1] + spread.shape[1])
            start[0] = 7.0
        found = _fit(columns, spread, examples, weights, start=start, ridge=self.ridge)
        return replace(self, coefficients=found, centre=centre, width=width)

    def standardised(self, asked: Questions, days: Floats) -> Floats:
        """Give e of each question and number of days."""
        if self.coefficients is None or self.centre is None or self.width is None:
            raise ValueError("the regression has not learnt yet")
        columns = (self._columns(asked) - self.centre) / self.width
        places = columns.shape[1]
        median = (columns @ self.coefficients[:places])[:, None]
        spread = np.exp(_scale(asked) @ self.coefficients[places:])[:, None]
        return np.asarray((np.log(days) - median) / spread)

    def reached(self, asked: Questions, days: Floats) -> Floats:
        """Give the logistic distribution function of e."""
        return np.asarray(expit(self.standardised(asked, days)))


def _fit(
    columns: Floats, spread: Floats, examples: Examples, weights: Floats, *, start: Floats, ridge: float
) -> Floats:
    """Maximise the penalised likelihood by Newton's method."""
    times, ended = np.log(examples.days), examples.reached.astype(np.float64)
    places = columns.shape[1]
    penalty = np.full(places + spread.shape[1], ridge)
    penalty[[0, places]] = 0.0

    def parts(at: Floats) -> tuple[Floats, Floats, Floats]:
        log_scale = spread @ at[places:]
        inverse = np.exp(-log_scale)
        return log_scale, inverse, (times - columns @ at[:places]) * inverse

    def loss(at: Floats) -> float:
        log_scale, _inverse, e = parts(at)
        likelihood = ended * (-e - 2 * np.logaddexp(0, -e) - log_scale) - (1 - ended) * np.logaddexp(0, e)
        return float(-(weights * likelihood).sum() + (penalty * at * at).sum() / 2)

    def slope(at: Floats) -> Floats:
        _log_scale, inverse, e = parts(at)
        first = ended - (1 + ended) * expit(e)
        return (
            np.concatenate(
                [columns.T @ (weights * first * inverse), spread.T @ (weights * (first * e + ended))]
            )
            + penalty * at
        )

    def curvature(at: Floats) -> Floats:
        _log_scale, inverse, e = parts(at)
        share = expit(e)
        first = ended - (1 + ended) * share
        second = -(1 + ended) * share * (1 - share)
        mixed = (columns * (weights * (second * e + first) * inverse)[:, None]).T @ spread
        hessian = np.block(
            [
                [(columns * (weights * second * inverse**2)[:, None]).T @ columns, mixed],
                [mixed.T, (spread * (weights * (second * e + first) * e)[:, None]).T @ spread],
            ]
        )
        return np.asarray(-hessian + np.diag(penalty))

    return minimum(loss, start, slope, curvature)
