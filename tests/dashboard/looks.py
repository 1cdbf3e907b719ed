"""Ways of looking at a page in a browser, each of which gives what is amiss; and the addresses that are walked."""

import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Page
from pypdf import PageObject, PdfReader

LOOKED_AT = {
    "/": "1 of the 40 needed has ratified",
    "/?as_of=2026-02-05": "at most 1 of the 40 needed",
    "/participants/": "Signatures and ratifications by State",
    "/participants/?list=statements&by=region": "Signatures and ratifications by State",
    "/participants/AZE/": "Azerbaijan",
    "/participants/QAT/": "Qatar",
    "/participants/QAT/cooperation/": "Treaty partners of Qatar",
    "/participants/QAT/cooperation/BRA/": "Qatar and Brazil",
    "/convention/": "68 articles in 9 chapters",
    "/convention/?q=child": "68 articles in 9 chapters",
    "/articles/63/": "Settlement of disputes",
    "/charts/": "Charts",
    "/charts/same-age/": "Compared with other conventions at the same age",
    "/readiness/": "Implementation: measures by State",
    "/readiness/assistance/": "Technical assistance",
    "/readiness/ratification/": "Steps to ratification",
    "/scenario/": "When would the Convention enter into force?",
    "/scenario/?deposits=39 more on 2026-11-21": "19\xa0Feb\xa02027",
    "/forecast/": "Forecast",
    "/follow/?participant=VNM": "Follow",
    "/calendar/": "Calendar",
    "/changes/": "Updates",
    "/corrections/": "Corrections",
    "/about/": "About the data",
    "/about/depositary/": "Check against the depositary",
    "/treaties/budapest/": "In force since",
    "/statements/": "Statements by article and participant",
    "/territories/": "Territories",
    "/statements/80/": "Reservation of Qatar",
    "/claims/": "Press claims examined",
    "/compare/": "Compare treaties and States",
    "/explore/": "Explore the record",
    "/about/glossary/": "Glossary of treaty terms",
    "/about/reuse/": "Cite and reuse",
    "/about/reuse/?kind=map&theme=dark&lang=fr": "Cite and reuse",
    "/treaties/": "All treaties",
}
"""The addresses that are walked, and what the heading of each says."""

ELSEWHERE = (
    "/?region=europe",
    "/scenario/?deposits=20 members of eu on 2027-03-01; 19 more on 2027-06-30&versus=39 more on 2027-03-01",
    "/about/reuse/?of=/participants/&card=found",
    "/api/v1/guide/",
)
"""Addresses of pages that are looked at above, reached in another way."""

ALL_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
    "preload": False,  # of sound and films, which the policy forbids
}
RULES_OF_LOOKS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]},
    "resultTypes": ["violations"],
    "preload": False,
}
"""The rules whose answer depends on the theme or the width: the others see the same document again."""

LIKE_OTHERS = """() => {
  const seen = ["class", "style", "role", "type", "lang"];
  const look = (one) => [one.localName, !one.textContent.trim(), ...[...one.attributes].map(
    ({ name, value }) => `${name}=${seen.includes(name) ? value : !value}`)].join(" ");
  for (const parent of document.querySelectorAll("tbody, ul, ol, svg g")) {
    const times = new Map();
    for (const child of [...parent.children]) {
      const looks = [child, ...child.querySelectorAll("*")].map(look).join();
      times.set(looks, (times.get(looks) ?? 0) + 1);
      if (times.get(looks) > 5) child.remove();
    }
  }
  for (const each of document.querySelectorAll(".map a:nth-of-type(n+30), .articles li:nth-child(n+6)")) each.remove();
}"""
"""Takes away what looks as five before it do: the rules are slow, and would say the same of it."""

CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
STOPS = 30
"""So many stops of the Tab key are walked on each page; the map and the tables repeat themselves after them."""


MOST_STOPS = 40
"""Number of stops of the Tab key before the first row of what a page shows."""


def kind_of(address: str) -> str | None:
    """Give the name of the page that an address shows."""
    return resolve(address.partition("?")[0]).url_name


def too_wide(page: Page) -> Iterator[str]:
    """Say whether the page must be moved sideways."""
    width, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if width > shown:
        yield f"{width} pixels wide on {shown}"


_DAY = r"\\d{1,2}(?:er)?\\s(?:de\\s)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\\p{L}*(?:\\s(?:de\\s)?\\d{4})?"
_ON_TWO_LINES = f"""() => {{
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {{
    const node = walk.currentNode;
    if (node.parentElement.closest("script, pre, textarea, option, .for-readers")) continue;
    for (const match of node.data.matchAll(new RegExp("{_DAY}", "gu"))) {{
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const boxes = [...range.getClientRects()].filter((box) => box.width);
      if (new Set(boxes.map((box) => Math.round(box.top))).size > 1) found.push(node.data.trim().slice(0, 120));
    }}
  }}
  return found;
}}"""


