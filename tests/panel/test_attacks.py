"""Tricks against log-in, session and forms: fixed sessions, forged clicks, foreign hosts, addresses that lead away."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of
from ratification.ledger.writing import ActionContent
from ratification.models import Action, SecondFactor
from ratification.operations import roles, second_factors
from tests.panel.conftest import PASSWORD, account
from tests.panel.test_permissions import addresses  # noqa: F401 - a fixture
from tests.panel.test_second_factor import code_of

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
AWAY = (
    *(
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
    ),
    *(
        "http:///evil.example/",
        "https:evil.example/",
        "javascript:alert(1)",
        "\t//evil.example",
    ),
)


def log_in(client: Client, name: str, then: str = "") -> str:
    form = {"username": name, "password": PASSWORD, "next": then}
    return client.post(f"/admin/login/?next={quote(then)}", form).headers.get("Location", "")


def test_a_session_that_was_fixed_before_the_log_in_is_not_the_persons(clerk: User) -> None:
    """An attacker who has set the cookie knows a key that leads nowhere afterwards; logging out ends the session."""
    client = Client()
    session = client.session
    session["planted"] = "1"
    session.save()
    fixed = session.session_key
    log_in(client, clerk.username)
    own = client.session.session_key
    assert own != fixed
    assert not Session.objects.filter(session_key=fixed).exists()
    attacker = Client()
    attacker.cookies["sessionid"] = str(fixed)
    assert attacker.get("/admin/").status_code == 302
    client.post("/admin/logout/")
    attacker.cookies["sessionid"] = str(own)
    assert attacker.get("/admin/").status_code == 302


def test_the_second_factor_and_a_new_password_end_what_was_open(reviewer: User, at: At) -> None:
    app = second_factors.confirm_app(reviewer, code_of(second_factors.begin_app(reviewer)))
    client, stolen = at(reviewer), at(reviewer)
    before = client.session.session_key
    SecondFactor.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    client.post("/admin/second-factor/check/", {"code": code_of(app, 1)})
    assert client.get("/admin/").status_code == 200
    assert client.session.session_key != before, "the key from before the second factor is worth nothing"
    new = "another long phrase 1"
    client.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    reviewer.refresh_from_db()
    assert reviewer.check_password(new)
    assert stolen.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.get("/admin/").status_code == 200


@pytest.mark.production  # other tests send SQLite the same statements
def test_no_page_opens_before_the_second_factor(
    addresses: list[tuple[str, str]],  # noqa: F811 - the fixture
    at: At,
) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    second_factors.confirm_app(root, code_of(second_factors.begin_app(root)))
    for method in ("get", "post"):
        opened = []
        for address, name in addresses:
            client = at(root)
            answer = getattr(client, method)(address)
            if answer.status_code not in {302, 403, 404, 405} or not _leads_to_log_in(answer):
                opened.append((method, name, answer.status_code))
        assert opened == [(method, "logout", 200)] * (method == "post")


def test_a_session_without_the_second_factor_can_be_ended(reviewer: User, at: At) -> None:
    second_factors.confirm_app(reviewer, code_of(second_factors.begin_app(reviewer)))
    client = at(reviewer)
    assert "Log out" in client.get("/admin/second-factor/check/").content.decode()
    client.post("/admin/logout/")
    assert client.get("/admin/second-factor/check/").headers["Location"].startswith("/admin/login/")
    assert Client(enforce_csrf_checks=True).post("/admin/logout/").status_code == 403


def _leads_to_log_in(answer: object) -> bool:
    place = str(getattr(answer, "headers", {}).get("Location", "/admin/login/"))
    return place.startswith(("/admin/login/", "/admin/second-factor/check/"))


def test_no_click_of_another_site_does_anything(
    addresses: list[tuple[str, str]],  # noqa: F811 - the fixture
    at: At,
) -> None:
    """Every view of the panel refuses a POST without the token of its own page, also where the session is right."""
    root = User.objects.create_superuser("root", password=PASSWORD)
    before = Action.objects.order_by("pk").values_list()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = at(root).cookies
    taken = [name for address, name in addresses if strict.post(address).status_code not in {403, 404, 405}]
    assert taken == []
    for address in ("/admin/login/", "/admin/password/reset/", "/admin/second-factor/check/passkey/"):
        assert strict.post(address, {"username": "root", "password": PASSWORD}).status_code == 403, address
    assert list(before) == list(Action.objects.order_by("pk").values_list())


@pytest.mark.parametrize("then", AWAY)
def test_no_address_leads_away(clerk: User, at: At, then: str) -> None:
    assert log_in(Client(), clerk.username, then) == "/admin/"
    for page in ("/admin/login/", "/admin/second-factor/check/"):
        assert "evil" not in at(clerk).get(page, {"next": then}).headers.get("Location", "")
    SecondFactor.objects.all().delete()
    app = second_factors.confirm_app(clerk, code_of(second_factors.begin_app(clerk)))
    place = at(clerk).post(f"/admin/second-factor/check/?next={quote(then)}", {"code": code_of(app, 1)})
    assert place.headers["Location"] == "/admin/"


@pytest.mark.usefixtures("hanoi")
def test_no_header_makes_the_site_another(clerk: User, mailoutbox: list[EmailMessage]) -> None:
    assert Client().get("/", headers={"Host": "evil.example"}).status_code == 400
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Host": "evil.example",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/admin/",
        "X-Rewrite-URL": "/admin/",
    }
    for address in (
        "/",
        "/participants/",
        "/changes.atom",
        "/api/v1/treaties/hanoi/status/",
        "/admin/login/",
    ):
        answer = Client().get(address, headers=forged)
        assert b"evil.example" not in answer.content, address
        assert "evil" not in str(answer.headers)
    Client().post("/admin/password/reset/", {"email": clerk.email or "clerk@example.org"}, headers=forged)
    assert not [mail for mail in mailoutbox if "evil" in mail.body]


def test_an_administrator_alone_turns_no_role_into_one_that_publishes(
    clerk: User, administrator: User, at: At
) -> None:
    """Instead of a role for a person: the permission for a role that many have."""
    wanted = Permission.objects.get(codename="review_action")
    for role in Group.objects.all():
        for address in (
            f"/admin/auth/group/{role.pk}/change/",
            f"/admin/ratification/staffrole/{role.pk}/change/",
        ):
            at(administrator).post(address, {"name": role.name, "permissions": [wanted.pk]})
    at(administrator).post("/admin/ratification/staffrole/add/", {"name": "new", "permissions": [wanted.pk]})
    at(administrator).post("/admin/auth/group/add/", {"name": "new", "permissions": [wanted.pk]})
    assert not User.objects.get(pk=clerk.pk).has_perm("ratification.review_action")
    assert not Group.objects.filter(name="new").exists()
    held = {role.name for role in Group.objects.filter(permissions=wanted)}
    assert held == {roles.REVIEWER}


def test_a_set_is_not_published_when_a_line_of_it_has_changed_since_it_was_shown(
    reviewer: User,
    clerk: User,
    at: At,
    waiting: Callable[[ActionContent], Action],
    say: Callable[..., ActionContent],
    now: datetime,
) -> None:
    """Finding 6 for several at once: the page of a set is left open while one of its entries becomes another."""
    lines = [waiting(say(f"{iso3} ratification 2026-11-10")) for iso3 in ("AUS", "BEL")]
    address = reverse("admin:ratification_action_changelist")
    form = {"action": "publish_selected", "_selected_action": [line.pk for line in lines], "_confirmed": "1"}
    page = at(reviewer).post(address, {**form, "_confirmed": []}).content.decode()
    assert "Australia" in page
    form |= dict(re.findall(r'type="hidden" name="(shown[^"]*)" value="([^"]*)"', page))
    assert len(form) == 3 + len(lines)
    third = account("third", roles.REVIEWER)
    entry = ledger.reject(lines[0], reviewer=third, reason="Look again.", shown=shown_of(lines[0]))
    ledger.submit(ledger.revise(entry, say("AUT ratification 2025-12-31"), by=clerk, now=now), by=clerk)
    refused = at(reviewer).post(address, form).content.decode()
    assert "Nothing was published." in refused
    assert {Action.objects.get(pk=line.pk).state for line in lines} == {"in_review"}
