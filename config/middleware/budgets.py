"""Budgets: what costs much is done for a few at a time, and the others are told to ask again.

The days and revisions that can be asked for are without number, so their answers are seldom found in the cache: of
these a few are computed or wait, for one visitor all but one. Whatever is computed, with a day or without, is charged
to the visitor for whom it is: beyond a share of the processor the others go first. And of all that is computed, two run
at a time while the others wait for their turn: more would only share the one interpreter, and what the cache holds,
which costs nothing, would have to wait for all of them.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from common.budget import PREPARES, TURNS, Budget, BusyError, Shares
from config.middleware.errors import unavailable

COMPUTATIONS = Budget(settings.COMPUTATIONS, of_one=max(1, settings.COMPUTATIONS - 1))
"""Places in one process for days and revisions; more are told to ask again."""
TURN_SECONDS = 20
"""Longest wait for a turn."""
SHARES = Shares()
CHOSEN = frozenset({"as_of", "revision", "deposits"})
"""Parameters whose values are without number."""
RETRY_SECONDS = 2
"""Value of Retry-After."""
_SPENT = gettext_lazy(
    "Much has been computed for your address in a short while. What was computed before is shown at once."
)
_BUSY = gettext_lazy(
    "Much is being computed at this moment, and this would take long. What was computed before is shown at once."
)


class Budgets:
    """Middleware below the cache: compute a few answers at a time; answer the documented 503 beyond a budget."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._free = tuple(f"/{path.lstrip('/')}" for path in (settings.ADMIN_PATH, settings.STATIC_URL))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Compute the answer if there is a place, and the visitor has a share left."""
        if request.path_info.startswith(self._free) or PREPARES in request.META:
            return self._get_response(request)
        address = request.META.get("REMOTE_ADDR", "")
        at_once, part = settings.VISITOR_SECONDS, settings.VISITOR_SHARE
        try:
            with SHARES.spend(network(address), at_once=at_once, part=part):
                return self._in_turn(request, address)
        except BusyError:
            return unavailable(request, _SPENT, RETRY_SECONDS)

    def _in_turn(self, request: HttpRequest, address: str) -> HttpResponse:
        """Compute the answer when it is its turn; about another day or revision in one of the places for that."""
        place = nullcontext() if CHOSEN.isdisjoint(request.GET) else COMPUTATIONS.place(address)
        try:
            with place, TURNS.turn(TURN_SECONDS):
                return self._get_response(request)
        except BusyError:
            return _busy(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view that has found its budget used up."""
        return _busy(request) if isinstance(exception, BusyError) else None


@lru_cache(maxsize=1024)
def network(address: str) -> str:
    """Return what one visitor has of addresses: of IPv6 a whole network, any of whose addresses may be used next."""
    try:
        found = ip_address(address)
    except ValueError:
        return address  # of a socket in the file system
    return str(int(found) >> 64) if isinstance(found, IPv6Address) and not found.ipv4_mapped else address


def _busy(request: HttpRequest) -> HttpResponse:
    return unavailable(request, _BUSY, RETRY_SECONDS)
