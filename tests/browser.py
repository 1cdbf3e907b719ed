"""Pages in a real browser, with everything noted that a visitor should be spared."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

WAIT_MILLISECONDS = 90_000
"""How long a page is waited for: generous, because nothing is measured by it."""


PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The names of Chromium on a system; the first is without windows, and opens a page at a fourth of the cost."""


def chromium_program() -> str | None:
    """Return the path of the Chromium that the system has, under any of its names; None where it has none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def quiet_page(browser: Browser, site: str, **options: Any) -> Iterator[Page]:  # noqa: ANN401 - a context's options
    """Open a page of `site` in a context of its own; fails at the end on a message, a missing asset, another host."""
    with watched_page(browser, site, **options) as (page, faults):
        yield page
    assert faults == [], faults


@contextmanager
def watched_page(browser: Browser, site: str, **options: Any) -> Iterator[tuple[Page, list[str]]]:  # noqa: ANN401 - as above
    """Open a page of `site` in a context of its own; beside it a list to which each such fault is added."""
    faults: list[str] = []

    def logged(entry: ConsoleMessage) -> None:
        # Hints that a browser hides itself are no faults; Playwright's types lack their level.
        is_hint = entry.type == "verbose"  # type: ignore[comparison-overlap]
        if not is_hint and not entry.text.startswith("Failed to load resource"):  # see answered
            faults.append(f"{entry.type}: {entry.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            faults.append(f"outside address: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            faults.append(f"{response.status}: {response.url}")

    with browser.new_context(base_url=site, **options) as context:
        context.set_default_timeout(WAIT_MILLISECONDS)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("console", logged)
        page.on("request", asked)
        page.on("response", answered)
        yield page, faults
