"""Tokens of partner sites. Only their digests are stored."""

import hashlib
import secrets
from datetime import datetime

from ratification.models import PartnerToken

PREFIX = "tst_"


def issue(name: str, *, now: datetime) -> tuple[PartnerToken, str]:
    """Issue a token.

    Returns:
        The row, and the token itself, which can be read here and never again.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    return PartnerToken.objects.create(name=name, digest=_digest(token), created_at=now), token


def holder_of(token: str, *, now: datetime) -> PartnerToken | None:
    """Return the row of a token and note the day of its use; None for an unknown or revoked token.

    A random token of 256 bits needs no slow hash: there is nothing to guess.
    """
    found = PartnerToken.objects.filter(digest=_digest(token), revoked_at__isnull=True).first()
    if found is not None and found.last_used_on != now.date():
        PartnerToken.objects.filter(pk=found.pk).update(last_used_on=now.date())
    return found


def revoke(token: PartnerToken, *, now: datetime) -> None:
    """Revoke a token; idempotent."""
    PartnerToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
