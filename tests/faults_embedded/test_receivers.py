"""Partners' receivers that drip, hang or refuse to end hold up neither the status nor other partners."""

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.deliveries import PUBLICATIONS, bad_partners, waits
from tests.faults.receiver import bad, dripping, hanging, receiving
from tests.faults.site import wait
from tests.faults_embedded.conftest import Start
from tests.running import Run, finished

pytestmark = pytest.mark.long


def untold(run: Run, url: str) -> int:
    """How many changes a partner has not confirmed."""
    with closing(sqlite3.connect(run.var / "tracker.sqlite3")) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM ratification_change c JOIN ratification_subscription s USING (treaty_id)"
            " WHERE s.url = ? AND c.number > s.position",
            [url],
        ).fetchone()
    return int(count)


def test_bad_receivers_hold_up_nobody(site: Start, figures: Callable[..., None], tmp_path: Path) -> None:
    """More of them than the outbound worker has threads, and among them one of good manners."""
    with contextlib.ExitStack() as stack:
        good = stack.enter_context(receiving(tmp_path))
        run = site(WEBHOOKS_TO_LOOPBACK="true", SSL_CERT_FILE=str(good.authority))
        stack.enter_context(run.running())
        for manner in (dripping, hanging) * 3:
            run.script("partner.py", stack.enter_context(bad(manner, good.issuer)))
        run.script("partner.py", good.url)
        for number in range(3):
            finished(run.publish(1, number, 3))
            figures(f"six bad receivers, publication {number + 1}", seconds=run.settles())
        begun = time.monotonic()
        wait(
            lambda: untold(run, good.url) == 0, 180
        )  # deliveries begin each minute, and four of the bad come first
        assert good.processed
        figures("six bad receivers, a good one told", seconds=round(time.monotonic() - begun, 1))
        assert good.processed == sorted(set(good.processed)), "in order, each once"
        assert run.readiness()["ready"]


def test_partners_are_told_within_seconds(site: Start, figures: Callable[..., None], tmp_path: Path) -> None:
    """Beside a slow, a silent and a dead receiver: one publication after the other, then as many at once."""
    with receiving(tmp_path) as good, bad_partners(good) as others:
        run = site(WEBHOOKS_TO_LOOPBACK="true", SSL_CERT_FILE=str(good.authority))
        with run.running():
            run.settles()
            subscribed = json.loads(run.script("partner.py", good.url))["position"]
            for url in others:
                run.script("partner.py", url)
            for number in range(PUBLICATIONS):
                finished(run.publish(1, number, PUBLICATIONS))
            finished(run.publish(PUBLICATIONS))
            run.settles()
            wait(lambda: untold(run, good.url) == 0)
            figures(
                "deliveries", **waits(good, json.loads(run.script("partner.py"))["published"], subscribed)
            )
