"""What a screen reader says of the panel's fields: each has a name, in rows of a table and in search fields, too."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from states.models import Group, Participant
from tests.browser import watched_page
from tests.panel.conftest import PASSWORD
from tests.panel.hands import begin_session

FIELDS = {"textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "spinbutton"}


SEARCHES = """() => {
  const selects = [...document.querySelectorAll("select.admin-autocomplete:not([name*=__prefix__])")];
  return selects.every((select) => select.nextElementSibling?.querySelector("[role=combobox]"));
}"""
"""Whether the library has made all search fields."""


def without_a_name(page: Page) -> list[str]:
    """Return the roles of fields that the browser gives no name, as it tells assistive technology."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    fields = [each for each in nodes if not each["ignored"] and each["role"]["value"] in FIELDS]
    assert fields
    return [each["role"]["value"] for each in fields if not each.get("name", {}).get("value")]


@pytest.mark.slow
@pytest.mark.usefixtures("transactional_db", "hanoi", "with_participants")
def test_each_field_has_a_name(chromium: Browser, live_server: LiveServer) -> None:
    addresses = [
        reverse("admin:states_group_change", args=[Group.objects.get(slug="eu").pk]),
        reverse("admin:states_participant_change", args=[Participant.objects.get(iso3="BRA").pk]),
        *(reverse(f"admin:ratification_{kind}_add") for kind in ("action", "report", "treatyfact")),
        reverse("admin:ratification_notification_add"),
        reverse("admin:ratification_action_import"),
    ]
    # Chromium warns of what the library hides only where it is asked for names: no fault of the page.
    with watched_page(chromium, live_server.url) as (page, _):
        begin_session(page, User.objects.create_superuser("root", password=PASSWORD))
        wrong = {}
        for address in addresses:
            page.goto(address)
            page.wait_for_function(SEARCHES)
            if found := without_a_name(page):
                wrong[address] = found
        assert wrong == {}
        page.goto(addresses[0])
        page.get_by_text("Add another Membership").click()
        assert without_a_name(page) == []
        page.get_by_role("combobox", name="Participant").last.click()
        expect(page.get_by_role("searchbox", name="Participant")).to_be_visible()
