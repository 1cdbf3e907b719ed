"""Changes of accounts that take two administrators: roles that allow to publish or to administer, and access.

Who could give a role alone, or set another person's password, could act as author and as reviewer, and publish alone.
So a role of that kind waits for a second administrator. A password is set by its person through a one-time link, and
the account stays closed until a second administrator accepts: the one who made the link could have used it. An address
to which an accepted link was sent is confirmed: to that one alone people have a link sent themselves. Lost second
factors are removed by two administrators too.
"""

import unicodedata
from datetime import datetime

from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import Q
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from ratification.ledger.people import is_same_person, mailbox_of
from ratification.models import AccountChange, SecondFactor
from ratification.operations.second_factors import remove_all


class AccountChangeError(Exception):
    """A refused change of an account; the message says why."""


class AccessTokens(PasswordResetTokenGenerator):
    """Tokens of one proposal: those of an earlier one, which somebody else may have made, are void."""

    def __init__(self, change: AccountChange) -> None:
        super().__init__()
        self._change = change.pk

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{self._change}"


_GUARDED = (
    Q(codename__startswith="review_")
    | Q(content_type__app_label="auth", codename__in=["add_user", "change_user", "change_group"])
    | Q(codename__in=["change_participant", "change_treatyproposal"])
)
"""Permissions to publish entries, to change accounts, or to decide on reference data and new treaties."""


def is_guarded(role: Group) -> bool:
    """Return whether a role allows to publish entries, to change accounts, or to decide on what entries cite."""
    return role.permissions.filter(_GUARDED).exists()


def has_guarded_role(user: User) -> bool:
    """Return whether an account has a permission of that kind."""
    held = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    return user.is_superuser or held.filter(_GUARDED).exists()


def propose_role(user: User, role: Group, *, by: User, now: datetime) -> AccountChange:
    """Propose a role for an account; the proposal that waits already, if there is one."""
    change, _ = AccountChange.objects.get_or_create(
        user=user,
        kind=AccountChange.Kind.ROLE,
        role=role,
        accepted=None,
        defaults={"proposed_by": by, "proposed_at": now},
    )
    return change


def follow_roles(user: User) -> str:
    """Let an account with a role into the panel, and one without a role no longer; return what changed, in words."""
    before = User.objects.values_list("is_staff", flat=True).get(pk=user.pk)
    user.is_staff = user.is_superuser or user.groups.exists()
    User.objects.filter(pk=user.pk).update(is_staff=user.is_staff)
    if user.is_staff == before:
        return ""
    return f"Access to the panel: “{_yes(before)}” → “{_yes(user.is_staff)}”."


def refusal_of_address(address: str, user: User) -> str:
    """Return why an account cannot have an e-mail address; empty where it can."""
    mailbox = mailbox_of(address)
    others = User.objects.exclude(email="").exclude(pk=user.pk)
    owner = next((other for other in others if mailbox and mailbox_of(other.email) == mailbox), None)
    return f"{owner} has this mailbox already: a person has one account." if owner else ""


def refusal_of_name(name: str, user: User) -> str:
    """Return why an account cannot have a name: one that looks like another's would deceive who reads the record."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in name if letter.isalpha()}
    if len(scripts) > 1:
        return "The name has letters of several alphabets, which look alike."
    others = User.objects.exclude(pk=user.pk).values_list("username", flat=True)
    alike = next((other for other in others if _plain(other) == _plain(name)), None)
    return f"The name is too much like {alike}." if alike else ""


def _plain(name: str) -> str:
    """Return a name without case, accents, signs and invisible characters."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in decomposed if sign.isalnum())


def access_of(user: User) -> str:
    """Return what an account may do now, in words."""
    user.refresh_from_db()
    held = ", ".join(sorted(role.name for role in user.groups.all())) or "none"
    return f"Now: roles {held}; access to the panel: {_yes(user.is_staff)}; active: {_yes(user.is_active)}."


