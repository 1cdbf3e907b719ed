import html
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client

from dashboard.charts import CURVE
from ratification.charts import gallery
from ratification.forecast import stored
from ratification.intake.bundles import load_treaty
from ratification.ledger.content import ActionContent
from ratification.models import Action
from ratification.record.selectors import View
from ratification.rules.outcome import Count
from states.models import Participant
from treaty.models import Claim, Treaty

pytestmark = pytest.mark.usefixtures("hanoi")

DAYS = [
    date(2025, 10, 24),
    date(2025, 10, 25),
    date(2025, 12, 1),
    date(2026, 2, 5),
    date(2026, 2, 28),
    date(2026, 11, 21),
]


def number(page: str, listed: str) -> tuple[str, str]:
    """The number that leads to a list, and the upper bound beside it where there is one."""
    found = re.search(rf"list={listed}[^>]*>(\d+)</a>(?: <small>at most (\d+)</small>)?", page)
    assert found
    return found[1], found[2] or found[1]


def both(count: Count) -> tuple[str, str]:
    return str(count.certain), str(count.possible)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_three_numbers_are_those_of_the_rules(
    get: Callable[..., str], view: Callable[..., View], day: date
) -> None:
    page, outcome = get("/", as_of=day), view(day).outcome
    assert number(page, "signatories") == both(outcome.signatories)
    assert number(page, "contracting") == both(outcome.contracting)
    assert number(page, "counted") == both(outcome.threshold.counted)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize("listed", ["signatories", "contracting", "counted"])
def test_each_number_leads_to_the_list_behind_it(get: Callable[..., str], day: date, listed: str) -> None:
    shown = number(get("/", as_of=day), listed)[0]
    page = get("/participants/", as_of=day, list=listed)
    assert len(re.findall(r'<th scope="row">', page)) == int(shown)


def test_the_headline_answers_in_one_sentence(get: Callable[..., str], view: Callable[..., View]) -> None:
    threshold = view().outcome.threshold
    signed = view().outcome.signatories.certain
    heading = f"<h1>{signed} have signed; {threshold.counted.certain} of the {threshold.required} needed has ratified"
    assert heading in get("/")
    assert "The list of signatures and deposits is complete until" in get("/")
    assert "is complete until" not in get("/", as_of="2026-04-09")
    assert f"90 days after the 40th instrument is deposited; {threshold.remaining} more needed." in get("/")


def test_open_dates_are_said_in_words(get: Callable[..., str]) -> None:
    page = get("/", as_of="2026-02-05")
    assert "at most 1 of the 40 needed has ratified (none is certain)" in page
    assert "none certain, at most 1; for Qatar the date is known only as 1–13 Feb 2026." in page
    assert (
        "Signatories: 73 certain, at most 74; for Fiji the date is known only as 20 Nov 2025 – 17 Jan 2026."
        in get("/", as_of="2025-12-01")
    )
    assert "is known only as" not in get("/")


def test_what_is_not_certain_is_no_ratification(get: Callable[..., str]) -> None:
    """Neither in the list beside the map, nor in the number of a long list."""
    page = get("/", as_of="2026-02-05")
    assert re.search(r"Ratified or acceded: 0\s*<small>at most 1</small>", page)
    assert "Ratified or acceded: 1</h3>" in get("/", as_of="2026-02-13")
    page = get("/treaties/untoc/", as_of="2025-01-01")
    assert "at least 192, at most 193 States and organizations</a>, the latest: " in page
    assert re.search(r"Ratified or acceded: 192\s*<small>at most 193</small>", page)
    assert "193 States and organizations</a>" in get("/treaties/untoc/", as_of="2025-06-01")


def test_who_has_left_is_not_among_those_that_have_ratified(
    get: Callable[..., str], say: Callable[..., ActionContent], published: Callable[[ActionContent], Action]
) -> None:
    ratified = Action.objects.get(participant__iso3="QAT", treaty__slug="hanoi", kind="ratification")
    published(say("QAT withdrawal 2026-11-10", relates_to=ratified))
    assert "No State has ratified." in (page := get("/"))
    assert "Ratified or acceded: none" in page
    assert "No State has ratified." not in get("/", as_of="2026-11-09")


