"""Whether the worker and the scheduler are alive, by what they leave behind."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app

from ratification.models import Heartbeat

JOB = "recompute_stale"
PATIENCE = timedelta(minutes=3)
"""The job runs each minute; a longer one before it may delay it."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """The last sign of life, and whether it is recent."""

    seen_at: datetime | None
    alive: bool
    advice: str = ""


def beat(*, now: datetime) -> None:
    """Leave a sign of life."""
    Heartbeat.objects.update_or_create(job=JOB, defaults={"ran_at": now})


def pulse(*, now: datetime) -> Pulse:
    """Return whether the timetable's job has run lately; where it has not, ask the worker itself what is wrong."""
    seen_at = Heartbeat.objects.filter(job=JOB).values_list("ran_at", flat=True).first()
    if seen_at is not None and now - seen_at <= PATIENCE:
        return Pulse(seen_at, alive=True)
    return Pulse(seen_at, alive=False, advice=_advice())


def _advice() -> str:
    try:
        answers = current_app.control.ping(timeout=0.5)
    except Exception:  # noqa: BLE001  (each transport has its own errors; all mean the same here)
        return "The queue cannot be reached."
    if answers:
        return "The worker answers, so the scheduler (beat) is not running."
    return "No worker answers."
