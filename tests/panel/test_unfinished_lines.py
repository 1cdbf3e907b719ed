"""The lines of a notification that are typed and not saved come back, however many there were."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent, content_of
from ratification.models import Action, Notification
from tests.panel.hands import begin_session
from tests.panel.test_notification_kept import address, pasted, sent_of
from treaty.models import Treaty

TEXT = "Reference: C.N.501.2026.TREATIES-XVIII.16 (Depositary Notification)\n\n" + "".join(
    f"{name}: SIGNATURE\n\nThe above action was effected on {day} August 2026.\n\n"
    for day, name in enumerate(("BOTSWANA", "FIJI", "NAURU", "KIRIBATI", "TONGA", "SAMOA"), 1)
)


@pytest.mark.usefixtures("hanoi")
def test_more_lines_than_an_empty_form_offers_come_back(page: Page, clerk: User) -> None:
    begin_session(page, clerk)
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


@pytest.fixture
def stored(hanoi: Treaty, clerk: User, at: Callable[[User], Client]) -> str:
    """The address of a notification with three drafts of the clerk: Botswana, Fiji, Nauru."""
    text = "".join(f"{part}\n\n" for part in TEXT.split("\n\n")[:7])
    return address(pasted(at(clerk), hanoi, text, step="_draft"))


def type_and_leave(page: Page, clerk: User, stored: str, typed: dict[str, str]) -> Page:
    """Type into fields of the page, wait until the site has kept it, and leave for another machine."""
    begin_session(page, clerk)
    page.goto(stored)
    for name, words in typed.items():
        page.locator(f"#id_form-{name}").fill(words)
    expect(page.locator(".kept")).to_contain_text("Kept for you on the start page")
    page.evaluate("localStorage.clear()")
    page.close(run_before_unload=False)
    return page.context.new_page()


def line_of(page: Page, name: str) -> Locator:
    return page.locator("fieldset.notified", has=page.locator("option:checked", has_text=name))


def entry_of(iso3: str) -> Action:
    return Action.objects.get(participant__iso3=iso3, notification__contains="C.N.501")


def test_typed_words_come_back_to_their_own_line_when_another_is_gone(
    page: Page, clerk: User, stored: str
) -> None:
    typed = {"1-override": "of Fiji", "2-override": "of Nauru", "3-provisions": "7"}
    other = type_and_leave(page, clerk, stored, typed)
    ledger.discard(entry_of("BWA"), by=clerk)
    other.goto(stored)
    expect(other.locator("#id_form-0-participant option:checked")).to_have_text("Fiji")
    other.get_by_role("button", name="Put it back").click()
    expect(line_of(other, "Fiji").locator("[name$=override]")).to_have_value("of Fiji")
    expect(line_of(other, "Nauru").locator("[name$=override]")).to_have_value("of Nauru")
    expect(other.locator("#id_form-2-provisions")).to_have_value("7")
    expect(other.locator("#id_form-2-entry")).to_have_value("")
    expect(line_of(other, "Botswana")).to_have_count(0)


def test_a_new_line_is_not_put_over_a_draft_that_came_in_between(
    page: Page, clerk: User, stored: str, hanoi: Treaty, now: datetime, say: Callable[..., ActionContent]
) -> None:
    other = type_and_leave(page, clerk, stored, {"3-provisions": "7", "2-override": "of Nauru"})
    first = entry_of("BWA")
    content = say("TON signature 2026-08-05", notification=first.notification)
    ledger.draft(hanoi, content, author=clerk, now=now)
    other.goto(stored)
    other.get_by_role("button", name="Put it back").click()
    expect(line_of(other, "Tonga").locator("[name$=provisions]")).to_have_value("")
    expect(line_of(other, "Nauru").locator("[name$=override]")).to_have_value("of Nauru")
    expect(other.locator("#id_form-4-provisions")).to_have_value("7")


def test_words_typed_into_a_line_that_is_gone_stand_beside_that_notice(
    page: Page, clerk: User, stored: str
) -> None:
    other = type_and_leave(page, clerk, stored, {"0-override": "of Botswana", "1-override": "of Fiji"})
    ledger.discard(entry_of("BWA"), by=clerk)
    other.goto(stored)
    other.get_by_role("button", name="Put it back").click()
    gone = line_of(other, "Botswana")
    expect(gone).to_contain_text("it was a draft of yours when you opened it")
    expect(gone.locator("[name$=override]")).to_have_value("of Botswana")
    expect(line_of(other, "Fiji").locator("[name$=override]")).to_have_value("of Fiji")
    expect(line_of(other, "Nauru").locator("[name$=override]")).to_have_value("")


def test_a_line_saved_elsewhere_meanwhile_is_shown_beside_what_was_typed(
    page: Page, clerk: User, stored: str, now: datetime
) -> None:
    other = type_and_leave(page, clerk, stored, {"1-override": "typed first"})
    entry = entry_of("FJI")
    content = replace(content_of(entry), override="saved meanwhile")
    ledger.revise(entry, content, by=clerk, now=now, parked=True)
    other.goto(stored)
    other.get_by_role("button", name="Put it back").click()
    line = line_of(other, "Fiji")
    expect(line).to_contain_text("Stored meanwhile: saved meanwhile. Yours stands in the field.")
    expect(line.locator("[name$=override]")).to_have_value("typed first")


def test_a_line_that_is_gone_is_left_when_its_fields_are_emptied(
    clerk: User, stored: str, at: Callable[[User], Client]
) -> None:
    client = at(clerk)
    kept = Notification.objects.get(number__contains="C.N.501")
    sent = sent_of(client, kept, **{"form-2-override": "of Nauru", "_draft": "1"})
    ledger.discard(entry_of("BWA"), by=clerk)
    assert "it was a draft of yours when you opened it" in client.post(stored, sent).content.decode()
    emptied = {name: "" for name in sent if name.startswith("form-0-") and name != "form-0-entry"}
    answer = client.post(stored, sent | emptied, follow=True)
    assert "2 entries were drafted" in answer.content.decode()
    assert entry_of("NRU").override == "of Nauru"
