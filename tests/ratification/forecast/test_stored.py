"""Forecasts as they are kept: made by the job, shown on page and in the API, and scored as days pass."""

import json
import math
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from dashboard.forecast import AGES
from ratification import tasks
from ratification.charts.forecast_fan import draw_fan
from ratification.forecast import job, stored
from ratification.forecast.score import MODEL_VERSION, score, score_at
from ratification.intake.bundles import load_treaty
from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent, EntryContent
from ratification.models import Forecast
from ratification.record import selectors
from ratification.status import recompute as status
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
    known_until = date.fromisoformat(document["known_until"])
    assert document["not_before"] == (known_until + timedelta(days=90)).isoformat()
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


def test_the_page_says_what_a_probability_rests_on_that_needs_days_that_have_passed(
    hanoi: Treaty, now: datetime, client: Client
) -> None:
    """The instruments of this year could have come without the list knowing it, but only by 2 October."""
    for day, passed in ((date(2026, 10, 2), False), (date(2026, 10, 3), True), (date(2026, 11, 21), True)):
        kept = stored.store(hanoi, today=day, now=now)
        assert kept
        assert json.loads(kept.document)["entry_into_force"]["by_end_of_year"]["2026"] > 0
        page = re.sub(r"<[^>]+>", "", client.get(f"/forecast/?as_of={day}").content.decode())
        sentence = "in 2026 would follow only if 40 instruments had been deposited by 2 Oct 2026, a day that has passed"
        assert (sentence in " ".join(page.split())) == passed


def test_no_deposit_has_a_day_that_is_more_exact_than_its_source(made: Forecast) -> None:
    document = json.loads(made.document)
    assert document["deposited"] == [{"on": None, "earliest": "2026-02-01", "latest": "2026-02-13"}]
    assert "2026-02-13" not in json.dumps(document | {"deposited": []})


def test_a_version_that_was_never_there_is_answered_as_asked(client: Client, made: Forecast) -> None:  # noqa: ARG001
    answer = client.get("/api/v1/treaties/hanoi/forecast/?model_version=99").json()
    assert (answer["model_version"], answer["reason"]) == ("99", stored.NONE_KEPT)
    assert answer["permalink"].endswith("&model_version=99")


@pytest.mark.production  # other tests send SQLite the same statements
def test_nothing_after_the_day_moves_it(hanoi: Treaty, published: Publish, say: Say, today: date) -> None:
    asked = date(2026, 1, 31)
    before = job.forecast_document(selectors.view_of(hanoi, today=today, as_of=asked))
    for code, day in (("VNM", "2026-04-15"), ("AUS", "2026-05-02"), ("AUT", "2026-05-03")):
        published(say(f"{code} ratification {day}"))
    after = job.forecast_document(selectors.view_of(hanoi, today=today, as_of=asked))
    assert after | {"revision": 0} == before | {"revision": 0}


@pytest.mark.production  # other tests send SQLite the same statements
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


def test_the_drawing_has_its_title_and_description_in_the_language_of_the_page(
    made: Forecast, client: Client
) -> None:
    wide, narrow, text = draw_fan(json.loads(made.document))
    stored.keep_drawing(made, wide=wide, narrow=narrow, text=text)
    assert wide in client.get("/forecast/").content.decode()
    page = client.get("/ru/forecast/").content.decode()
    assert "Forecast of the day" not in page
    assert page.count("<title>Прогноз дня, в который число документов достигнет 40</title>") == 2
    assert page.count(wide.partition("</desc>")[2]) == 1


def test_a_treaty_without_a_forecast_has_the_reason(
    make_treaty: Callable[..., Path], today: date, now: datetime, client: Client
) -> None:
    treaty, _ = load_treaty(make_treaty(["FRA,signature,2025-10-25,,,,,depositary's list"]), now=now)
    kept = stored.store(treaty, today=today, now=now)
    assert kept
    document = json.loads(kept.document)
    assert document["reason"].startswith("Too few have signed by 2026-04-09, the last day of the list: 1.")
    assert "reached" not in document
    assert (
        b"There is no forecast. Too few have signed by 9 Apr 2026, the last day of the list: 1."
        in client.get("/treaties/example/forecast/").content
    )


