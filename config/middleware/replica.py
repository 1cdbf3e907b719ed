"""Read replica (DATABASE_REPLICA_URL) for the public pages and the API.

Only anonymous GET and HEAD requests outside the panel read from it; the panel, the ledger, the jobs and the commands
never do. A replica lags by moments, so each request compares its version of the records with the primary's, and reads
from the primary until the replica has come up with it: no response is older than what was published when it was asked
for. While the replica does not answer, the primary replaces it; while the primary does not, the replica serves what it
has, which names its revision.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from ratification.status.version import site_version

logger = logging.getLogger(__name__)

RETRY_SECONDS = 10
"""Time for which a database that did not answer is not asked."""

_use_replica: ContextVar[bool] = ContextVar("use_replica", default=False)
_away_until = {"replica": 0.0, "default": 0.0}


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
    """Middleware: let anonymous reads use the replica, if one is configured and has all that is published."""

    def read(request: HttpRequest) -> HttpResponse:
        token = _use_replica.set(_only_reads(request) and _replica_serves())
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


def _replica_serves() -> bool:
    """Return whether the replica answers and has what the primary has, or the primary does not answer."""
    # Asked in this order: what the primary has not published by then, the replica did not lack.
    replicated = _version("replica")
    return replicated is not None and _version("default") in {replicated, None}


def _version(database: str) -> str | None:
    """Return the version of all records in a database; None while it does not answer."""
    if time.monotonic() < _away_until[database]:
        return None
    try:
        return site_version(database)
    except DatabaseError:
        logger.warning(
            "The database %r does not answer; going without it for a while.", database, exc_info=True
        )
        _away_until[database] = time.monotonic() + RETRY_SECONDS
        return None
