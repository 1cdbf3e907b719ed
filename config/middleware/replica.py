"""A read replica (DATABASE_REPLICA_URL) for those who only read: the public pages and the API.

A replica lags by moments. That is harmless to a reader, whose answer names the revision that it belongs to; it is not
to somebody who has just written. So only anonymous GET and HEAD requests outside the panel read from it; the panel, the
ledger, the jobs and the commands never do. While the replica does not answer, the primary takes over.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10
"""How long a replica that did not answer is left alone."""

_may_lag: ContextVar[bool] = ContextVar("may_lag", default=False)
_left_alone_until = 0.0


class Router:
    """Sends reads to the replica where the request may read from it; everything else goes to the primary."""

    def db_for_read(self, _model: object, **_hints: object) -> str:
        """Return the connection to read from."""
        return "replica" if _may_lag.get() else "default"

    def db_for_write(self, _model: object, **_hints: object) -> str:
        """Return the connection to write to."""
        return "default"

    def allow_relation(self, _one: object, _other: object, **_hints: object) -> bool:
        """Both connections lead to the same rows."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: object) -> bool:
        """Migrations run on the primary alone and reach the replica as everything does."""
        return db == "default"


def lagging_reads(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: let anonymous reads use the replica, where one is configured and answers."""

    def read(request: HttpRequest) -> HttpResponse:
        token = _may_lag.set(_only_reads(request) and _answers())
        try:
            return get_response(request)
        finally:
            _may_lag.reset(token)

    return read if "replica" in settings.DATABASES else get_response


def _only_reads(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path_info.startswith(f"/{settings.ADMIN_PATH}")
    )


def _answers() -> bool:
    global _left_alone_until  # noqa: PLW0603 - one fact for the whole process: the replica is away
    if time.monotonic() < _left_alone_until:
        return False
    try:
        with connections[
            "replica"
        ].cursor():  # the first of a request asks whether the connection still lives
            pass
    except DatabaseError:
        logger.warning("The replica does not answer; reading from the primary for a while.", exc_info=True)
        _left_alone_until = time.monotonic() + RETRY_SECONDS
        return False
    return True
