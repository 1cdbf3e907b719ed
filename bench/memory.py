"""`python -m bench.memory [REQUESTS]`: memory of a web process under an hour of mixed load, compressed.

As many requests as an hour brings at ten a second: pages in six languages, charts, pictures, tables and the API, half
of them of today and half of one of 420 days, by four readers who each ask for the next as soon as the last has come.
The process is one as shipped. Its resident memory is printed ten times, and the growth for each thousand requests of
the second half, which shows whether something grows without bound.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.readers import LENGTH
from bench.servers import environment, first_answer, memory, prepare, web

REQUESTS = 36_000
DAYS = 420
READERS = 4
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


async def read(port: int, questions: list[str], statuses: dict[str, int]) -> None:
    """Ask each question on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while questions:
        path = questions.pop()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        assert length is not None, head  # noqa: S101 - each answer of the site has one
        await reader.readexactly(int(length[1]))
        status = head[9:12].decode()
        statuses[status] = statuses.get(status, 0) + 1
        if status != "200" and statuses[status] < 4:  # noqa: PLR2004 - a few are enough to see what is wrong
            print(f"  {status} {path}")
    writer.close()


async def read_all(port: int, questions: list[str], statuses: dict[str, int]) -> None:
    """Let all readers read."""
    await asyncio.gather(*(read(port, questions, statuses) for _ in range(READERS)))


def main(requests: int = REQUESTS) -> None:
    """Ask in ten parts, and print the memory after each."""
    order, today = Random(30), datetime.now(UTC)  # noqa: S311 - only mixes what is asked
    statuses: dict[str, int] = {}
    found: list[float] = []
    with TemporaryDirectory() as folder:
        prepare(Path(folder))
        with web("config.wsgi:application", environment(Path(folder))) as (address, process):
            first_answer(f"{address}/")
            print(f"{'at the start':>14}: {memory(process.pid):.1f} MB", flush=True)
            for part in range(1, 11):
                questions = [question(order, today) for _ in range(requests // 10)]
                asyncio.run(read_all(int(address.rpartition(":")[2]), questions, statuses))
                found.append(memory(process.pid))
                print(f"{part * requests // 10:>14,}: {found[-1]:.1f} MB", flush=True)
    growth = (found[-1] - found[4]) / (requests / 2000)
    print(f"{growth:+.2f} MB for each thousand requests of the second half; answers by status: {statuses}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
