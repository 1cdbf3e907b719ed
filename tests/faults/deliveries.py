"""How long a partner waits for a change, from the moment at which the entry behind it was published."""

import contextlib
from collections.abc import Iterator, Mapping
from statistics import median

from tests.faults.receiver import Receiver, bad, hanging, slow

PUBLICATIONS = 20
LONGEST = 40
"""Seconds that no change may take: less than the minute after which the timetable would have sent it."""
NOBODY = "https://localhost:1/nobody"


@contextlib.contextmanager
def bad_partners(good: Receiver) -> Iterator[list[str]]:
    """Run a slow receiver and a silent one; gives their addresses, and one at which nothing listens."""
    with bad(slow, good.issuer) as late, bad(hanging, good.issuer) as silent:
        yield [late, silent, NOBODY]


def waits(receiver: Receiver, published: Mapping[str, float], subscribed: int) -> dict[str, float]:
    """Return the figures: of each publication, the seconds until the last of its changes was there.

    Those published one by one come first, then those published at once.
    """
    last: dict[float, float] = {}
    for number, moment in published.items():
        if int(number) > subscribed:
            last[moment] = max(last.get(moment, 0), receiver.moments[int(number)] - moment)
    found = [last[moment] for moment in sorted(last)]
    assert len(found) == 2 * PUBLICATIONS
    assert max(found) < LONGEST, found
    assert receiver.processed == sorted(set(receiver.processed)), "in order, each once"
    single, burst = found[:PUBLICATIONS], found[PUBLICATIONS:]
    return {
        "publications": len(found),
        "one_by_one_median": round(median(single), 1),
        "one_by_one_longest": round(max(single), 1),
        "at_once_median": round(median(burst), 1),
        "at_once_longest": round(max(burst), 1),
    }
