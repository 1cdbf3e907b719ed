"""Processes that end with the one that started them, however that one ended."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent(by: signal.Signals, parent: int | None = None) -> None:
    """Have this process sent the signal `by` when its parent is gone, even killed; only Linux can.

    Where the parent's number is given and another process has taken its place already, it is sent at once: the parent
    ended before it could be asked for.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), by)
