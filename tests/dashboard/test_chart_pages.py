import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from defusedxml import ElementTree
from django.contrib.auth.models import User
from django.core.cache import caches
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dashboard.charts import DRAWINGS, TITLES
from ratification import tasks
from ratification.charts import gallery
from ratification.ledger import writing as ledger
from ratification.models import Action
from ratification.record.selectors import View
from ratification.status import recompute as status
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("hanoi")


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    caches["drawings"].clear()


def test_every_chart_has_a_title() -> None:
    assert list(TITLES) == list(gallery.CHARTS)


def test_what_is_not_drawn_is_asked_for_and_then_kept(get: Callable[..., str]) -> None:
    page = get("/charts/", as_of="2026-02-05")
    assert 'hx-get="/charts/over-time/?as_of=2026-02-05"' in page
    alone = get("/charts/over-time/", as_of="2026-02-05")
    assert "<svg" in alone
    assert "Instruments that count: between 0 and 1 of the 40 required." in alone
    page = get("/charts/", as_of="2026-02-05")
    assert 'hx-get="/charts/over-time/' not in page
    assert page.count("hx-get=") == len(TITLES) - 1


def test_a_page_of_a_chart_comes_while_another_is_drawn(client: Client, get: Callable[..., str]) -> None:
    address = "/fr/charts/over-time/?as_of=2026-02-06"
    with DRAWINGS.place():
        waiting = get(address)
        assert client.get(address, headers={"hx-request": "true"}).status_code == 503
    assert 'hx-get="/fr/charts/over-time/?as_of=2026-02-06"' in waiting
    assert "charts/waiting" in waiting
    drawn = get(address)
    assert "hx-get" not in drawn
    assert drawn.count("<td") == waiting.count("<td") > 0


def test_htmx_gets_the_figure_alone(client: Client) -> None:
    page = client.get("/charts/by-regional-group/", headers={"hx-request": "true"}).content.decode()
    assert page.lstrip().startswith("<section")
    assert page.count("<svg") == 2


def test_a_chart_can_be_taken_away(client: Client, view: Callable[..., View]) -> None:
    outcome = view().outcome
    table = client.get("/charts/over-time.csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    last = {row["series"]: row["certain"] for row in rows if row["date"] == outcome.as_of.isoformat()}
    assert last == {
        "signatories": str(outcome.signatories.certain),
        "instruments": str(outcome.threshold.counted.certain),
    }
    assert f"hanoi-over-time-2026-11-21-revision-{view().revision}.csv" in table["Content-Disposition"]
    assert json.loads(client.get("/charts/over-time.json").content)["datasets"]
    assert ElementTree.fromstring(client.get("/charts/over-time.svg").content).tag.endswith("svg")
    assert client.get("/charts/over-time.png").content.startswith(b"\x89PNG")


@pytest.mark.parametrize("address", ["/charts/x/", "/charts/over-time.pdf", "/charts/x.png"])
def test_other_charts_and_formats_are_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_job_draws_what_is_kept_up_to_date_and_nothing_twice(
    hanoi: Treaty, view: Callable[..., View], monkeypatch: pytest.MonkeyPatch, today: date, now: datetime
) -> None:
    tasks.draw(Treaty.objects.get(slug="budapest").pk)
    assert not any(gallery.kept(view(slug="budapest"), name) for name in gallery.CHARTS)
    tasks.draw(hanoi.pk)
    assert all(gallery.kept(view(today), name) for name in gallery.CHARTS)
    status.recompute(hanoi.pk, today=today, now=now)
    assert gallery.undrawn(now) == []
    monkeypatch.delattr(gallery, "draw")
    tasks.draw(hanoi.pk)
    caches["drawings"].clear()
    assert gallery.undrawn(now) == [hanoi.pk]
    with pytest.raises(NameError):  # it would be drawn now
        tasks.draw(hanoi.pk)


@pytest.mark.parametrize(
    ("name", "queries"),
    [("over-time", 0), ("by-regional-group", 0), ("by-group", 0), ("same-age", 3), ("days-to-deposit", 3)],
)
def test_both_widths_are_drawn_from_figures_read_once(
    view: Callable[..., View],
    today: date,
    django_assert_num_queries: DjangoAssertNumQueries,
    name: str,
    queries: int,
) -> None:
    shown = view(today)
    with django_assert_num_queries(queries):
        drawn = gallery.drawn(shown, name)
    assert drawn.wide != drawn.narrow


def test_a_correction_that_changes_no_figure_needs_no_drawing(
    hanoi: Treaty,
    view: Callable[..., View],
    client: Client,
    clerk: User,
    reviewer: User,
    today: date,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pages have their charts at once after it, and a file names the new revision."""
    tasks.draw(hanoi.pk)
    before = {name: gallery.drawn(view(today), name) for name in gallery.CHARTS}
    address = f"/charts/over-time.svg?as_of={today}"
    assert "revision 87." in client.get(address).content.decode()
    entry = Action.objects.get(treaty=hanoi, participant__iso3="QAT", kind="signature")
    corrected = replace(ledger.content_of(entry), summary="Signed at Hanoi.", override="A test.")
    draft = ledger.correct(entry, corrected, author=clerk, reason="Not complete.", now=now)
    ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=now)
    monkeypatch.delattr(gallery, "draw")
    assert {name: gallery.kept(view(today), name) for name in gallery.CHARTS} == before
    assert not gallery.draw_all(hanoi, today)
    assert "revision 88." in client.get(address).content.decode()


@pytest.mark.parametrize("slug", ["untoc", "uncac", "budapest"])
@pytest.mark.parametrize("name", gallery.CHARTS)
def test_every_treaty_has_every_chart(view: Callable[..., View], slug: str, name: str) -> None:
    assert gallery.CHARTS[name](view(slug=slug))().text


def test_past_the_day_until_which_a_list_is_known_a_line_is_dashed(
    client: Client, get: Callable[..., str]
) -> None:
    """The Convention's list is known until 9 April 2026; a signature is known from after it."""
    text = client.get("/charts/over-time.csv", {"as_of": "2026-11-20"}).content.decode("utf-8-sig")
    last = {row["series"]: row for row in csv.DictReader(io.StringIO(text))}["signatories"]
    assert (last["date"], last["certain"], last["list"]) == ("2026-11-20", "75", "incomplete")
    assert "The list of acts is complete until 9 April 2026." in get("/charts/over-time/", as_of="2026-11-20")
    assert "75 signatories, 1 of the 40 instruments needed" in get("/charts/over-time/", as_of="2026-11-20")
    assert "incomplete" not in client.get("/charts/over-time.csv", {"as_of": "2026-04-01"}).content.decode()


def test_a_compared_line_ends_on_the_day_until_which_its_list_is_known(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/charts/same-age.csv").content.decode("utf-8-sig"))))
    longest = {
        row["treaty"]: max(int(each["days"]) for each in rows if each["treaty"] == row["treaty"])
        for row in rows
    }
    own = next(days for name, days in longest.items() if "Hanoi" in name)
    assert own == (date(2026, 4, 9) - date(2025, 10, 25)).days


def test_the_page_of_tools_shows_the_comparison_once_it_is_drawn(get: Callable[..., str]) -> None:
    assert "<svg" not in get("/explore/")
    get("/charts/same-age/")
    page = get("/explore/")
    assert page.count("<svg") == 2
    assert ": 1 instrument; UNTOC 0" in page
