"""`python -m bench.readers [SECONDS [PAUSE]]`: how long readers of the embedded shape wait while entries are published.

The site is started as `make run` does it. Fifty readers ask for pages, tables, pictures and the API, each for the next
as soon as the last has come, or PAUSE seconds later; meanwhile two people publish a correction every 0.6 seconds, a
hundred a minute. An answer that shows an earlier revision than was published when it was asked for is stale; there must
be none. How long they wait is counted from the fifth second on: the site has started a moment before, and its processes
load their first pages and texts.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.servers import ROOT, environment, first_answer, free_port, get, running

READERS = 50
PUBLICATIONS_A_MINUTE = 100
SECONDS = 60
WARM_UP = 5
KINDS = {
    "overview": "/",
    "overview, another day": "/?as_of=2026-03-01",
    "participants": "/participants/",
    "participants, filtered": "/participants/?un_group=african",
    "a participant": "/participants/QAT/",
    "cooperation": "/participants/QAT/cooperation/",
    "a pair": "/participants/QAT/cooperation/BRA/",
    "the text": "/convention/",
    "an article": "/articles/63/",
    "a chart's page": "/charts/over-time/",
    "readiness": "/readiness/",
    "scenario": "/scenario/",
    "calendar": "/calendar/",
    "updates": "/changes/",
    "statements": "/statements/",
    "another treaty": "/treaties/budapest/",
    "in French": "/fr/",
    "in Arabic": "/ar/participants/",
    "feed": "/changes.atom",
    "badge": "/embed/hanoi/badge.svg",
    "API: status": "/api/v1/treaties/hanoi/status/",
    "API: participants": "/api/v1/treaties/hanoi/participants/",
    "API: changes": "/api/v1/treaties/hanoi/changes/",
    "API: actions, CSV": "/api/v1/treaties/hanoi/actions.csv",
}
HEAD = re.compile(rb"^record-head: (\d+):", re.IGNORECASE | re.MULTILINE)
LENGTH = re.compile(rb"^content-length: (\d+)", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Seen:
    """What the readers have seen.

    `took` has the seconds of each answer that was asked for at `since` or later, by its kind, `failed` a line for each
    that was no page, `shown` the moment at which an answer was asked for, the revision that it showed, and its address.
    """

    since: float = 0
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)
    shown: list[tuple[float, int, str]] = field(default_factory=list)


async def read(number: int, port: int, until: float, seen: Seen, pause: float = 0) -> None:
    """Ask again and again on one connection, a pause after each answer."""
    order = Random(number)  # noqa: S311 - only mixes what is asked
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.time() < until:
        kind, path = order.choice([*KINDS.items()])
        began = time.time()
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length is None:
            seen.failed.append(f"{path}: no length: {head!r}")
            return
        await reader.readexactly(int(length[1]))
        if began >= seen.since:
            seen.took[kind].append(time.time() - began)
        if not head.startswith(b"HTTP/1.1 200"):
            seen.failed.append(f"{path}: {head[:40]!r}")
        elif "budapest" not in path and (found := HEAD.search(head)):
            seen.shown.append((began, int(found[1]), path))
        await asyncio.sleep(pause)
    writer.close()


async def read_all(port: int, seconds: float, seen: Seen, pause: float = 0) -> None:
    """Let all readers read."""
    seen.since = time.time() + WARM_UP
    until = seen.since + seconds
    await asyncio.gather(*(read(number, port, until, seen, pause) for number in range(READERS)))


def publish() -> None:
    """Publish until standard input closes; print the moment of each commit and its revision."""
    from bench import scale  # noqa: PLC0415 - it starts Django
    from ratification.record.entries import latest_revision  # noqa: PLC0415
    from treaty.models import Treaty  # noqa: PLC0415

    treaty, pause = Treaty.objects.get(slug="hanoi"), 60 / PUBLICATIONS_A_MINUTE
    following = time.time()
    for _ in range(int(sys.argv[2])):
        scale.publish(treaty)
        sys.stdout.write(json.dumps([time.time(), latest_revision(treaty)]) + "\n")
        following += pause
        time.sleep(max(0.0, following - time.time()))


@contextmanager
def site(var: Path, port: int) -> Iterator[dict[str, str]]:
    """Serve the embedded shape, made ready."""
    env = {**environment(var), "PORT": str(port), "LOG_LEVEL": "ERROR"}
    with running([sys.executable, "-m", "config.run.start"], env):
        first_answer(f"http://127.0.0.1:{port}/readyz")
        yield env


def quantile(values: list[float], share: float) -> float:
    """Return the value below which that share of the values lies, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def answers_made(port: int) -> str:
    """Return what the site says of its answers: how many were computed, and how many were kept."""
    _, body, _ = get(f"http://127.0.0.1:{port}/metrics")
    found = re.findall(r'^tracker_answers_total\{how="(\w+)"\} (\d+)', body.decode(), re.MULTILINE)
    return ", ".join(f"{count} {how}" for how, count in found)


def stale(shown: list[tuple[float, int, str]], commits: list[tuple[float, int]]) -> list[str]:
    """Return the answers that showed less than was published when they were asked for."""
    found = []
    for began, revision, path in shown:
        known = max((number for moment, number in commits if moment < began), default=0)
        if revision < known:
            found.append(f"{path}: revision {revision}, published {known}")
    return found


def main(seconds: float = SECONDS, pause: float = 0) -> None:
    """Print a line for each kind and one for all."""
    with TemporaryDirectory() as folder, site(Path(folder), port := free_port()) as env:
        seen = Seen()
        count = int((WARM_UP + seconds) / 60 * PUBLICATIONS_A_MINUTE)
        publisher = subprocess.Popen(  # noqa: S603 - this file
            [sys.executable, "-m", "bench.readers", "publish", str(count)],
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        asyncio.run(read_all(port, seconds, seen, pause))
        told, _ = publisher.communicate()
        made = answers_made(port)
        commits = [tuple(json.loads(line)) for line in told.splitlines()]
    every = [took for kind in seen.took.values() for took in kind]
    for kind, took in sorted(seen.took.items(), key=lambda each: -quantile(each[1], 0.99)):
        half, most = quantile(took, 0.5), quantile(took, 0.99)
        print(f"{kind:<24} {len(took):>6} answers  median {half:>6.0f} ms  p99 {most:>6.0f} ms")
    print(
        f"All: {len(every):,} answers, {len(commits)} publications, median {quantile(every, 0.5):.0f} ms, "
        f"p99 {quantile(every, 0.99):.0f} ms, longest {quantile(every, 1):.0f} ms; "
        f"{len(seen.failed)} failed, {len(stale(seen.shown, commits))} stale of {len(seen.shown):,}; {made}."
    )
    for line in [*seen.failed[:5], *stale(seen.shown, commits)[:5]]:
        print(f"  {line}")


if __name__ == "__main__":
    publish() if sys.argv[1:2] == ["publish"] else main(*map(float, sys.argv[1:]))
