"""Functions of mathematics that numpy lacks; a library for these three would be larger than the rest of the worker."""

from collections.abc import Callable

import numpy as np

from ratification.forecast.method.past import Floats

_STEPS = 500
_LEAST_SLOPE = 1e-6
_LEAST_BEND = 1e-12
_SAME = 1e-12


def expit(x: Floats) -> Floats:
    """Give the logistic distribution function."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -np.asarray(x))))


def logit(p: Floats) -> Floats:
    """Give the quantile function of the logistic distribution."""
    return np.asarray(np.log(p) - np.log1p(-np.asarray(p)))


def betainc(a: Floats, b: Floats, x: Floats) -> Floats:
    """Give the regularised incomplete beta function for a whole number `a`: a sum of as many terms.

    It is the probability that a negative binomial number, with `b` and the share `x`, is at least `a`.
    """
    a, b, x = np.broadcast_arrays(a, b, x)
    if (a != np.floor(a)).any() or (a < 1).any():
        raise ValueError("the first argument is a whole number from 1 on")
    term = np.exp(b * np.log1p(-np.minimum(x, 1 - 1e-16)))
    below = np.zeros_like(term)
    for number in range(int(a.max(initial=0))):
        below += np.where(number < a, term, 0.0)
        term = term * x * (b + number) / (number + 1)
    return np.asarray(np.clip(1 - below, 0.0, 1.0))


def minimum(
    loss: Callable[[Floats], float],
    start: Floats,
    slope: Callable[[Floats], Floats],
    curvature: Callable[[Floats], Floats],
) -> Floats:
    """Give where a smooth function has its minimum: Newton's steps, shortened until each brings the value down.

    Near the end, where values differ by less than a number can tell, a step must make the slope smaller.

    Raises:
        ArithmeticError: if it is not reached.

    """
    at, value, gradient = start, loss(start), slope(start)
    damping = 0.0
    for _ in range(_STEPS):
        if np.abs(gradient).max() < _LEAST_SLOPE:
            return at
        values, vectors = np.linalg.eigh(curvature(at))
        # Where the function bends the other way, the step goes downhill all the same.
        lengths = np.maximum(np.abs(values), _LEAST_BEND) + damping
        tried = at - vectors @ ((vectors.T @ gradient) / lengths)
        new, ahead = loss(tried), slope(tried)
        even = abs(new - value) <= _SAME * abs(value)
        if new < value or (even and np.abs(ahead).max() < np.abs(gradient).max()):
            at, value, gradient, damping = tried, new, ahead, damping / 10
        else:
            damping = max(10 * damping, float(np.abs(values).max()) / 1000)
    raise ArithmeticError("the minimum was not reached")
