"""`python -m bench.memory [REQUESTS [MINUTES]]`: memory of a web process under an hour of mixed load.

As many requests as an hour brings at ten a second: pages in six languages, charts, pictures, tables and the API, half
of them of today and half of one of 420 days, by four readers. Without MINUTES each asks for the next as soon as the
last has come; with them, the requests are spread evenly over so many minutes, and what a slow machine could not answer
in time is left out. The process is one as shipped. Its resident memory is printed twelve times, and the growth for each
thousand requests of the second half, which shows whether something grows without bound.
"""

import asyncio
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.readers import LENGTH
from bench.servers import environment, first_answer, memory, prepare, web

REQUESTS = 36_000
DAYS = 420
READERS = 4
PARTS = 12
LANGUAGES = ("", "/ar", "/zh-hans", "/fr", "/ru", "/es")
PAGES = (
    *("/", "/participants/", "/participants/?un_group=african", "/participants/QAT/"),
    *(
        "/participants/QAT/cooperation/",
        "/participants/QAT/cooperation/BRA/",
        "/convention/",
        "/articles/63/",
    ),
    *("/charts/", "/charts/over-time/", "/charts/by-group/", "/compare/", "/readiness/", "/scenario/"),
    *("/calendar/", "/changes/", "/statements/", "/about/", "/treaties/budapest/", "/treaties/untoc/"),
)
FILES = (
    *(
        "/charts/over-time.svg",
        "/charts/by-group.svg",
        "/changes.atom",
        "/calendar.ics",
        "/participants/csv",
    ),
    *("/embed/hanoi/progress/", "/embed/hanoi/badge.svg", "/embed/hanoi/map.svg", "/embed/hanoi/table/"),
    *(
        "/api/v1/treaties/hanoi/status/",
        "/api/v1/treaties/hanoi/participants/",
        "/api/v1/treaties/hanoi/actions.csv",
    ),
    *("/api/v1/treaties/hanoi/actions/", "/api/v1/treaties/uncac/status/", "/api/v1/treaties/hanoi/changes/"),
)
PICTURE = "/charts/over-time.png"
"""Asked for once in a hundred times: a picture is drawn by a process of its own."""


def question(order: Random, today: datetime) -> str:
    """Return the address of one request."""
    if order.random() < 1 / 100:
        path = PICTURE
    elif order.random() < 2 / 3:
        path = order.choice(LANGUAGES) + order.choice(PAGES)
    else:
        path = order.choice(FILES)
    if order.random() < 1 / 2:
        return path
    day = today - timedelta(days=order.randrange(DAYS))
    return f"{path}{'&' if '?' in path else '?'}as_of={day:%Y-%m-%d}"


@dataclass
class Load:
    """What is asked, and how fast."""

    order: Random
    today: datetime
    interval: float = 0
    """Seconds from one request to the next; 0 for as fast as they are answered."""
    asked: int = 0
    days: set[str] = field(default_factory=set)
    statuses: Counter[str] = field(default_factory=Counter)

    async def following(self, begun: float, asked: int, until: float) -> str | None:
        """Return the address of the next request, when it is due; None where so many are asked, or the time is over."""
        if self.asked >= asked or time.monotonic() >= until:
            return None
        self.asked += 1
        if self.interval:
            await asyncio.sleep(begun + self.asked * self.interval - time.monotonic())
        path = question(self.order, self.today)
        self.days.update(re.findall(r"as_of=([\d-]+)", path))
        return path


async def read(
    port: int, following: Callable[[], Awaitable[str | None]], statuses: MutableMapping[str, int]
) -> None:
    """Ask what follows on one connection, until nothing does, and count the answers by status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while path := await following():
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        )
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:  # a connection that was idle for long is closed
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        length = LENGTH.search(head)
        assert length is not None, head  # noqa: S101 - each answer of the site has one
        await reader.readexactly(int(length[1]))
        status = head[9:12].decode()
        statuses[status] = statuses.get(status, 0) + 1
        if status != "200" and statuses[status] < 4:  # noqa: PLR2004 - a few are enough to see what is wrong
            print(f"  {status} {path}")
    writer.close()


async def read_all(port: int, load: Load, begun: float, asked: int, until: float) -> None:
    """Let all readers read."""
    following = partial(load.following, begun, asked, until)
    await asyncio.gather(*(read(port, following, load.statuses) for _ in range(READERS)))


def main(requests: int = REQUESTS, minutes: int = 0) -> None:
    """Ask in twelve parts, and print the memory after each."""
    load = Load(Random(30), datetime.now(UTC), minutes * 60 / requests)  # noqa: S311 - only mixes what is asked
    found: list[tuple[int, float]] = []
    with TemporaryDirectory() as folder:
        prepare(Path(folder))
        with web("config.wsgi:application", environment(Path(folder))) as (address, process):
            first_answer(f"{address}/")
            print(f"{'at the start':>14}: {memory(process.pid):.1f} MB", flush=True)
            begun = time.monotonic()
            for part in range(1, PARTS + 1):
                until = begun + part * minutes * 60 / PARTS if minutes else float("inf")
                asked = part * requests // PARTS
                asyncio.run(read_all(int(address.rpartition(":")[2]), load, begun, asked, until))
                found.append((load.asked, memory(process.pid)))
                passed = f"{(time.monotonic() - begun) / 60:5.1f} min"
                print(f"{passed:>14}: {found[-1][1]:.1f} MB after {load.asked:,} requests", flush=True)
    (first, before), (last, after) = found[PARTS // 2 - 1], found[-1]
    print(
        f"{(after - before) / (last - first) * 1000:+.2f} MB for each thousand requests of the second half; "
        f"{len(load.days)} days besides today; answers by status: {dict(load.statuses)}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
