"""One administrator alone makes nobody who can publish: roles and passwords take a second one."""

import re
import threading
from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from panel.passwords import SENDING
from ratification.migrations import _decided
from ratification.models import AccountChange
from ratification.operations import accounts, roles
from tests.panel.conftest import PASSWORD, account
from tests.panel.test_reference import row_version

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
NEW = "another long phrase"  # pragma: allowlist secret


@pytest.fixture
def second(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return account("second", roles.ADMINISTRATOR)


def save(client: Client, user: User, *held: str, **more: str) -> None:
    groups = list(Group.objects.filter(name__in=held).values_list("pk", flat=True))
    form = {"username": user.username, "is_active": "on", "groups": groups} | more
    client.post(reverse("admin:auth_user_change", args=[user.pk]), form)


def decide(client: Client, change: AccountChange, step: str = "accept") -> str:
    address = reverse(f"admin:ratification_accountchange_{step}", args=[change.pk])
    return client.post(address, follow=True).content.decode()


def names(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


@pytest.mark.production  # other tests send SQLite the same statements
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


@pytest.mark.parametrize("codename", ["change_participant", "change_treatyproposal"])
def test_a_role_that_decides_on_what_entries_cite_waits_too(
    clerk: User, administrator: User, at: At, codename: str
) -> None:
    """Who could give it alone would have a second account decide on the own proposals."""
    own = Group.objects.create(name="editors of names")
    own.permissions.set(Permission.objects.filter(codename=codename))
    save(at(administrator), clerk, roles.DATA_ENTRY, own.name)
    assert names(clerk) == {roles.DATA_ENTRY}


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


@pytest.mark.production  # other tests send SQLite the same statements
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
        assert "A link that no longer works" in use(link)  # a link works once
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
    assert "A link that no longer works" in use(
        first
    )  # else who made it could use it, and accept what the other proposed
    change = AccountChange.objects.get()
    assert "not used the link yet" in decide(at(administrator), change)
    decide(at(administrator), change, "refuse")
    assert "A link that no longer works" in use(link)
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


def invite(client: Client, name: str, *held: str, how: str = "_mail", email: str = "new@example.org") -> str:
    groups = list(Group.objects.filter(name__in=held).values_list("pk", flat=True))
    form = {"username": name, "first_name": "Nova", "last_name": "Novak", "email": email, "groups": groups}
    return client.post(reverse("admin:auth_user_add"), form | {how: "1"}, follow=True).content.decode()


def link_in(message: EmailMessage) -> str:
    found = re.search(r"http://testserver(/admin/password/\S+)", str(message.body))
    assert found, message.body
    return found[1]


def log_in(name: str, password: str) -> bool:
    visitor = Client()
    visitor.post("/admin/login/", {"username": name, "password": password})
    return visitor.get("/admin/").status_code == 200


def test_an_invited_person_is_let_in_by_a_role_a_link_and_a_second_administrator(
    administrator: User, second: User, at: At, mailoutbox: list[EmailMessage]
) -> None:
    """A new account had no "Staff status", and the role alone did not let it in (finding A14)."""
    page = invite(at(administrator), "nova", roles.DATA_ENTRY)
    assert "has been sent to new@example.org" in page
    assert "/admin/password/" not in page  # the administrator never sees the link
    (message,) = mailoutbox
    assert message.to == ["new@example.org"]
    assert "Dear Nova Novak" in message.body
    assert "second administrator" in use(link_in(message))
    assert not log_in("nova", NEW)
    decide(at(second), AccountChange.objects.get())
    assert log_in("nova", NEW)
    assert "A link that no longer works" in use(link_in(message))
    nova = User.objects.get(username="nova")
    save(at(administrator), nova)  # without a role nothing opens
    assert not log_in("nova", NEW)


def test_an_invitation_without_a_mail_server_or_address_is_handed_over(
    administrator: User, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    page = invite(at(administrator), "nova", roles.DATA_ENTRY)
    assert "could not be sent" in page
    assert "Hand this link to nova in person" in page
    change = AccountChange.objects.get()
    assert change.email == "", "who accepts must not read that it went to the person: its maker has seen it"
    assert "has no e-mail address" in invite(at(administrator), "mira", roles.DATA_ENTRY, email="")
    assert "Hand this link" in invite(at(administrator), "lena", roles.DATA_ENTRY, how="_hand", email="")


def refuse(*_args: object) -> int:
    raise ConnectionRefusedError


def test_a_role_that_publishes_is_proposed_with_the_invitation(administrator: User, at: At) -> None:
    invite(at(administrator), "nova", roles.DATA_ENTRY, roles.REVIEWER)
    assert names(User.objects.get(username="nova")) == {roles.DATA_ENTRY}
    assert AccountChange.objects.filter(role__name=roles.REVIEWER, accepted=None).count() == 1


def test_people_have_a_link_sent_to_their_confirmed_address_alone(
    clerk: User, administrator: User, second: User, at: At, mailoutbox: list[EmailMessage]
) -> None:
    def ask(address: str) -> int:
        cache.clear()
        before = len(mailoutbox)
        page = Client().post("/admin/password/reset/", {"email": address}, follow=True).content.decode()
        wait_for_mail()
        assert "If the address is that of an account" in page
        return len(mailoutbox) - before

    assert "Forgotten your password?" in Client().get("/admin/login/").content.decode()
    save(at(administrator), clerk, roles.DATA_ENTRY, email="clerk@example.org")
    assert ask("clerk@example.org") == 0  # an address that one administrator has typed
    at(administrator).post(reverse("admin:auth_user_link", args=[clerk.pk]), {"_mail": "1"})
    use(link_in(mailoutbox[-1]), "a first long phrase")
    change = AccountChange.objects.get()
    assert "link sent to clerk@example.org" in str(change)
    decide(at(second), change)
    assert ask("nobody@example.org") == 0
    assert ask("Clerk@example.org") == 1
    link = link_in(mailoutbox[-1])
    assert Client().post("/admin/password/reset/", {"email": "clerk@example.org"}).status_code == 302
    wait_for_mail()
    assert len(mailoutbox) == 2  # one message in ten minutes
    assert "Your password is set" in use(link)
    assert log_in("clerk", NEW)
    assert "A link that no longer works" in use(link)
    save(at(administrator), clerk, roles.DATA_ENTRY, email="attacker@example.org")
    assert ask("attacker@example.org") == 0


def wait_for_mail() -> None:
    for thread in threading.enumerate():
        if thread.name == SENDING:
            thread.join(30)


def test_no_answer_waits_for_a_mail_server(
    clerk: User, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
) -> None:
    """Its time would tell the address of an account from one of nobody."""
    monkeypatch.setattr(accounts, "confirmed_address", lambda _user: True)
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.org")
    answered = threading.Event()
    send = EmailBackend.send_messages

    def send_later(backend: EmailBackend, mails: list[EmailMessage]) -> int:
        return send(backend, mails) if answered.wait(30) else 0

    monkeypatch.setattr(EmailBackend, "send_messages", send_later)
    assert Client().post("/admin/password/reset/", {"email": "clerk@example.org"}).status_code == 302
    assert mailoutbox == []
    answered.set()
    wait_for_mail()
    assert [mail.to for mail in mailoutbox] == [["clerk@example.org"]]


def test_a_change_of_the_own_password_stands_in_the_audit_log(clerk: User, at: At) -> None:
    sent = {"old_password": NEW, "new_password1": NEW, "new_password2": NEW}
    at(clerk).post("/admin/password_change/", sent)
    assert not LogEntry.objects.exists()
    at(clerk).post("/admin/password_change/", sent | {"old_password": PASSWORD})
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (clerk, "Changed the own password.")


def test_no_word_of_the_panel_means_two_things(administrator: User, at: At) -> None:
    """Roles and groups of participants were both called Groups (finding A14)."""
    page = at(administrator).get("/admin/").content.decode()
    links = re.findall(r'<th scope="row"[^>]*>\s*<a href="([^"]+)"[^>]*>([^<]+)</a>', page)
    assert len(links) > 15
    called = [label for address, label in dict(links).items()]
    assert sorted(called) == sorted(set(called))
    assert "Roles" in called
    form = at(administrator).get(reverse("admin:auth_user_add")).content.decode()
    assert "Roles:" in form
    assert "Groups:" not in form
    assert "Staff status" not in form


def test_the_audit_log_says_from_what_to_what_an_account_was_changed(
    clerk: User, administrator: User, second: User, at: At
) -> None:
    save(at(administrator), clerk, roles.CONTACT_READER, roles.REVIEWER, email="clerk@example.org")
    decide(at(second), AccountChange.objects.get())
    save(at(administrator), clerk, email="other@example.org")
    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert any("Roles: “data entry” → “contact reader”" in each for each in said)
    assert any("“” → “clerk@example.org”" in each for each in said)
    assert any("“clerk@example.org” → “other@example.org”" in each for each in said)
    assert any("the role reviewer: accepted. Now: roles contact reader, reviewer" in each for each in said)
    assert "Access to the panel: “yes” → “no”." in said


@pytest.mark.parametrize("address", ["Anna@Example.org", "anna+2@example.org"])
def test_a_person_has_one_account(administrator: User, at: At, address: str) -> None:
    User.objects.create_user("anna", email="anna@example.org")
    form = {"username": "other", "email": address, "groups": [], "_save": "1"}
    page = at(administrator).post(reverse("admin:auth_user_add"), form).content.decode()
    assert "anna has this mailbox already: a person has one account." in page
    assert not User.objects.filter(username="other").exists()


@pytest.mark.parametrize("name", ["\u0430nna", "Anna", "an-na", "\u00e1nna", "anna\u0301"])
def test_a_name_that_looks_like_anothers_is_refused(administrator: User, at: At, name: str) -> None:
    User.objects.create_user("anna")
    at(administrator).post(reverse("admin:auth_user_add"), {"username": name, "groups": [], "_save": "1"})
    assert set(User.objects.values_list("username", flat=True)) == {"anna", "administrator"}


def test_an_administrator_accepts_nothing_under_another_account_of_the_same_mailbox(
    clerk: User, administrator: User, second: User, at: At
) -> None:
    User.objects.filter(pk=administrator.pk).update(email="chief@example.org")
    User.objects.filter(pk=second.pk).update(email="Chief+2@example.org")
    save(at(administrator), clerk, roles.DATA_ENTRY, roles.REVIEWER)
    (change,) = AccountChange.objects.all()
    assert "not the one who proposed" in decide(at(second), change)
    assert names(clerk) == {roles.DATA_ENTRY}


def test_an_account_is_not_saved_over_what_a_colleague_has_given_it(
    clerk: User, administrator: User, second: User, at: At
) -> None:
    address = reverse("admin:auth_user_change", args=[clerk.pk])
    first, other = at(administrator), at(second)
    version = row_version(first.get(address).content.decode())
    held = list(clerk.groups.values_list("pk", flat=True))
    more = Group.objects.get(name=roles.CONTACT_READER).pk
    person = {"username": clerk.username, "is_active": "on"}
    other.post(address, {**person, "groups": [*held, more]})
    sent = {**person, "groups": held, "last_name": "Lee", "row_version": version}
    page = first.post(address, sent).content.decode()
    assert "This has been saved elsewhere since you opened it" in page
    assert f"Stored meanwhile: {roles.CONTACT_READER}, {roles.DATA_ENTRY}. Yours stands" in page
    assert clerk.groups.count() == len(held) + 1
    first.post(address, {**sent, "groups": [*held, more], "row_version": row_version(page)})
    clerk.refresh_from_db()
    assert (clerk.last_name, clerk.groups.count()) == ("Lee", len(held) + 1)
