"""Every page in a real browser: what it says, by every means and at every size; and what it does when it is asked.

One database and one server serve the whole module, and one walk over all pages looks in every way.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from dashboard.urls import PAGES
from ratification.models import Change
from ratification.record import selectors
from tests.browser import quiet_page
from tests.dashboard.looks import (
    ALL_RULES,
    ELSEWHERE,
    LOOKED_AT,
    RULES_OF_LOOKS,
    amiss_on_paper,
    bare_tables,
    beyond_the_keyboard,
    broken_rules,
    far_content,
    kind_of,
    needing_script,
    too_wide,
    unclear_links,
)
from tests.record_fixtures import TODAY
from treaty.models import Treaty

pytestmark = pytest.mark.django_db  # so that there is a database; the server reads what `site` has committed

ADOPTED = date(2024, 12, 24)


def test_every_page_is_looked_at() -> None:
    shown = {kind_of(address) for address in LOOKED_AT}
    files = {"card", "participants_file", "chart_file", "calendar_file", "changes_atom", "changes_json"}
    assert {*(pattern.name for pattern in PAGES), "treaties"} - files == shown


WIDE, TELEPHONE, SMALLEST = (
    ViewportSize(width=width, height=height) for width, height in ((1600, 900), (360, 740), (320, 640))
)
GROUND = "getComputedStyle(document.documentElement).backgroundColor"
LIGHT, DARK = "rgb(251, 250, 247)", "rgb(18, 22, 28)"


def test_every_page_is_whole_by_every_means_and_at_every_size(chromium: Browser, site: str) -> None:
    """Each is opened once, with script and without; what is found has the way of looking before it."""
    faults = []
    wide: dict[str, Any] = {"viewport": WIDE, "color_scheme": "light"}
    kinds = set()
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
            # One address of each page is seen on a telephone: what others of it say has been read in the light, and
            # is laid out alike.
            looks = [on_a_wide_screen(page, plain), at_320_pixels(page)]
            if kind_of(address) not in kinds:
                looks.append(on_a_telephone(page, heading))
                kinds.add(kind_of(address))
            faults += [(address, fault) for look in (*looks, by_the_rules(page)) for fault in look]
        for address in ELSEWHERE:
            page.goto(address)
            faults += [(address, fault) for fault in at_320_pixels(page)]
    assert faults == [], "\n".join(map(str, faults))


def on_a_wide_screen(page: Page, plain: Page) -> Iterator[str]:
    """Look in the light, as the page was opened, with script and without."""
    if (ground := page.evaluate(GROUND)) != LIGHT:
        yield f"wide: the ground is {ground}"
    yield from (f"wide: {fault}" for fault in too_wide(page))
    yield from (f"without script: {fault}" for fault in needing_script(page, plain))


def at_320_pixels(page: Page) -> Iterator[str]:
    """Look for what is too far, and for what has no name of its own."""
    page.set_viewport_size(SMALLEST)
    for found in (too_wide(page), far_content(page), unclear_links(page), bare_tables(page)):
        yield from (f"at 320 pixels: {fault}" for fault in found)


def on_a_telephone(page: Page, heading: str) -> Iterator[str]:
    """Look in the dark, by keyboard and on paper."""
    page.set_viewport_size(TELEPHONE)
    page.emulate_media(color_scheme="dark")
    if (ground := page.evaluate(GROUND)) != DARK:
        yield f"in the dark: the ground is {ground}"
    yield from (f"on a telephone: {fault}" for fault in too_wide(page))
    yield from (f"by keyboard: {fault}" for fault in beyond_the_keyboard(page))
    yield from (f"on paper: {fault}" for fault in amiss_on_paper(page, heading))
    yield from (f"in the dark: {fault}" for fault in broken_rules(page, RULES_OF_LOOKS))


def by_the_rules(page: Page) -> Iterator[str]:
    """Try all rules on a wide screen in the light; comes last, because it takes away what is like others."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    yield from (f"by the rules: {fault}" for fault in broken_rules(page, ALL_RULES))


def test_a_question_is_asked_and_answered_without_script(chromium: Browser, site: str) -> None:
    with quiet_page(chromium, site, java_script_enabled=False) as page:
        page.goto("/participants/")
        page.locator("select[name=un_group]").select_option("african")
        page.locator("select[name=list]").select_option("signatories")
        page.get_by_role("button", name="Show").last.click()
        page.wait_for_url("**un_group=african**")
        assert page.locator("tbody tr").count() > 1
        page.locator("summary", has_text="As of").click()
        page.get_by_label("Legal date").fill("2025-10-24")
        page.get_by_role("button", name="Show").first.click()
        page.wait_for_url("**as_of=2025-10-24**")
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
    expect(page.get_by_text("Not the current status.")).to_have_count(0)


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
    number = Change.objects.get(treaty__slug="hanoi", participant__iso3="BRA", subject="standing").number
    change = page.locator(f"#change-{number}")
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
