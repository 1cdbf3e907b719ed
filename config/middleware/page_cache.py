"""Cache of whole public responses, each with the version of the records that it shows.

The key names the day of each depositary, the code, and the request's host, URL (which names the language),
representation, and whether htmx sent it. The head that is stored under it names the treaties that the response rests
on (`ratification.record.reach`) and their version, read before anything that the response shows. It is served only
while that is the version still, for which one query asks. So nothing is ever invalidated: a publication, by any
process, moves the version of its treaty in its own transaction, and leaves what rests on others as it is. A response
that is not cached is computed by one request, while other requests for it wait: those of the same process above the
budgets, those of other processes below them, so that a response that waits for its turn in one process can be computed
by another that has one free. A conditional request needs only the head, which is stored apart from the body: no view
runs, and no body is read.

Never cached: responses to methods other than GET, to requests with a session, or in the panel; errors and redirects;
responses that set a cookie or forbid it (`no-store`, `no-cache`, `private`); bodies larger than MAX_BYTES.
"""

import gzip
import hashlib
import re
import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date
from prometheus_client import Counter

from common.budget import PREPARES, TURNS
from config.prepared import AskedCounts
from ratification.record import reach
from ratification.record.kept import present_span
from ratification.status import version
from states import naming
from treaty.legal_days import timezones
from treaty.models import legal_day

Handler = Callable[[HttpRequest], HttpResponse]

MAX_BYTES = 1_000_000
"""Size of the largest body that is cached."""
LEVEL = 5
"""How hard a body is compressed: a quarter less time than zlib's usual 6 takes, and 2% more bytes."""
WAIT_SECONDS = 5.0
"""Time that a request waits for another one that computes the same response, before it does so itself."""
POLL_SECONDS = 0.02
"""Interval at which it looks for the response."""
LOCK_SECONDS = 30
"""Lifetime of a lock, for the case that its holder dies."""
CODE = (
    "api",
    "common",
    "config",
    "dashboard",
    "embeds",
    "locale",
    "panel",
    "ratification",
    "states",
    "templates",
    "treaty",
)
"""Folders whose code and texts make the responses."""
ANSWERS = Counter(
    "tracker_answers", "Public responses: unchanged (304), kept (cached), made (computed).", ["how"]
)

_HEADERS_OF_304 = {"Cache-Control", "ETag", "Last-Modified", "Vary"}  # RFC 9110, 15.4.5
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_FOR_THE_VIEW = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_ACCEPT_DATETIME")
_FORBIDDEN = re.compile(r"\b(no-store|no-cache|private)\b")
_BEGUN = "tracker.version_begun"
"""The version when a request began, in its environment, where no client can write."""
_OUTDATED = "tracker.outdated"
"""The head that was no longer right when the request looked for it: it is not going to be."""
_COMPUTES = "tracker.computes"
"""What computes and caches the response, in the environment of a request on its way through the budgets."""
_TEXT = re.compile(r"text/|application/json|[+/]xml|\+json")
_UNCHANGED, _KEPT, _MADE = (ANSWERS.labels(how) for how in ("unchanged", "kept", "made"))


class CachedHead(NamedTuple):
    """A response without its body.

    `modified` is Last-Modified in seconds, if the response has it. With `packs` the body is stored compressed, and
    unpacked for clients that do not take gzip. `version` is that of the `treaties` that it rests on, of what is
    published of them and of the `parts` beside it.
    """

    headers: dict[str, str]
    modified: int | None
    packs: bool
    treaties: Sequence[int] | None = None
    parts: Sequence[str] = ()
    version: str = ""

    def unchanged(self, request: HttpRequest) -> HttpResponse | None:
        """Return 304 if the request is conditional and its client has this response, else None."""
        if not any(name in request.META for name in _CONDITIONS):
            return None
        response: HttpResponse | None = get_conditional_response(request, self.headers["ETag"], self.modified)
        if response is not None:
            for name in _HEADERS_OF_304 & self.headers.keys():
                response.headers[name] = self.headers[name]
            _UNCHANGED.inc()
        return response

    def response(self, body: bytes, *, packed: bool) -> HttpResponse:
        """Return the response in full."""
        response = HttpResponse(body, headers=self.headers)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
            response.headers["ETag"] = f"W/{self.headers['ETag'].removeprefix('W/')}"
        response.headers["Content-Length"] = str(len(body))
        return response


