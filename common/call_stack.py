"""Room for the frames of a deep call on one piece of the interpreter's stack.

CPython keeps the frames of a thread on pieces of 16 kB. Before 3.13 and 3.14 were mended (python/cpython issue 142183),
it asked the operating system for a piece whenever a call did not fit on the last one, and gave it back at the call's
end: a loop at such a depth did so for each of its calls. A page, whose templates nest a hundred calls deep, took a
seventh more processor time for it.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_WORDS = 32_000
"""Room that a frame asks for, in words of 8 bytes: its piece is the next power of two, 512 kB, half of which is left
for the calls that it makes. What no call reaches takes no memory."""


def with_room(work: Callable[P, T]) -> Callable[P, T]:
    """Return the function, such that what it calls has room on one piece."""

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=_WORDS)
    return wraps(work)(call)
