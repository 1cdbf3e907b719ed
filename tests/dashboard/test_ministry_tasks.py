"""Tasks of a ministry's treaty section and of a newsroom, tried as the twelve of `test_tasks` are."""

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.dashboard.test_tasks import Visitor, pages, visitor

__all__ = ["pages", "visitor"]

pytestmark = pytest.mark.django_db


def test_who_joined_the_convention_against_corruption_last(visitor: Visitor) -> None:
    visitor.follow("All treaties")
    visitor.follow("UNCAC", "main")
    visitor.menu("States")
    visitor.follow("Ratification or accession", "thead")
    visitor.page.wait_for_url("**sort=consent**")
    visitor.follow("Ratification or accession", "thead")
    visitor.page.wait_for_url("**sort=-consent**")
    expect(visitor.page.locator("tbody th[scope=row] a").first).to_have_text("San Marino")


def test_what_must_be_notified_on_ratification(visitor: Visitor) -> None:
    visitor.menu("Statements")
    card = visitor.page.locator("section", has=visitor.page.locator("#provided"))
    asked = card.locator("dt", has_text="Notification").locator("+ dd").inner_text()
    assert "article 40(12) at deposit" in asked
    assert "article 37(19) signature or deposit" in asked
    visitor.follow("article 40(12)", "main")
    assert "central authority" in visitor.page.locator("main").inner_text()


def test_parties_to_the_budapest_convention_that_have_not_signed(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.follow("More filters and columns")
    visitor.choose("under", "budapest")
    visitor.page.wait_for_url("**under=budapest**")
    visitor.choose("list", "none")
    visitor.page.wait_for_url("**list=none**")
    names = visitor.page.locator("tbody th[scope=row] a")
    expect(names.filter(has_text="Japan")).to_have_count(1)
    expect(names.filter(has_text="Brazil")).to_have_count(0)


def test_news_of_one_state_by_mail(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.fill("q", "Viet Nam")
    visitor.page.wait_for_url("**q=Viet**")
    visitor.follow("Viet Nam", "tbody")
    visitor.follow("Follow Viet Nam")
    expect(visitor.page.get_by_label("E-mail address")).to_be_visible()
    assert "Viet Nam: all changes" in visitor.page.locator("main").inner_text()


def test_where_the_day_of_a_ratification_comes_from(visitor: Visitor) -> None:
    visitor.page.locator("main").get_by_role("link", name="Qatar", exact=True).first.click()
    visitor.interactions += 1
    act = visitor.page.locator(".timeline > li").filter(has_text="Instrument of ratification deposited")
    expect(act).to_contain_text("RAPSI")
    expect(act.locator(".source a")).to_have_count(1)


def test_a_state_by_its_earlier_name(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.fill("q", "Swaziland")
    visitor.page.wait_for_url("**q=Swaziland**")
    expect(visitor.page.locator("tbody th[scope=row] a")).to_have_text(["Eswatini"])


def test_what_this_site_said_at_an_earlier_revision(visitor: Visitor) -> None:
    visitor.follow("As of")
    visitor.page.get_by_label("Revision").fill("40")
    visitor.page.locator(".clocks button").click()
    visitor.interactions += 2
    visitor.page.wait_for_url("**revision=40**")
    expect(visitor.page.locator(".banner")).to_contain_text("as recorded at revision 40")


def test_responsibility_for_a_territory(visitor: Visitor) -> None:
    visitor.menu("Statements")
    visitor.follow("Territories", "nav.pages")
    row = visitor.page.locator("tbody tr").filter(has_text="Gibraltar").inner_text()
    assert "United Kingdom" in row
    assert "no statement is recorded" in row


def test_which_statements_there_are_as_a_table(visitor: Visitor) -> None:
    visitor.menu("Statements")
    address = visitor.page.locator("main a", has_text="CSV").first.get_attribute("href") or ""
    visitor.interactions += 1
    answer = visitor.page.request.get(address)
    rows = list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig"))))
    assert {row["participant"] for row in rows} == {"AZE", "QAT"}


def test_who_named_a_contact_point_of_the_network(visitor: Visitor) -> None:
    visitor.menu("Explore")
    visitor.follow("Sections without reports so far")
    visitor.follow("Implementation", "main details")
    visitor.page.locator("thead a[title*='24/7']").first.click()
    visitor.interactions += 1
    expect(visitor.page.locator("main")).to_contain_text("Azerbaijan")


def test_the_same_page_in_spanish(visitor: Visitor) -> None:
    visitor.menu("Updates")
    visitor.follow("English", ".languages")
    visitor.follow("español", ".languages")
    visitor.page.wait_for_url("**/es/changes/")
    assert visitor.page.locator("html").get_attribute("lang") == "es"


def test_two_scenarios_side_by_side(visitor: Visitor) -> None:
    visitor.menu("Explore")
    visitor.follow("Open the scenario")
    visitor.follow("39 more by the end of June", "main")
    visitor.page.wait_for_url("**deposits=**")
    visitor.fill("versus", "signatories on 2027-03-01")
    visitor.follow("Compare", "main")
    visitor.page.wait_for_url("**versus=**")
    table = visitor.page.locator("table", has_text="The two scenarios").inner_text()
    assert "28 Sep 2027" in table
    assert "30 May 2027" in table


def test_how_likely_it_is_in_force_by_a_year(visitor: Visitor) -> None:
    visitor.menu("Explore")
    visitor.follow("Forecast")
    expect(visitor.page.locator("h1")).to_contain_text("Forecast")
    words = visitor.page.locator("main").inner_text()
    assert "There is no forecast" in words or "Probability by the end of each year" in words


def test_whether_a_reported_signature_is_on_record(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.fill("q", "India")
    visitor.page.wait_for_url("**q=India**")
    expect(visitor.page.locator("tbody tr")).to_contain_text(["no act known"])
    visitor.menu("Treaty text")
    visitor.follow("Claims examined")
    claim = visitor.page.locator(".claim").filter(has_text="India signed in September 2026")
    assert "no official source" in claim.inner_text()


def test_states_chosen_on_the_map_one_after_the_other(visitor: Visitor) -> None:
    visitor.menu("Explore")
    visitor.follow("Open the scenario")
    visitor.follow("Choose on the map")
    for code, name in (("BRA", "Brazil"), ("IND", "India")):
        visitor.page.locator(f'a[data-participant="{code}"]').click(force=True)
        visitor.interactions += 1
        expect(visitor.page.locator(".deposits")).to_contain_text(name)
        expect(visitor.page.locator("#map > svg")).to_be_visible()