CODES = (
    *(
        "AFG",
        "ALB",
        "DZA",
        "AND",
        "AGO",
        "ARG",
        "ARM",
        "AUS",
        "AUT",
        "AZE",
        "BHS",
        "BHR",
        "BGD",
        "BRB",
        "BLR",
        "BEL",
    ),
    *(
        "BLZ",
        "BEN",
        "BTN",
        "BOL",
        "BIH",
        "BWA",
        "BRA",
        "BRN",
        "BGR",
        "BFA",
        "BDI",
        "KHM",
        "CMR",
        "CAN",
        "TCD",
        "CHL",
    ),
    *("CHN", "COL", "COM", "CRI", "HRV", "CUB", "CYP", "DNK", "DJI", "DMA"),
)
SIGNED = [f"{code},signature,2025-10-25,,,,,depositary's list" for code in CODES]


def test_a_signature_or_an_instrument_taken_back_is_not_in_the_course(
    make_treaty: Callable[..., Path], today: date, now: datetime
) -> None:
    acts = [
        *SIGNED[2:],
        "AFG,signature,2025-10-25,2026-01-10,,,,depositary's list",
        "ALB,signature,2025-10-25,,,,,depositary's list",
        "ALB,ratification,2025-12-01,2026-02-01,,,,depositary's list",
        "DZA,ratification,2026-01,,,,,depositary's list",
    ]
    treaty, _ = load_treaty(make_treaty(acts), now=now)
    course = job.course_of(selectors.view_of(treaty, today=today))
    assert "AFG" not in course.signed
    assert "ALB" in course.signed
    assert course.deposited == {"DZA": date(2026, 1, 31).toordinal()}
    before = selectors.view_of(treaty, today=today, as_of=date(2026, 1, 5))
    assert set(job.course_of(before).deposited) == {"ALB", "DZA"}
    assert max(job.course_of(before).deposited.values()) <= before.as_of.toordinal()


def test_what_the_clause_counts_is_counted(
    make_treaty: Callable[..., Path], today: date, now: datetime
) -> None:
    """An organization's instrument brings the threshold nearer where the clause counts it, and the forecast with it."""
    acts = [
        *SIGNED,
        "EUE,approval,2026-01-14,,,,,depositary's list",
        "FRA,ratification,2026-01-12,,,,,depositary's list",
    ]
    treaty, _ = load_treaty(make_treaty(acts), now=now)
    assert set(job.course_of(selectors.view_of(treaty, today=today)).deposited) == {"FRA"}
    text = (make_treaty(acts) / "treaty.toml").read_text()
    text = text.replace("organisations_count = false", "organisations_count = true")
    other, _ = load_treaty(
        make_treaty(acts, slug="other", clause=text.replace('"example"', '"other"')), now=now
    )
    assert set(job.course_of(selectors.view_of(other, today=today)).deposited) == {"FRA", "EUE"}


def test_a_record_without_acts_has_the_reason(
    make_treaty: Callable[..., Path], today: date, now: datetime
) -> None:
    treaty, _ = load_treaty(make_treaty(SIGNED), now=now)
    for asked in ({"as_of": date(2025, 10, 1)}, {"revision": 0}):
        document = job.forecast_document(selectors.view_of(treaty, today=today, **asked))
        assert document["reason"].startswith("Too few have signed: 0."), asked


def test_a_threshold_that_is_reached_has_no_forecast(
    make_treaty: Callable[..., Path], today: date, now: datetime
) -> None:
    acts = [
        f"{code},ratification,2026-01-{1 + number % 28:02},,,,,depositary's list"
        for number, code in enumerate(CODES)
    ]
    treaty, _ = load_treaty(make_treaty(SIGNED + acts), now=now)
    document = job.forecast_document(selectors.view_of(treaty, today=today))
    assert document["reason"].startswith("The threshold has been reached")


def test_a_treaty_that_is_not_kept_up_to_date_says_so(
    hanoi: Treaty, today: date, now: datetime, client: Client
) -> None:
    Treaty.objects.filter(pk=hanoi.pk).update(record_as_of=date(2026, 4, 9))
    hanoi.refresh_from_db()
    assert stored.store(hanoi, today=today, now=now) is None
    reason = "Its list of acts is not kept up to date: it was taken over as of 2026-04-09."
    shown = reason.replace("2026-04-09", "9 Apr 2026")
    assert shown in client.get("/forecast/").content.decode()
    assert client.get("/api/v1/treaties/hanoi/forecast/").json()["reason"] == reason