def _yes(value: bool) -> str:  # noqa: FBT001 - it is what is put in words
    return "yes" if value else "no"


def propose_removal(user: User, *, by: User, now: datetime) -> AccountChange:
    """Propose to remove lost second factors; the proposal that waits already, if there is one.

    Raises:
        AccountChangeError: if it is one's own account, or it has none.
    """
    if user == by:
        raise AccountChangeError(
            "Your own second factors are removed on the page for them, or by two others."
        )
    if not SecondFactor.objects.filter(user=user).exists():
        raise AccountChangeError(f"{user} has no second factor.")
    change, _ = AccountChange.objects.get_or_create(
        user=user,
        kind=AccountChange.Kind.FACTOR,
        accepted=None,
        defaults={"proposed_by": by, "proposed_at": now},
    )
    return change


def confirmed_address(user: User) -> str:
    """Return the account's address if the last link that was accepted was sent there; else nothing."""
    last = AccountChange.objects.filter(user=user, kind=AccountChange.Kind.ACCESS, accepted=True).first()
    return user.email if last and user.email and last.email == user.email else ""


@transaction.atomic
def propose_access(user: User, *, by: User, now: datetime, email: str = "") -> str:
    """Propose access with a new password; `email` is where the link will be sent, if it is.

    Returns:
        The path of the one-time link, below that of the panel, for the person whose account it is.

    Raises:
        AccountChangeError: if it is one's own account.
    """
    if user == by:
        raise AccountChangeError("Your own password is changed on the page for it.")
    AccountChange.objects.filter(user=user, kind=AccountChange.Kind.ACCESS, accepted=None).delete()
    change = AccountChange.objects.create(
        user=user, kind=AccountChange.Kind.ACCESS, proposed_by=by, proposed_at=now, email=email
    )
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}/{AccessTokens(change).make_token(user)}/"


def link_was_handed_over(user: User) -> None:
    """Take the address off the proposal: the message was not sent, and its maker has seen the link."""
    AccountChange.objects.filter(user=user, kind=AccountChange.Kind.ACCESS, accepted=None).update(email="")


def open_access(user: User) -> AccountChange | None:
    """Return the proposal under which the account's person may set a password now."""
    return AccountChange.objects.filter(
        user=user, kind=AccountChange.Kind.ACCESS, accepted=None, password_set_at=None
    ).first()


@transaction.atomic
def password_was_set(user: User, *, now: datetime) -> None:
    """Close the account, whose password has been set through a link, until a second administrator accepts."""
    AccountChange.objects.filter(user=user, kind=AccountChange.Kind.ACCESS, accepted=None).update(
        password_set_at=now
    )
    User.objects.filter(pk=user.pk).update(is_active=False)


@transaction.atomic
def decide(change: AccountChange, *, by: User, accept: bool, now: datetime) -> AccountChange:
    """Accept or refuse a proposal.

    Raises:
        AccountChangeError: if it is decided already, the person is its proposer or accepts for the own account, or no
            password has been set yet.
    """
    change = AccountChange.objects.select_for_update().get(pk=change.pk)
    if change.accepted is not None:
        raise AccountChangeError("The change has been decided already.")
    if is_same_person(by, change.proposed_by):
        raise AccountChangeError("A second administrator decides: not the one who proposed the change.")
    if accept and is_same_person(by, change.user):
        raise AccountChangeError("A change of one's own account is accepted by somebody else.")
    if accept and change.kind == AccountChange.Kind.ACCESS and change.password_set_at is None:
        raise AccountChangeError("The person has not used the link yet.")
    change.decided_by, change.decided_at, change.accepted = by, now, accept
    change.save()
    if accept and change.role is not None:
        change.user.groups.add(change.role)
        follow_roles(change.user)
    elif accept and change.kind == AccountChange.Kind.FACTOR:
        remove_all(change.user)
    elif accept:
        User.objects.filter(pk=change.user_id).update(is_active=True)
    return change
