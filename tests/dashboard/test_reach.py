"""Reach of pages: on a telephone, in high contrast, on paper, in a full capture."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.browser import quiet_page

pytestmark = pytest.mark.django_db


def test_no_page_is_captured_with_empty_cards() -> None:
    for sheet in (settings.BASE_DIR / "static").glob("**/*.css"):
        assert "content-visibility: auto" not in sheet.read_text(), sheet


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
    page.emulate_media(media="print")  # of a page that has just come Chromium can have forgotten it
    shades = page.evaluate(
        """[...document.querySelectorAll(".matrix td")].map((each) => getComputedStyle(each).color)"""
    )
    assert set(shades) <= {"rgb(0, 0, 0)"}
