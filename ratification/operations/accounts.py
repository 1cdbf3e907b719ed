"""Changes of accounts that take two administrators: roles that allow to publish or to administer, and access.

Who could give a role alone, or set another person's password, could act as author and as reviewer, and publish alone.
So a role of that kind waits for a second administrator. A password is set by its person through a one-time link, and
the account stays closed until a second administrator accepts: the one who made the link could have used it.
"""

from datetime import datetime

from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import Q
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from ratification.models import AccountChange


class AccountChangeError(Exception):
    """A refused change of an account; the message says why."""


class AccessTokens(PasswordResetTokenGenerator):
    """Tokens of one proposal: those of an earlier one, which somebody else may have made, are void."""

    def __init__(self, change: AccountChange) -> None:
        super().__init__()
        self._change = change.pk

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{self._change}"


def is_guarded(role: Group) -> bool:
    """Return whether a role allows to publish entries, or to change accounts."""
    publishes = Q(codename__startswith="review_")
    administers = Q(content_type__app_label="auth", codename__in=["add_user", "change_user", "change_group"])
    return role.permissions.filter(publishes | administers).exists()


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


@transaction.atomic
def propose_access(user: User, *, by: User, now: datetime) -> str:
    """Propose access with a new password.

    Returns:
        The path of the one-time link, below that of the panel, for the person whose account it is.

    Raises:
        AccountChangeError: if it is one's own account.
    """
    if user == by:
        raise AccountChangeError("Your own password is changed on the page for it.")
    AccountChange.objects.filter(user=user, kind=AccountChange.Kind.ACCESS, accepted=None).delete()
    change = AccountChange.objects.create(
        user=user, kind=AccountChange.Kind.ACCESS, proposed_by=by, proposed_at=now
    )
    return f"{urlsafe_base64_encode(force_bytes(user.pk))}/{AccessTokens(change).make_token(user)}/"


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
    if by.pk == change.proposed_by_id:
        raise AccountChangeError("A second administrator decides: not the one who proposed the change.")
    if accept and by.pk == change.user_id:
        raise AccountChangeError("A change of one's own account is accepted by somebody else.")
    if accept and change.kind == AccountChange.Kind.ACCESS and change.password_set_at is None:
        raise AccountChangeError("The person has not used the link yet.")
    change.decided_by, change.decided_at, change.accepted = by, now, accept
    change.save()
    if accept and change.role is not None:
        change.user.groups.add(change.role)
    elif accept:
        User.objects.filter(pk=change.user_id).update(is_active=True)
    return change
