"""Scenarios built on the map, and two of them side by side."""

import html
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import strip_tags

pytestmark = pytest.mark.usefixtures("hanoi")
Get = Callable[..., str]


def link_of(page: str, iso3: str) -> str:
    """The address to which a State leads on the map."""
    found = re.search(rf'<a href="([^"]*)" class="[^"]*" data-participant="{iso3}"', page)
    assert found
    return html.unescape(found[1])


def test_a_state_is_added_and_taken_out_on_the_map(get: Get) -> None:
    empty = get("/scenario/")
    added = get(link_of(empty, "BRA"))
    assert "<strong>Brazil</strong> on 1 March 2027" in re.sub(r"<time[^>]*>|</time>", "", added)
    both = get(link_of(added, "CHL"))
    assert "Brazil" in both.partition('id="each"')[2]
    assert "Chile" in both.partition('id="each"')[2]
    without = get(link_of(both, "BRA"))
    assert "<strong>Brazil" not in without
    assert "<strong>Chile" in without


def test_the_map_takes_a_state_out_of_a_line_with_others(get: Get) -> None:
    page = get("/scenario/", deposits="BRA, CHL on 2027-05-01")
    without = get(link_of(page, "CHL"))
    assert "<strong>Brazil</strong>" in without
    assert link_of(without, "PER").endswith("PER+on+2027-05-01#map")


def test_a_state_that_has_consented_leads_to_its_page(get: Get) -> None:
    assert link_of(get("/scenario/"), "QAT") == "/participants/QAT/"


def test_a_copy_is_changed_beside_the_scenario(get: Get) -> None:
    page = get("/scenario/", deposits="BRA on 2027-05-01")
    copied = re.search(r'href="([^"]+)">Keep this scenario', page)
    assert copied
    beside = get(html.unescape(copied[1]))
    changed = get(link_of(beside, "CHL"))
    assert "versus=BRA+on+2027-05-01" in link_of(beside, "CHL")
    row = re.search(r"Instruments counted, of 40</th>(.*?)</tr>", changed)
    assert row
    assert re.findall(r">(\d+)</td>", row[1]) == ["3", "2"]


def test_a_line_is_added_beside_the_other_scenario(get: Get) -> None:
    page = get("/scenario/", deposits="BRA on 2027-05-01", versus="39 more on 2027-03-01")
    form = page.partition('class="scenario"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="versus" value="39 more on 2027-03-01">' in form


def test_two_scenarios_are_named_and_not_coded(get: Get) -> None:
    page = get(
        "/scenario/", deposits="BRA on 2027-05-01", versus="20 members of eu on 2027-03; DEU by 2027-04-01"
    )
    row = re.search(r'<th scope="row">Deposits</th>(.*?)</tr>', page, re.DOTALL)
    assert row
    words = " ".join(strip_tags(row[1]).split())
    assert words == "Brazil on 1 May 2027 European Union: 20 members in March 2027 Germany by 1 Apr 2027"


def test_a_scenario_as_text_reads_from_left_to_right_and_its_headline_keeps_days_whole(
    get: Get, client: Client
) -> None:
    page = get("/ar/scenario/", deposits="39 more on 2027-03-01")
    for field in ('<textarea name="deposits"', '<input type="text" name="versus"'):
        assert 'dir="ltr"' in page.partition(field)[2].partition(">")[0]
    page = client.get("/scenario/", {"deposits": "39 more on 2027-03-01"}).content.decode()
    assert "30\xa0May\xa02027" in page.partition("<h1>")[2].partition("</h1>")[0]
