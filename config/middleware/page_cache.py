"""Whole answers, kept: what anybody may see is computed once for each state of the record, and compressed once.

The key names everything that an answer follows from: the state of what is stored (`ratification.status.version`: one
query), the day, the code, and the request: host, address, form, and whether htmx asks. So nothing is ever
invalidated: a publication, by whichever process, moves the state, and the answers of the state before are not asked
for again. An answer that is not kept is computed by one request, while others that want the same wait for it. A
conditional request needs only the head, which is kept apart from the body: no view runs, and no body is read.

What is never kept: answers to other methods than GET, to requests with a session, in the panel; refusals and
redirects; what sets a cookie or forbids it (`no-store`, `no-cache`, `private`); bodies larger than LARGEST.
"""

import gzip
import hashlib
import re
import time
from collections.abc import Callable
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

from ratification.status import version as inputs

Handler = Callable[[HttpRequest], HttpResponse]

LARGEST = 1_000_000
"""Bytes of a body that is kept."""
WAIT_SECONDS = 5.0
"""How long a request waits for another one that computes the same, before it does so itself."""
LOOK_SECONDS = 0.005
"""How often it looks."""
LOCK_SECONDS = 30
"""When a lock falls whose holder died."""
CODE = (
    "api",
    "common",
    "config",
    "dashboard",
    "embeds",
    "panel",
    "ratification",
    "states",
    "templates",
    "treaty",
)
"""Folders whose code answers."""
ANSWERS = Counter("tracker_answers", "Answers that anybody may see: unchanged, kept, made.", ["how"])

_OF_UNCHANGED = {"Cache-Control", "ETag", "Last-Modified", "Vary"}  # RFC 9110, 15.4.5
_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_FOR_THE_VIEW = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
_FORBIDDEN = re.compile(r"\b(no-store|no-cache|private)\b")
_TEXT = re.compile(r"text/|application/json|[+/]xml|\+json")
_UNCHANGED, _KEPT, _MADE = (ANSWERS.labels(how) for how in ("unchanged", "kept", "made"))


class Head(NamedTuple):
    """An answer without its body.

    `modified` is its Last-Modified in seconds, where it has one. `packs` says that the body is kept compressed, and
    unpacked for who wants it so.
    """

    headers: dict[str, str]
    modified: int | None
    packs: bool

    def unchanged(self, request: HttpRequest) -> HttpResponse | None:
        """Return 304 where the request is conditional and its reader has this answer already, else None."""
        if not any(name in request.META for name in _CONDITIONS):
            return None
        response: HttpResponse | None = get_conditional_response(request, self.headers["ETag"], self.modified)
        if response is not None:
            for name in _OF_UNCHANGED & self.headers.keys():
                response.headers[name] = self.headers[name]
            _UNCHANGED.inc()
        return response

    def response(self, body: bytes, *, packed: bool) -> HttpResponse:
        """Return the answer in full."""
        response = HttpResponse(body, headers=self.headers)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
            response.headers["ETag"] = f"W/{self.headers['ETag'].removeprefix('W/')}"
        response.headers["Content-Length"] = str(len(body))
        return response


def kept(get_response: Handler) -> Handler:
    """Middleware: give the answer that is kept, or compute and keep it."""
    if settings.DEBUG or not settings.ANSWERS_SECONDS:
        raise MiddlewareNotUsed("Every answer is computed.")
    shelf = _Shelf(get_response)
    elsewhere = (f"/{settings.ADMIN_PATH}", f"/{settings.STATIC_URL.lstrip('/')}")

    def answer(request: HttpRequest) -> HttpResponse:
        meta = request.META
        if (
            request.method not in {"GET", "HEAD"}
            or request.path_info.startswith(elsewhere)
            or settings.SESSION_COOKIE_NAME in request.COOKIES
            or any(name in meta for name in _FOR_THE_VIEW)
        ):
            return get_response(request)
        key = shelf.key(request)
        found = shelf.find(key, request)
        if found is not None:
            return found
        # A view may leave out the body of an answer to HEAD.
        return get_response(request) if request.method == "HEAD" else shelf.fill(key, request)

    return answer


