"""CORS: pages of other sites may read what is public.

The headers are the same for every request. Were they sent to some origins only, caches would keep a copy for each site
that embeds something (`Vary: Origin`), and a copy made for a request without Origin would lack them.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_PUBLIC = re.compile(r"/(api|embed|oembed|\.well-known)/|.*\.(atom|csv|ics|json|png|svg|xlsx)$")
_READING = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "etag, last-modified, link, vary, content-disposition, repr-digest, "
    "retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, deprecation, sunset, memento-datetime, "
    "record-head, x-request-id",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    # The asterisk stands for all others but Authorization (Fetch, 3.3.4); browsers without it know those named.
    "Access-Control-Allow-Headers": "accept, accept-datetime, authorization, cache-control, content-type, if-match, "
    "if-modified-since, if-none-match, if-unmodified-since, pragma, traceparent, tracestate, x-requested-with, *",
    "Access-Control-Max-Age": "86400",
    "Content-Length": "0",
}


def public_reads(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer preflights, and let pages of other sites read public responses."""

    def answer(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if not _PUBLIC.match(path) or path.startswith(f"/{settings.ADMIN_PATH}"):
            return get_response(request)
        asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(headers=_PREFLIGHT) if asked else get_response(request)
        for name, value in _READING.items():
            response.headers[name] = value
        return response

    return answer
