"""Many entries at once in a real browser: forty drafts become one publication, and no state lies between them."""

import json
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from ratification.ledger import writing as ledger
from ratification.ledger.writing import ActionContent
from ratification.models import Action, Record
from states.models import Participant
from tests.panel.conftest import account
from tests.panel.hands import Hands, begin_session
from treaty.models import Treaty

FORTY = 40
Say = Callable[..., ActionContent]


def forty(hanoi: Treaty, say: Say, clerk: User, now: datetime) -> None:
    signed = hanoi.actions.filter(kind="signature", taken_latest="2025-10-25").values("participant")
    rows = Participant.objects.filter(kind="member_state", pk__in=signed).exclude(iso3="QAT").order_by("iso3")
    for number, row in enumerate(rows[:FORTY]):
        content = say(f"{row.iso3} ratification 2026-{number // 28 + 5:02}-{number % 28 + 1:02}")
        ledger.submit(ledger.draft(hanoi, content, author=clerk, now=now), by=clerk)


@pytest.mark.usefixtures("transactional_db", "celery_worker_process")
def test_forty_entries_are_published_as_one_in_five_clicks(
    page: Page, live_server: object, hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    forty(hanoi, say, clerk, now)
    before = Record.objects.get(treaty=hanoi).revision
    begin_session(page, reviewer)
    page.goto("/admin/")

    seen, stop = set(), Event()

    def poll() -> None:
        while not stop.is_set():
            with urlopen(f"{live_server}/api/v1/treaties/hanoi/status/", timeout=30) as response:  # noqa: S310 - http
                answer = json.load(response)
            seen.add((answer["revision"], answer["threshold"]["counted"]))

    polling = Thread(target=poll)
    polling.start()
    hands = Hands(page)
    try:
        hands.click(page.get_by_role("link", name=f"{FORTY} Waiting for review, not mine"))
        page.wait_for_load_state()  # the box ticks the rows once its script has come
        hands.click(page.locator("#action-toggle"))
        hands.clicks += 1
        page.locator("select[name=action]").select_option("publish_selected")
        hands.click(page.get_by_role("button", name="Go"))
        expect(page.locator(".headline")).to_contain_text("1 → 40 of 40")
        expect(page.get_by_role("row", name="Entry into force not yet")).to_be_visible()
        publishing = Hands(page)
        hands.clicks += 1
        publishing.click(page.get_by_role("button", name="Publish together"))
        expect(page.locator(".messagelist")).to_contain_text(
            f"Published together as revisions {before + 1} to {before + FORTY}."
        )
        publishing.tell("Forty entries, the publication alone")
        hands.tell("Forty entries, from the start page until they are published, the API being polled")
    finally:
        stop.set()
        polling.join()
    assert Record.objects.get(treaty=hanoi).revision == before + FORTY
    assert {revision for revision, _ in seen} <= {before, before + FORTY}
    assert {counted for _, counted in seen} <= {1, 40}
    assert hands.clicks <= 5


@pytest.mark.usefixtures("transactional_db")
def test_drafts_are_submitted_together_or_not_at_all(
    page: Page, hanoi: Treaty, say: Say, clerk: User, now: datetime
) -> None:
    ledger.draft(hanoi, say("VNM ratification 2026-04-15"), author=clerk, now=now)
    without = ledger.draft(hanoi, say("AUS ratification 2026-04-15", source=None), author=clerk, now=now)
    begin_session(page, clerk)

    def submit() -> None:
        page.goto("/admin/ratification/action/?question=mine")
        page.locator("#action-toggle").click()
        page.locator("select[name=action]").select_option("submit_selected")
        page.get_by_role("button", name="Go").click()

    submit()
    expect(page.locator(".messagelist .error")).to_contain_text(
        "Nothing was submitted. Australia: ratification"
    )
    assert not Action.objects.filter(state="in_review").exists()
    ledger.revise(without, say("AUS ratification 2026-04-15"), by=clerk, now=now)
    submit()
    expect(page.locator(".messagelist .success")).to_contain_text("2 entries wait for review now.")
    assert Action.objects.filter(state="in_review").count() == 2


@pytest.mark.usefixtures("transactional_db")
def test_the_lines_of_a_notification_are_reviewed_together_and_one_is_returned(
    page: Page, hanoi: Treaty, say: Say, clerk: User, reviewer: User, now: datetime
) -> None:
    number = "C.N.501.2026.TREATIES-XVIII.16"
    second = account("second", "data entry")
    for author, text, more in (
        (clerk, "BRA ratification 2026-11-10", {}),
        (clerk, "BRA declaration 2026-11-10", {"provisions": ["40"]}),
        (second, "BRA reservation 2026-11-10", {"provisions": ["63(2)"], "override": "With the instrument."}),
    ):
        content = say(text, notification=number, **more)
        ledger.submit(ledger.draft(hanoi, content, author=author, now=now), by=author)
    before = Record.objects.get(treaty=hanoi).revision
    begin_session(page, reviewer)
    page.goto(
        reverse(
            "admin:ratification_action_change",
            args=[Action.objects.filter(kind="ratification", author=clerk).get().pk],
        )
    )
    page.get_by_role("link", name=f"Review the 3 lines of {number} together").click()
    expect(page.locator(".headline")).to_contain_text("1 → 2 of 40")
    page.get_by_role("row", name="reservation on 63(2)").get_by_role(
        "button", name="Return this line"
    ).click()
    expect(page.locator(".messagelist .error")).to_contain_text(
        "Nothing was returned. A rejection needs a reason"
    )
    page.get_by_label("Reason, to return").fill("Article 13 is missing.")
    page.get_by_role("row", name="reservation on 63(2)").get_by_role(
        "button", name="Return this line"
    ).click()
    expect(page.locator(".messagelist .success")).to_contain_text(
        "Returned with your reason: Brazil: reservation"
    )
    assert Action.objects.get(author=second).review_note == "Article 13 is missing."
    page.get_by_role("button", name="Publish together").click()
    expect(page.locator(".messagelist")).to_contain_text(
        f"Published together as revisions {before + 1} to {before + 2}."
    )