class _Shelf:
    """Where the answers stand: under `key:head`, `key:gzip`, `key:plain`; `key:lock` while one is computed."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response
        self._cache = caches["answers"]
        self._code = _code()

    def key(self, request: HttpRequest) -> str:
        """Name the answer. One query; raises DatabaseError as that does."""
        meta = request.META
        path = request.path_info
        parts = (
            self._code,
            inputs.site_version(),
            timezone.now().date().isoformat(),
            f"{request.scheme}://{request.get_host()}{path}?{meta.get('QUERY_STRING', '')}",
            request.headers.get(_form(path), ""),
        )
        return hashlib.blake2b("\n".join(parts).encode(errors="surrogateescape"), digest_size=20).hexdigest()

    def find(self, key: str, request: HttpRequest) -> HttpResponse | None:
        """Return the answer, or 304 where its reader has it already; None if it is not there."""
        head: Head | None = self._cache.get(f"{key}:head")
        if head is None:
            return None
        unchanged = head.unchanged(request)
        if unchanged is not None:
            return unchanged
        packed = head.packs and _takes_gzip(request)
        body = self._cache.get(f"{key}:gzip" if packed else f"{key}:plain")
        if body is None and head.packs and not packed and (small := self._cache.get(f"{key}:gzip")):
            body = gzip.decompress(small)
            self._cache.set(f"{key}:plain", body)
        if body is None:
            return None
        _KEPT.inc()
        return head.response(body, packed=packed)

    def fill(self, key: str, request: HttpRequest) -> HttpResponse:
        """Compute the answer, unless another request is at it: then wait for that one."""
        lock, begun = f"{key}:lock", time.monotonic()
        while not self._cache.add(lock, 1, LOCK_SECONDS):
            # Asked before looking: whoever gives the lock back has put the answer there.
            held = self._cache.get(lock)
            found = self.find(key, request)
            if found is not None:
                return found
            # Not to be kept, too slow, or no cache at all.
            if not held or time.monotonic() - begun > WAIT_SECONDS:
                return self._make(key, request)
            time.sleep(LOOK_SECONDS)
        try:
            return self.find(key, request) or self._make(key, request)
        finally:
            self._cache.delete(lock)

    def _make(self, key: str, request: HttpRequest) -> HttpResponse:
        _MADE.inc()
        # The view is to answer in full: the condition is this request's own, the answer everybody's.
        conditions = {name: request.META.pop(name) for name in _CONDITIONS if name in request.META}
        response = self._get_response(request)
        request.META.update(conditions)
        if (
            response.status_code != 200  # noqa: PLR2004 - HTTP
            or response.streaming
            or response.cookies
            or _FORBIDDEN.search(response.get("Cache-Control", ""))
        ):
            return response
        body = response.content
        if "ETag" not in response:
            response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        patch_vary_headers(response, ["Accept-Encoding", _form(request.path_info)])
        headers = {name: value for name, value in response.items() if name != "Content-Length"}
        modified = parse_http_date(headers["Last-Modified"]) if "Last-Modified" in headers else None
        head = Head(headers, modified, packs=_TEXT.search(headers["Content-Type"]) is not None)
        packed = head.packs and _takes_gzip(request) and len(body) <= LARGEST
        if len(body) <= LARGEST:
            small = gzip.compress(body, 6, mtime=0) if head.packs else b""
            self._cache.set(f"{key}:gzip" if head.packs else f"{key}:plain", small or body)
            body = small if packed else body
        self._cache.set(f"{key}:head", head)
        return head.unchanged(request) or head.response(body, packed=packed)


def _form(path: str) -> str:
    """Name the header that chooses the form of an answer."""
    return "Accept" if path.startswith("/api/") else "HX-Request"


def _takes_gzip(request: HttpRequest) -> bool:
    return "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")


def _code() -> str:
    """Name the code that answers, so that a release asks for nothing that the one before has kept."""
    digest = hashlib.sha256(str(getattr(staticfiles_storage, "manifest_hash", "")).encode())
    for folder in CODE:
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*.*")):
            if path.suffix in {".py", ".html"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()
