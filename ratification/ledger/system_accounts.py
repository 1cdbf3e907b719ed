"""Accounts that stand for programs in the ledger."""

from django.contrib.auth.models import User


def system_user(username: str, meaning: str) -> User:
    """Return the account that stands for a program in the ledger; it cannot sign in."""
    user, new = User.objects.get_or_create(
        username=username, defaults={"first_name": meaning, "is_active": False}
    )
    if new:
        user.set_unusable_password()
        user.save()
    return user
