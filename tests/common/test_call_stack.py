"""A loop asks the operating system for no memory at each call, however deep it runs."""

import resource

from common.call_stack import with_room

CALLS = 200
DEPTHS = range(150)
"""More calls than fit on one piece of the stack."""


def _leaf(
    a: int = 1, b: int = 2, c: int = 3, d: int = 4, e: int = 5, f: int = 6, g: int = 7, h: int = 8
) -> int:
    """Take a larger frame than each call that leads here, so that at one depth it is the first on a new piece."""
    return max(a, b, c, d, e, f, g, h)


def _pages_asked_for(depth: int) -> int:
    """Return for how many pages of memory a loop asks at a depth: one at least for each new piece of the stack."""
    if depth:
        return _pages_asked_for(depth - 1)
    begun = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(CALLS):
        _leaf()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - begun


def test_a_loop_at_any_depth_asks_for_next_to_nothing() -> None:
    asked_for = with_room(_pages_asked_for)
    assert max(asked_for(depth) for depth in DEPTHS) < CALLS / 10


def test_what_has_room_is_the_same_function_to_its_callers() -> None:
    assert with_room(_pages_asked_for).__doc__ == _pages_asked_for.__doc__
    assert with_room(divmod)(7, b := 2) == divmod(7, b)
