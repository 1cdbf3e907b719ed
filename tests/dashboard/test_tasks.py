"""Tasks of analysts, done in a browser as they would do them, with the number of interactions that each takes."""

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ratification.record import selectors
from tests.browser import watched_page
from tests.record_fixtures import TODAY
from treaty.models import Treaty

pytestmark = pytest.mark.django_db
MOST = 6
"""Number of interactions that a task may take, from the status page."""


class Visitor:
    """A visitor who begins on the status page; each click, choice and filled field is an interaction."""

    def __init__(self, page: Page, *, has_script: bool) -> None:
        self.page = page
        self.has_script = has_script
        self.interactions = 0
        page.goto("/")

    def follow(self, name: str, within: str = "body") -> None:
        """Click a link, a button or a summary by its words."""
        self.interactions += 1
        self.page.locator(within).locator("a, button, summary").get_by_text(name, exact=True).or_(
            self.page.locator(within).locator("a, button, summary").filter(has_text=name)
        ).first.click()
        self.page.wait_for_load_state()  # scripts answer a choice from then on

    def menu(self, name: str) -> None:
        """Click an entry of the navigation."""
        self.follow(name, "nav[aria-label=Main]")

    def choose(self, field: str, option: str) -> None:
        """Choose an option of a select by its value."""
        self.interactions += 1
        self.page.locator(f"select[name={field}]").select_option(option)
        self._show(field)

    def fill(self, field: str, words: str) -> None:
        """Fill in a field."""
        self.interactions += 1
        self.page.locator(f"[name={field}]").fill(words)
        self._show(field)

    def _show(self, field: str) -> None:
        """Send a form that a script would send by itself, where there is none; not counted as an interaction."""
        form = self.page.locator("form[hx-get]").filter(has=self.page.locator(f"[name={field}]"))
        if not self.has_script and form.count():
            form.get_by_role("button", name="Show").click()

    def names(self) -> list[str]:
        """Return the participants listed."""
        return self.page.locator("tbody th[scope=row] a").all_inner_texts()

    @property
    def heading(self) -> str:
        """The heading of the page, with plain blanks."""
        return " ".join(self.page.locator("h1").inner_text().split())


@pytest.fixture(scope="module")
def pages(chromium: Browser, site: str) -> Iterator[dict[bool, tuple[Page, list[str]]]]:
    """A page with script and one without, opened once: all visitors begin anew, with nothing in storage."""
    with (
        watched_page(chromium, site) as one,
        watched_page(chromium, site, java_script_enabled=False) as other,
    ):
        yield {True: one, False: other}


@pytest.fixture(params=["with script", "without script"])
def visitor(request: pytest.FixtureRequest, pages: dict[bool, tuple[Page, list[str]]]) -> Iterator[Visitor]:
    """A visitor with script, and one without."""
    has_script = request.param == "with script"
    page, faults = pages[has_script]
    page.context.clear_cookies()
    faults.clear()
    done = Visitor(page, has_script=has_script)
    yield done
    sys.stdout.write(f"\n{done.interactions} interactions: {request.node.name}\n")
    assert done.interactions <= MOST
    assert faults == []
    page.goto("about:blank")  # what still comes belongs to no other visitor


def signed_and_not(group: str, *, signed: bool) -> set[str]:
    """The names of a group's members that have signed, or not, and have not consented to be bound."""
    view = selectors.view_of(Treaty.objects.get(slug="hanoi"), today=TODAY)
    kinds = {item.participant: str(item.kind) for item in view.outcome.standings}
    members = {held.iso3 for held in view.directory.memberships if held.group == group and held.on(TODAY)}
    people = view.directory.participants
    wanted = {"signatory"} if signed else {"none", "unknown"}
    return {
        people[iso3].name
        for iso3 in members
        if kinds.get(iso3, "none") in wanted and people[iso3].kind in selectors.CAN_JOIN
    }


