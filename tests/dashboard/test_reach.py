"""Reach of every page: at 320 pixels, by keyboard, by names, in high contrast, on paper, in a full capture."""

import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser import quiet_page
from tests.dashboard.test_browser import CONTROLS, LOOKED_AT, too_wide

pytestmark = pytest.mark.django_db
MOST_STOPS = 40
"""Number of stops of the Tab key before the first row of what a page shows."""
ADDRESSES = (
    *LOOKED_AT,
    "/?region=europe",
    "/scenario/?deposits=20 members of eu on 2027-03-01; 19 more on 2027-06-30&versus=39 more on 2027-03-01",
    "/about/reuse/?of=/participants/&card=found",
)


def test_no_page_is_captured_with_empty_cards() -> None:
    for sheet in (settings.BASE_DIR / "static").glob("**/*.css"):
        assert "content-visibility: auto" not in sheet.read_text(), sheet


def test_every_page_is_reached_at_320_pixels_by_keyboard_and_by_name(chromium: Browser, site: str) -> None:
    faults = []
    with quiet_page(chromium, site, viewport={"width": 320, "height": 640}) as page:
        for address in ADDRESSES:
            page.goto(address)
            found = [*too_wide(page), *far_content(page), *unclear_links(page), *bare_tables(page)]
            faults += [(address, fault) for fault in found]
    assert faults == []


TALLEST_LIST = 8_000
"""Number of pixels that a list of 198 participants may be high at 360."""


def test_a_list_of_participants_is_short_on_a_telephone(chromium: Browser, site: str) -> None:
    heights = {}
    with quiet_page(chromium, site, viewport={"width": 360, "height": 740}) as page:
        for before in (
            "",
            "/treaties/untoc",
            "/treaties/uncac",
            "/treaties/budapest",
            "/fr",
            "/es",
            "/zh-hans",
        ):
            page.goto(f"{before}/participants/")
            heights[before] = page.evaluate("document.documentElement.scrollHeight")
    assert {before: height for before, height in heights.items() if height > TALLEST_LIST} == {}


def far_content(page: Page) -> Iterator[str]:
    """Say how many stops lie before the first row of what the page shows, if they are too many."""
    stops = page.evaluate(
        """(controls) => {
          const first = document.querySelector(
            "main :is(tr, .dates li, .articles li, .timeline li, .claim, .facts dd, .rows dd)"
          ) ?? document.querySelector("main :is(figure, pre, .plain li)");
          const before = (each) => each.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING;
          return first ? [...document.querySelectorAll(controls)].filter((each) =>
            each.checkVisibility({ visibilityProperty: true }) && before(each)).length : 0;
        }""",
        CONTROLS,
    )
    if stops > MOST_STOPS:
        yield f"{stops} stops before the first row"


def unclear_links(page: Page) -> Iterator[str]:
    """Give names that several links of the page share although they lead to different pages."""
    leads = defaultdict(set)
    for name, address in page.evaluate(
        """[...document.querySelectorAll("main a[href]")]
          .filter((each) => each.checkVisibility({ visibilityProperty: true }) || each.querySelector(".for-readers"))
          .filter((each) => !each.closest("td"))  // the headings of row and column are its context
          .map((each) => [(each.getAttribute("aria-label") ?? each.textContent).trim().replace(/\\s+/g, " "),
            each.getAttribute("href")])"""
    ):
        leads[name].add(address)
    for name, addresses in leads.items():
        if len(addresses) > 1 and not re.fullmatch(r"[\d.()/ –-]+", name):
            yield f"“{name}” leads to {', '.join(sorted(addresses)[:3])}"


def bare_tables(page: Page) -> Iterator[str]:
    """Give tables without a caption."""
    for table in page.locator("main table:not(:has(> caption))").all():
        yield f"a table without a caption: {table.inner_text()[:60]}"


def test_high_contrast_tells_statuses_apart(chromium: Browser, site: str) -> None:
    with quiet_page(chromium, site, forced_colors="active") as page:
        page.goto("/")
        looks = page.evaluate(
            """[".places .taken", ".places li:not(.taken)"].map((name) => {
              const style = getComputedStyle(document.querySelector(name));
              return `${style.borderTopStyle} ${style.borderTopWidth}`;
            })"""
        )
        assert looks[0] != looks[1]
        letters, halo = page.locator(".map-labels text").first.evaluate(
            "(each) => [getComputedStyle(each).fill, getComputedStyle(each).stroke]"
        )
        assert letters != halo
        current = page.locator("nav[aria-label=Main] [aria-current]")
        assert "underline" in current.evaluate("(each) => getComputedStyle(each).textDecorationLine")
        page.goto("/participants/")
        assert page.locator(".tag").first.evaluate("(each) => getComputedStyle(each).borderTopWidth") != "0px"


def test_paper_shows_the_union_the_charts_and_the_matrix(page: Page) -> None:
    page.goto("/")
    words = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages)
    assert re.search(r"European Union\s*:\s*signatory", words)
    page.goto("/charts/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 687, "height": 900})
    letters = page.evaluate(
        """[...document.querySelectorAll(".chart svg text")].filter((each) => each.checkVisibility())
          .map((each) => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a)"""
    )
    assert letters
    assert min(letters) >= 8, "letters of less than six points"
    page.goto("/readiness/")
    shades = page.evaluate(
        """[...document.querySelectorAll(".matrix td")].map((each) => getComputedStyle(each).color)"""
    )
    assert set(shades) <= {"rgb(0, 0, 0)"}
