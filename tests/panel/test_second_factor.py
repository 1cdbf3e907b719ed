"""Second factor: set up and asked for in a real browser, required of those who publish or administer."""

import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from common.sealing import SealError
from ratification.ledger import writing as ledger
from ratification.ledger.refusal import LedgerError
from ratification.ledger.shown import shown_of
from ratification.ledger.writing import ActionContent
from ratification.models import AccountChange, Action, SecondFactor
from ratification.operations import archive, roles, second_factors
from tests.panel.conftest import PASSWORD, account
from tests.panel.test_accounts import decide
from tests.panel.test_working_day import sign_in

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
Waiting = Callable[[ActionContent], Action]
Say = Callable[..., ActionContent]
OTHER_KEY = "another key, long enough to be one, of more than fifty characters"  # pragma: allowlist secret


def code_of(app: SecondFactor, after_last: int | None = None) -> str:
    """What the person's telephone shows now, or so many steps of 30 seconds after the last code that was used."""
    totp = TOTP(bytes.fromhex(app.content["key"]))
    if after_last is not None:
        app.refresh_from_db()
        totp.time = (app.last_step + after_last) * totp.step
    return f"{totp.token():06}"


def wait_no_longer() -> None:
    """Let the seconds pass that a wrong code costs."""
    SecondFactor.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