def test_members_of_asean_that_signed_and_did_not_ratify(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.choose("list", "signed-only")
    visitor.page.wait_for_url("**list=signed-only**")
    visitor.choose("group", "asean")
    visitor.page.wait_for_url("**group=asean**")
    expect(visitor.page.locator("#people h2")).to_contain_text(
        f"{len(signed_and_not('asean', signed=True))} "
    )
    assert set(visitor.names()) == signed_and_not("asean", signed=True)


def test_status_on_another_day(visitor: Visitor) -> None:
    visitor.follow("As of")
    visitor.page.get_by_label("Legal date").fill("2026-02-01")
    visitor.page.locator(".clocks button").click()
    visitor.interactions += 2
    visitor.page.wait_for_url("**as_of=2026-02-01**")
    assert visitor.heading == "74 have signed; at most 1 of the 40 needed has ratified (none is certain)"


def test_signatories_with_dates_as_a_workbook(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.choose("list", "signatories")
    visitor.page.wait_for_url("**list=signatories**")
    expect(visitor.page.locator("#people h2")).to_contain_text("75 ")
    with visitor.page.expect_download() as download:
        visitor.follow("XLSX", "#people")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as book:
        assert b"Algeria" in book.read("xl/sharedStrings.xml")


def test_pace_against_other_conventions(visitor: Visitor) -> None:
    visitor.menu("Compare")
    chart = visitor.page.locator("#same-age").locator("xpath=../..")
    expect(chart.locator("figure")).to_be_visible()
    for name in ("Hanoi Convention", "UNTOC", "UNCAC", "Budapest Convention"):
        assert name in chart.inner_text()


def test_twenty_members_of_the_union_the_union_and_nineteen_more(visitor: Visitor) -> None:
    visitor.menu("Explore")
    visitor.follow("Open the scenario")
    visitor.follow("Enter the scenario as text")
    visitor.fill("deposits", "20 members of eu on 2027-03-01; EUE on 2027-04-01; 19 more on 2027-06-30")
    visitor.follow("Calculate")
    visitor.page.wait_for_url("**deposits=20+members**")
    assert "28 Sep 2027" in visitor.heading


def test_twenty_members_of_the_union_by_choosing(visitor: Visitor) -> None:
    visitor.menu("Explore")
    visitor.follow("Open the scenario")
    visitor.choose("group", "members of eu")
    visitor.fill("number", "20")
    visitor.fill("day", "2027-03-01")
    visitor.follow("Add")
    visitor.page.wait_for_url("**deposits=20+members**")
    expect(visitor.page.locator(".deposits")).to_contain_text("Austria")


def test_subscription_to_updates(visitor: Visitor) -> None:
    visitor.menu("Updates")
    visitor.page.get_by_role("link", name="Follow these updates").click()
    visitor.interactions += 1
    atom = visitor.page.get_by_role("link", name="Atom").first
    answer = visitor.page.request.get(atom.get_attribute("href") or "")
    visitor.interactions += 1
    assert answer.headers["content-type"].startswith("application/atom+xml")


def test_reservation_of_qatar(visitor: Visitor) -> None:
    visitor.menu("Statements")
    visitor.page.locator("main a").filter(has_text="Qatar").first.click()
    visitor.interactions += 1
    expect(visitor.page.locator("main")).to_contain_text("articles 14, 15 and 16")


def test_articles_that_allow_reservations(visitor: Visitor) -> None:
    visitor.menu("Statements")
    card = visitor.page.locator("section", has=visitor.page.locator("#provided"))
    words = card.locator("dt", has_text="Reservation permitted").locator("+ dd").inner_text()
    permitted = Treaty.objects.get(slug="hanoi").requirements.filter(kind="reservation_permitted")
    assert re.findall(r"article (\S+)", words) == [each.provision for each in permitted]
    assert "article 23(3)(a)" in words


def test_partners_of_brazil_for_mutual_legal_assistance(visitor: Visitor) -> None:
    visitor.menu("Compare")
    visitor.choose("one", "BRA")
    visitor.follow("Compare", "main")
    visitor.page.wait_for_url("**/participants/BRA/cooperation/")
    assert visitor.heading == "Treaty partners of Brazil"
    assert "UNCAC" in visitor.page.locator("thead").inner_text()


def test_citation_of_a_page(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.follow("Cite this page")
    cited = visitor.page.locator("#cite")
    for style in ("Footnote", "APA", "OSCOLA", "BibTeX", "RIS"):
        assert style in cited.inner_text()
    assert "revision=" in cited.inner_text()


def test_members_of_the_g20_that_have_not_signed(visitor: Visitor) -> None:
    visitor.menu("States")
    visitor.choose("group", "g20")
    visitor.page.wait_for_url("**group=g20**")
    visitor.choose("list", "none")
    visitor.page.wait_for_url("**list=none**")
    expect(visitor.page.locator("#people h2")).to_contain_text("9 ")
    assert set(visitor.names()) == signed_and_not("g20", signed=False)


def test_badge_for_a_page_of_ones_own(visitor: Visitor) -> None:
    visitor.follow("cite and reuse", "footer")
    visitor.choose("kind", "badge")
    visitor.follow("Show", "main")
    visitor.page.wait_for_url("**kind=badge**")
    assert "badge.svg" in visitor.page.get_by_label("Code for the badge").inner_text()
    expect(visitor.page.locator(".preview img")).to_be_visible()
