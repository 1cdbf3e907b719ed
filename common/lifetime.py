"""Child processes that end with their parent."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent(by: signal.Signals, parent: int | None = None) -> None:
    """Ask the kernel to send this process the signal `by` when its parent ends, even by SIGKILL (Linux only).

    Args:
        by: the signal.
        parent: the parent's process id, if known; the signal is sent at once if that parent has ended already.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), by)
