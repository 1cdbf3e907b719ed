"""Places for work that costs much: beyond them it is refused at once, so that it holds up nothing else.

Waiting would hold one of the few threads that serve everybody. A view lets the error pass: the answer is then 503 with
Retry-After (config/middleware/budgets.py).
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class BusyError(Exception):
    """All places are taken; the work is to be asked for again shortly."""


class Budget:
    """A number of places within this process, of which one visitor may hold some."""

    def __init__(self, places: int, of_one: int | None = None) -> None:
        self._places, self._of_one = places, of_one or places
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, whose: str = "") -> Iterator[None]:
        """Hold a place during the work.

        Args:
            whose: the visitor's address, where one visitor may not hold all places.

        Raises:
            BusyError: if there is none.
        """
        with self._lock:
            if self._held.total() >= self._places or self._held[whose] >= self._of_one:
                raise BusyError
            self._held[whose] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held -= Counter({whose: 1})  # which forgets who holds none
