"""Read replica (DATABASE_REPLICA_URL) for the public pages and the API.

Only anonymous GET and HEAD requests outside the panel read from it; the panel, the ledger, the jobs and the commands
never do. A replica lags by moments, so each request compares its version of the records with the primary's, and reads
from the primary until the replica has come up with it: no response is older than what was published when it was asked
for. While the replica does not answer, or late, the primary replaces it; while the primary does not, the replica serves
what it has, which names its revision. A request during which a database goes away is answered from the other one, and
one that hangs is left after LONGEST_SECONDS.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from common.deadlines import Deadlines
from config.middleware.errors import DATABASE_AWAY
from ratification.status.version import site_version

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 2.0
"""Time after which a query of a public request counts as not answered."""
SLOW_SECONDS = 0.5
"""Time after which the version of the replica comes too late: the primary would have answered by then."""

_use_replica: ContextVar[bool] = ContextVar("use_replica", default=False)
_is_public: ContextVar[bool] = ContextVar("is_public", default=False)
_deadlines = Deadlines(LONGEST_SECONDS)


class _Database:
    """One of the two databases, and until when it is not asked because it did not answer."""

    def __init__(self, alias: str, retry_seconds: float) -> None:
        self.alias, self._retry_seconds = alias, retry_seconds
        self._away_until = 0.0
        self._lock = threading.Lock()

    def version(self) -> str | None:
        """Return the version of all records; None while the database does not answer, or late."""
        if self._away_until and not self._is_tried():
            return None
        began = time.monotonic()
        try:
            with _deadlines.within(_driver_of(connections[self.alias])):
                found = site_version(self.alias)
        except Error as error:
            self.leave(f"does not answer ({error})")
            return None
        if self.alias == "replica" and time.monotonic() - began > SLOW_SECONDS:
            self.leave("answers late")
            return None
        self._away_until = 0.0
        return found

    def leave(self, why: str) -> None:
        """Go without the database for a while."""
        logger.warning("The database %r %s; going without it for a while.", self.alias, why)
        self._away_until = time.monotonic() + self._retry_seconds
        connections[self.alias].close()

    def _is_tried(self) -> bool:
        """Return whether this request is to try a database that was away: one at a time does."""
        with self._lock:
            now = time.monotonic()
            if now < self._away_until:
                return False
            self._away_until = now + self._retry_seconds
            return True


_replica = _Database("replica", 10.0)
# Asked again soon: what is published once it is back must not be missing.
_primary = _Database("default", 1.0)


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
    if "replica" not in settings.DATABASES:
        return get_response
    connection_created.connect(_limit_queries)

    def answer(request: HttpRequest, *, replica: bool) -> HttpResponse:
        token = _use_replica.set(replica)
        try:
            return get_response(request)
        finally:
            _use_replica.reset(token)

    def read(request: HttpRequest) -> HttpResponse:
        if not _only_reads(request):
            return answer(request, replica=False)
        token = _is_public.set(True)
        try:
            replica = _replica_serves()
            response = answer(request, replica=replica)
            if request.META.pop(DATABASE_AWAY, False):
                (_replica if replica else _primary).leave("went away within a request")
                if (other := _replica_serves()) != replica:
                    response = answer(request, replica=other)
            return response
        finally:
            _is_public.reset(token)

    return read


def _only_reads(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not request.path_info.startswith(f"/{settings.ADMIN_PATH}")
    )


def _replica_serves() -> bool:
    """Return whether the replica answers and has what the primary has, or the primary does not answer."""
    # Asked in this order: what the primary has not published by then, the replica did not lack.
    replicated = _replica.version()
    return replicated is not None and _primary.version() in {replicated, None}


def _limit_queries(connection: BaseDatabaseWrapper, **_signal: object) -> None:
    """Give the queries of public requests on a new connection a limit."""
    if _limited not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _limited)  # Django takes its own away from the end


def _limited(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: ANN401, FBT001 - Django's signature
    if not _is_public.get():
        return execute(sql, params, many, context)
    with _deadlines.within(_driver_of(context["connection"])):
        return execute(sql, params, many, context)


def _driver_of(connection: Any) -> Any:  # noqa: ANN401 - Django's wrapper, psycopg2's connection
    """Return psycopg2's connection, None where there is none (yet)."""
    return connection.connection if connection.vendor == "postgresql" else None
