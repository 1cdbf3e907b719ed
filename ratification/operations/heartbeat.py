"""Signs of life: the timetable sends a job each minute, and a worker runs it. Each leaves a row.

Two rows tell three faults apart: beat's is old when the timetable stands still; the worker's alone is old when the
queue does not answer or no worker takes from it.
"""

from datetime import datetime, timedelta

from ratification.models import Heartbeat

BEAT = "beat"
WORKER = "worker"
EXPECTED_EVERY = timedelta(minutes=1)
LATE_AFTER = 3 * EXPECTED_EVERY
"""A sign of life may be late by a moment; when three are missing, something is wrong."""


def leave(name: str, *, now: datetime) -> None:
    """Note that the process called `name` was at work at `now`. Twice is the same as once."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": now})


def last_seen() -> dict[str, datetime]:
    """Return when each process was last seen; one that never was is missing."""
    return dict(Heartbeat.objects.values_list("name", "seen_at"))
