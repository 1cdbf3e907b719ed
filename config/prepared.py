"""The answers that are most asked for, made again as soon as something was published, so that visitors find them made.

Web processes count what is asked for and share the counts in the cache of answers. After a publication a worker asks
for the same addresses through the same middleware, for a few seconds at most; what another process makes already is
left to it.
"""

import sys
import threading
import time
from collections import Counter
from io import BytesIO
from typing import Any, NamedTuple

from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.utils import translation

from common.budget import PREPARES

ANSWERS = 40
"""Number of answers that are prepared after a publication."""
SECONDS = 3.0
"""Longest time that it takes."""
COUNTED = 1000
"""Number of addresses that a process counts at a time."""
SHARED = 200
"""Number of addresses whose counts are shared."""
SHARE_SECONDS = 10
HALVES_IN = 600
"""Seconds after which half of a count is left: what was asked for long ago is forgotten."""
_KEY = "asked-for"
_DAY = 86_400


class AskedAddress(NamedTuple):
    """An address that was asked for, with the header that chooses the representation: each has an answer of its own."""

    scheme: str
    host: str
    path: str
    query: str
    header: str
    value: str


class AskedCounts:
    """Counts of what is asked for, by all processes."""

    def __init__(self) -> None:
        self._counts: Counter[AskedAddress] = Counter()
        self._since = time.monotonic()

    def note(self, request: HttpRequest, header: str) -> None:
        """Count a request that has an answer; `header` is the one that its answer varies by."""
        asked = AskedAddress(
            request.scheme or "http",
            request.get_host(),
            request.path_info,
            request.META.get("QUERY_STRING", ""),
            header,
            request.headers.get(header, ""),
        )
        self._counts[asked] += 1
        if len(self._counts) > COUNTED or time.monotonic() - self._since > SHARE_SECONDS:
            self.share()

    def share(self) -> None:
        """Add this process's counts to those of all, of which the half is left after each `HALVES_IN`."""
        counts, self._counts, self._since = self._counts, Counter(), time.monotonic()
        now = time.time()
        noted, shared = _shared()
        left = 0.5 ** (max(0.0, now - noted) / HALVES_IN)
        total = Counter({address: count * left for address, count in shared.items()})
        total.update(counts)
        most = [[*address, count] for address, count in total.most_common(SHARED)]
        caches["answers"].set(_KEY, [now, most], _DAY)


def _shared() -> tuple[float, dict[AskedAddress, float]]:
    """Return when counts were last shared, and the counts of all, the largest first."""
    noted, most = caches["answers"].get(_KEY) or (0.0, ())
    return noted, {AskedAddress(*address): count for *address, count in most}


def most_asked() -> list[AskedAddress]:
    """Return the addresses that are asked for most, the first of them first."""
    return list(_shared()[1])[:ANSWERS]


class Preparation:
    """Preparation of answers in this process, one run at a time."""

    def __init__(self) -> None:
        self._handler: WSGIHandler | None = None
        self._running = threading.Lock()
        self._again = False

    def run(self) -> int:
        """Make the answers that are missing; return how many were asked for.

        A run that is wanted during another is added to it, and the caller does not wait for it.
        """
        self._again = True
        asked = 0
        while self._again and self._running.acquire(blocking=False):
            try:
                self._again = False
                asked += self._once()
            finally:
                self._running.release()
        return asked

    def _once(self) -> int:
        self._handler = self._handler or WSGIHandler()
        until, asked = time.monotonic() + SECONDS, 0
        with translation.override(translation.get_language()):  # each answer sets its own
            for address in most_asked():
                if time.monotonic() > until:
                    break
                self._handler.get_response(WSGIRequest(_environment(address)))
                asked += 1
        return asked


def _environment(address: AskedAddress) -> dict[str, Any]:
    """Return the environment of a request, as a web server would make it."""
    name, _, port = address.host.rpartition(":") if ":" in address.host else (address.host, "", "")
    header = f"HTTP_{address.header.upper().replace('-', '_')}"
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address.path.encode().decode("latin-1"),
        "QUERY_STRING": address.query,
        "SERVER_NAME": name,
        "SERVER_PORT": port or ("443" if address.scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": address.host,
        "HTTP_ACCEPT_ENCODING": "gzip",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": address.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        PREPARES: True,
    } | ({header: address.value} if address.value else {})


PREPARATION = Preparation()
