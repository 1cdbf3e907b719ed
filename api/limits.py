"""Rate limit of the API for each minute, by client address or partner token.

Requests answered from the cache count too: partners plan by the headers of the limit, and a request must not cost more
or less because another client has asked the same before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed

from api import problems
from api.problems import Problem
from common.budget import PREPARES
from ratification.partners import tokens as partners

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """Rest of a limit in this minute; `left` is negative beyond the limit."""

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


def counted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: count requests of the API, refuse those beyond the limit, and set the RateLimit headers."""

    def count(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/") or PREPARES in request.META:
            return get_response(request)
        try:
            allowance = spend(request, now=timezone.now())
        except AuthenticationFailed as error:
            return problems.refuse(error, request)
        if allowance.left < 0:
            detail = f"The limit is {allowance.limit} requests a minute."
            wait = allowance.seconds
            response = problems.refuse(Problem("too-many-requests", 429, detail, wait=wait), request)
        else:
            response = get_response(request)
        for name, value in allowance.headers().items():
            response[name] = value
        return response

    return count


def spend(request: HttpRequest, *, now: datetime) -> Allowance:
    """Count one request of a client, in minutes of the clock.

    Raises:
        AuthenticationFailed: for a token that is not known or was revoked.
    """
    who, limit = _asker(request, now)
    minute, second = divmod(int(now.timestamp()), MINUTE)
    key = f"api-limit:{who}:{minute}"
    try:
        used = cache.incr(key) or 1  # without a cache, no request is counted and none is refused
    except ValueError:  # the first of this minute
        used = 1
        cache.add(key, used, timeout=2 * MINUTE)
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
