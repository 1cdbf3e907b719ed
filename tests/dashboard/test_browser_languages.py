"""The pages in other languages in a real browser: nothing wider than a telephone, no message, no broken asset."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import quiet_page
from tests.dashboard.looks import LOOKED_AT, kind_of, too_wide

pytestmark = pytest.mark.django_db  # so that there is a database; the server reads what `site` has committed

LONG_OR_MIRRORED = ("fr", "ru", "ar")
"""Languages with long words, and the one that is written from right to left."""

_CUT = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((each) => {
  const style = getComputedStyle(each);
  return each.clientWidth > 4 && style.overflowX === "hidden" && style.textOverflow !== "ellipsis"
    && !each.matches(".map-skip")
    && each.scrollWidth > each.clientWidth + 1 && each.innerText.trim() && !each.closest("svg");
}).map((each) => each.outerHTML.slice(0, 120))"""


_BEYOND = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1) && !each.closest("svg, .sideways, .matrix");
}).map((each) => each.outerHTML.slice(0, 90))"""


_OUTSIDE = """() => [...document.querySelectorAll("figure.chart svg text")].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width && (box.left < 0 || box.right > innerWidth);
}).map((each) => `beside the screen: ${each.textContent}`)"""


_BROKEN = """() => [...document.querySelectorAll("main a")].flatMap((each) => [...each.childNodes]).filter((each) => {
  if (each.nodeType !== Node.TEXT_NODE || !/^\\w{2,9}$/u.test(each.data.trim())) return false;
  const range = document.createRange();
  range.selectNodeContents(each);
  return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
}).map((each) => `a short word on two lines: ${each.data}`)"""


_TOUCHING = """() => [...document.querySelectorAll("main li > svg:first-child")].filter((each) => {
  const words = document.createRange();
  words.selectNodeContents(each.nextSibling || each);
  const [box, first] = [each.getBoundingClientRect(), words.getClientRects()[0]];
  return first && box.width && Math.max(first.left - box.right, box.left - first.right) < 3;
}).map((each) => `a picture touches its words: ${each.parentNode.textContent.trim().slice(0, 60)}`)"""


@pytest.mark.parametrize("code", LONG_OR_MIRRORED)
def test_no_page_is_wider_than_a_telephone(chromium: Browser, site: str, code: str) -> None:
    kinds = {kind_of(address): address for address in reversed(LOOKED_AT)}
    faults = []
    with quiet_page(chromium, site, viewport={"width": 360, "height": 740}) as page:
        for address in kinds.values():
            answer = page.goto(f"/{code}{address}")
            assert answer
            assert answer.status == 200, address
            assert page.evaluate("document.documentElement.dir") == ("rtl" if code == "ar" else "")
            faults += [(address, fault) for fault in _amiss(page)]
    assert faults == [], "\n".join(map(str, faults))


def _amiss(page: Page) -> Iterator[str]:
    """Give what cannot be seen without moving the page, or at all."""
    for fault in too_wide(page):
        yield f"{fault}: {page.evaluate(_BEYOND)}"
    for kind in (_OUTSIDE, _BROKEN, _TOUCHING):
        yield from page.evaluate(kind)
    for cut in page.evaluate(_CUT):
        yield f"cut: {cut}"
