"""Places for work that costs much: beyond them it is refused at once, so that it holds up nothing else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class BusyError(Exception):
    """All places are taken; the work is to be asked for again shortly."""


class Budget:
    """A number of places within this process."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place during the work.

        Raises:
            BusyError: if there is none. Waiting would hold one of the few threads that serve everybody.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            yield
        finally:
            self._places.release()
