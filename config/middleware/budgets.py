"""Budgets: what costs much is done for a few at a time, and the others are told to ask again.

The days and revisions that can be asked for are without number, so their answers are seldom found in the cache: one
visitor may hold half of the threads of a process with them, and all together leave one thread free.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from common.budget import Budget, BusyError
from config.middleware.errors import unavailable

COMPUTATIONS = Budget(settings.COMPUTATIONS, of_one=max(1, settings.COMPUTATIONS - 1))
"""Places in one process, which serves four requests at a time."""
CHOSEN = frozenset({"as_of", "revision", "deposits"})
"""Parameters whose values are without number."""
RETRY_SECONDS = 2
"""Value of Retry-After."""
_BUSY = "Much is being computed at this moment, and this would take long. What was computed before is shown at once."


class Budgets:
    """Middleware below the cache: compute a few answers at a time; answer the documented 503 beyond a budget."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._panel = f"/{settings.ADMIN_PATH}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Compute the answer if there is a place."""
        if CHOSEN.isdisjoint(request.GET) or request.path_info.startswith(self._panel):
            return self._get_response(request)
        try:
            with COMPUTATIONS.place(request.META.get("REMOTE_ADDR", "")):
                return self._get_response(request)
        except BusyError:
            return _busy(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view that has found its budget used up."""
        return _busy(request) if isinstance(exception, BusyError) else None


def _busy(request: HttpRequest) -> HttpResponse:
    return unavailable(request, _BUSY, RETRY_SECONDS)