def days_on_two_lines(page: Page) -> Iterator[str]:
    """Give the texts in which a line ends within a day; citations, which are copied, are left as they are."""
    yield from (f"a day on two lines: {text}" for text in page.evaluate(_ON_TWO_LINES))


def broken_rules(page: Page, rules: dict[str, Any]) -> Iterator[str]:
    """Give what keeps people from reading the page."""
    if page.evaluate("!window.axe"):
        page.evaluate(Axe().axe_script)
    page.evaluate(LIKE_OTHERS)
    for rule in page.evaluate("(rules) => axe.run(rules).then((found) => found.violations)", rules):
        yield f"{rule['id']}: {rule['nodes'][0]['html']}"


def needing_script(page: Page, plain: Page) -> Iterator[str]:
    """Give what the page says or does only with script; only the slider and the copying of text are allowed to."""
    told, plainly_told = (
        each.evaluate("document.querySelector('main').innerText").split("\n") for each in (page, plain)
    )
    for line in set(told) - set(plainly_told) - {"Play", "Copy", *page.locator("output").all_inner_texts()}:
        yield f"said with script alone: {line}"
    for form in plain.locator("main form").all():
        if not form.locator("button:not([hidden])").count():
            yield "a form that cannot be sent"


def beyond_the_keyboard(page: Page) -> Iterator[str]:
    """Walk with the Tab key; say where it does not go in the order of reading, or cannot be seen to be."""
    expected = page.evaluate(
        """([controls, stops]) => {
          window.reached = [];
          document.addEventListener("focusin", ({ target }) => {
            const style = getComputedStyle(target);
            const seen = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
            reached.push([target.outerHTML.slice(0, 160), seen || target.matches(".map a")]);
          });
          return [...document.querySelectorAll(controls)]
            .filter((each) => each.checkVisibility({ visibilityProperty: true }))
            .slice(0, stops).map((each) => each.outerHTML.slice(0, 160));
        }""",
        [CONTROLS, STOPS],
    )
    reached: list[tuple[str, bool]] = []
    for pressed in range(1, 2 * STOPS + 1):  # a field for a day takes several
        page.keyboard.press("Tab")
        if pressed >= len(expected):
            reached = page.evaluate("reached")
            if len(reached) >= len(expected):
                break
    for wanted, (stop, seen) in zip(expected, reached, strict=False):
        if stop != wanted:
            yield f"Tab leads to {stop}, not to {wanted}"
        if not seen:
            yield f"the focus cannot be seen on {stop}"
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    if len(reached) < len(expected) or page.evaluate("document.activeElement.id") != "content":
        yield f"Tab goes no further than {reached[-1:]}, or the skip link does not work"


BETWEEN_MARGINS = 687
"""The width of a sheet of A4 without its margins, in pixels."""

NOT_ON_PAPER = ("States Treaty text", "Skip to", "Legal date", "Search titles", "Play", "Show")


def amiss_on_paper(page: Page, heading: str) -> Iterator[str]:
    """Print the page, read the paper; say what is missing, what is on it in vain, and what is cut off."""
    paper = PdfReader(BytesIO(page.pdf(format="A4")))
    ends = {0, len(paper.pages) - 1}  # what stands above the report, and what ends it
    whole = " ".join(" ".join(paper.pages[number].extract_text().split()) for number in sorted(ends))
    cited = ("Treaty status tracker,", "as_of=", "revision=") if page.locator("#cite").count() else ()
    for wanted in (heading, *cited):
        if wanted.replace(" ", "") not in whole.replace(" ", ""):
            yield f"{wanted} is not on paper"
    for control in NOT_ON_PAPER:
        if re.search(rf"\b{control}\b(?! today, with| alone)", whole):
            yield f"{control} is on paper"
    if any(
        contents is None or b"Tj" not in contents.get_data()
        for contents in map(PageObject.get_contents, paper.pages)
    ):
        yield "an empty sheet"
    if any(
        abs(sheet.mediabox.width - 595) > 1 or abs(sheet.mediabox.height - 842) > 1 for sheet in paper.pages
    ):
        yield "not on A4"
    width, height = page.evaluate("[innerWidth, innerHeight]")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": BETWEEN_MARGINS, "height": 900})
    for cut in page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("main *:not(.for-readers)")]
          .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1)
          .filter((each) => each === document.documentElement || getComputedStyle(each).overflowX !== "visible")
          .map((each) => each.outerHTML.slice(0, 160))"""
    ):
        yield f"cut off at the right: {cut}"
    page.emulate_media(media="null")
    page.set_viewport_size({"width": width, "height": height})


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
