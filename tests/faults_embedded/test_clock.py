"""The machine's clock is wrong and is set right, and a day begins, under the running site."""

import json
import shutil
import struct
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.faults_embedded.conftest import Start
from tests.running import Run, finished

pytestmark = [
    pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler, for another clock"),
    pytest.mark.long,
]


DEPOSITARY = ZoneInfo("America/New_York")
"""Where the depositary's day begins, which is the legal day of the record."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What gives a process another time of day."""
    made = tmp_path_factory.mktemp("clock") / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", made, source], check=True)
    return made


def set_clock(run: Run, library: Path, ahead: timedelta) -> None:
    """Move the clock of all the site's processes, those that run included."""
    seconds = run.var.with_suffix(".clock")
    with seconds.open("r+b" if seconds.exists() else "wb") as file:  # in place: it is mapped by what runs
        file.write(struct.pack("q", int(ahead.total_seconds())))
    run.prefix = ("env", f"LD_PRELOAD={library}", f"CLOCK_AHEAD={seconds}")


def day_of(run: Run) -> str:
    said = run.get("/api/v1/treaties/hanoi/status/")[1]
    return str(json.loads(said)["as_of"])


@pytest.mark.parametrize("days", [370, -150])
def test_a_clock_that_was_wrong_is_set_right_at_work(
    site: Start, library: Path, figures: Callable[..., None], days: int
) -> None:
    """What was stored meanwhile is of a day that has not come, or is long gone."""
    run = site(API_LIMIT="1000000", VISITOR_SECONDS="1000000")
    set_clock(run, library, timedelta(days=days))
    with run.running():
        figures(f"clock {days:+} days", seconds=run.settles())
        finished(run.publish(1, 0))
        figures(f"clock {days:+} days, a publication", seconds=run.settles())
        set_clock(run, library, timedelta())
        figures(f"clock {days:+} days, set right at work", seconds=run.settles())
        finished(run.publish(1, 1, 2))
        figures(f"clock {days:+} days, set right at work, a publication", seconds=run.settles())
        assert day_of(run) == datetime.now(tz=DEPOSITARY).date().isoformat()
    with run.running():
        finished(run.publish(1, 2, 3))
        figures(f"clock {days:+} days, set right, started again", seconds=run.settles())


@pytest.mark.parametrize("midnight", ["2027-01-01", "2028-02-29", "2028-03-01", "2027-06-15"])
def test_a_day_begins_at_work(
    site: Start, library: Path, figures: Callable[..., None], midnight: str
) -> None:
    run = site(API_LIMIT="1000000", VISITOR_SECONDS="1000000")
    start = datetime.fromisoformat(midnight).replace(tzinfo=DEPOSITARY) - timedelta(seconds=25)
    set_clock(run, library, start.astimezone(UTC) - datetime.now(tz=UTC))
    with run.running():
        run.eventually(lambda: day_of(run) == midnight)
        figures(f"{midnight} begins", seconds=run.settles())
