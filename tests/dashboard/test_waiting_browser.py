"""A chart that cannot be drawn at once, in a real browser: it is asked for again until it is there."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import caches
from playwright.sync_api import Browser, Page, Response, Route, expect

from dashboard.charts import DRAWINGS, TITLES
from tests.browser import WAIT_MILLISECONDS

pytestmark = pytest.mark.django_db

DAY = "2026-01-0{}"


@pytest.fixture(autouse=True)
def _nothing_drawn() -> None:
    caches["drawings"].clear()


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page whose refused requests the browser may complain about."""
    with chromium.new_context(base_url=site, reduced_motion="reduce") as context:
        context.set_default_timeout(WAIT_MILLISECONDS)
        yield context.new_page()


def of_charts(status: int) -> Callable[[Response], bool]:
    return lambda response: "/charts/over-time/" in response.url and response.status == status


def test_chart_is_shown_once_the_one_before_is_drawn(page: Page) -> None:
    with DRAWINGS.place(), page.expect_response(of_charts(503)):
        page.goto("/charts/?as_of=" + DAY.format(3))
    charts = page.locator("section .chart-wide svg")
    expect(charts).to_have_count(len(TITLES))
    expect(page.locator("[hx-trigger='load, again']")).to_have_count(0)


DRAWN = '<section><figure class="drawn">A chart</figure></section>'


@pytest.mark.parametrize(("status", "times"), [(429, 2), (503, 2), (500, 1)])
def test_refusal_alone_is_asked_for_again(page: Page, status: int, times: int) -> None:
    """What the wait is for has been seen above: here the answers are the test's."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        if "same-age" in route.request.url:
            asked.append(route.request.url)
            if len(asked) == 1:
                route.fulfill(status=status, headers={"Retry-After": "1"}, body="Not now")
                return
        route.fulfill(status=200, content_type="text/html", body=DRAWN)

    page.route("**/charts/*/*", answer)
    page.clock.install()
    page.goto("/charts/?as_of=" + DAY.format(4))
    expect(page.locator(".drawn")).to_have_count(len(TITLES) - 1)
    page.clock.fast_forward(60_000)
    expect(page.locator(".drawn")).to_have_count(len(TITLES) - 1 + (times == 2))
    assert len(asked) == times
