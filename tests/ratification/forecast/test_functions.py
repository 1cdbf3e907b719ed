"""The functions that the forecasts need, against closed forms, sums by hand and a search without derivatives."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratification.forecast.method.functions import betainc, expit, logit, minimum
from ratification.forecast.method.past import Floats


def test_the_logistic_function_and_its_quantiles_at_both_ends() -> None:
    x = np.array([-800.0, -40.0, -1.0, 0.0, 1.0, 30.0, 800.0])
    assert expit(x)[[0, 3, 6]] == pytest.approx([0.0, 0.5, 1.0])
    assert expit(x)[1] == pytest.approx(np.exp(-40.0), rel=1e-12)
    assert logit(expit(x[1:6])) == pytest.approx(x[1:6], rel=1e-3)


@given(a=st.integers(1, 60), b=st.integers(1, 60), x=st.floats(0, 1))
def test_the_incomplete_beta_function_is_a_binomial_sum(a: int, b: int, x: float) -> None:
    trials = a + b - 1
    by_hand = sum(comb(trials, k) * x**k * (1 - x) ** (trials - k) for k in range(a, trials + 1))
    found = betainc(np.array([a], dtype=np.float64), np.array([float(b)]), np.array([x]))
    assert found[0] == pytest.approx(by_hand, abs=1e-9)


def test_it_broadcasts_and_takes_whole_numbers_alone() -> None:
    a, b, x = np.array([[1.0], [2.0]]), np.array([[0.5], [1.0]]), np.array([[0.0, 0.25, 1.0]])
    assert betainc(a, b, x) == pytest.approx(np.array([[0, 1 - 0.75**0.5, 1], [0, 0.0625, 1]]))
    with pytest.raises(ValueError, match="whole number"):
        betainc(np.array([1.5]), np.array([1.0]), np.array([0.5]))


def test_newton_finds_the_bottom_of_a_bent_valley() -> None:
    """Rosenbrock's function, from a place where it bends the other way."""

    def loss(at: Floats) -> float:
        return float((1 - at[0]) ** 2 + 100 * (at[1] - at[0] ** 2) ** 2)

    def slope(at: Floats) -> Floats:
        inner = at[1] - at[0] ** 2
        return np.array([-2 * (1 - at[0]) - 400 * at[0] * inner, 200 * inner])

    def curvature(at: Floats) -> Floats:
        return np.array([[2 - 400 * (at[1] - 3 * at[0] ** 2), -400 * at[0]], [-400 * at[0], 200.0]])

    assert minimum(loss, np.array([-1.2, 3.0]), slope, curvature) == pytest.approx([1.0, 1.0], abs=1e-6)
    with pytest.raises(ArithmeticError, match="not reached"):
        minimum(
            lambda at: float(-at[0]),
            np.array([0.0]),
            lambda _at: np.array([-1.0]),
            lambda _at: np.zeros((1, 1)),
        )
