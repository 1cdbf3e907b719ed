"""Who may do what: a matrix of role and page, and the limits of each account."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from panel.hashing import PASSWORDS
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from ratification.operations import attempts
from ratification.operations.roles import ROLES
from tests.panel.conftest import PASSWORD, account

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]

# Page, and the status that data entry, reviewer, administrator, a member of staff without role, and nobody get.
GETS = {
    "/admin/": (200, 200, 200, 200, 302),
    "/admin/ratification/action/": (200, 200, 200, 403, 302),
    "/admin/ratification/action/?question=to_review": (200, 200, 200, 403, 302),
    "/admin/ratification/action/{entry}/change/": (200, 200, 200, 403, 302),
    "/admin/ratification/action/add/": (200, 403, 403, 403, 302),
    "/admin/ratification/action/advice/": (200, 403, 403, 403, 302),
    "/admin/ratification/action/import/": (200, 403, 403, 403, 302),
    "/admin/ratification/action/export/": (200, 200, 200, 403, 302),
    "/admin/ratification/action/{entry}/delete/": (403, 403, 403, 403, 302),
    "/admin/ratification/report/": (200, 200, 200, 403, 302),
    "/admin/ratification/report/add/": (200, 403, 403, 403, 302),
    "/admin/ratification/report/import/": (200, 403, 403, 403, 302),
    "/admin/ratification/treatyfact/import/": (200, 403, 403, 403, 302),
    "/admin/ratification/report/export/": (200, 200, 200, 403, 302),
    "/admin/ratification/report/gaps/": (200, 200, 200, 403, 302),
    "/admin/states/participant/": (200, 200, 200, 403, 302),
    "/admin/states/participant/export/": (200, 200, 200, 403, 302),
    "/admin/states/participant/add/": (403, 403, 200, 403, 302),
    "/admin/states/group/add/": (403, 403, 200, 403, 302),
    "/admin/treaty/treaty/": (200, 200, 200, 403, 302),
    "/admin/treaty/treaty/add/": (403, 403, 403, 403, 302),
    "/admin/treaty/source/add/": (200, 403, 200, 403, 302),
    "/admin/treaty/article/": (200, 200, 200, 403, 302),
    "/admin/treaty/article/add/": (403, 403, 200, 403, 302),
    "/admin/auth/user/": (403, 403, 200, 403, 302),
    "/admin/auth/user/add/": (403, 403, 200, 403, 302),
    "/admin/ratification/staffrole/": (403, 403, 200, 403, 302),
    "/admin/ratification/staffrole/add/": (403, 403, 403, 403, 302),
    "/admin/admin/logentry/": (403, 403, 200, 403, 302),
    "/admin/admin/logentry/add/": (403, 403, 403, 403, 302),
    "/admin/axes/accessattempt/": (403, 403, 200, 403, 302),
}
LOG_IN = "the page of the log-in, which carries what was sent"
# The same for steps; 302 leads back to the entry.
POSTS = {
    "/admin/ratification/action/{entry}/publish/": (403, 302, 403, 403, LOG_IN),
    "/admin/ratification/action/{entry}/return/": (403, 302, 403, 403, LOG_IN),
    "/admin/ratification/action/{entry}/retract/": (302, 403, 403, 403, LOG_IN),
    "/admin/ratification/action/{entry}/delete/": (403, 403, 403, 403, LOG_IN),
}


@pytest.mark.slow
def test_each_role_gets_what_it_may_have(
    clerk: User,
    reviewer: User,
    administrator: User,
    at: At,
    waiting: Callable[[ActionContent], Action],
    say: Callable[..., ActionContent],
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    nothing = User.objects.create_user("nothing", is_staff=True)
    clients = [*map(at, (clerk, reviewer, administrator, nothing)), Client()]
    wrong = {}
    for method, pages in (("get", GETS), ("post", POSTS)):
        for page, expected in pages.items():
            address = page.format(entry=entry.pk)
            answers = [getattr(client, method)(address) for client in clients]
            got = tuple(
                LOG_IN if b"Your session has ended" in answer.content else answer.status_code
                for answer in answers
            )
            if got != expected:
                wrong[f"{method} {page}"] = got
    assert wrong == {}


def test_the_start_page_offers_each_role_its_own(
    clerk: User, reviewer: User, administrator: User, at: At
) -> None:
    pages = {
        user.username: at(user).get("/admin/").content.decode() for user in (clerk, reviewer, administrator)
    }
    assert [name for name, page in pages.items() if "Enter an action" in page] == ["clerk"]
    assert [name for name, page in pages.items() if "Log entries" in page] == ["administrator"]


def test_the_roles_of_the_migration_are_as_written() -> None:
    for role, permissions in ROLES.items():
        held = {
            (
                each.content_type.app_label,
                each.content_type.model,
                each.codename.removesuffix(f"_{each.content_type.model}"),
            )
            for each in Group.objects.get(name=role).permissions.select_related("content_type")
        }
        assert held == set(permissions), role
    doubled = Permission.objects.values_list("content_type", "codename")
    assert len(doubled) == len(set(doubled))


def test_superusers_and_single_permissions_are_not_made_in_the_panel(
    clerk: User, administrator: User, at: At
) -> None:
    root = User.objects.create_superuser("root")
    for client in (at(administrator), at(root)):
        address = reverse("admin:auth_user_change", args=[clerk.pk])
        assert (
            not {"is_superuser", "user_permissions"}
            & client.get(address).context["adminform"].form.fields.keys()
        )
        form = {"username": "clerk", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        client.post(address, form)
        clerk.refresh_from_db()
        assert not clerk.is_superuser
        delete = reverse("admin:auth_user_delete", args=[clerk.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
        group = reverse("admin:ratification_staffrole_change", args=[Group.objects.get(name="data entry").pk])
        assert client.post(group, {"name": "data entry"}).status_code == 403
    client = at(administrator)
    own = client.get(reverse("admin:auth_user_change", args=[administrator.pk])).context["adminform"].form
    assert "groups" not in own.fields
    address = reverse("admin:auth_user_change", args=[root.pk])
    assert client.post(address, {"username": "changed"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert client.get(password).status_code == 403


def test_the_audit_log_can_only_be_read(clerk: User, administrator: User, at: At) -> None:
    entry = LogEntry.objects.log_actions(clerk.pk, [clerk], 2, "A test.", single_object=True)
    for user in (administrator, User.objects.create_superuser("root")):
        client = at(user)
        assert "A test." in client.get("/admin/admin/logentry/").content.decode()
        for verb in ("change", "delete"):
            address = reverse(f"admin:admin_logentry_{verb}", args=[entry.pk])
            assert client.post(address, {"post": "yes"}).status_code == 403
    assert LogEntry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("rank", ["administrator", "superuser"])
def test_no_one_sets_another_persons_password(clerk: User, reviewer: User, at: At, rank: str) -> None:
    """Who could would log in as the author and as the reviewer of an entry, and publish it alone."""
    by = account("by", rank)
    by.is_superuser = rank == "superuser"
    by.save()
    client = at(by)
    wanted = "another long phrase"  # pragma: allowlist secret
    for victim in (clerk, reviewer):
        form = dict.fromkeys(("password1", "password2"), wanted) | {"usable_password": "true"}
        address = reverse("admin:auth_user_password_change", args=[victim.pk])
        assert client.get(address).status_code == client.post(address, form).status_code == 403
        page = client.get(reverse("admin:auth_user_change", args=[victim.pk])).content.decode()
        assert "../password/" not in page
        victim.refresh_from_db()
        assert victim.check_password(PASSWORD)


def test_a_new_account_has_no_password_that_its_maker_knows(administrator: User, at: At) -> None:
    wanted = "another long phrase"  # pragma: allowlist secret
    form = dict.fromkeys(("password1", "password2"), wanted)
    form |= {"username": "puppet", "usable_password": "true"}  # pragma: allowlist secret
    response = at(administrator).post(reverse("admin:auth_user_add"), form)
    made = User.objects.get(username="puppet")
    assert response.status_code == 302
    assert not made.has_usable_password()


def test_one_password_at_a_time_is_hashed(clerk: User) -> None:
    """A storm of log-ins would take every thread and core; the form itself is shown all the while."""
    form = {"username": clerk.username, "password": PASSWORD}
    with PASSWORDS.place():
        busy = Client().post("/admin/login/", form)
        assert Client().get("/admin/login/").status_code == 200
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
    assert Client().post("/admin/login/", form).status_code == 302


def test_whoever_is_logged_in_cannot_have_passwords_hashed_at_once(clerk: User, at: At) -> None:
    new = "another long phrase"  # pragma: allowlist secret
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    client = at(clerk)
    with PASSWORDS.place():
        assert client.post("/admin/password_change/", form).status_code == 503
        assert client.get("/admin/password_change/").status_code == 200
    assert client.post("/admin/password_change/", form).status_code == 302


def test_failed_log_ins_are_forgotten(now: datetime) -> None:
    """A storm leaves a row for each name; one of a day to come, from a clock that was ahead, would lock a year long."""
    at = {"gone": timedelta(minutes=-16), "fresh": timedelta(minutes=-14), "ahead": timedelta(days=370)}
    for name, age in at.items():
        attempt = AccessAttempt.objects.create(username=name, ip_address="192.0.2.7", failures_since_start=5)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now + age)
    assert attempts.expire(now) == 2
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["fresh"]
    assert attempts.expire(now) == 0


def test_guessing_passwords_is_slowed_down(clerk: User) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(5):
        response = client.post("/admin/login/", {"username": clerk.username, "password": "a guess"})
    assert response.status_code == 429
    page = response.content.decode()
    assert "Too many wrong passwords" in page
    assert "<title>Log-in closed for a quarter of an hour | Treaty status tracker</title>" in page
    assert response.headers["Retry-After"] == "900"
    assert response.headers["Cache-Control"] == "no-store"
    right = {"username": clerk.username, "password": PASSWORD}
    assert client.post("/admin/login/", right).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.8")
    assert elsewhere.post("/admin/login/", right).status_code == 302


def test_sessions_and_passwords_are_strict(clerk: User) -> None:
    response = Client().post("/admin/login/", {"username": clerk.username, "password": PASSWORD})
    cookie = response.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""  # until the browser is closed
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) <= timedelta(hours=12)
    for weak in ("short-9!", "123456789012345", "password1234"):
        with pytest.raises(ValidationError):
            validate_password(weak, clerk)


def test_a_superuser_made_without_a_terminal_needs_a_strong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"interactive": False, "username": "new", "email": "new@example.org"}
    for weak in ("short", "123456789012345", "new@example.org"):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", weak)
        with pytest.raises(CommandError, match="No account was made"):
            call_command("createsuperuser", **asked)
    assert not User.objects.filter(username="new").exists()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", **asked)
    assert User.objects.get(username="new").check_password(PASSWORD)


def test_a_superuser_needs_a_second_factor_before_changing_anything(
    at: Callable[[User], Client],
    settings: Any,  # noqa: ANN401 - pytest-django's fixture
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    made = User.objects.create_superuser("root", password=PASSWORD)
    answer = at(made).post("/admin/auth/user/add/", {"username": "other"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/second-factor/"
    assert not User.objects.filter(username="other").exists()


def test_pages_use_the_words_of_the_menu(administrator: User, at: Callable[[User], Client]) -> None:
    """The way above them had Django's: Authentication and Authorization, Administration."""
    for address, words in (
        ("auth/user", "People"),
        ("admin/logentry", "Audit"),
        ("axes/accesslog", "Log-ins"),
    ):
        page = at(administrator).get(f"/admin/{address}/").content.decode()
        app = address.partition("/")[0]
        assert f'&rsaquo; <a href="/admin/{app}/">{words}</a>' in page
    users = at(administrator).get("/admin/auth/user/").content.decode()
    assert "By roles" in users
    assert "By groups" not in users
