"""How much anybody may ask in a minute: by address, or by a partner's token."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed

from ratification import partners

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit in this minute; `left` is negative when too much was asked."""

    limit: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        """Return the headers of the answer."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(self.left, 0)),
            "RateLimit-Reset": str(self.seconds),
        }


def spend(request: HttpRequest, *, now: datetime) -> Allowance:
    """Count one request of whoever asks, in minutes of the clock.

    Raises:
        AuthenticationFailed: for a token that is not known or was revoked.
    """
    who, limit = _asker(request, now)
    minute, second = divmod(int(now.timestamp()), MINUTE)
    key = f"api-limit:{who}:{minute}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        used = cache.incr(key) or 1  # a cache that is away counts nobody, and nobody is refused
    except ValueError:  # evicted between the two calls: this is the first request that is remembered
        used = 1
    return Allowance(limit, limit - used, MINUTE - second)


def _asker(request: HttpRequest, now: datetime) -> tuple[str, int]:
    given = request.headers.get("Authorization")
    if given is None:
        return f"address:{request.META.get('REMOTE_ADDR', '')}", settings.API_LIMIT
    scheme, _, token = given.partition(" ")
    holder = partners.holder_of(token.strip(), now=now) if scheme.lower() == "bearer" else None
    if holder is None:
        raise AuthenticationFailed("Send a valid token as Authorization: Bearer, or none at all.")
    return f"partner:{holder.pk}", settings.API_PARTNER_LIMIT