def cached_responses(get_response: Handler) -> Handler:
    """Middleware: return the cached response, or compute and cache it."""
    if settings.DEBUG or not settings.ANSWERS_SECONDS:
        raise MiddlewareNotUsed("Every response is computed.")
    cache = _ResponseCache(get_response)
    excluded = (f"/{settings.ADMIN_PATH}", f"/{settings.STATIC_URL.lstrip('/')}")

    def answer(request: HttpRequest) -> HttpResponse:
        meta = request.META
        if (
            request.method not in {"GET", "HEAD"}
            or request.path_info.startswith(excluded)
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or any(name in meta for name in _FOR_THE_VIEW)
        ):
            return get_response(request)
        key = cache.key(request)
        found = cache.find(key, request)
        if found is not None:
            return found
        # HEAD is answered as GET would be, so that the headers are the same, ETag included; the server omits the body.
        asked, request.method = request.method, "GET"
        try:
            return cache.fill(key, request)
        finally:
            request.method = asked

    return answer


def computed_once(get_response: Handler) -> Handler:
    """Middleware below the budgets: compute what is missing in the cache, once in all processes, and cache it."""

    def answer(request: HttpRequest) -> HttpResponse:
        compute: Callable[[HttpRequest, Handler], HttpResponse] | None = request.META.pop(_COMPUTES, None)
        return compute(request, get_response) if compute else get_response(request)

    return answer


class _ResponseCache:
    """Store of responses: `key:head`, its body (`key:gzip`, `key:plain`), and `key:lock` while one is computed.

    A body names its version, too: a later one takes the place of an earlier one, and of its file.
    """

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response
        self._cache = caches["answers"]
        self._asked = AskedCounts()
        self._running: dict[str, threading.Event] = {}
        self._code = _code_digest()
        self._timezones = lru_cache(maxsize=8)(_timezones_at)

    def key(self, request: HttpRequest) -> str:
        """Return the key of the response, whatever the record's version."""
        meta = request.META
        path = request.path_info
        now = timezone.now()
        parts = (
            self._code,
            *(legal_day(zone, now).isoformat() for zone in self._timezones(present_span())),
            f"{request.scheme}://{request.get_host()}{path}?{meta.get('QUERY_STRING', '')}",
            request.headers.get(_varying_header(path), ""),
        )
        return hashlib.blake2b("\n".join(parts).encode(errors="surrogateescape"), digest_size=20).hexdigest()

    def find(self, key: str, request: HttpRequest) -> HttpResponse | None:
        """Return the cached response, or 304 if its client has it already; None if it is not cached.

        One query where it is there, and not outdated by the last look; raises DatabaseError as that does.
        """
        kept = self._cache.get(f"{key}:head")
        if not isinstance(kept, dict) or kept.keys() != set(CachedHead._fields):
            return None
        head = CachedHead(**kept)
        if head == request.META.get(_OUTDATED):
            return None
        now = version.version_of(head.treaties, head.parts)
        # A request that waited while more was published gets the version of its beginning, or a later one.
        if head.version not in {now, request.META.setdefault(_BEGUN, now)}:
            request.META[_OUTDATED] = head
            return None
        unchanged = head.unchanged(request)
        if unchanged is not None:
            self._note(request)
            return unchanged
        packed = head.packs and _takes_gzip(request)
        body = self._body(key, "gzip" if packed else "plain", head.version)
        if body is None and head.packs and not packed and (small := self._body(key, "gzip", head.version)):
            body = gzip.decompress(small)
            self._cache.set(f"{key}:plain", [head.version, body])
        if body is None:
            return None
        _KEPT.inc()
        self._note(request)
        return head.response(body, packed=packed)

    def _body(self, key: str, form: str, expected: str) -> bytes | None:
        """Return the body of a version; None where it is not cached, or another version's is."""
        cached, body = self._cache.get(f"{key}:{form}") or ("", None)
        return body if cached == expected else None

    def _note(self, request: HttpRequest) -> None:
        """Count the request, unless it is made only to have the answer made."""
        if PREPARES not in request.META:
            self._asked.note(request, _varying_header(request.path_info))

    def fill(self, key: str, request: HttpRequest) -> HttpResponse:
        """Have the response computed, or wait for another request of this process, without a look at the cache."""
        request.META[_COMPUTES] = partial(self._compute_once, key)
        if PREPARES in request.META:
            return self._get_response(request)
        done = threading.Event()
        running = self._running.setdefault(key, done)
        if running is done:
            try:
                return self._get_response(request)
            finally:
                del self._running[key]
                done.set()
        running.wait(WAIT_SECONDS)
        return self.find(key, request) or self._get_response(request)

    def _compute_once(self, key: str, request: HttpRequest, view: Handler) -> HttpResponse:
        """Compute the response, or wait for another process that computes it; nothing where nobody waits for it."""
        lock = f"{key}:lock"
        if not self._cache.add(lock, 1, LOCK_SECONDS):
            if PREPARES in request.META:
                return HttpResponse(status=204)
            return self._wait(key, lock, request) or self._compute(key, request, view)
        try:
            return self.find(key, request) or self._compute(key, request, view)
        finally:
            self._cache.delete(lock)

    def _wait(self, key: str, lock: str, request: HttpRequest) -> HttpResponse | None:
        """Return what another process computes, for which no turn is needed; None where it does not come.

        It is not cacheable then, too slow, or there is no cache at all.
        """
        TURNS.give_up()
        until = time.monotonic() + WAIT_SECONDS
        while True:
            # The lock is read before the response: its holder stores the response before it releases the lock.
            held = self._cache.get(lock)
            found = self.find(key, request)
            if found is not None:
                return found
            if not held or time.monotonic() > until:
                TURNS.take_again()
                return None
            time.sleep(POLL_SECONDS)

    def _compute(self, key: str, request: HttpRequest, view: Handler) -> HttpResponse:
        """Run the view without the request's conditions, cache the response, and apply the conditions to it."""
        _MADE.inc()
        conditions = {name: request.META.pop(name) for name in _CONDITIONS if name in request.META}
        stored = version.site_version()
        naming.begin(stored.rpartition(" ")[2])  # the edition of the reference data
        with reach.noted() as noted:
            response = view(request)
        request.META.update(conditions)
        if not _is_cacheable(response):
            return response
        self._note(request)
        body = response.content
        head = _head_of(response, request.path_info)._replace(
            treaties=noted.treaties, parts=sorted(noted.parts), version=version.version_noted(noted, stored)
        )
        packed = False
        if len(body) <= MAX_BYTES:
            packed = head.packs and _takes_gzip(request)
            small = gzip.compress(body, LEVEL, mtime=0) if head.packs else b""
            self._cache.set(f"{key}:{'gzip' if head.packs else 'plain'}", [head.version, small or body])
            body = small if packed else body
        self._cache.set(f"{key}:head", head._asdict())
        return head.unchanged(request) or head.response(body, packed=packed)