def test_there_are_as_many_places_as_instruments_needed(
    get: Callable[..., str], view: Callable[..., View]
) -> None:
    page, outcome = get("/"), view().outcome
    places = re.search(r'<ol class="places"[^>]*>(.*?)</ol>', page, re.DOTALL)
    assert places
    assert places[1].count("<li") == outcome.threshold.required
    assert places[1].count('class="taken"') == outcome.threshold.counted.certain
    holders = re.search(r'<ol class="holders">(.*?)</ol>', page, re.DOTALL)
    assert holders
    assert 'href="/participants/QAT/">Qatar</a>' in holders[1]
    assert 'class="maybe"' in get("/", as_of="2026-02-05")


def test_the_working_is_shown(get: Callable[..., str], view: Callable[..., View]) -> None:
    page, outcome = get("/"), view().outcome
    assert html.escape(outcome.entry_into_force.rule) in page
    assert f"Article {outcome.entry_into_force.article}" in page
    assert "counts under article 65(1)" in page
    assert "Domestic approvals: " in page


def test_next_dates_say_how_long(get: Callable[..., str], view: Callable[..., View]) -> None:
    window = next(window for window in view().outcome.windows if window.kind == "signature")
    assert f"{window.days_left} days left" in get("/")
    assert "Opens for signature" in get("/", as_of="2025-10-24")
    assert "today" in get("/", as_of="2026-12-31")
    assert "Closed at the end of 31 Dec 2026." in get("/", as_of="2027-01-01")


def test_the_reported_limit_stands_on_the_page_of_claims_alone(
    get: Callable[..., str], hanoi: Treaty
) -> None:
    assert hanoi.definition
    hanoi.definition["domestic_approval"]["delay"] = {"months": 6}
    hanoi.save()
    assert "6 months from each signature" in get("/claims/")
    for address in ("/", "/readiness/", "/calendar/", "/participants/AZE/"):
        assert "6 months" not in get(address)


def test_the_gap_to_the_reported_total_is_shown_once_it_was_reported(
    get: Callable[..., str], view: Callable[..., View]
) -> None:
    claim = Claim.objects.get(slug="number-of-signatories")
    recorded = view().outcome.signatories.certain
    page = re.sub(r"<[^>]*>", "", get("/"))
    assert f"at least {claim.reported} signatories ({recorded} recorded: the finding on this report)" in page
    assert f"at least {claim.reported} signatories" not in get("/", as_of="2026-06-30")
    assert "at least 3 contracting States and organizations (1 recorded: the finding" in page


@pytest.fixture
def forty(make_treaty: Callable[..., Path], now: datetime) -> list[str]:
    """A treaty like the Convention with forty deposits on one day, and one before and one after the day counts."""
    states = (
        Participant.objects.filter(kind="member_state").order_by("iso3").values_list("iso3", flat=True)[:41]
    )
    codes = list(states)
    lines = [f"{iso3},ratification,2026-03-01,,,,,source" for iso3 in codes[:40]]
    lines.append(f"{codes[40]},accession,2026-05-25,,,,,source")
    folder = make_treaty(lines, slug="forty")
    heading = "key,title,url,publisher,published_on,confidence,note"
    (folder / "sources.csv").write_text(f"{heading}\nsource,A source,,,,primary,\n")
    load_treaty(folder, now=now)
    return codes


def test_before_during_and_after_entry_into_force(get: Callable[..., str], forty: list[str]) -> None:
    assert "It enters into force on 30 May 2026" in get("/treaties/forty/", as_of="2026-03-01")
    page = get("/treaties/forty/", as_of="2026-06-10")
    assert "In force since 30 May 2026, for 40 parties" in page
    assert f"Entry into force for {Participant.objects.get(iso3=forty[40]).name}" in page
    later = get("/treaties/forty/", as_of="2026-06-24")
    assert "In force since 30 May 2026, for 41 parties" in later
    assert number(later, "parties")[0] == "41"
    assert "The list of signatures and deposits is complete until" in later
    assert number(page, "parties")[0] == "40"
    assert page.count('class="taken"') == 40


