"""The process that sends mail, apart from the worker that starts it.

A server that has taken a message cannot be asked whether it did, so a process that is killed between the server's
answer and the row's mark has its last message sent again. Workers are killed: by a supervisor that restarts them, for
their memory, by hand. So this process is none of theirs: it has a session of its own, and when its worker has gone it
finishes and marks the message in hand, gives the others back and ends.
"""

import os
import signal
import subprocess
import sys
import threading
from types import FrameType

from django.conf import settings
from django.utils import timezone

from ratification.following import outbox

ONE = threading.Lock()
"""Held while one thread of this process has mail sent."""


def run() -> int:
    """Send what waits from a process of its own; return how many messages the server took.

    One at a time for each worker: beside another it sends nothing, since that one takes what waits until its end.

    Raises:
        subprocess.CalledProcessError: if that process did not end well.
    """
    if not ONE.acquire(blocking=False):
        return 0
    try:
        return _run()
    finally:
        ONE.release()


def _run() -> int:
    command = [sys.executable, "manage.py", "send_mail", "--worker", str(os.getpid())]
    with subprocess.Popen(  # noqa: S603 - the project's own; never killed by an exception here, as `run` would
        command, cwd=settings.BASE_DIR, start_new_session=True, stdout=subprocess.PIPE, text=True
    ) as process:
        out, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return int(out)


def send_for(worker: int) -> int:
    """Send for a worker, the parent of this process, until nothing waits, the worker has gone or SIGTERM has come."""
    asked_to_end = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        asked_to_end.set()

    signal.signal(signal.SIGTERM, end)
    return outbox.send(timezone.now, lambda: os.getppid() == worker and not asked_to_end.is_set())
