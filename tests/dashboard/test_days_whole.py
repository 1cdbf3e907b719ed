"""No line ends within a day, on the narrow screen of a telephone."""

import pytest
from playwright.sync_api import Browser

from tests.browser import quiet_page
from tests.dashboard.looks import LOOKED_AT, days_on_two_lines

pytestmark = pytest.mark.django_db  # so that there is a database; the server reads what `site` has committed


def test_no_day_is_on_two_lines(chromium: Browser, site: str) -> None:
    faults = []
    with quiet_page(chromium, site, viewport={"width": 360, "height": 740}) as page:
        for address, heading in LOOKED_AT.items():
            page.goto(address)
            assert heading in page.locator("h1").inner_text()
            faults += [f"{address}: {fault}" for fault in days_on_two_lines(page)]
    assert faults == [], "\n".join(faults)
