"""One administrator alone makes nobody who can publish: roles and passwords take a second one."""

import re
from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from ratification.migrations import _decided
from ratification.models import AccountChange
from ratification.operations import roles
from tests.panel.conftest import PASSWORD, account

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
NEW = "another long phrase"  # pragma: allowlist secret


@pytest.fixture
def second(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return account("second", roles.ADMINISTRATOR)


def save(client: Client, user: User, *held: str, **more: str) -> None:
    groups = list(Group.objects.filter(name__in=held).values_list("pk", flat=True))
    form = {"username": user.username, "is_active": "on", "is_staff": "on", "groups": groups} | more
    client.post(reverse("admin:auth_user_change", args=[user.pk]), form)


def decide(client: Client, change: AccountChange, step: str = "accept") -> str:
    address = reverse(f"admin:ratification_accountchange_{step}", args=[change.pk])
    return client.post(address, follow=True).content.decode()


def names(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


@pytest.mark.parametrize("role", [roles.REVIEWER, roles.ADMINISTRATOR])
def test_a_role_that_publishes_or_administers_waits_for_a_second_administrator(
    clerk: User, administrator: User, second: User, at: At, role: str
) -> None:
    client = at(administrator)
    save(client, clerk, roles.DATA_ENTRY, role)
    assert names(clerk) == {roles.DATA_ENTRY}
    (change,) = AccountChange.objects.all()
    assert f"clerk: the role {role}" in client.get("/admin/").content.decode()
    assert "not the one who proposed" in decide(client, change)
    assert "403" in decide(at(clerk), change) or names(clerk) == {roles.DATA_ENTRY}
    save(client, clerk, roles.DATA_ENTRY, role)  # proposed once, however often
    assert AccountChange.objects.count() == 1
    decide(at(second), change)
    assert names(clerk) == {roles.DATA_ENTRY, role}
    assert f"clerk: the role {role}</a>," in at(second).get("/admin/").content.decode()
    said = " ".join(LogEntry.objects.values_list("change_message", flat=True))
    assert f"Proposed the role {role}." in said
    assert "Accepted." in said
    assert "decided already" in decide(at(second), change, "refuse")


def test_a_role_of_another_name_that_publishes_waits_too_and_others_do_not(
    clerk: User, administrator: User, at: At
) -> None:
    own = Group.objects.create(name="night shift")
    own.permissions.set(Group.objects.get(name=roles.REVIEWER).permissions.all())
    save(at(administrator), clerk, roles.DATA_ENTRY, "night shift", roles.CONTACT_READER)
    assert names(clerk) == {roles.DATA_ENTRY, roles.CONTACT_READER}


def test_a_refused_role_is_not_given(clerk: User, administrator: User, second: User, at: At) -> None:
    save(at(administrator), clerk, roles.DATA_ENTRY, roles.REVIEWER)
    decide(at(second), AccountChange.objects.get(), "refuse")
    assert names(clerk) == {roles.DATA_ENTRY}


def link_for(client: Client, user: User) -> str:
    page = client.post(reverse("admin:auth_user_link", args=[user.pk]), follow=True).content.decode()
    found = re.search(r"http://testserver(/admin/password/\S+)", page)
    assert found, page
    return found[1]


def use(link: str, password: str = NEW) -> str:
    visitor = Client()
    form = visitor.get(link, follow=True)
    path = form.redirect_chain[-1][0] if form.redirect_chain else link
    answer = visitor.post(path, {"new_password1": password, "new_password2": password}, follow=True)
    return answer.content.decode()


def test_an_administrator_alone_cannot_act_as_others(
    clerk: User, reviewer: User, administrator: User, second: User, at: At
) -> None:
    """The exploit of finding 1: two passwords set by one administrator, who then drafts and publishes."""
    client = at(administrator)
    for user in (clerk, reviewer):
        link = link_for(client, user)
        assert "second administrator" in use(link)
        form = {"username": user.username, "password": NEW}
        assert Client().post("/admin/login/", form).status_code == 200  # the form again, with its refusal
        change = AccountChange.objects.get(user=user)
        assert "not the one who proposed" in decide(client, change)
        save(client, user, roles.DATA_ENTRY)  # nor is the account opened by its form
        user.refresh_from_db()
        assert not user.is_active
        assert "unsuccessful" in use(link)  # a link works once
    decide(at(second), AccountChange.objects.get(user=reviewer))
    reviewer.refresh_from_db()
    assert reviewer.is_active
    assert reviewer.check_password(NEW)
    assert "access with a new password" in at(second).get("/admin/").content.decode()


def test_a_link_is_void_once_another_is_made_or_the_change_is_refused(
    clerk: User, administrator: User, second: User, at: At
) -> None:
    first = link_for(at(administrator), clerk)
    link = link_for(at(second), clerk)
    assert "unsuccessful" in use(first)  # else who made it could use it, and accept what the other proposed
    change = AccountChange.objects.get()
    assert "not used the link yet" in decide(at(administrator), change)
    decide(at(administrator), change, "refuse")
    assert "unsuccessful" in use(link)
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)
    assert clerk.is_active


def test_a_link_is_made_by_administrators_and_not_for_oneself(
    clerk: User, reviewer: User, administrator: User, at: At
) -> None:
    address = reverse("admin:auth_user_link", args=[clerk.pk])
    assert at(reviewer).post(address).status_code == 403
    assert at(administrator).get(address).status_code == 405
    own = reverse("admin:auth_user_link", args=[administrator.pk])
    assert "on the page for it" in at(administrator).post(own, follow=True).content.decode()
    root = User.objects.create_superuser("root")
    address = reverse("admin:auth_user_link", args=[root.pk])
    assert at(administrator).post(address).status_code == 403
    assert not AccountChange.objects.exists()


def test_decided_changes_and_the_audit_log_stay(
    clerk: User, administrator: User, second: User, at: At
) -> None:
    save(at(administrator), clerk, roles.DATA_ENTRY, roles.REVIEWER)
    change = AccountChange.objects.filter(user=clerk)
    change.update(reason="Not decided yet: it can still be written.")
    decide(at(second), change.get())
    logged = LogEntry.objects.all()
    with pytest.raises(DatabaseError, match=_decided.DECIDED), transaction.atomic():
        change.update(proposed_by=clerk)
    with pytest.raises(DatabaseError, match=_decided.DECIDED), transaction.atomic():
        change.update(accepted=None, decided_by=None, decided_at=None)
    with pytest.raises(DatabaseError, match=_decided.DECIDED), transaction.atomic():
        change.delete()
    with pytest.raises(DatabaseError, match=_decided.LOGGED), transaction.atomic():
        logged.update(change_message="")
    with pytest.raises(DatabaseError, match=_decided.LOGGED), transaction.atomic():
        logged.delete()


def test_the_database_refuses_one_person_as_both(clerk: User, administrator: User, at: At) -> None:
    save(at(administrator), clerk, roles.DATA_ENTRY, roles.REVIEWER)
    change = AccountChange.objects.get()
    for user in (administrator, clerk):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountChange.objects.filter(pk=change.pk).update(
                decided_by=user, decided_at=change.proposed_at, accepted=True
            )
