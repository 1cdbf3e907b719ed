"""One thing away at a time: what visitors see meanwhile, and how soon everything is as it should be again."""

import contextlib
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPException

import pytest

from tests.faults.site import Site, wait

PAGES = ("/", "/participants/", "/articles/65/", "/api/v1/treaties/hanoi/status/")
Figures = Callable[..., None]


@contextlib.contextmanager
def without_redis(site: Site) -> Iterator[None]:
    site.valkey.stop()
    try:
        yield
    finally:
        site.valkey.start()


def publish(site: Site, writer: int, count: int) -> list[str]:
    """Let a writer publish; returns the marks of what was confirmed."""
    process = site.script("writer.py", str(writer), "4", str(count))
    marks: list[str] = json.loads(process.communicate()[0])["marks"]
    return marks


def stored_is_right(site: Site) -> bool:
    found: list[str] = json.loads(site.script("verdict.py").communicate()[0])["stored"]
    return found == []


def test_redis_away_pages_are_served_publishing_commits_and_the_job_runs_later(
    site: Site, figures: Figures
) -> None:
    before = json.loads(site.manage("status", "hanoi", "--json"))["revision"]
    with without_redis(site):
        assert {path: site.get(path).status for path in PAGES} == dict.fromkeys(PAGES, 200)
        checks = json.loads(site.get("/readyz").body)["checks"]
        assert checks["broker"]["ok"] is False
        begun = time.monotonic()
        marks = publish(site, 0, 5)
        publishing = time.monotonic() - begun
    assert len(marks) == 5
    assert json.loads(site.manage("status", "hanoi", "--json"))["revision"] == before + 5
    healed = wait(lambda: stored_is_right(site) and site.ready())
    figures("redis away", seconds_to_publish_5=round(publishing, 1), right_again_after=round(healed, 1))


def test_redis_that_hangs_delays_a_publication_by_seconds_only(site: Site, figures: Figures) -> None:
    assert site.valkey.process is not None
    site.valkey.process.send_signal(signal.SIGSTOP)
    try:
        slowest = 0.0
        for path in PAGES:
            begun = time.monotonic()
            assert site.get(path).status == 200
            slowest = max(slowest, time.monotonic() - begun)
        begun = time.monotonic()
        publish(site, 1, 1)
        publishing = time.monotonic() - begun
    finally:
        site.valkey.process.send_signal(signal.SIGCONT)
    healed = wait(lambda: stored_is_right(site) and site.ready())
    figures(
        "redis hangs",
        slowest_page_seconds=round(slowest, 1),
        seconds_to_publish=round(publishing, 1),
        right_again_after=round(healed, 1),
    )


def test_database_away_is_the_documented_503_and_recovery_needs_no_restart(
    site: Site, figures: Figures
) -> None:
    pids = {program: site.pids(program) for program in ("web", "worker", "beat")}
    site.postgres.stop()
    try:
        for path in PAGES:
            answer = site.get(path)
            # A page that the proxy still may show is right for the day and the revision that it names.
            if answer.status == 200:
                assert answer.headers.get("x-cache") == "HIT"
                continue
            assert answer.status == 503, path
            assert answer.headers["retry-after"] == "10"
            assert answer.headers["cache-control"] == "no-store"
            assert (b"application/problem" in answer.headers["content-type"].encode()) == ("/api/" in path)
        assert site.get("/healthz").status == 200
        assert json.loads(site.get("/readyz").body)["checks"]["database"]["ok"] is False
    finally:
        site.postgres.start()
    healed = wait(lambda: all(site.get(path).status == 200 for path in PAGES) and site.ready())
    assert {program: site.pids(program) for program in pids} == pids, "something was restarted"
    figures("database away", served_again_after=round(healed, 1))


def test_crash_of_the_database_loses_nothing_that_was_confirmed(site: Site) -> None:
    marks = publish(site, 2, 10)
    site.postgres.stop(signal.SIGQUIT)
    site.postgres.start()
    assert len(marks) == 10
    verdict = site.script("verdict.py", *_files(site, marks))
    found = json.loads(verdict.communicate()[0])
    assert (found["lost"], found["doubled"], found["gaps"]) == ([], [], [])


def test_web_process_killed_no_visitor_notices(site: Site, figures: Figures) -> None:
    if not site.has_nginx:
        pytest.skip("nginx is not installed, and nobody stands in front of the web processes.")
    statuses: Counter[int] = Counter()

    def ask_until_back(before: list[int]) -> bool:
        statuses.update(site.get("/").status for _ in range(10))
        return set(site.pids("web")).isdisjoint(before) and site.all_web_listen()

    for pid in site.pids("web"):
        os.kill(pid, signal.SIGKILL)
        wait(partial(ask_until_back, [pid]))
    assert set(statuses) == {200}
    figures("web process killed", answers=statuses.total())


def test_nginx_answers_503_where_no_web_process_is_left(site: Site) -> None:
    if not site.has_nginx:
        pytest.skip("nginx is not installed.")
    pids = site.pids("web")
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(OSError, HTTPException):
        answer = site.get("/participants/")
        assert answer.status in {200, 503}
        assert answer.status == 200 or answer.headers["retry-after"] == "5"
    wait(site.ready)


def _files(site: Site, marks: list[str]) -> tuple[str, str]:
    files = (site.var / "marks.json", site.var / "seen.json")
    files[0].write_text(json.dumps(marks))
    files[1].write_text(json.dumps({"bodies": []}))
    return str(files[0]), str(files[1])
