"""Overview of a treaty of which the deciding day is open: its numbers agree, and its sentences stay short."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard.overview import gap_of
from dashboard.sentences import caveat
from ratification.charts.gallery import CHARTS
from ratification.intake.bundles import load_treaty
from ratification.models import Change
from ratification.record.selectors import View
from ratification.rules.declared import Declared
from ratification.status import recompute as status
from states.models import Participant
from treaty.models import Claim, Treaty

OPEN = ("2026-03-10/2026-03-18", "2026-03-01/2026-03-30")


@pytest.fixture
def open_day(make_treaty: Callable[..., Path], now: datetime) -> list[str]:
    """A treaty like the Convention: 39 deposits on one day, and two on open days, either of which is the fortieth."""
    members = Participant.objects.filter(kind="member_state").order_by("iso3")
    codes = list(members.values_list("iso3", flat=True)[:41])
    days = ["2026-03-16"] * 39 + [*OPEN]
    folder = make_treaty(
        [f"{iso3},ratification,{day},,,,,source" for iso3, day in zip(codes, days, strict=True)], slug="open"
    )
    load_treaty(with_source(folder), now=now)
    return codes


def with_source(folder: Path) -> Path:
    """Give a bundle the source that its lines name."""
    heading = "key,title,url,publisher,published_on,confidence,note"
    (folder / "sources.csv").write_text(f"{heading}\nsource,A source,,,,primary,\n")
    return folder


@pytest.mark.usefixtures("open_day")
@pytest.mark.parametrize("day", ["2026-03-15", "2026-03-16", "2026-03-17", "2026-03-18", "2026-04-30"])
def test_the_chart_counts_as_the_status_does(view: Callable[..., View], day: str) -> None:
    asked = view(date.fromisoformat(day), slug="open")
    counted = asked.outcome.threshold.counted
    chart = CHARTS["over-time"](asked)()
    last = [row for row in chart.rows if row["series"] == "instruments"][-1]
    assert (last["date"], last["certain"], last["possible"]) == (day, counted.certain, counted.possible)


@pytest.mark.usefixtures("open_day")
def test_from_the_last_possible_day_of_the_fortieth_on_forty_are_certain(view: Callable[..., View]) -> None:
    chart = CHARTS["over-time"](view(date(2026, 4, 30), slug="open"))()
    certain = {row["date"]: row["certain"] for row in chart.rows if row["series"] == "instruments"}
    assert [certain[day] for day in ("2026-03-16", "2026-03-18", "2026-04-30")] == [39, 40, 40]
    assert "between 40 and 41 of the 40 instruments needed" in chart.finding


def test_participants_with_one_open_date_are_told_together(
    get: Callable[..., str], open_day: list[str]
) -> None:
    page = html.unescape(re.sub(r"<[^>]*>", "", get("/treaties/open/", as_of="2026-06-15")))
    assert (
        "Parties: none certain, at most 41; for 41 participants the date is known only as 14–16 Jun 2026."
        in page
    )
    names = Participant.objects.in_bulk(open_day[-2:], field_name="iso3")
    page = html.unescape(re.sub(r"<[^>]*>", "", get("/treaties/open/", as_of="2026-03-12")))
    first, second = (names[iso3].name for iso3 in open_day[-2:])
    assert f"for {first} the date is known only as 10–18 Mar 2026 and for {second}" in page


@pytest.mark.usefixtures("open_day")
def test_a_report_of_fewer_than_are_recorded_is_no_gap(view: Callable[..., View], hanoi: Treaty) -> None:
    """Parties were reported as contracting States while they were that."""
    claim = Claim.objects.get(treaty=hanoi, slug="number-of-ratifications")
    assert (claim.counted, claim.reported) == ("contracting", 3)
    for day in ("2026-04-30", "2026-06-16"):
        assert gap_of(claim, view(date.fromisoformat(day), slug="open")) is None
    missing = gap_of(claim, view())
    assert missing
    assert missing.recorded == 1


@pytest.mark.usefixtures("open_day")
def test_a_period_that_has_not_begun_is_no_news(get: Callable[..., str], now: datetime) -> None:
    treaty = Treaty.objects.get(slug="open")
    status.recompute(treaty.pk, today=now.date(), now=now)
    window = {"subject": "window", "after__kind": "amendment", "after__state": "not_yet_open"}
    assert Change.objects.filter(treaty=treaty, **window).count() == 1
    page = get("/treaties/open/changes/")
    assert "The treaty enters into force between 14 and 16 June 2026" in page
    assert "has not yet begun" not in page


@pytest.mark.parametrize(("day", "may_be_earlier"), [("2026-04-09", False), ("2026-04-10", True)])
def test_a_day_that_follows_from_acts_past_the_complete_list_may_be_earlier(
    get: Callable[..., str],
    make_treaty: Callable[..., Path],
    view: Callable[..., View],
    now: datetime,
    day: str,
    may_be_earlier: bool,  # noqa: FBT001 - one of two cases
) -> None:
    """The Convention is listed completely until 9 April 2026; later deposits are there where a source reports them."""
    members = Participant.objects.filter(kind="member_state").order_by("iso3")
    lines = [f"{member.iso3},ratification,{day},,,,,source" for member in members[:40]]
    load_treaty(with_source(make_treaty(lines, slug="forty")), now=now)
    page = " ".join(html.unescape(get("/treaties/forty/", as_of="2026-06-01")).split())
    assert "It enters into force on" in page
    sentence = (
        "A later act that no source here reports could make the day of entry into force an earlier one."
    )
    assert (sentence in page) is may_be_earlier
    asked = view(date(2026, 6, 1), slug="forty")
    declared = replace(asked.outcome, declared=Declared(entry_into_force=date(2026, 7, 9)))
    assert not caveat(replace(asked, outcome=declared)), "the depositary's day leads"


@pytest.mark.usefixtures("open_day")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", "In force for 41 parties; it entered into force between 14 and 16 June 2026"),
        ("/fr", "En vigueur pour 41 parties ; entrée en vigueur entre le 14 juin 2026 et le 16 juin 2026"),
        (
            "/es",
            "En vigor para 41 partes; entró en vigor entre el 14 de junio de 2026 y el 16 de junio de 2026",
        ),
        ("/ru", "Действует: 41 участник; вступление в силу в период с 14 июня 2026 г. по 16 июня 2026 г."),
        ("/zh-hans", "已对41个缔约方生效；于2026年6月14日至2026年6月16日之间生效"),
        ("/ar", "وبدأ نفاذها بين"),
    ],
)
def test_a_treaty_is_in_force_since_no_interval(get: Callable[..., str], language: str, words: str) -> None:
    heading = re.findall(r"<h1[^>]*>(.*?)</h1>", get(f"{language}/treaties/open/", as_of="2026-07-01"))[0]
    assert words in " ".join(html.unescape(heading).split())
