"""A time limit for queries that the server does not keep: a server that hangs keeps none.

libpq waits for an answer as long as the connection lives, and the machine of a server that hangs keeps it alive. So a
thread watches: a query that takes longer has its socket shut, which ends it with the error of a lost connection.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

EVERY_SECONDS = 0.25
"""Interval at which the watch looks."""


class Deadlines:
    """A watch over the queries of this process that are under way; its thread begins with the first of them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: dict[object, tuple[float, int]] = {}
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None

    @contextmanager
    def within(self, connection: Any) -> Iterator[None]:  # noqa: ANN401 - a connection of psycopg2
        """Give the one query that a connection answers in the block so many seconds; no limit where it is None."""
        if connection is None or connection.closed:
            yield
            return
        self._begin()
        key = object()
        self._running[key] = (time.monotonic() + self._seconds, connection.fileno())
        try:
            yield
        finally:
            del self._running[key]

    def _begin(self) -> None:
        if self._watcher is None or not self._watcher.is_alive():
            with self._lock:
                if self._watcher is None or not self._watcher.is_alive():
                    self._watcher = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                    self._watcher.start()

    def _watch(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            now = time.monotonic()
            for key, (deadline, file) in [*self._running.items()]:
                if now > deadline and key in self._running:
                    _shut(file)


def _shut(file: int) -> None:
    """Shut a connection's socket under it, whichever thread waits for it."""
    with suppress(OSError), socket.socket(fileno=os.dup(file)) as same:
        same.shutdown(socket.SHUT_RDWR)
