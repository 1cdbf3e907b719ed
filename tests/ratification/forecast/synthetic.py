"""Courses made from a fixed seed: treaties whose deposits come at rates of their own."""

import numpy as np

from ratification.forecast.method.past import TreatyCourse, Whole

YEAR = 365.25


def courses(number: int = 60, seed: int = 1) -> tuple[TreatyCourse, ...]:
    """Make treaties opened over forty years, each a cluster of its own, with lists that end on one day."""
    rng = np.random.default_rng(seed)
    ends = 736000
    return tuple(
        _course(rng, place, ends - round(rng.uniform(2, 40) * YEAR), ends) for place in range(number)
    )


def _course(rng: np.random.Generator, place: int, opened: int, ends: int) -> TreatyCourse:
    signed = opened + np.floor(rng.exponential(200, 30 + place % 90)).astype(np.int64)
    signed[0] = opened
    speed = rng.gamma(2.0, 8.0)
    gaps = rng.exponential(YEAR / speed, 190)
    deposited = opened + np.ceil(gaps.cumsum()).astype(np.int64)
    return TreatyCourse(f"T-{place}", f"T-{place}", ends, _named(signed, ends), _named(deposited, ends))


def _named(days: Whole, ends: int) -> dict[str, int]:
    return {f"P{who:03}": int(day) for who, day in enumerate(days) if day <= ends}
