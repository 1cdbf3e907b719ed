"""The scheduler of periodic jobs, which survives a clock that is set back."""

from datetime import datetime
from typing import Any

from celery.beat import Scheduler


class Timetable(Scheduler):
    """Celery's scheduler in memory: a file could be torn, or name a day to come.

    What a missed run left behind, the sweep finds. Celery's own waits, after the clock was set back, until it has come
    again to where it was: for a year, if it was a year ahead.
    """

    _last_seen: datetime | None = None

    def tick(self, *arguments: Any, **options: Any) -> float:  # noqa: ANN401 - celery's signature
        """Run what is due, beginning anew where the clock is behind what it was; return the seconds to the next."""
        now = self.app.now()
        if self._last_seen and now < self._last_seen:
            for entry in self.schedule.values():
                entry.last_run_at = now
            self._heap = None
        self._last_seen = now
        return float(super().tick(*arguments, **options))
