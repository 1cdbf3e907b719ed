"""The answers that are most asked for, made again as soon as something was published, so that visitors find them made.

Web processes count what is asked for and share the counts in the cache of answers. After a publication a worker asks
the same questions through the same middleware, for a few seconds at most; what another process makes already is left
to it.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
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
"""Number of questions that a process counts at a time."""
SHARED = 200
"""Number of questions whose counts are shared."""
SHARE_SECONDS = 10
HALVES_IN = 600
"""Seconds after which half of a count is left: what was asked for long ago is forgotten."""
_KEY = "asked"
_DAY = 86_400


class AskedAddress(NamedTuple):
    """What makes an answer another one: the parts of its address, and the header that chooses the representation."""

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
        """Count a question that has an answer; `header` is the one that its answer varies by."""
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
        """Add this process's counts to those of all."""
        counts, self._counts = self._counts, Counter()
        now = time.monotonic()
        left, self._since = 0.5 ** ((now - self._since) / HALVES_IN), now
        total = Counter({question: count * left for question, count in _shared()})
        total.update(counts)
        most = [[*question, count] for question, count in total.most_common(SHARED)]
        caches["answers"].set(_KEY, most, _DAY)


def _shared() -> Iterator[tuple[AskedAddress, float]]:
    for *question, count in caches["answers"].get(_KEY) or ():
        yield AskedAddress(*question), count


def most_asked() -> list[AskedAddress]:
    """Return the questions that are asked most, the first of them first."""
    return [question for question, _count in _shared()][:ANSWERS]


class Preparation:
    """Preparation of answers in this process, one run at a time."""

    def __init__(self) -> None:
        self._handler: WSGIHandler | None = None
        self._running = threading.Lock()
        self._again = False

    def run(self) -> int:
        """Make the answers that are missing; return how many were asked for.

        One that is wanted during a run is added to it. Whoever asks for a run meanwhile need not wait.
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
            for question in most_asked():
                if time.monotonic() > until:
                    break
                self._handler.get_response(WSGIRequest(_environment(question)))
                asked += 1
        return asked


def _environment(question: AskedAddress) -> dict[str, Any]:
    """Return the environment of a request, as a web server would make it."""
    name, _, port = question.host.rpartition(":") if ":" in question.host else (question.host, "", "")
    header = f"HTTP_{question.header.upper().replace('-', '_')}"
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": question.path.encode().decode("latin-1"),
        "QUERY_STRING": question.query,
        "SERVER_NAME": name,
        "SERVER_PORT": port or ("443" if question.scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": question.host,
        "HTTP_ACCEPT_ENCODING": "gzip",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": question.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        PREPARES: True,
    } | ({header: question.value} if question.value else {})


PREPARATION = Preparation()
