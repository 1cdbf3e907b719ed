"""Error pages: 503 while the database does not answer, 500 for all other uncaught exceptions."""

import json
import logging
import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views import defaults

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10
"""Value of Retry-After while the database is away."""

_AWAY = "The record cannot be read at this moment. Nothing is lost, and no figure is shown rather than a doubtful one."
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Back in a moment</title>
<h1>Back in a moment</h1>
<p>{detail} Please try again in a few seconds.</p>
</html>
"""


def server_error(request: HttpRequest) -> HttpResponse:
    """Handle an uncaught exception: 503 with Retry-After while the database is away, else 500."""
    if is_away(sys.exc_info()[1]):
        return unavailable(request)
    try:
        return defaults.server_error(request)
    except Exception:
        logger.exception("The page for errors could not be shown either.")
        return HttpResponse(
            "Something is wrong here; it has been noted.\n", status=500, content_type="text/plain"
        )


def is_away(error: BaseException | None) -> bool:
    """Return whether an exception means that the database does not answer.

    A connection that breaks within a query can surface as the plain base class, which has no other meaning.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def unavailable(request: HttpRequest, detail: str = _AWAY, seconds: int = RETRY_SECONDS) -> HttpResponse:
    """Return the documented 503: a problem document (RFC 9457) under /api/, a page elsewhere."""
    if request.path_info.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": "Service Unavailable",
            "status": 503,
            "detail": f"{detail} Try again in a few seconds.",
        }
        response = HttpResponse(json.dumps(problem), status=503, content_type="application/problem+json")
    else:
        response = HttpResponse(_PAGE.format(detail=detail), status=503)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response
