"""Every page in a real browser: what it says, by every means and at every size; and what it does when it is asked.

One database and one server serve the whole module, and each way of looking walks all pages in one context.
"""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Browser, Page, expect
from pypdf import PageObject, PdfReader

from dashboard.urls import PAGES
from ratification.models import Change
from ratification.record import selectors
from tests.browser import quiet_page
from tests.record_fixtures import TODAY
from treaty.models import Treaty

pytestmark = pytest.mark.django_db  # so that there is a database; the server reads what `site` has committed

ADOPTED = date(2024, 12, 24)

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
    "/scenario/?deposits=39 more on 2026-11-21": "19 Feb 2027",
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

LIKE_OTHERS = """() => { for (const each of document.querySelectorAll(
  "tbody tr:nth-child(n+30), .map a:nth-of-type(n+30), .articles li:nth-child(n+6)"
)) each.remove(); }"""
"""Takes away what is built as what stands before it: the rules are slow, and would say the same of it."""

CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
STOPS = 30
"""So many stops of the Tab key are walked on each page; the map and the tables repeat themselves after them."""


def test_every_page_is_looked_at() -> None:
    shown = {kind_of(address) for address in LOOKED_AT}
    files = {"card", "participants_file", "chart_file", "calendar_file", "changes_atom", "changes_json"}
    assert {*(pattern.name for pattern in PAGES), "treaties"} - files == shown


