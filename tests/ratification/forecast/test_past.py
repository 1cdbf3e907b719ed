"""The bundled record of past treaties, and the score measured on it."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bench import past_treaties
from bench.corpus import ABSENT, CORPUS, DOCUMENTS
from bench.forecast_backtest import BEGIN, CHART, END, REPORT, clearly_better, missed, tables
from ratification.forecast.method.backtest import PUBLISHED, setting
from ratification.forecast.method.conformal import SAME_AGE
from ratification.forecast.method.past import DATA, past_courses
from ratification.forecast.method.simple import ReferenceClass
from ratification.forecast.score import MODEL_VERSION, digest, score, score_at


def test_every_list_has_its_source_and_its_day() -> None:
    with (DATA / "past_treaties.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 127
    assert all(row["source"] and row["title"] for row in rows)
    assert {date.fromisoformat(row["known_until"]) for row in rows} >= {date(2018, 1, 15), date(2014, 1, 27)}
    assert Counter(row["reference"] for row in rows).most_common(1)[0][1] == 1


def test_no_act_lies_past_its_list() -> None:
    for course in past_courses():
        assert max([*course.signed.values(), *course.deposited.values()]) <= course.known_until
        assert len(course.signed) >= past_treaties.LEAST_SIGNATORIES


def test_days_of_known_treaties() -> None:
    """As in the public cases: UNTOC's fortieth, UNCAC's thirtieth, the Arms Trade Treaty's fiftieth deposit."""
    of = {course.reference: course for course in past_courses()}
    assert date.fromordinal(of["XVIII-12"].day_of(40)) == date(2003, 7, 1)
    assert date.fromordinal(of["XVIII-14"].day_of(30)) == date(2005, 9, 15)
    assert date.fromordinal(of["XXVI-8"].day_of(50)) == date(2014, 9, 25)
    assert of["XVIII-12-a"].cluster == of["XVIII-12"].cluster == of["XVIII-12-c"].cluster
    assert of["XXVII-7-a"].cluster == of["XXVII-7"].cluster != of["XVIII-14"].cluster


@pytest.mark.slow
def test_the_tables_follow_from_the_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not CORPUS.is_dir() or not DOCUMENTS.is_dir():
        pytest.skip(ABSENT)
    monkeypatch.setattr(past_treaties, "DATA", tmp_path)
    past_treaties.main()
    for name in ("past_treaties.csv", "past_acts.csv"):
        assert (tmp_path / name).read_text() == (DATA / name).read_text(), name


def test_the_score_is_of_this_method_and_these_data() -> None:
    """Whoever changes either runs `make forecast-backtest`, and gives the model a new version if forecasts change."""
    assert score()["digest"] == digest()
    assert score()["version"] == MODEL_VERSION


def test_what_is_published_follows_from_the_rule() -> None:
    """The model where it meets the bar, else the better naive candidate with conformal intervals."""
    found = score()
    meets = clearly_better(found, found["model"]) and not missed(found, found["model"])
    assert found["published"] == (found["model"] if meets else f"{found['naive']}, conformal")


def test_an_interval_that_is_narrower_than_promised_is_marked() -> None:
    found = score()
    narrow = {
        each["name"] for each in found["candidates"][found["published"]]["classes"] if each["too_narrow"]
    }
    assert all(any(miss.startswith(name) for miss in missed(found, found["published"])) for name in narrow)
    assert all(each["too_narrow"] for each in found["candidates"]["rate so far"]["classes"])


def test_the_setting_in_use_is_the_one_that_scored_best() -> None:
    assert score()["published"] == PUBLISHED
    assert score()["setting"] == setting(ReferenceClass(), SAME_AGE)


def test_the_report_shows_this_score() -> None:
    shown = REPORT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown.strip() == tables(score())
    assert "probability given" in CHART.read_text(encoding="utf-8")


def test_the_score_at_an_age() -> None:
    assert score_at(0.3)["name"] == "less than 1 year"
    assert score_at(1.0)["name"] == "1 year"
    assert score_at(30)["name"] == "4 years and more"
