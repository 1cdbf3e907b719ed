"""Forecasts as they are kept: made by the job, shown on page and in the API, and scored as days pass."""

import json
import math
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from ratification import tasks
from ratification.forecast import job, stored
from ratification.forecast.score import MODEL_VERSION
from ratification.intake.bundles import load_treaty
from ratification.ledger.content import ActionContent, EntryContent
from ratification.models import Forecast
from ratification.record import selectors
from treaty.models import Treaty

Publish = Callable[[EntryContent[Any]], Any]
Say = Callable[..., ActionContent]


@pytest.fixture
def made(hanoi: Treaty, today: date, now: datetime) -> Forecast:
    found = stored.store(hanoi, today=today, now=now)
    assert found
    return found


def test_a_forecast_is_made_once_a_day_and_revision(
    hanoi: Treaty, made: Forecast, today: date, now: datetime
) -> None:
    document = json.loads(made.document)
    assert (document["kind"], document["as_of"], document["reason"]) == ("forecast", today.isoformat(), "")
    ends = [document["reached"]["quantiles"][name] for name in ("10", "25", "50", "75", "90")]
    assert ends == sorted(ends)
    assert document["not_before"] == (today + timedelta(days=90)).isoformat()
    assert document["entry_into_force"]["quantiles"]["50"] > document["reached"]["quantiles"]["50"]
    assert stored.store(hanoi, today=today, now=now) == made
    assert Forecast.objects.count() == 1
    assert hanoi.pk not in stored.stale(now)


def test_the_end_of_the_list_moves_it_and_the_document_says_so(made: Forecast) -> None:
    document = json.loads(made.document)
    assert document["known_until"] == "2026-04-09"
    end = document["list_end"]
    assert end["median"] == document["reached"]["quantiles"]["50"]
    assert end["median_if_complete"] > end["median"]


def test_nothing_after_the_day_moves_it(hanoi: Treaty, published: Publish, say: Say, today: date) -> None:
    asked = date(2026, 1, 31)
    before = job.forecast_document(selectors.view_of(hanoi, today=today, as_of=asked))
    for code, day in (("VNM", "2026-04-15"), ("AUS", "2026-05-02"), ("AUT", "2026-05-03")):
        published(say(f"{code} ratification {day}"))
    after = job.forecast_document(selectors.view_of(hanoi, today=today, as_of=asked))
    assert after | {"revision": 0} == before | {"revision": 0}


def test_what_moved_it_is_told_apart_from_the_days_that_passed(
    hanoi: Treaty, today: date, now: datetime
) -> None:
    first = stored.store(hanoi, today=today, now=now, as_of=date(2025, 12, 31))
    second = stored.store(hanoi, today=today, now=now, as_of=date(2026, 3, 31))
    assert first
    assert second
    then, moved = json.loads(first.document), json.loads(second.document)["moved"]
    assert moved["since"] == "2025-12-31"
    assert moved["median_then"] == then["reached"]["quantiles"]["50"]
    assert moved["deposits"] == 1
    # A deposit brings the day nearer than three months without one would have.
    assert moved["median_now"] < moved["median_if_nothing_had_come"]


def test_a_treaty_without_a_forecast_has_the_reason(
    make_treaty: Callable[..., Path], today: date, now: datetime, client: Client
) -> None:
    treaty, _ = load_treaty(make_treaty(["FRA,signature,2025-10-25,,,,,depositary's list"]), now=now)
    kept = stored.store(treaty, today=today, now=now)
    assert kept
    document = json.loads(kept.document)
    assert document["reason"].startswith("Too few have signed: 1.")
    assert "reached" not in document
    assert (
        b"There is no forecast. Too few have signed: 1." in client.get("/treaties/example/forecast/").content
    )


def test_the_job_keeps_the_fan_with_the_last_one_alone(
    hanoi: Treaty, today: date, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    stored.store(hanoi, today=today, now=now, as_of=today - timedelta(days=40))
    tasks.forecast(hanoi.pk)
    last = Forecast.objects.filter(treaty=hanoi).latest("as_of")
    assert last.wide.startswith("<svg")
    assert last.text.startswith("Forecast as of ")
    assert [each.pk for each in Forecast.objects.exclude(wide="")] == [last.pk]
    Forecast.objects.update(wide="", computed_at=now - timedelta(hours=1))
    tasks.forecast(hanoi.pk)  # as after a job that ended between keeping and drawing
    assert [each.pk for each in Forecast.objects.exclude(wide="")] == [last.pk]
    assert Forecast.objects.filter(treaty=hanoi).count() == 2


def test_page_and_overview_never_say_it_without_the_word(
    hanoi: Treaty, made: Forecast, today: date, client: Client
) -> None:
    stored.store(hanoi, today=today, now=made.computed_at, as_of=date(2025, 12, 31))
    page = client.get("/forecast/").content.decode()
    middle = json.loads(made.document)["reached"]["quantiles"]["50"]
    assert "not part of the record" in page
    assert f"{date.fromisoformat(middle):%B %Y}" in page or middle in page or str(middle[:4]) in page
    assert "Earlier forecasts and their results" in page
    overview = client.get("/").content.decode()
    assert "<strong>Forecast:</strong>" in overview
    status = client.get("/api/v1/treaties/hanoi/status/").content
    assert b"forecast" not in status


def test_the_api_gives_the_kept_forecast_and_a_permalink(made: Forecast, today: date, client: Client) -> None:
    asked = f"/api/v1/treaties/hanoi/forecast/?as_of={today}&revision={made.revision}"
    answer = client.get(asked).json()
    assert answer["reached"] == json.loads(made.document)["reached"]
    assert answer["permalink"] == f"{asked}&model_version={MODEL_VERSION}"
    assert client.get(answer["permalink"]).json() == answer
    assert answer["score"]["coverage_80"] >= 0.75
    before = client.get("/api/v1/treaties/hanoi/forecast/?as_of=2025-12-01").json()
    assert before["reason"] == "No forecast had been made by this day from this state of the record."
    assert before["made_for"] is None


def test_past_forecasts_are_scored_by_what_came() -> None:
    made = date(2026, 1, 1)
    quantiles = {
        name: (made + timedelta(days=days)).isoformat()
        for name, days in (("10", 50), ("25", 100), ("50", 200), ("75", 400), ("90", 800))
    }
    document = {
        "reason": "",
        "as_of": made.isoformat(),
        "numbers": [{"number": 1, "quantiles": quantiles}, {"number": 2, "quantiles": quantiles}],
    }
    assert stored.score_of(document, []) is None
    assert stored.score_of(document, [date(2025, 12, 1)]) is None
    found = stored.score_of(document, [date(2025, 12, 1), made + timedelta(days=200)])
    assert found
    assert (found.numbers, found.within_50, found.within_80) == (1, 1, 1)
    by_hand = sum(
        (share if days <= 200 else 1 - share) * abs(math.log(200 / days))
        for share, days in ((0.1, 50), (0.25, 100), (0.5, 200), (0.75, 400), (0.9, 800))
    )
    assert found.pinball == pytest.approx(by_hand / 5)
    late = stored.score_of(document, [made + timedelta(days=500), made + timedelta(days=900)])
    assert late
    assert (late.numbers, late.within_50, late.within_80) == (2, 0, 1)


def test_no_web_process_loads_numpy_for_a_forecast() -> None:
    code = (
        "import config.wsgi, sys; from dashboard import forecast, urls; from api import urls\n"
        "import ratification.tasks\n"
        "assert sys.modules['numpy'] is None and not [each for each in sys.modules if each.startswith('scipy')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=settings.BASE_DIR)
