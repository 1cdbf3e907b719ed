"""Following in a real browser, from the choice to the end, without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from ratification.following import outbox, subscriptions
from ratification.models import MailSubscription
from tests.browser import WAIT_MILLISECONDS, quiet_page
from tests.bundles import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("with_facts")]


@pytest.mark.parametrize("width", [360, 1600])
def test_a_reader_subscribes_confirms_changes_and_ends(
    chromium: Browser, live_server: LiveServer, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.follow.timezone.now", lambda: NOW)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
    context.set_default_timeout(WAIT_MILLISECONDS)
    page = context.new_page()
    page.goto(f"{live_server.url}/participants/VNM/")
    page.get_by_role("link", name="Follow Viet Nam").click()
    expect(page.locator("main")).to_contain_text("Viet Nam: all changes")
    page.get_by_label("When this many have deposited").fill("39, 40")
    page.get_by_role("button", name="Choose").click()
    page.get_by_label("E-mail address").fill("reader@example.org")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert outbox.send(lambda: NOW) == 1
    (link,) = re.findall(r"http\S+/follow/confirm/\S+", str(mail.outbox[0].body))
    page.goto(link)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="You are subscribed")).to_be_visible()
    assert MailSubscription.objects.get().confirmed_at == NOW
    page.get_by_role("link", name="change or end").click()
    page.locator("select[name=frequency]").select_option("weekly")
    page.locator("select[name=language]").select_option("fr")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    row = MailSubscription.objects.get()
    assert (row.frequency, row.language) == ("weekly", "fr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="End the subscription").click()
    expect(page.get_by_role("heading", name="Your subscription has ended")).to_be_visible()
    assert not MailSubscription.objects.exists()
    context.close()


def test_axe_finds_nothing(chromium: Browser, live_server: LiveServer) -> None:
    from ratification.following.question import ChangeQuestion  # noqa: PLC0415
    from treaty.models import Treaty  # noqa: PLC0415

    asked = subscriptions.Asked(
        Treaty.objects.get(slug="hanoi"), ChangeQuestion(), "at_once", "reader@example.org"
    )
    subscriptions.subscribe(asked, site=live_server.url, visitor="", now=NOW)
    token = subscriptions.token_of(MailSubscription.objects.get())
    with quiet_page(chromium, live_server.url) as page:
        for path in (
            "/follow/?participant=VNM&kind=consent&days_before=30",
            *(f"/follow/{name}/{token}/" for name in ("confirm", "manage", "end")),
        ):
            page.goto(path)
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


def test_what_was_marked_and_not_yet_chosen_is_subscribed_to(
    chromium: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the message asks to confirm all changes, or those that were chosen before."""
    monkeypatch.setattr("dashboard.follow.timezone.now", lambda: NOW)
    with quiet_page(chromium, live_server.url) as page:
        page.goto("/follow/?participant=VNM&kind=consent")
        page.get_by_label("When this many have deposited").fill("39, 40")
        for code in ("VNM", "FRA"):
            box = page.locator(f"input[type=checkbox][value={code}]")
            box.evaluate("box => { box.checked = !box.checked; }")
        page.get_by_label("E-mail address").fill("marker@example.org")
        page.get_by_role("button", name="Subscribe").click()
        expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    row = MailSubscription.objects.get()
    assert row.question == "participant=FRA&kind=consent&threshold=39&threshold=40"
    assert outbox.send(lambda: NOW) == 1
    (message,) = mail.outbox
    assert isinstance(message, mail.EmailMultiAlternatives)
    with quiet_page(chromium, live_server.url, viewport={"width": 360, "height": 800}) as page:
        page.set_content(str(message.alternatives[0][0]))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