@pytest.mark.parametrize(
    ("address", "embed"), [("/", "progress"), ("/participants/?as_of=2026-02-05", "table")]
)
def test_a_page_leads_to_its_embed(client: Client, hanoi: Treaty, address: str, embed: str) -> None:
    page = client.get(address).content.decode()
    discovery = page.partition('type="application/json+oembed"')[2].partition('href="')[2].partition('"')[0]
    document = client.get(html.unescape(discovery).removeprefix("http://testserver")).json()
    source = re.search(r'src="http://testserver(.*?)"', document["html"])
    assert source
    assert source[1].startswith(f"/embed/{hanoi.slug}/{embed}/")
    assert ("as_of=2026-02-05" in source[1]) is ("as_of" in address)
    assert client.get(source[1]).status_code == 200


def test_the_curve_is_the_drawing_of_the_charts_page(
    get: Callable[..., str], view: Callable[..., View]
) -> None:
    caches["drawings"].clear()
    assert "data-draw" in get("/", as_of="2026-02-05")
    drawn = gallery.drawn(view(date(2026, 2, 5)), CURVE)
    page = get("/", as_of="2026-02-05")
    assert drawn.wide in page
    assert drawn.narrow in page
    assert drawn.text in page


def test_a_group_in_a_rule_is_named(get: Callable[..., str]) -> None:
    assert "at least 3 of them members of the Council of Europe" in get("/treaties/budapest/")


def test_before_anything_was_signed_the_page_says_none(get: Callable[..., str]) -> None:
    page = get("/", as_of="2024-12-24")
    assert "No signature is recorded; none of the 40 needed has ratified" in page
    assert "No entry by <time" in page
    assert not re.search(r">\s*0 (?:have|entries|sources)|: \.", page)
    one = get("/", as_of="2025-10-24")
    assert "in 1 day<" in one


def test_what_had_not_happened_by_the_day_is_not_told_as_past(get: Callable[..., str]) -> None:
    assert "It was adopted on" not in get("/", as_of="2024-12-23")
    between = get("/", as_of="2025-10-24")
    assert "It was adopted on 24 Dec 2024 by United Nations General Assembly resolution 79/243." in between
    assert "opened for signature on" not in between
    assert "79/243 and opened for signature on 25 Oct 2025." in get("/", as_of="2025-10-25")


def test_before_a_treaty_was_open_no_chart_shows_what_came_later(get: Callable[..., str]) -> None:
    page = get("/charts/same-age/", as_of="2024-12-24")
    assert "Hanoi Convention: not yet open for signature" in page
    assert '<td class="num">Hanoi Convention' not in page
    assert "No signatory, none of the 40 instruments needed" in get("/charts/over-time/", as_of="2024-12-24")


def test_a_treaty_without_a_day_of_opening_is_compared_with_none(
    get: Callable[..., str], hanoi: Treaty
) -> None:
    """Another treaty's age would stand there as its own."""
    clauses = dict(hanoi.definition or {})
    assert clauses.pop("signature")
    Treaty.objects.filter(pk=hanoi.pk).update(definition=clauses)
    page = get("/charts/same-age/")
    assert "The record has no day on which this treaty was opened for signature." in page
    assert "UNTOC" not in page.partition("<figure")[2].partition("</figure>")[0]


def test_the_body_that_adopted_a_treaty_and_its_rule_are_said_in_words(get: Callable[..., str]) -> None:
    assert "by United Nations General Assembly resolution 79/243 and opened" in get("/")
    page = get("/treaties/budapest/", as_of="2001-11-23")
    assert "adopted on 8 Nov 2001 by the Committee of Ministers of the Council of Europe" in page
    assert "In force on the first day of the month that follows 3 months after the deposit of the 5th" in page
    assert "3 more must be members of the Council of Europe." in page
    assert "instruments are needed" not in get("/fr/treaties/budapest/", as_of="2001-11-23")


def test_the_page_of_tools_has_the_forecast(
    get: Callable[..., str], hanoi: Treaty, today: date, now: datetime
) -> None:
    assert 'href="/forecast/"' in get("/explore/")
    assert stored.store(hanoi, today=today, now=now)
    page = get("/explore/")
    assert "<strong>Forecast:</strong>" in page
    assert ">method, score and history</a>" in page
    said = "It was made on <time datetime="
    assert said not in page + get("/") + get("/forecast/")
    for path in ("/", "/explore/", "/forecast/"):
        assert f'{said}"{today}">' in get(path, as_of="9999-12-30"), path
