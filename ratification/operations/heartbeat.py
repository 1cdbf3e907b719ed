"""Heartbeats: the scheduler sends a job each minute, and a worker runs it. Each writes a row.

Beat's row is old if the scheduler has stopped; the worker's alone is old if the queue does not answer or no worker
takes jobs from it.
"""

from datetime import datetime, timedelta

from ratification.models import Heartbeat

BEAT = "beat"
WORKER = "worker"
EXPECTED_EVERY = timedelta(minutes=1)
LATE_AFTER = 3 * EXPECTED_EVERY
"""Age of a late heartbeat: three are missing then."""


def leave(name: str, *, now: datetime) -> None:
    """Record that the process `name` was alive at `now`; idempotent."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": now})


def last_seen() -> dict[str, datetime]:
    """Return the last heartbeat of each process that has sent one."""
    return dict(Heartbeat.objects.values_list("name", "seen_at"))