@pytest.mark.production  # other tests send SQLite the same statements
def test_an_earlier_version_of_the_model_answers_as_it_did(
    hanoi: Treaty, made: Forecast, today: date, now: datetime, client: Client
) -> None:
    """Both versions' forecasts of one day are kept; the score is of the version that made each."""
    document = json.loads(made.document) | {"model_version": "2"}
    Forecast.objects.create(
        treaty=hanoi,
        as_of=today - timedelta(days=1),
        revision=made.revision,
        model_version="2",
        document=json.dumps(document | {"as_of": (today - timedelta(days=1)).isoformat()}),
        computed_at=now,
    )
    earlier = client.get(f"/api/v1/treaties/hanoi/forecast/?as_of={today}&model_version=2").json()
    assert earlier["model_version"] == "2"
    assert earlier["score"]["candidate"] == "regression, conformal, settings chosen on other treaties"
    assert earlier["score"]["coverage_50"] in {0.541, 0.575}
    assert "model_version=2" in earlier["permalink"]
    now_in_use = client.get("/api/v1/treaties/hanoi/forecast/").json()
    assert now_in_use["model_version"] == MODEL_VERSION
    assert now_in_use["score"]["candidate"] == score()["published"]
    lines = list(stored.history(hanoi, today, made.revision, []))
    assert [line.model_version for line in lines] == [MODEL_VERSION, "2"]
    page = client.get(
        f"/forecast/?as_of={today - timedelta(days=1)}&revision={made.revision}"
    ).content.decode()
    assert "by version 2 of the model" in " ".join(page.split())


def test_the_job_keeps_the_fan_with_the_last_one_alone(
    hanoi: Treaty, today: date, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    status.recompute(hanoi.pk, today=today, now=now)
    stored.store(hanoi, today=today, now=now, as_of=today - timedelta(days=40))
    tasks.forecast(hanoi.pk)
    last = Forecast.objects.filter(treaty=hanoi).latest("as_of")
    assert hanoi.pk in stored.stale(now), "its drawing may be lost with a message"
    tasks.draw_forecast(last.pk)
    last.refresh_from_db()
    assert hanoi.pk not in stored.stale(now)
    assert last.wide.startswith("<svg")
    assert last.text.startswith("Forecast as of ")
    assert [each.pk for each in Forecast.objects.exclude(wide="")] == [last.pk]
    Forecast.objects.update(wide="", computed_at=now - timedelta(hours=1))
    for each in Forecast.objects.all():  # as after a job that ended between keeping and drawing
        tasks.draw_forecast(each.pk)
    assert [each.pk for each in Forecast.objects.exclude(wide="")] == [last.pk]
    assert Forecast.objects.filter(treaty=hanoi).count() == 2


def test_a_forecast_of_the_same_figures_is_not_kept_again(
    hanoi: Treaty,
    made: Forecast,
    today: date,
    now: datetime,
    say: Say,
    published: Publish,
    clerk: User,
    reviewer: User,
    client: Client,
) -> None:
    stored.keep_drawing(made, wide="<svg>wide", narrow="<svg>narrow", text="The fan.")
    entry = hanoi.actions.filter(revision__isnull=False).latest("revision")
    said = replace(ledger.content_of(entry), summary="Said in other words.")
    draft = ledger.correct(entry, said, author=clerk, reason="It was unclear.", now=now)
    ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now)
    status.recompute(hanoi.pk, today=today, now=now)
    assert hanoi.pk in stored.stale(now), "nobody knows yet that it says the same"
    assert stored.store(hanoi, today=today, now=now) == made
    assert hanoi.pk not in stored.stale(now)
    answer = client.get(f"/api/v1/treaties/hanoi/forecast/?as_of={today}").json()
    assert (answer["revision"], answer["made_from"]) == (made.revision + 1, made.revision)
    published(say("BRA ratification 2026-04-05"))
    other = stored.store(hanoi, today=today, now=now)
    assert other
    assert (other.revision, other.wide) == (made.revision + 2, "")


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
    assert b"forecast" not in client.get("/api/v1/treaties/hanoi/status/").content


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
        "assert sys.modules['numpy'] is None"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=settings.BASE_DIR)


def test_the_age_for_which_a_score_is_told_has_a_name_in_each_language() -> None:
    assert {each["name"] for each in (score_at(age / 4) for age in range(1, 40))} == AGES.keys()
