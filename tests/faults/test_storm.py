"""A storm: writers and readers at work while what is behind them is killed, stopped, restarted, emptied and paused."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import redis

from tests.faults.receiver import Receiver
from tests.faults.site import CALM, Site, children, wait

PUBLICATIONS = int(os.environ.get("STORM", "1000"))
WRITERS = 4
READERS = 200
TOLD = 600
"""Seconds within which partners know everything: a killed worker's delivery is left alone for two minutes."""
PATH = "/api/v1/treaties/hanoi/status/"


class Faults:
    """What goes wrong, one thing after the other. Each repairs itself before the next."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.random = random.Random(1)  # noqa: S311 - the same storm each time
        self.counts: Counter[str] = Counter()
        self.ahead: list[Callable[[], None]] = []
        self.kinds: list[Callable[[], None]] = [
            *[self.worker_killed] * 6,
            *[self.job_killed] * 6,
            *[self.outbound_killed] * 2,
            *[self.web_killed] * 2,
            *[self.redis_flushed] * 2,
            *[self.redis_restarted] * 2,
            self.redis_hangs,
            self.database_restarted,
            self.database_crashed,
            self.beat_paused,
        ]

    def next(self) -> None:
        """Let one more thing go wrong, in the thread that started the servers: they end with it."""
        if not self.ahead:
            self.ahead = self.random.sample(self.kinds, len(self.kinds))
        fault = self.ahead.pop()
        fault()
        self.counts[fault.__name__] += 1
        time.sleep(self.random.uniform(0.5, 2))

    def worker_killed(self) -> None:
        self.site.kill("worker", self.random.randrange(3))

    def outbound_killed(self) -> None:
        self.site.kill("outbound", 0)

    def job_killed(self) -> None:
        for worker in self.site.pids("worker")[:1]:
            for child in children(worker)[:1]:
                os.kill(child, signal.SIGKILL)

    def web_killed(self) -> None:
        self.site.kill("web", self.random.randrange(3))

    def redis_flushed(self) -> None:
        with redis.Redis.from_url(self.site.valkey.url) as client:
            client.flushall()

    def redis_restarted(self) -> None:
        self.site.valkey.stop()
        time.sleep(self.random.uniform(0.5, 5))
        self.site.valkey.start()

    def redis_hangs(self) -> None:
        process = self.site.valkey.process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        process.send_signal(signal.SIGCONT)

    def database_restarted(self) -> None:
        self.site.postgres.stop()
        time.sleep(self.random.uniform(0.5, 3))
        self.site.postgres.start()

    def database_crashed(self) -> None:
        self.site.postgres.stop(signal.SIGQUIT)  # as by a power cut: it recovers from its log
        self.site.postgres.start()

    def beat_paused(self) -> None:
        self.site.kill("beat", 0, signal.SIGSTOP)
        time.sleep(5)
        self.site.kill("beat", 0, signal.SIGCONT)


def everything_told(site: Site) -> bool:
    """Whether the partner has confirmed the last change."""
    said, _ = site.script("partner.py").communicate()
    assert said, "partner.py failed; its log says why"
    found = json.loads(said)
    return bool(found["position"] == found["changes"][-1])


def test_storm(site: Site, receiver: Receiver, tmp_path: Path, figures: Callable[..., None]) -> None:
    subscribed = json.loads(site.script("partner.py", receiver.url).communicate()[0])["position"]
    before = json.loads(site.manage("status", "hanoi", "--json"))["revision"]
    seen = tmp_path / "seen.json"
    readers = site.script("reader.py", *map(str, site.address), str(READERS), PATH, str(seen))
    writers = [
        site.script("writer.py", str(number), str(WRITERS), str(PUBLICATIONS // WRITERS))
        for number in range(WRITERS)
    ]
    faults = Faults(site)
    begun = time.monotonic()
    while any(writer.poll() is None for writer in writers):
        faults.next()
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    written = [json.loads(writer.communicate()[0]) for writer in writers]
    lasted = time.monotonic() - begun
    # Calm: nothing is repaired by hand from here on.
    calm = wait(lambda: json.loads(site.script("verdict.py").communicate()[0])["stored"] == [], CALM, every=2)
    readers.communicate("")
    told = wait(lambda: everything_told(site), TOLD, every=5)  # each question takes a second of a core
    changes = json.loads(site.script("partner.py").communicate()[0])["changes"]
    due = [change for change in changes if change > subscribed]
    marks = sorted(mark for report in written for mark in report["marks"])
    (tmp_path / "marks.json").write_text(json.dumps(marks))
    verdict = json.loads(site.script("verdict.py", str(tmp_path / "marks.json"), str(seen)).communicate()[0])
    read = json.loads(seen.read_text())
    figures(
        "storm",
        publications=len(marks),
        seconds=round(lasted),
        faults=dict(sorted(faults.counts.items())),
        came_back=sum(report["came_back"] for report in written),
        calm_after_seconds=round(calm, 1),
        statuses=read["statuses"],
        webhooks={
            "changes": len(due),
            "arrived": receiver.arrived.total(),
            "processed": len(receiver.processed),
            "told_after_seconds": round(told),
        },
        different_answers=len(read["bodies"]),
        **{name: len(found) for name, found in verdict.items()},
    )
    assert len(marks) == PUBLICATIONS // WRITERS * WRITERS
    assert {name: found for name, found in verdict.items() if found} == {}
    assert verdict.keys() == {"lost", "doubled", "gaps", "stored", "wrong"}
    assert receiver.processed == due, "each change, once and in order"
    assert read["bare"] == {}, "an error that is not the documented 503"
    assert set(read["statuses"]) <= {"200", "503"}
    assert json.loads(site.manage("status", "hanoi", "--json"))["revision"] == before + len(marks)
    assert "sound" in site.manage("check_ledger")
