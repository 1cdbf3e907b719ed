"""Errors: 503 while the database does not answer, 500 for all other uncaught exceptions, 400 for malformed requests.

Below /api/ they are problem documents (RFC 9457), elsewhere pages.
"""

import logging
import sys

from django.core.exceptions import BadRequest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy
from django.views import defaults

from api.problems import Problem, respond
from common.languages import current
from common.messages import Text
from dashboard import errors as pages

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10
"""Value of Retry-After while the database is away."""
DATABASE_AWAY = "tracker.database_away"
"""Mark of a request that is answered with 503 because a database did not answer."""

_AWAY = gettext_lazy(
    "The record cannot be read at this moment. Nothing is lost, and no figure is shown rather than a doubtful one."
)
_PAGE = """<!doctype html>
<html lang="{language.tag}" dir="{language.direction}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{heading}</title>
<h1>{heading}</h1>
<p>{detail} {again}</p>
</html>
"""


def server_error(request: HttpRequest) -> HttpResponse:
    """Handle an uncaught exception: 503 with Retry-After while the database is away, else 500."""
    if is_away(sys.exc_info()[1]):
        request.META[DATABASE_AWAY] = True
        return unavailable(request)
    if _of_api(request):
        return _refused(request, Problem("internal-error", 500, "Asking again may not help."))
    try:
        return defaults.server_error(request)
    except Exception:
        logger.exception("The page for errors could not be shown either.")
        return HttpResponse(
            "Something is wrong here; it has been noted.\n", status=500, content_type="text/plain"
        )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle a request that Django refuses: an unknown host, a malformed header, an address that cannot be read."""
    if not _of_api(request):
        return pages.bad_request(request, exception)
    reason = (
        str(exception) if isinstance(exception, BadRequest) else "Its host or one of its headers is refused."
    )
    return _refused(request, Problem("malformed-request", 400, reason))


def is_away(error: BaseException | None) -> bool:
    """Return whether an exception means that the database does not answer.

    A connection that breaks within a query can surface as the plain base class, which has no other meaning.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def unavailable(request: HttpRequest, detail: Text = _AWAY, seconds: int = RETRY_SECONDS) -> HttpResponse:
    """Return the documented 503: a problem document (RFC 9457) under /api/, a page elsewhere."""
    if _of_api(request):
        problem = Problem("unavailable", 503, f"{detail} Try again in a few seconds.", wait=seconds)
        response = _refused(request, problem)
    else:
        page = _PAGE.format(
            language=current(),
            heading=gettext("Back in a moment"),
            detail=detail,
            again=gettext("Please try again in a few seconds."),
        )
        response = HttpResponse(page, status=503)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def _of_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    response = respond(problem, request)
    response["Cache-Control"] = "no-store"
    return response
