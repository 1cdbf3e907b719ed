"""Processes that end with the one that started them, however that one ended."""

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent(by: signal.Signals) -> None:
    """Have this process sent the signal `by` when its parent is gone, even killed; only Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by)