def test_every_page_is_whole_in_light_on_a_wide_screen_and_without_script(
    chromium: Browser, site: str
) -> None:
    faults = []
    wide: dict[str, Any] = {"viewport": {"width": 1600, "height": 900}, "color_scheme": "light"}
    with (
        quiet_page(chromium, site, **wide) as page,
        quiet_page(chromium, site, **wide, java_script_enabled=False) as plain,
    ):
        for address, heading in LOOKED_AT.items():
            for each in (page, plain):
                answer = each.goto(address)
                assert answer
                policy = answer.headers["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert heading in each.locator("h1").inner_text(), address
            found = [*too_wide(page), *needing_script(page, plain), *broken_rules(page, ALL_RULES)]
            faults += [(address, fault) for fault in found]
        assert page.evaluate(GROUND) == "rgb(251, 250, 247)"
    assert faults == []


def test_every_page_is_whole_in_the_dark_on_a_telephone_by_keyboard_and_on_paper(
    chromium: Browser, site: str
) -> None:
    """One address of each page: what others of it say has been read in the light, and is laid out alike."""
    faults = []
    kinds = {kind_of(address): address for address in reversed(LOOKED_AT)}
    small: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
    with quiet_page(chromium, site, **small) as page:
        for address in kinds.values():
            page.goto(address)
            found = [
                *too_wide(page),
                *beyond_the_keyboard(page),
                *amiss_on_paper(page, LOOKED_AT[address]),
                *broken_rules(page, RULES_OF_LOOKS),
            ]
            faults += [(address, fault) for fault in found]
        assert page.evaluate(GROUND) == "rgb(18, 22, 28)"
    assert faults == []


def kind_of(address: str) -> str | None:
    """Give the name of the page that an address shows."""
    return resolve(address.partition("?")[0]).url_name


GROUND = "getComputedStyle(document.documentElement).backgroundColor"


def too_wide(page: Page) -> Iterator[str]:
    """Say whether the page must be moved sideways."""
    width, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if width > shown:
        yield f"{width} pixels wide on {shown}"


def broken_rules(page: Page, rules: dict[str, Any]) -> Iterator[str]:
    """Give what keeps people from reading the page."""
    page.evaluate(LIKE_OTHERS)
    for rule in Axe().run(page, options=rules).response["violations"]:
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


def test_a_question_is_asked_and_answered_without_script(chromium: Browser, site: str) -> None:
    with quiet_page(chromium, site, java_script_enabled=False) as page:
        page.goto("/participants/")
        page.locator("select[name=un_group]").select_option("african")
        page.locator("select[name=list]").select_option("signatories")
        page.get_by_role("button", name="Show").last.click()
        assert "un_group=african" in page.url
        assert page.locator("tbody tr").count() > 1
        page.locator("summary", has_text="As of").click()
        page.get_by_label("Legal date").fill("2025-10-24")
        page.get_by_role("button", name="Show").first.click()
        assert "as_of=2025-10-24" in page.url
        assert "un_group=african" in page.url
        expect(page.locator("[role=status]", has_text="0 participants")).to_be_visible()


def test_the_slider_shows_the_numbers_of_every_day(page: Page) -> None:
    hanoi = Treaty.objects.get(slug="hanoi")
    page.goto("/")
    slider = page.get_by_role("slider")
    for day in (date(2025, 10, 24), date(2025, 10, 25), date(2025, 10, 26), date(2026, 2, 28)):
        outcome = selectors.view_of(hanoi, today=TODAY, as_of=day).outcome
        slider.evaluate(
            "(range, value) => { range.value = value; range.dispatchEvent(new Event('input')); }",
            (day - ADOPTED).days,
        )
        page.wait_for_url(f"**/?as_of={day}")
        numbers = page.locator(".numbers dd a").all_inner_texts()
        assert numbers == [
            str(count.certain)
            for count in (outcome.signatories, outcome.contracting, outcome.threshold.counted)
        ]
        assert page.locator(
            ".map-signatory[data-participant]"
        ).count() == outcome.signatories.certain - outcome.contracting.certain - (
            1 if outcome.signatories.certain else 0
        )
        assert page.locator(".places .taken").count() == outcome.threshold.counted.certain
        expect(page.get_by_text("Not the current status.")).to_be_visible()
    page.locator(".curve-card figcaption", has_text="to 28 February 2026").wait_for()
    page.clock.install()
    page.get_by_role("button", name="Play").click()
    while "as_of" in page.url:
        page.clock.run_for(2000)
        page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Play").wait_for()
    assert page.get_by_text("Not the current status.").count() == 0


def test_nothing_moves_by_itself_where_the_reader_has_asked_for_that(chromium: Browser, site: str) -> None:
    with quiet_page(chromium, site, reduced_motion="reduce") as page:
        page.route("**/charts/**", lambda route: route.fulfill(body='<figure class="chart"></figure>'))
        page.goto("/")
        page.get_by_role("slider").evaluate(
            "(range) => { range.value = 0; range.dispatchEvent(new Event('input')); }"
        )
        page.wait_for_url(f"**/?as_of={ADOPTED}")
        page.clock.install()
        page.get_by_role("button", name="Next").click()
        page.wait_for_url("**/?as_of=2025-10-25")
        page.clock.run_for(10_000)
        assert page.url.endswith("?as_of=2025-10-25")
        spoken = page.get_by_role("slider").get_attribute("aria-valuetext") or ""
        assert spoken.startswith("25 Oct 2025: 69 have signed")
        assert page.evaluate(
            "document.getAnimations().filter((each) => each.playState === 'running').length === 0"
        )


def test_the_table_follows_the_question_without_a_reload(page: Page) -> None:
    page.goto("/participants/")
    page.evaluate(
        """window.stays = true; window.farewells = 0;
        document.addEventListener("htmx:beforeCleanupElement", () => { farewells += 1; });"""
    )
    page.locator("select[name=un_group]").focus()
    page.locator("select[name=un_group]").select_option("african")
    page.wait_for_url("**/participants/?*un_group=african*")
    assert page.locator("select[name=list] option[value=none]").inner_text() == "no act recorded (32)"
    assert page.evaluate("document.activeElement.name") == "un_group"
    page.locator("input[name=q]").press_sequentially("swazi")
    page.wait_for_url("**q=swazi**")
    assert page.locator("tbody th").all_inner_texts() == ["Eswatini"]
    assert page.locator("select[name=list] option[value=none]").inner_text() == "no act recorded (1)"
    assert page.locator("select[name=un_group]").input_value() == "african"
    page.locator("summary", has_text="Cite").click()
    assert "q=swazi" in page.locator("a.address").inner_text()
    with page.expect_response("**q=swazi**"):  # asked once more, which is no other place to go back to
        page.locator("input[name=q]").press("Enter")
    page.evaluate("new Promise((done) => setTimeout(() => setTimeout(done)))")
    assert page.evaluate("window.stays")
    assert page.evaluate("farewells") < 50  # a swap that takes leave of each element blocks the next key
    page.go_back()
    page.wait_for_url(lambda address: "swazi" not in address)
    page.locator("tbody th", has_text="Algeria").wait_for()
    assert page.locator("input[name=q]").input_value() == ""
    assert page.locator("select[name=un_group]").input_value() == "african"


def test_one_of_many_like_changes_is_found_by_its_address(page: Page) -> None:
    pk = Change.objects.get(treaty__slug="hanoi", participant__iso3="BRA", subject="standing").pk
    change = page.locator(f"#change-{pk}")
    page.goto("/changes/")
    expect(change).not_to_be_visible()
    page.goto(f"/changes/#{change.get_attribute('id')}")
    change.wait_for()
    page.goto("/changes/")
    page.locator("summary", has_text="Each of").press("Enter")
    change.wait_for()


def test_the_day_is_chosen_by_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.locator(".clocks summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("02052026")
    page.keyboard.press("Enter")
    page.wait_for_url("**as_of=2026-02-05**")
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**as_of=2026-02-06**")
