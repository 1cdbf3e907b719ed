"""Read replica (DATABASE_REPLICA_URL) for the public pages and the API.

A replica lags by moments. That is harmless to readers, whose responses name their revision, but not to users who have
just written. So only anonymous GET and HEAD requests outside the panel read from it; the panel, the ledger, the jobs
and the commands never do. While the replica does not answer, the primary replaces it.
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
"""Time for which a replica that did not answer is not used."""

_use_replica: ContextVar[bool] = ContextVar("use_replica", default=False)
_unused_until = 0.0


class Router:
    """Database router: reads of anonymous requests go to the replica, everything else to the primary."""

    def db_for_read(self, _model: object, **_hints: object) -> str:
        """Return the connection to read from."""
        return "replica" if _use_replica.get() else "default"

    def db_for_write(self, _model: object, **_hints: object) -> str:
        """Return the connection to write to."""
        return "default"

    def allow_relation(self, _one: object, _other: object, **_hints: object) -> bool:
        """Permit all relations: both connections lead to the same rows."""
        return True

    def allow_migrate(self, db: str, _app_label: str, **_hints: object) -> bool:
        """Permit migrations on the primary only; replication brings them to the replica."""
        return db == "default"


def lagging_reads(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: let anonymous reads use the replica, if one is configured and answers."""

    def read(request: HttpRequest) -> HttpResponse:
        token = _use_replica.set(_only_reads(request) and _answers())
        try:
            return get_response(request)
        finally:
            _use_replica.reset(token)

    return read if "replica" in settings.DATABASES else get_response


def _only_reads(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path_info.startswith(f"/{settings.ADMIN_PATH}")
    )


def _answers() -> bool:
    global _unused_until  # noqa: PLW0603 - one fact for the whole process: the replica is away
    if time.monotonic() < _unused_until:
        return False
    try:
        with connections[
            "replica"
        ].cursor():  # the first of a request asks whether the connection still lives
            pass
    except DatabaseError:
        logger.warning("The replica does not answer; reading from the primary for a while.", exc_info=True)
        _unused_until = time.monotonic() + RETRY_SECONDS
        return False
    return True
