"""Further tasks of analysts and journalists, tried as the twelve of `test_tasks` are, with and without script."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.dashboard.test_tasks import Visitor, pages, visitor

__all__ = ["pages", "visitor"]

pytestmark = pytest.mark.django_db


def test_day_of_an_accession_to_another_treaty(visitor: Visitor) -> None:
    visitor.follow("All treaties")
    visitor.follow("UNTOC", "main")
    visitor.menu("States")
    visitor.fill("q", "Qatar")
    visitor.page.wait_for_url("**q=Qatar**")
    expect(visitor.page.locator("tbody tr")).to_have_count(1)
    assert "10 Mar 2008" in visitor.page.locator("tbody tr").inner_text()


def test_citation_of_the_count_on_a_day(visitor: Visitor) -> None:
    visitor.follow("As of")
    visitor.page.get_by_label("Legal date").fill("2025-12-31")
    visitor.page.locator(".clocks button").click()
    visitor.interactions += 2
    visitor.page.wait_for_url("**as_of=2025-12-31**")
    visitor.follow("Cite this page")
    cited = visitor.page.locator("#cite").inner_text()
    assert "as_of=2025-12-31" in cited
    assert "status as of 31 Dec 2025" in cited


def test_list_of_a_group_as_a_file(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.choose("group", "eu")
    visitor.page.wait_for_url("**group=eu**")
    expect(visitor.page.locator("#people h2")).to_contain_text("27 ")
    with visitor.page.expect_download() as download:
        visitor.follow("CSV", "#people")
    table = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(table)))) == 27


def test_what_happened_in_a_month(visitor: Visitor) -> None:
    visitor.menu("Updates")
    month = visitor.page.locator(".month").filter(has_text="February 2026")
    assert "Qatar ratified between 1 and 13\u00a0February\u00a02026" in month.inner_text()


def test_how_many_more_are_needed_and_when_signature_closes(visitor: Visitor) -> None:
    facts = visitor.page.locator(".facts").inner_text()
    assert "39 more needed" in facts
    assert "31\u00a0Dec\u00a02026 in New York" in facts
    assert visitor.interactions == 0


def test_what_an_article_says_and_who_reserved_it(visitor: Visitor) -> None:
    visitor.menu("Treaty text")
    visitor.follow("Settlement of disputes", "main")
    words = visitor.page.locator("main").inner_text()
    assert "International Court of Justice" in words
    for name in ("Azerbaijan: reservation", "Qatar: reservation"):
        assert name in words


def test_treaties_in_force_between_two_states(visitor: Visitor) -> None:
    visitor.menu("Compare")
    visitor.choose("one", "BRA")
    visitor.choose("other", "DEU")
    visitor.follow("Compare", "main")
    visitor.page.wait_for_url("**/cooperation/**")
    assert {"Brazil", "Germany"} <= set(visitor.heading.replace(" and ", "|").split("|"))


def test_map_in_french_for_a_page_of_ones_own(visitor: Visitor) -> None:
    visitor.follow("cite and reuse", "footer")
    visitor.choose("kind", "map")
    visitor.choose("lang", "fr")
    visitor.follow("Show", "main")
    visitor.page.wait_for_url("**kind=map**")
    assert "map.svg?lang=fr" in visitor.page.get_by_label("Code for the map").inner_text()


def test_meaning_of_a_term(visitor: Visitor) -> None:
    visitor.follow("glossary", "footer")
    assert "accession" in visitor.page.locator("main").inner_text().lower()
    assert "Vienna Convention" in visitor.page.locator("main").inner_text()


def test_signatories_of_a_region(visitor: Visitor) -> None:
    signed = visitor.page.locator(".regions tr").filter(has_text="Europe").locator("td").first.inner_text()
    visitor.follow("Europe", ".regions")
    visitor.choose("list", "signatories")
    visitor.page.wait_for_url("**list=signatories**")
    expect(visitor.page.locator("#people h2")).to_contain_text(f"{signed} ")


def test_whether_a_reported_limit_is_law(visitor: Visitor) -> None:
    visitor.menu("Treaty text")
    visitor.follow("Claims examined")
    assert "The text sets no time limit for domestic approval." in visitor.page.locator("main").inner_text()


def test_picture_of_a_chart_with_its_source(visitor: Visitor) -> None:
    visitor.menu("Explore")
    visitor.follow("Charts")
    address = visitor.page.locator("main a", has_text="PNG").first.get_attribute("href") or ""
    visitor.interactions += 1
    assert visitor.page.request.get(address).headers["content-type"] == "image/png"
