"""What is sent after the session has ended, without a script: it is carried over the log-in, and sent again."""

import html
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from panel.sent_again import MOST
from ratification.models import Action, UnfinishedForm

ADD = "/admin/ratification/action/add/"
AGAIN = "/admin/sent-again/"
LOGIN = f"/admin/login/?next={AGAIN}"
At = Callable[[User], Client]
Filled = Callable[..., dict[str, object]]
PASSWORD = "a long one, made up"  # noqa: S105 - of a test  # pragma: allowlist secret


@pytest.fixture
def ended(clerk: User, at: At) -> Client:
    """A browser whose session has ended."""
    clerk.set_password(PASSWORD)
    clerk.save()
    client = at(clerk)
    Session.objects.all().delete()
    return client


def hidden(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def log_in(client: Client, page: str, password: str = PASSWORD) -> str:
    sent = hidden(page)["_sent"][0]
    typed = {"username": "clerk", "password": password, "next": AGAIN, "_sent": sent}
    return client.post(LOGIN, typed, follow=True).content.decode()


def test_what_was_sent_is_sent_again_after_the_login(ended: Client, clerk: User, filled: Filled) -> None:
    form = filled("VNM ratification 2026-04-15", note="first line\r\nsecond \u201cline\u201d <b>")
    page = ended.post(ADD, form).content.decode()
    assert "Your session has ended. What you sent has not been saved." in page
    wrong = log_in(ended, page, "wrong")
    assert "Log in, and you can send it again." in wrong
    offered = log_in(ended, wrong)
    assert "It has not been saved." in offered
    assert "second \u201cline\u201d &lt;b&gt;" in offered
    assert not Action.objects.filter(author=clerk).exists()
    sent = hidden(offered.split("<form")[-2])
    del sent["csrfmiddlewaretoken"]
    assert ended.post(ADD, sent).status_code == 302
    assert Action.objects.get(author=clerk).note == "first line\r\nsecond \u201cline\u201d <b>"
    assert ended.get(AGAIN).status_code == 302, "nothing is left to be sent"


def test_it_can_be_left_and_goes_where_a_script_has_kept_it(
    ended: Client, clerk: User, filled: Filled
) -> None:
    page = ended.post(ADD, filled("VNM ratification 2026-04-15")).content.decode()
    log_in(ended, page)
    assert ended.post(AGAIN).headers["Location"] == "/admin/"
    assert ended.get(AGAIN).headers["Location"] == "/admin/"
    UnfinishedForm.objects.create(
        owner=clerk, key="a", address=ADD, title="", version="", fields={}, saved_at="2026-11-21T12:00Z"
    )
    ended.cookies.clear()
    log_in(ended, page)
    assert "Enter an action" in log_in(ended, page)
    assert not Action.objects.filter(author=clerk).exists()


def test_passwords_and_sealed_details_are_not_carried_and_what_is_too_long_is_said(ended: Client) -> None:
    typed = {"contact_name": "Sealed", "note": "kept"}
    typed["new_password1"] = "Hinterland"  # pragma: allowlist secret
    page = ended.post(ADD, typed).content.decode()
    assert "kept" in page
    assert not {"Sealed", "Hinterland"} & set(re.split(r"\W+", page))
    page = ended.post(ADD, {"note": "x" * MOST}).content.decode()
    assert "It is too long to be kept here" in page
    assert "xxxx" not in page


@pytest.mark.parametrize(
    "forged", ["", "[]", "{}", '{"address": "https://evil.example/", "fields": []}', "["]
)
def test_what_no_page_carried_is_ignored(ended: Client, forged: str) -> None:
    typed = {"username": "clerk", "password": PASSWORD, "next": AGAIN, "_sent": forged}
    answer = ended.post(LOGIN, typed, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/"
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize(
    "how",
    [
        {"content_type": "application/json", "data": "{}"},
        {"data": {"a": "b"}, "HTTP_SEC_FETCH_DEST": "empty"},
    ],
)
def test_a_script_is_led_to_the_login_as_before(ended: Client, how: dict[str, object]) -> None:
    assert ended.post("/admin/unfinished/", **how).status_code == 302  # type: ignore[arg-type]  # of either kind