def _timezones_at(_span: int) -> list[str]:
    """Return the time zones in which days pass for the treaties, besides that of the site; one query a minute."""
    return sorted({settings.TIME_ZONE, *timezones()})


def _is_cacheable(response: HttpResponse) -> bool:
    return (
        response.status_code == 200  # noqa: PLR2004 - HTTP
        and not response.streaming
        and not response.cookies
        and not _FORBIDDEN.search(response.get("Cache-Control", ""))
    )


def _head_of(response: HttpResponse, path: str) -> CachedHead:
    """Return the head of a response, completed with ETag and Vary."""
    if "ETag" not in response:
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    patch_vary_headers(response, ["Accept-Encoding", _varying_header(path)])
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    modified = parse_http_date(headers["Last-Modified"]) if "Last-Modified" in headers else None
    return CachedHead(headers, modified, packs=_TEXT.search(headers["Content-Type"]) is not None)


def _varying_header(path: str) -> str:
    """Return the request header that chooses the representation."""
    return "Accept" if path.startswith("/api/") else "HX-Request"


_NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)
"""A weight of nought: not acceptable (RFC 9110, 12.4.2)."""


def _takes_gzip(request: HttpRequest) -> bool:
    accepted = request.META.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and not _NO_GZIP.search(accepted)


@lru_cache(maxsize=1)
def _code_digest() -> str:
    """Return a digest of the code, so that a release uses no response of the release before."""
    digest = hashlib.sha256(str(getattr(staticfiles_storage, "manifest_hash", "")).encode())
    for folder in CODE:
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*.*")):
            if path.suffix in {".html", ".po", ".py", ".txt"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()
