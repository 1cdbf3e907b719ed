"""The lines of a notification that are typed and not saved come back, however many there were."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.panel.test_working_day import sign_in

TEXT = "Reference: C.N.501.2026.TREATIES-XVIII.16 (Depositary Notification)\n\n" + "".join(
    f"{name}: SIGNATURE\n\nThe above action was effected on {day} August 2026.\n\n"
    for day, name in enumerate(("BOTSWANA", "FIJI", "NAURU", "KIRIBATI", "TONGA", "SAMOA"), 1)
)


@pytest.mark.usefixtures("hanoi")
def test_more_lines_than_an_empty_form_offers_come_back(page: Page, clerk: User) -> None:
    sign_in(page, clerk.username)
    page.goto("/admin/ratification/notification/add/")
    page.get_by_label("Text of the notification").fill(TEXT)
    page.get_by_role("button", name="Read", exact=True).click()
    page.locator("#id_form-5-override").fill("typed into the sixth line")
    page.locator("#id_form-8-provisions").fill("7")
    expect(page.locator(".kept")).to_contain_text("Kept for you on the start page")
    page.evaluate("localStorage.clear()")  # another machine
    page.close(run_before_unload=False)
    other = page.context.new_page()
    other.goto("/admin/")
    other.locator("ul a", has_text="Enter a notification").first.click()
    other.get_by_role("button", name="Put it back").first.click()
    expect(other.locator("#id_form-5-override")).to_have_value("typed into the sixth line")
    expect(other.locator("#id_form-8-provisions")).to_have_value("7")
    expect(other.locator("#id_form-5-participant option:checked")).to_have_text("Samoa")
    expect(other.locator(".kept")).to_contain_text("Kept for you on the start page")
    other.goto("/admin/")
    expect(other.locator("ul a", has_text="Enter a notification")).to_have_count(1)
