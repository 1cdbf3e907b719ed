"""`python -m bench.drawings [SECONDS]`: charts that are not kept, asked for through the running site.

First the first picture of a new process, then every chart as picture (PNG) and as SVG for days that were not asked for
before, one after the other. Then ten visitors at once ask for pictures of ever other days, and come again when the site
tells them to, while another reads pages that are kept: the median of these answers, alone and beside them.
"""

import http.client
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event

from bench.servers import environment, first_answer, prepare, web

CHARTS = ("over-time", "by-regional-group", "by-group", "same-age", "days-to-deposit")
DAYS = 3
VISITORS = 10
ROUNDS = 3
SECONDS = 6
PAGES = ("/", "/participants/", "/api/v1/treaties/hanoi/participants/", "/calendar/")
PAUSE = 0.01
"""Seconds between two pages of the one who reads."""
BUSY = 503


class Site:
    """The site, asked for days that follow one another backwards, so that no chart was drawn before."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._days = (datetime.now(UTC).date() - timedelta(days=days) for days in count(3))

    def ask(self, path: str) -> tuple[int, float, float]:
        """Ask once; return status, milliseconds, and the seconds after which to ask again."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        begun = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        passed = (time.perf_counter() - begun) * 1000
        connection.close()
        return answer.status, passed, float(answer.getheader("Retry-After") or 0)

    def day(self) -> str:
        """Return another day."""
        return f"{next(self._days):%Y-%m-%d}"


def one_by_one(site: Site) -> None:
    """Print what each chart takes."""
    _, first, _ = site.ask(f"/charts/over-time.png?as_of={site.day()}")
    print(f"the first picture of the process: {first:.0f} ms")
    for suffix in ("png", "svg"):
        for chart in CHARTS:
            found = [site.ask(f"/charts/{chart}.{suffix}?as_of={site.day()}")[1] for _ in range(DAYS)]
            print(f"{chart + '.' + suffix:>24}: {', '.join(f'{each:.0f}' for each in found)} ms")


def reading(site: Site, seconds: float) -> float:
    """Return the median of what the kept pages take, in milliseconds."""
    end, found = time.perf_counter() + seconds, list[float]()
    while time.perf_counter() < end:
        found.append(site.ask(PAGES[len(found) % len(PAGES)])[1])
        time.sleep(PAUSE)
    return median(found)


@contextmanager
def visitors(site: Site, days: Iterator[str]) -> Iterator[list[tuple[int, float]]]:
    """Let ten ask for pictures during the block; gives status and milliseconds of each answer."""
    ended, found = Event(), list[tuple[int, float]]()

    def visit(chart: str) -> None:
        while not ended.is_set():
            status, passed, again = site.ask(f"/charts/{chart}.png?as_of={next(days)}")
            found.append((status, passed))
            if status == BUSY:
                ended.wait(again)

    with ThreadPoolExecutor(VISITORS) as pool:
        for number in range(VISITORS):
            pool.submit(visit, CHARTS[number % len(CHARTS)])
        try:
            yield found
        finally:
            ended.set()


def main(seconds: int = SECONDS) -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        prepare(Path(folder))
        with web("config.wsgi:application", environment(Path(folder))) as (address, _process):
            first_answer(f"{address}/about/")
            time.sleep(3)
            site = Site(int(address.rpartition(":")[2]))
            one_by_one(site)
            reading(site, seconds)
            for _ in range(ROUNDS):
                alone = reading(site, seconds)
                with visitors(site, iter(site.day, "")) as found:
                    beside = reading(site, seconds)
                    answers = list(found)
                drawn = [passed for status, passed in answers if status != BUSY]
                print(
                    f"kept pages: {alone:.2f} ms alone, {beside:.2f} beside {len(drawn)} drawings (median "
                    f"{median(drawn):.0f}, longest {max(drawn):.0f} ms): {beside / alone:.2f}; "
                    f"{dict(Counter(status for status, _ in answers))}"
                )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
