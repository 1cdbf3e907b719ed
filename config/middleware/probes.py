"""Health probes: /healthz for this process alone, /readyz for everything that it needs.

Load balancers ask /healthz: a process that answers can serve, and pages are served without queue, worker or scheduler.
Monitors ask /readyz, which is 503 while anything is missing, and names it. Both answer under any host name, since
probes use addresses, and before the redirect to HTTPS.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils import timezone

from config import site_state
from config.celery import app
from config.middleware import metrics
from config.middleware.guards import within
from ratification.operations.heartbeat import LATE_AFTER

Handler = Callable[[HttpRequest], HttpResponse]

AHEAD = "Recorded at a moment that is still to come: the clock was ahead, or is behind now."
LEAST_FREE = 10_000_000
"""Bytes of the disk below which publications are about to fail: SQLite's log alone grows to 4 MB."""
LEAST_FILES = 100
"""Files that the disk has still room for, below which the queue's messages are about to fail."""
LONGEST_WAIT = timedelta(seconds=60)
"""Time within which a publication shows in the stored status."""
OLDEST_STATUS = timedelta(hours=25)
"""Age at which a status counts as missed: each is computed anew every day."""


def probes(get_response: Handler) -> Handler:
    """Middleware: answer /healthz to all clients, /readyz and /metrics to those within OPERATOR_NETWORKS."""
    inside: dict[str, Handler] = {"/readyz": readyz, "/metrics": metrics.metrics_text}

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        probe = inside.get(request.path_info)
        if probe is None:
            return get_response(request)
        networks = settings.OPERATOR_NETWORKS
        if networks and not within(request.META.get("REMOTE_ADDR", ""), networks):
            return HttpResponseNotFound("Not found.\n", content_type="text/plain")
        return probe(request)

    return answer


def readyz(_request: HttpRequest) -> HttpResponse:
    """Return the result of each check, with 200 if all are good, else 503."""
    checks = check(timezone.now())
    ready = all(result["ok"] for result in checks.values())
    return JsonResponse(
        {"ready": ready, "checks": checks},
        status=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


def check(now: datetime) -> dict[str, dict[str, Any]]:
    """Return for each part whether it is `ok`, and the problem. Ages are in seconds."""
    return {"broker": _broker(), **_disk(), **_database(now)}


def _disk() -> dict[str, dict[str, Any]]:
    """Check the folder that the embedded shape writes to; in production the database has a disk of its own."""
    if connection.vendor != "sqlite":
        return {}
    disk = os.statvfs(settings.VAR_DIR)
    free = disk.f_bavail * disk.f_frsize
    if free < LEAST_FREE or (disk.f_files and disk.f_favail < LEAST_FILES):
        full = f"The disk of {settings.VAR_DIR} is full" + (" of files." if free >= LEAST_FREE else ".")
        return {"disk": {"ok": False, "free": free, "problem": full}}
    for path in (
        settings.VAR_DIR,
        Path(settings.DATABASES["default"]["NAME"]),
        settings.QUEUE_DIR / "messages",
    ):
        if path.exists() and not os.access(path, os.W_OK):
            return {"disk": {"ok": False, "free": free, "problem": f"{path} cannot be written."}}
    return {"disk": {"ok": True, "free": free}}


def _broker() -> dict[str, Any]:
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=3)
    except Exception as error:  # noqa: BLE001 - each transport fails in its own way; all of them mean the same here
        return {"ok": False, "problem": f"The queue does not answer: {error}"}
    return {"ok": True}


def _database(now: datetime) -> dict[str, dict[str, Any]]:
    try:
        found = site_state.read(now)
    except DatabaseError as error:
        problem = str(error).strip().splitlines()[0]
        return {"database": {"ok": False, "problem": f"The database does not answer: {problem}"}}
    result: dict[str, dict[str, Any]] = {"database": {"ok": True}}
    for name, age in found.heartbeats.items():
        result[name] = {"ok": age is not None and 0 <= age <= LATE_AFTER.total_seconds(), "age": age}
        if age is None:
            result[name]["problem"] = "Never seen at work."
        elif age < 0:
            result[name]["problem"] = AHEAD
    ages = [treaty.status_age for treaty in found.treaties if treaty.status_age is not None]
    oldest = max(ages, default=None)
    behind = [treaty.slug for treaty in found.treaties if treaty.behind]
    overdue = any(
        treaty.behind
        and (treaty.revision_age is None or abs(treaty.revision_age) > LONGEST_WAIT.total_seconds())
        for treaty in found.treaties
    )
    result["recompute"] = {
        "ok": oldest is not None
        and oldest <= OLDEST_STATUS.total_seconds()
        and min(ages) >= 0
        and not overdue,
        "age": oldest,
        "behind": behind,
    }
    if ages and min(ages) < 0:
        result["recompute"]["problem"] = AHEAD
    return result
