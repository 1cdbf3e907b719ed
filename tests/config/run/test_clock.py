"""The clock steps: a day changes while a job runs, a machine stands elsewhere, a year has a day more."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from celery.schedules import schedule
from django.conf import settings as configured
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from config.celery import app as celery_app
from config.timetable import Timetable
from ratification.intake.bundles import load_treaty
from ratification.models import TreatyStatus
from ratification.record import selectors
from ratification.status import recompute as status
from states.tables import TableError
from treaty.models import Treaty

LAST_MOMENT = datetime(2027, 1, 1, 4, 59, 59, tzinfo=UTC)
"""The last second of 31 December 2026 in New York, where the Convention's depositary is."""
OPEN, CLOSED = datetime(2027, 1, 1, 3, tzinfo=UTC), datetime(2027, 1, 1, 5, 1, tzinfo=UTC)
"""Moments at which the window of signature is still open in New York, and closed."""


def stored(treaty: Treaty) -> tuple[date, str]:
    found = TreatyStatus.objects.get(treaty=treaty)
    return found.as_of, found.document


@pytest.mark.production  # other tests send SQLite the same statements
def test_job_that_the_day_overtakes_stores_its_own_day_and_the_sweep_the_next(hanoi: Treaty) -> None:
    """It reads the clock once, so nothing of it is of two days; what it stored is behind a moment later."""
    before, after = date(2026, 12, 31), date(2027, 1, 1)
    status.recompute(hanoi.pk, today=before, now=LAST_MOMENT + timedelta(seconds=30))
    assert stored(hanoi) == (before, selectors.canonical(selectors.view_of(hanoi, today=before)))
    assert status.stale_treaties(LAST_MOMENT) == []
    assert status.stale_treaties(LAST_MOMENT + timedelta(seconds=1)) == [hanoi.pk]
    status.recompute(hanoi.pk, today=after, now=LAST_MOMENT + timedelta(seconds=31))
    assert stored(hanoi) == (after, selectors.canonical(selectors.view_of(hanoi, today=after)))


def test_job_of_yesterday_that_comes_late_changes_nothing(hanoi: Treaty) -> None:
    status.recompute(hanoi.pk, today=date(2027, 1, 1), now=LAST_MOMENT)
    right = stored(hanoi)
    assert status.recompute(hanoi.pk, today=date(2026, 12, 31), now=LAST_MOMENT + timedelta(hours=1)) == 0
    assert stored(hanoi) == right


@pytest.mark.parametrize("day", [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2100, 3, 1)])
def test_leap_day_is_a_day_like_any_other(hanoi: Treaty, day: date) -> None:
    now = datetime(day.year, day.month, day.day, 12, 5, tzinfo=UTC)
    # As if the job had run the day before; it would step through each day since today otherwise.
    status.recompute(hanoi.pk, today=date(2026, 11, 28), now=now)
    TreatyStatus.objects.filter(treaty=hanoi).update(as_of=day - timedelta(days=1))
    status.recompute(hanoi.pk, today=day, now=now)
    as_of, document = stored(hanoi)
    assert as_of == day
    assert json.loads(document)["as_of"] == day.isoformat()
    assert status.stale_treaties(now) == []


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Set the one clock that pages, API, embeds, commands, jobs and the page cache read."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(("moment", "is_open"), [(OPEN, True), (CLOSED, False)])
def test_the_last_day_of_signature_ends_in_new_york(
    hanoi: Treaty, client: Client, monkeypatch: pytest.MonkeyPatch, moment: datetime, *, is_open: bool
) -> None:
    """31 December ends at 05:00 UTC on 1 January."""
    at(monkeypatch, moment)
    day, state = ("2026-12-31", "open") if is_open else ("2027-01-01", "closed")
    call_command("recompute", "hanoi", stdout=(printed := io.StringIO()))
    assert f"rows written for {day} (New York)." in printed.getvalue()
    assert stored(hanoi)[0].isoformat() == day
    document = client.get("/api/v1/treaties/hanoi/status/").json()
    assert (document["as_of"], document["timezone"]) == (day, "America/New_York")
    assert [window["state"] for window in document["windows"] if window["kind"] == "signature"] == [state]
    page = re.sub(r"\s+", " ", client.get("/").content.decode())
    assert ("Closes today, at the end of 31 Dec 2026 in New York." in page) is is_open
    assert ("Closed at the end of 31 Dec 2026." in page) is not is_open
    assert f'name="as_of" value="{day}"' in page
    assert "at the end of this day in New York" in page
    call_command("status", "hanoi", json=True, stdout=(printed := io.StringIO()))
    assert json.loads(printed.getvalue())["as_of"] == day
    assert day in client.get("/embed/hanoi/progress/").content.decode()


def test_cached_pages_change_with_the_depositarys_day(
    hanoi: Treaty,  # noqa: ARG001 - it stands in the database
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    settings.ANSWERS_SECONDS, settings.DEBUG = 60, False
    client = Client()
    answers = []
    for moment in (OPEN, OPEN + timedelta(hours=1), CLOSED):
        at(monkeypatch, moment)
        answers.append(client.get("/").content)
    assert answers[0] == answers[1]
    assert answers[1] != answers[2]


def test_the_sweep_finds_the_new_day_of_each_depositary(hanoi: Treaty) -> None:
    """Midnight in Paris comes six hours before that in New York."""
    other = Treaty.objects.create(slug="other", title="x", depositary="x", depositary_timezone="Europe/Paris")
    evening = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    for treaty in (hanoi, other):
        status.recompute(treaty.pk, today=treaty.legal_day(evening), now=evening)
    assert status.stale_treaties(evening) == []
    assert status.stale_treaties(evening + timedelta(hours=1)) == [other.pk]


def test_a_wrong_time_zone_is_refused(make_treaty: Callable[..., Path], now: datetime) -> None:
    folder = make_treaty()
    text = (folder / "treaty.toml").read_text()
    (folder / "treaty.toml").write_text(text.replace("America/New_York", "America/Hanoi"))
    with pytest.raises(TableError, match=r'depositary_timezone.*"America/Hanoi" is no IANA time zone'):
        load_treaty(folder, now=now)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
def test_machine_of_another_time_zone_says_the_same(zone: str) -> None:
    """The moment is told in UTC, wherever the machine thinks it stands: 14 hours ahead or 10 behind."""
    code = (
        "import datetime, django; django.setup(); from django.utils import timezone;"
        " print(timezone.now().date(), datetime.datetime.now().astimezone().utcoffset())"
    )
    begun = datetime.now(tz=UTC).date()
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=configured.BASE_DIR,
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
