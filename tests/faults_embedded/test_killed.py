"""Each process is killed during publications, and all at once."""

import contextlib
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPException

import pytest

from tests.faults_embedded.conftest import Start
from tests.running import LONG, Run, finished, parent

ENTRIES, PAUSE = (40, 0.01) if LONG else (6, 0.05)
ALL_WELL: dict[str, list[str]] = {"stored": [], "lost": [], "doubled": [], "gaps": [], "wrong": []}


class Reading:
    """Asks for the status again and again; keeps each different answer, and counts the statuses."""

    def __init__(self, run: Run) -> None:
        self.run, self.bodies, self.statuses = run, set[str](), Counter[int]()
        self.going = True
        self.thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        while self.going:
            time.sleep(PAUSE)  # who is refused at once would ask without end, on a core of the site's
            path = "/api/v1/treaties/hanoi/status/"
            status = self.run.status_of(path)
            self.statuses[status] += 1
            if status == 200:
                with contextlib.suppress(OSError, HTTPException):  # killed before, or within the answer
                    self.bodies.add(self.run.get(path)[1])


@contextlib.contextmanager
def reading(run: Run) -> Iterator[Reading]:
    reader = Reading(run)
    reader.thread.start()
    try:
        yield reader
    finally:
        reader.going = False
        reader.thread.join()


def test_each_process_is_killed_during_publications(site: Start, figures: Callable[..., None]) -> None:
    """Also what stands between the start and each of them."""
    run = site(API_LIMIT="1000000", VISITOR_SECONDS="1000000")
    with run.running(), reading(run) as reader:
        writer = run.publish(ENTRIES)
        before = run.of_procfile()
        for above in (0, 1) if LONG else (0,):
            for name in ("web", "worker", "outbound", "beat"):
                os.kill(parent(run.of(name), above), signal.SIGKILL)
                run.eventually(lambda: run.of_procfile().keys() == before.keys() and run.serves())
        marks = json.loads(finished(writer))["marks"]
        took = run.settles()
        assert run.verdict(marks, list(reader.bodies)) == ALL_WELL
        assert set(reader.statuses) <= {0, 200, 503}
    answers = {str(status): count for status, count in reader.statuses.items()}
    figures(
        "each process killed", entries=len(marks), seconds=took, answers=answers, different=len(reader.bodies)
    )


@pytest.mark.long
def test_all_are_killed_during_publications(site: Start, figures: Callable[..., None]) -> None:
    run = site(API_LIMIT="1000000", VISITOR_SECONDS="1000000")
    make = run.start()
    with reading(run) as reader:
        run.eventually(run.serves)
        writer = run.publish(ENTRIES)
        for _ in range(3):
            run.eventually(run.serves)
            run.kill_all(make)
            make = run.start()
        marks = json.loads(finished(writer))["marks"]
        run.eventually(run.serves)
        took = run.settles()
        assert run.verdict(marks, list(reader.bodies)) == ALL_WELL
        assert set(reader.statuses) <= {0, 200, 503}
    run.stop(make)
    figures("all killed three times", entries=len(marks), seconds=took, different=len(reader.bodies))
