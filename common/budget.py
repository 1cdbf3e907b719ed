"""Places for work that costs much: beyond them it is refused at once, so that it holds up nothing else.

Waiting would hold one of the few threads that serve everybody. A view lets the error pass: the answer is then 503 with
Retry-After (config/middleware/budgets.py).
"""

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PREPARES = "tracker.prepares"
"""Mark of a request that no visitor has made, in its environment, where no client can write: names from outside begin
with HTTP_. It is charged to nobody."""


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


class Turns:
    """Turns at work: a few threads work at a time while the others wait, each for its turn.

    A thread that waits for another process gives its turn up meanwhile: it uses none of what the turns divide.
    """

    def __init__(self, places: int) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._own = threading.local()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Work in turn.

        Raises:
            BusyError: if no turn has come after so many seconds.
        """
        if not self._free.acquire(timeout=seconds):
            raise BusyError
        self._own.holds = True
        try:
            yield
        finally:
            self.give_up()
            self._own.gave_up = False

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Let others work during a wait, and wait for a turn again."""
        self.give_up()
        try:
            yield
        finally:
            self.take_again()

    def give_up(self) -> None:
        """Let others work from here on; nothing where the thread has no turn."""
        if getattr(self._own, "holds", False):
            self._own.holds, self._own.gave_up = False, True
            self._free.release()

    def take_again(self) -> None:
        """Wait for a turn again where the thread has given one up."""
        if getattr(self._own, "gave_up", False):
            self._free.acquire()
            self._own.holds, self._own.gave_up = True, False


TURNS = Turns(2)
"""Turns to compute an answer in this process: more would only share the one interpreter."""


class Shares:
    """Processor time that each visitor may take of this process: some at once, and a part of each second on and on.

    What an answer costs is measured, not guessed from its address: whichever question turns out to be the dear one,
    a visitor who asks it without pause is told to wait, and the others have the rest.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        taken: Callable[[], float] = time.thread_time,
        visitors: int = 10_000,
    ) -> None:
        self._clock, self._taken, self._visitors = clock, taken, visitors
        self._owed: OrderedDict[str, tuple[float, float]] = (
            OrderedDict()
        )  # seconds owed, and when that was so
        self._lock = threading.Lock()

    @contextmanager
    def spend(self, whose: str, *, at_once: float, part: float) -> Iterator[None]:
        """Charge a visitor with the processor time of the work.

        Args:
            whose: the visitor.
            at_once: seconds that the visitor may owe.
            part: how much of that is forgiven in a second.

        Raises:
            BusyError: if the visitor owes as much already.
        """
        if self._owes(whose, part, 0) >= at_once:
            raise BusyError
        begun = self._taken()
        try:
            yield
        finally:
            self._owes(whose, part, self._taken() - begun)

    def __len__(self) -> int:
        """Visitors who owe something."""
        return len(self._owed)

    def _owes(self, whose: str, part: float, more: float) -> float:
        now = self._clock()
        with self._lock:
            owed, since = self._owed.pop(whose, (0.0, now))
            owed = max(owed - (now - since) * part, 0.0) + more
            if owed:
                self._owed[whose] = owed, now
            if len(self._owed) > self._visitors:
                self._owed.popitem(last=False)  # which has asked for nothing for the longest time
            return owed
