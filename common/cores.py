"""The cores of the processor on which a process runs, and whether others come before it."""

import os
from contextlib import suppress
from pathlib import Path

_ALLOWED = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()
"""Those that this process was started with; none where the system does not tell."""
_THREADS = Path("/proc/self/task")
_OF_SESSION = Path("/proc/self/autogroup")


def keep_to_core(number: int) -> None:
    """Run all threads of this process on one of the cores that it may use: 0 is the first, -1 the last.

    The interpreter lets one thread work at a time, and handing over to a thread on another core costs more than to one
    on the same (docs/performance.md). Nothing happens where the system gives no choice.
    """
    if not _ALLOWED:
        return
    core = sorted(_ALLOWED)[number % len(_ALLOWED)]
    for thread in _THREADS.iterdir():
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.sched_setaffinity(int(thread.name), {core})


def use_all_cores(process: int) -> None:
    """Let a process that this one has started use all cores again, which it does not inherit otherwise."""
    if _ALLOWED:
        os.sched_setaffinity(process, _ALLOWED)


def give_way_as_session() -> None:
    """Let other sessions come before this process's own as far as it is `nice` itself.

    Linux shares the processor among sessions first where it groups by them, and being nice counts only within one
    (sched(7), "The autogroup feature"). Nothing happens to a session that another process leads.
    """
    if os.getsid(0) == os.getpid() and _OF_SESSION.exists():
        with suppress(OSError):  # asked a second time within a tenth of a second
            _OF_SESSION.write_text(str(os.nice(0)))
