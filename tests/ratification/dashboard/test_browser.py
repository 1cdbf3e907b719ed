"""The pages in a real browser: nothing overflows, nothing fails, nothing is fetched from elsewhere."""

from datetime import date, datetime
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from ratification import selectors
from ratification.loading import load_facts
from treaty.models import Treaty

ADOPTED = date(2024, 12, 24)

PAGES = [
    "/",
    "/?as_of=2026-02-05",
    "/participants/",
    "/participants/?list=statements",
    "/participants/AZE/",
    "/participants/QAT/",
    "/convention/",
    "/convention/?theme=privacy",
    "/articles/63/",
    "/articles/70/",
    "/charts/",
    "/charts/same-age/",
    "/calendar/",
    "/changes/",
    "/corrections/",
    "/about/",
    "/convention/?q=child",
    "/treaties/budapest/",
]


@pytest.fixture
def _loaded(live_server: LiveServer, now: datetime) -> None:  # noqa: ARG001 - its database is filled
    load_facts(now=now)


@pytest.mark.usefixtures("_loaded")
def test_every_page_fits_and_is_quiet(page: Page, chromium: Browser, live_server: LiveServer) -> None:
    for address in PAGES:
        for width in (360, 1600):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} at {width}"
    backgrounds = set()
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme)
        plain = context.new_page()
        plain.goto(live_server.url)
        backgrounds.add(plain.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        context.close()
    assert len(backgrounds) == 2


@pytest.mark.usefixtures("_loaded")
def test_a_question_is_asked_and_answered_without_script(chromium: Browser, live_server: LiveServer) -> None:
    with chromium.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
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
        assert page.get_by_text("0 participants").is_visible()


@pytest.mark.usefixtures("_loaded")
def test_the_slider_shows_the_numbers_of_every_day(page: Page, today: date) -> None:
    hanoi = Treaty.objects.get(slug="hanoi")
    page.goto("/")
    slider = page.get_by_role("slider")
    for day in (date(2025, 10, 24), date(2025, 10, 25), date(2025, 10, 26), date(2026, 2, 28)):
        outcome = selectors.view_of(hanoi, today=today, as_of=day).outcome
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
        assert page.get_by_text("Not the present state.").is_visible()
    page.get_by_role("button", name="Play").click()
    page.wait_for_url(lambda url: "as_of" not in url)
    assert page.get_by_role("button", name="Play").is_visible()
    assert page.get_by_text("Not the present state.").count() == 0


@pytest.mark.usefixtures("_loaded")
def test_the_table_follows_the_question_without_a_reload(page: Page) -> None:
    page.goto("/participants/")
    page.evaluate("window.stays = true")
    page.locator("select[name=un_group]").select_option("african")
    page.wait_for_url("**un_group=african**")
    page.locator("input[name=q]").press_sequentially("swazi")
    page.wait_for_url("**q=swazi**")
    assert page.locator("tbody th").all_inner_texts() == ["Eswatini"]
    page.locator("summary", has_text="Cite").click()
    assert "q=swazi" in page.locator("a.address").inner_text()
    assert page.evaluate("window.stays")


WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


@pytest.mark.usefixtures("_loaded")
def test_nothing_keeps_people_from_reading(chromium: Browser, live_server: LiveServer) -> None:
    found = []
    views: list[tuple[Literal["light", "dark"], int]] = [("light", 1280), ("dark", 360)]
    for scheme, width in views:
        with chromium.new_context(
            base_url=live_server.url, color_scheme=scheme, viewport={"width": width, "height": 900}
        ) as context:
            page = context.new_page()
            for address in PAGES:
                page.goto(address)
                response = Axe().run(page, options=WCAG).response
                found += [
                    (scheme, address, each["id"], each["nodes"][0]["html"]) for each in response["violations"]
                ]
    assert found == []


@pytest.mark.usefixtures("_loaded")
def test_paper_carries_the_report_and_nothing_to_click(page: Page) -> None:
    for address, heading in (
        ("/", "The 40 places"),
        ("/participants/", "198 participants"),
        ("/about/", "Sources"),
    ):
        page.goto(address)
        page.emulate_media(media="print", color_scheme="dark")
        assert page.locator("h2", has_text=heading).first.is_visible()
        for control in ("nav[aria-label=Main]", ".filters", ".time"):
            assert not any(found.is_visible() for found in page.locator(control).all()), (
                f"{control} on {address}"
            )
        background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert background == "rgb(255, 255, 255)"
        assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.usefixtures("_loaded")
def test_the_keyboard_alone_leads_everywhere(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.goto("/")
    page.locator(".clocks summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("02052026")
    page.keyboard.press("Enter")
    page.wait_for_url("**as_of=2026-02-05**")
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**as_of=2026-02-06**")