def with_app(user: User) -> SecondFactor:
    return second_factors.confirm_app(user, code_of(second_factors.begin_app(user)))


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the clock: a code ends after half a minute, and the wait after a wrong one after a second."""
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr("django_otp.oath.time", now.timestamp)


@pytest.fixture
def required() -> object:
    """The rule of production."""
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        yield


@pytest.mark.usefixtures("required")
def test_a_reviewer_without_one_publishes_nothing(
    waiting: Waiting, say: Say, reviewer: User, now: datetime, at: At
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    for step in (
        lambda: ledger.publish(entry, reviewer=reviewer, now=now),
        lambda: ledger.publish_together([(entry, None)], reviewer=reviewer, now=now),
        lambda: ledger.reject(entry, reviewer=reviewer, reason="No."),
    ):
        with pytest.raises(LedgerError, match="set up an authenticator app or a passkey"):
            step()
    client = at(reviewer)
    assert client.get(reverse("admin:ratification_action_change", args=[entry.pk])).status_code == 200
    answer = client.post(reverse("admin:ratification_action_publish", args=[entry.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/second-factor/"
    assert "set up an authenticator app or a passkey here" in answer.content.decode()
    entry.refresh_from_db()
    assert entry.state == Action.State.IN_REVIEW
    with_app(reviewer)
    assert ledger.publish(entry, reviewer=reviewer, now=now, shown=shown_of(entry)).revision


@pytest.mark.usefixtures("required")
def test_an_administrator_without_one_changes_nothing_and_can_log_out(
    clerk: User, administrator: User, at: At
) -> None:
    client = at(administrator)
    form = {"username": "clerk", "is_active": "on", "first_name": "Other"}
    assert (
        client.post(reverse("admin:auth_user_change", args=[clerk.pk]), form).headers["Location"]
        == "/admin/second-factor/"
    )
    clerk.refresh_from_db()
    assert clerk.first_name == ""
    assert client.post("/admin/logout/").status_code == 200


@pytest.mark.usefixtures("required")
def test_data_entry_needs_none(clerk: User, at: At) -> None:
    assert "That takes a second factor" not in at(clerk).get("/admin/second-factor/").content.decode()


@pytest.mark.parametrize(
    ("host", "is_name", "elsewhere"),
    [
        ("localhost:8000", True, ""),
        ("tracker.example", True, ""),
        ("127.0.0.1:8000", False, "http://localhost:8000/admin/second-factor/"),
        ("[::1]:8000", False, "http://localhost:8000/admin/second-factor/"),
        ("192.0.2.7", False, ""),
    ],
)
def test_a_site_that_is_open_at_an_address_says_that_a_passkey_needs_a_name(
    clerk: User,
    at: At,
    settings: Settings,
    host: str,
    is_name: bool,  # noqa: FBT001 - of each case
    elsewhere: str,
) -> None:
    """Browsers refuse it there in their own words, after the password was given."""
    settings.ALLOWED_HOSTS = ["*"]
    page = at(clerk).get("/admin/second-factor/", headers={"host": host}).content.decode()
    assert ('data-passkey="create"' in page) is is_name
    assert ("A passkey belongs to a name" in page) is not is_name
    assert ("http://localhost" in page) is bool(elsewhere)
    assert elsewhere in page
    SecondFactor.objects.create(
        user=clerk, name="key", kind=SecondFactor.Kind.PASSKEY, confirmed=True, created_at=timezone.now()
    )
    asked = at(clerk).get("/admin/second-factor/check/", headers={"host": host}).content.decode()
    assert ('data-passkey="get"' in asked) is is_name
    assert ("A passkey belongs to a name" in asked) is not is_name


def test_the_password_alone_opens_nothing_once_there_is_one(reviewer: User, at: At) -> None:
    app = with_app(reviewer)
    client = at(reviewer)
    for address in (
        "/admin/",
        "/admin/ratification/action/",
        "/admin/second-factor/",
        "/admin/password_change/",
    ):
        assert (
            client.get(address, follow=True).redirect_chain[-1][0].startswith("/admin/second-factor/check/")
        )
    check = "/admin/second-factor/check/?next=/admin/ratification/action/"
    used = code_of(app, 0)  # it set the app up, and works no second time
    assert "not right, or has been used" in client.post(check, {"code": used}).content.decode()
    app.refresh_from_db()
    assert app.throttling_failure_count == 1
    later = code_of(app, 1)
    assert client.post(check, {"code": later}).status_code == 200  # refused: too soon after a wrong one
    wait_no_longer()
    assert client.post(check, {"code": later}).headers["Location"] == "/admin/ratification/action/"
    assert client.get("/admin/ratification/action/").status_code == 200
    abroad = at(reviewer).get("/admin/second-factor/check/?next=https://elsewhere.example/")
    assert b"elsewhere" not in abroad.content


def test_a_session_left_open_sets_nothing_up_and_shows_no_key(clerk: User, at: At) -> None:
    client = at(clerk)
    guess = {"password": "a guess"}  # pragma: allowlist secret
    for form in (guess, {"code": "123456"}, {}):
        page = client.post("/admin/second-factor/app/", form).content.decode()
        assert "The password is not right" in page
        assert "Key:" not in page
    assert client.post("/admin/second-factor/passkey/", guess).status_code == 400
    answer = client.post("/admin/second-factor/passkey/", {"answer": "{}"})
    assert "was not accepted" in answer.content.decode()
    app = with_app(clerk)
    client.post("/admin/second-factor/check/", {"code": code_of(app, 1)})
    client.post(
        reverse("admin:second_factor_remove", args=[app.pk]),
        {"password": "a guess", "code": "1"},  # pragma: allowlist secret
    )
    client.post(
        "/admin/second-factor/codes/",
        {"password": "a guess", "code": "1"},  # pragma: allowlist secret
    )
    assert list(SecondFactor.objects.values_list("kind", flat=True)) == ["app"]


def test_a_wrong_code_delays_the_next_one_while_an_app_is_set_up(clerk: User, at: At) -> None:
    client, address = at(clerk), reverse("admin:second_factor_app")
    client.post(address, {"password": PASSWORD})
    app = SecondFactor.objects.get(user=clerk)
    for code in ("000000", code_of(app)):  # the right one comes too soon
        assert "wait a few seconds" in client.post(address, {"code": code}).content.decode()
    wait_no_longer()
    assert "is set up" in client.post(address, {"code": code_of(app)}, follow=True).content.decode()
    assert SecondFactor.objects.get(pk=app.pk).confirmed


def test_a_recovery_code_works_once_and_none_is_readable_in_the_database(clerk: User, at: At) -> None:
    with_app(clerk)
    codes = second_factors.make_codes(clerk)
    assert len(set(codes)) == second_factors.CODES
    for kept in SecondFactor.objects.values_list("sealed", flat=True):
        assert not any(code.replace("-", "") in kept for code in codes)
        assert "key" not in kept
    assert (
        at(clerk).post("/admin/second-factor/check/", {"code": codes[3].upper()}).headers["Location"]
        == "/admin/"
    )
    assert at(clerk).post("/admin/second-factor/check/", {"code": codes[3]}).status_code == 200
    wait_no_longer()
    assert at(clerk).post("/admin/second-factor/check/", {"code": codes[4]}).headers["Location"] == "/admin/"


def test_a_clock_that_was_ahead_keeps_nobody_out(clerk: User) -> None:
    """A code that was used, and a wrong one, on a day to come: its person is let in today."""
    app = with_app(clerk)
    SecondFactor.objects.update(last_step=app.last_step + 1_000_000)
    app.refresh_from_db()
    assert app.verify_token(code_of(app))
    assert not app.verify_token(code_of(app)), "a code works once"
    ahead = timezone.now() + timedelta(days=370)
    SecondFactor.objects.update(last_step=0, throttling_failure_count=9, throttling_failure_timestamp=ahead)
    app.refresh_from_db()
    assert not app.verify_token("000000")
    assert not app.verify_is_allowed()[0], "a wrong one counts from now on"
    SecondFactor.objects.update(throttling_failure_timestamp=ahead)
    app.refresh_from_db()
    assert app.verify_token(code_of(app))


def test_lost_ones_are_removed_by_two_administrators(reviewer: User, administrator: User, at: At) -> None:
    with_app(reviewer)
    second_factors.make_codes(reviewer)
    second = account("second", roles.ADMINISTRATOR)
    remove = reverse("admin:auth_user_factor", args=[reviewer.pk])
    client = at(administrator)
    client.post(remove)
    client.post(remove)  # proposed once, however often
    (change,) = AccountChange.objects.all()
    assert "not the one who proposed" in decide(client, change)
    assert SecondFactor.objects.filter(user=reviewer).count() == 2
    own = reverse("admin:auth_user_factor", args=[administrator.pk])
    assert "by two others" in client.post(own, follow=True).content.decode()
    decide(at(second), change)
    assert not SecondFactor.objects.exists()
    assert at(reviewer).get("/admin/").status_code == 200
    said = " ".join(LogEntry.objects.values_list("change_message", flat=True))
    for line in ("Set up an authenticator app", "Proposed to remove the second factor", "Accepted."):
        assert line in said


def test_they_are_sealed_anew_with_the_contact_points_and_useless_with_another_key(
    clerk: User, at: At
) -> None:
    app = with_app(clerk)
    before = app.sealed
    with override_settings(CONTACT_KEY=OTHER_KEY):
        page = at(clerk).post("/admin/second-factor/check/", {"code": code_of_sealed(app)})
        assert "none of the keys" in page.content.decode()
        with pytest.raises(SealError):
            second_factors.reseal()
    from django.conf import settings  # noqa: PLC0415

    out = StringIO()
    with override_settings(CONTACT_KEY=OTHER_KEY, CONTACT_KEY_FALLBACKS=[settings.CONTACT_KEY]):
        call_command("reseal_contacts", stdout=out)
    assert "1 second factors are sealed" in out.getvalue()
    app.refresh_from_db()
    assert app.sealed != before
    with override_settings(CONTACT_KEY=OTHER_KEY):
        assert len(app.content["key"]) == 40


def code_of_sealed(_app: SecondFactor) -> str:
    return "123456"


def test_no_archive_holds_them(clerk: User, tmp_path: Path) -> None:
    app = with_app(clerk)
    archive.write(tmp_path / "record.zip")
    with zipfile.ZipFile(tmp_path / "record.zip") as file:
        assert "auth.User.jsonl" in file.namelist()
        assert not any("SecondFactor" in name for name in file.namelist())
        assert not any(app.sealed.encode() in file.read(name) for name in file.namelist())


def password_on(page: Page, field: str, button: str) -> None:
    page.locator(f"#{field}").fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def log_in(page: Page, name: str) -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.usefixtures("transactional_db", "required")
def test_a_reviewer_sets_up_an_app_logs_in_with_it_and_publishes(
    page: Page, waiting: Waiting, say: Say, reviewer: User
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    sign_in(page, reviewer.username)
    page.get_by_role("link", name="Second factor").click()
    expect(page.locator(".notice.warn")).to_contain_text("takes a second factor")
    password_on(page, "password-app", "Set up an authenticator app")
    expect(page.get_by_alt_text("QR code of the key")).to_be_visible()
    key = page.locator("#key").inner_text()
    (app,) = SecondFactor.objects.all()
    assert key == app.key_text
    page.get_by_label("Code").fill("000000" if code_of(app) != "000000" else "111111")
    page.get_by_role("button", name="Set up", exact=True).click()
    expect(page.locator(".errornote")).to_contain_text("not the one that the app shows")
    wait_no_longer()
    page.get_by_label("Code").fill(code_of(app))
    page.get_by_role("button", name="Set up", exact=True).click()
    expect(page.locator(".codes li")).to_have_count(second_factors.CODES)
    recovery = page.locator(".codes li").first.inner_text()

    page.context.clear_cookies()
    log_in(page, reviewer.username)
    page.get_by_label("recovery code").fill(code_of(app, 1))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.goto(reverse("admin:ratification_action_change", args=[entry.pk]))
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text("ublished")
    entry.refresh_from_db()
    assert entry.revision

    page.context.clear_cookies()
    log_in(page, reviewer.username)
    page.get_by_label("recovery code").fill(recovery)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".messagelist")).to_contain_text("has been used up")


@pytest.mark.usefixtures("transactional_db", "required")
def test_a_passkey_is_set_up_and_used(page: Page, administrator: User) -> None:
    """With the virtual authenticator of Chromium, as a key in the USB port would answer."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    authenticator = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    sign_in(page, administrator.username)
    page.get_by_role("link", name="Second factor").click()
    page.get_by_label("Name of the passkey").fill("office key")
    password_on(page, "password-key", "Set up a passkey")
    expect(page.locator(".codes li")).to_have_count(second_factors.CODES)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator(".sheet")).to_contain_text("office key (passkey)")

    page.context.clear_cookies()
    log_in(page, administrator.username)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    (passkey,) = SecondFactor.objects.filter(kind="passkey")
    assert passkey.last_step > 0
    assert passkey.last_used_at

    SecondFactor.objects.filter(pk=passkey.pk).update(
        last_step=1000
    )  # as if a copy had been used 1,000 times
    page.context.clear_cookies()
    log_in(page, administrator.username)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".messagelist")).to_contain_text("as a copy's would")
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".errornote")).to_contain_text("No passkey was used")
