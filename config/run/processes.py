"""The processes of the embedded shape: started together, started again when one dies, ended together."""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Mapping
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

from common.lifetime import end_with_parent

_FORK = multiprocessing.get_context("fork")  # a child of this very process, which it ends with
MOST_STARTS = 5
WITHIN = 60
"""A process that needs more than five starts within so many seconds will not live: the site ends."""
LONGEST_END = 10
"""Seconds after a request to end within which one process at least ends, or all are killed."""


class Processes(Manager):  # type: ignore[misc]  # honcho ships no types
    """Honcho's manager, which starts a process again that ends unasked, and ends the rest with itself.

    It is also safe against a signal that comes before all its processes have started.
    """

    def __init__(self) -> None:
        super().__init__(_Printer(sys.stdout))
        self.returncode: int | None = None
        self._process_ctor = _Process
        self._starts: dict[str, list[float]] = {}
        self._asked_to_end: float | None = None

    def terminate(self) -> None:
        """End every process; tries again shortly while one of them has no process id yet."""
        self._asked_to_end = self._asked_to_end or time.monotonic()
        if self._all_started():
            super().terminate()
        else:
            signal.setitimer(signal.ITIMER_REAL, 0.1)

    def _any_stopped(self) -> bool:
        """Start again what has ended; whether something has ended for good, or should have."""
        if self._asked_to_end:
            is_late = time.monotonic() > self._asked_to_end + LONGEST_END
            return is_late or any(map(self._has_ended, self._processes.values()))
        for name, process in self._processes.items():
            if not self._has_ended(process):
                continue
            if not self._may_start(name):
                process.setdefault("returncode", 1)
                return True
            self._start_again(process)
        return False

    def _all_stopped(self) -> bool:
        return bool(self._asked_to_end) and all(map(self._has_ended, self._processes.values()))

    def _has_ended(self, process: dict[str, Any]) -> bool:
        """Whether it has reported its end, or was killed: its runner is dead, and no output is left to read."""
        return process.get("returncode") is not None or (
            not process["process"].is_alive() and bool(self.events.empty())
        )

    def _may_start(self, name: str) -> bool:
        now = time.monotonic()
        starts = [moment for moment in self._starts.get(name, []) if now - moment < WITHIN]
        self._starts[name] = [*starts, now]
        if len(starts) < MOST_STARTS:
            self._system_print(f"{name} has ended and is started again\n")
            return True
        self._system_print(
            f"{name} has ended {len(starts) + 1} times within {WITHIN} seconds: the site ends\n"
        )
        self.returncode = 1
        return False

    def _start_again(self, process: dict[str, Any]) -> None:
        self.returncode = None  # that of the process which has ended is not the site's
        known = process["obj"]
        process.clear()
        process["obj"] = known
        process["process"] = _running(known, self.events)

    def _start(self) -> None:
        for process in self._processes.values():
            process["process"] = _running(process["obj"], self.events)

    def leave(self) -> None:
        """End what passes on the output, which could wait for ever for a reader; its process ends with it."""
        for process in self._processes.values():
            if running := process.get("process"):
                running.kill()


class _Printer(Printer):  # type: ignore[misc]  # honcho ships no types
    """A printer that loses a line which cannot be written: on a full disk, in a terminal that is closed."""

    def write(self, message: Message) -> None:
        """Write a line where that is possible."""
        with contextlib.suppress(OSError):
            super().write(message)


class _Process(Process):  # type: ignore[misc]  # honcho ships no types
    """A process that ends with this one, even where this one is killed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - honcho's
        super().__init__(*arguments, **options)
        self._child_ctor = partial(Popen, preexec_fn=partial(end_with_parent, signal.SIGTERM))


def _running(process: _Process, events: Any) -> BaseProcess:  # noqa: ANN401 - a queue of multiprocessing
    running = _FORK.Process(target=_run, args=(process, events, os.getpid()), name=process.name)
    running.start()
    return running


def _run(process: _Process, events: Any, parent: int) -> None:  # noqa: ANN401 - the same
    end_with_parent(signal.SIGKILL, parent)
    process.run(events, ignore_signals=True)


def serve(procfile: Path, environment: Mapping[str, str]) -> int:
    """Run a Procfile until a signal ends it; return the exit status: 1 where a process does not live."""
    processes = Processes()
    for name, command in parse_procfile(procfile.read_text()).processes.items():
        processes.add_process(name, command, env=dict(environment), cwd=procfile.parent)

    def end(_signal: int, _frame: FrameType | None) -> None:
        processes.returncode = 0
        processes.terminate()

    signal.signal(signal.SIGALRM, end)
    signal.signal(signal.SIGHUP, end)
    try:
        processes.loop()
    finally:
        processes.leave()
    asked_to_stop = processes.returncode in {0, 128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if asked_to_stop else 1
