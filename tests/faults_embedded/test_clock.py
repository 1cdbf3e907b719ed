"""The machine's clock is wrong and is set right, and a day begins, under the running site (with libfaketime)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults_embedded.conftest import Start
from tests.running import Run, finished

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
pytestmark = [
    pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed (Debian: faketime)"),
    pytest.mark.long,
]


def set_clock(run: Run, ahead: timedelta) -> None:
    """Move the clock of all the site's processes, those that run included."""
    offset = run.var.with_suffix(".clock")
    offset.write_text(f"{ahead.total_seconds():+.0f}")
    run.prefix = (
        "env",
        f"LD_PRELOAD={FAKETIME}",
        f"FAKETIME_TIMESTAMP_FILE={offset}",
        "FAKETIME_NO_CACHE=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "NO_FAKE_STAT=1",
    )


def day_of(run: Run) -> str:
    said = run.get("/api/v1/treaties/hanoi/status/")[1]
    return str(json.loads(said)["as_of"])


@pytest.mark.parametrize("days", [370, -200])
def test_a_clock_that_was_wrong_is_set_right_at_work(
    site: Start, figures: Callable[..., None], days: int
) -> None:
    """What was stored meanwhile is of a day that has not come, or is long gone."""
    run = site()
    set_clock(run, timedelta(days=days))
    with run.running():
        figures(f"clock {days:+} days", seconds=run.settles())
        finished(run.publish(1, 0))
        figures(f"clock {days:+} days, a publication", seconds=run.settles())
        set_clock(run, timedelta())
        figures(f"clock {days:+} days, set right at work", seconds=run.settles())
        finished(run.publish(1, 1, 2))
        figures(f"clock {days:+} days, set right at work, a publication", seconds=run.settles())
        assert day_of(run) == datetime.now(tz=UTC).date().isoformat()
    with run.running():
        finished(run.publish(1, 2, 3))
        figures(f"clock {days:+} days, set right, started again", seconds=run.settles())


@pytest.mark.parametrize("midnight", ["2027-01-01", "2028-02-29", "2028-03-01", "2027-06-15"])
def test_a_day_begins_at_work(site: Start, figures: Callable[..., None], midnight: str) -> None:
    run = site()
    start = datetime.fromisoformat(midnight).replace(tzinfo=UTC) - timedelta(seconds=25)
    set_clock(run, start - datetime.now(tz=UTC))
    with run.running():
        run.eventually(lambda: day_of(run) == midnight)
        figures(f"{midnight} begins", seconds=run.settles())
