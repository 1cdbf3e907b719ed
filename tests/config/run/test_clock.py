"""The clock steps: a day changes while a job runs, a machine stands elsewhere, a year has a day more."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from celery.schedules import schedule
from django.conf import settings

from config.celery import app as celery_app
from config.timetable import Timetable
from ratification.models import TreatyStatus
from ratification.record import selectors
from ratification.status import recompute as status
from treaty.models import Treaty

LAST_MOMENT = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


def stored(treaty: Treaty) -> tuple[date, str]:
    found = TreatyStatus.objects.get(treaty=treaty)
    return found.as_of, found.document


def test_job_that_the_day_overtakes_stores_its_own_day_and_the_sweep_the_next(hanoi: Treaty) -> None:
    """It reads the clock once, so nothing of it is of two days; what it stored is behind a moment later."""
    before, after = LAST_MOMENT.date(), (LAST_MOMENT + timedelta(seconds=1)).date()
    status.recompute(hanoi.pk, today=before, now=LAST_MOMENT + timedelta(seconds=30))
    assert stored(hanoi) == (before, selectors.canonical(selectors.view_of(hanoi, today=before)))
    assert status.stale_treaties(before) == []
    assert status.stale_treaties(after) == [hanoi.pk]
    status.recompute(hanoi.pk, today=after, now=LAST_MOMENT + timedelta(seconds=31))
    assert stored(hanoi) == (after, selectors.canonical(selectors.view_of(hanoi, today=after)))


def test_job_of_yesterday_that_comes_late_changes_nothing(hanoi: Treaty) -> None:
    tomorrow = LAST_MOMENT.date() + timedelta(days=1)
    status.recompute(hanoi.pk, today=tomorrow, now=LAST_MOMENT)
    right = stored(hanoi)
    assert status.recompute(hanoi.pk, today=LAST_MOMENT.date(), now=LAST_MOMENT + timedelta(hours=1)) == 0
    assert stored(hanoi) == right


@pytest.mark.parametrize("day", [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2100, 3, 1)])
def test_leap_day_is_a_day_like_any_other(hanoi: Treaty, day: date) -> None:
    status.recompute(hanoi.pk, today=day, now=datetime(day.year, day.month, day.day, 0, 5, tzinfo=UTC))
    as_of, document = stored(hanoi)
    assert as_of == day
    assert json.loads(document)["as_of"] == day.isoformat()
    assert status.stale_treaties(day) == []


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
def test_machine_of_another_time_zone_says_the_same(zone: str) -> None:
    """The legal day is that of UTC, wherever the machine thinks it stands: 14 hours ahead or 10 behind."""
    code = (
        "import datetime, django; django.setup(); from django.utils import timezone;"
        " print(timezone.now().date(), datetime.datetime.now().astimezone().utcoffset())"
    )
    begun = datetime.now(tz=UTC).date()
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "TZ": zone, "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert begun.isoformat() <= said[0] <= datetime.now(tz=UTC).date().isoformat()
    assert said[1] == "0:00:00"


def test_timetable_goes_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery's own would wait until the clock has come again to where it was."""
    right = datetime(2026, 11, 29, tzinfo=UTC)
    clock = [right]
    sent: list[datetime] = []
    monkeypatch.setattr(celery_app, "now", lambda: clock[0])
    timetable = Timetable(app=celery_app, lazy=True)
    every = schedule(timedelta(seconds=20), nowfun=lambda: clock[0])
    timetable.schedule = {
        "sweep": timetable.Entry(name="sweep", task="sweep", schedule=every, app=celery_app)
    }
    monkeypatch.setattr(timetable, "apply_entry", lambda _entry, producer=None: sent.append(clock[0]))  # noqa: ARG005
    for ahead in (timedelta(days=370), timedelta()):
        for seconds in (0, 30, 60):
            clock[0] = right + ahead + timedelta(seconds=seconds)
            timetable.tick()
    assert [moment for moment in sent if moment.year == 2026] == [
        right + timedelta(seconds=30),
        right + timedelta(seconds=60),
    ]
