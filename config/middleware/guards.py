"""Middleware that stands before all views: trusted proxies, refused requests, networks of the panel, closed answers."""

import re
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
)

from config.environment import Network

READING = ("GET", "HEAD", "OPTIONS")

_FOLLOW = re.compile(r"/([a-z-]+/)?(treaties/[-\w]+/)?follow/")
"""Addresses at which followers subscribe, and those behind the links of their mail."""

Handler = Callable[[HttpRequest], HttpResponse]

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


def within(address: str, networks: list[Network]) -> bool:
    """Return whether an IP address lies in one of the networks; False for text that is not an IP address."""
    parsed = _parsed(address) if networks else None
    return parsed is not None and any(parsed in network for network in networks)


def trusted_proxies(get_response: Handler) -> Handler:
    """Middleware: use X-Forwarded-* from the proxies in TRUSTED_PROXIES, and remove it from all other requests.

    Behind such a proxy REMOTE_ADDR becomes the client's address as the outermost of them saw it. The headers of other
    clients must not deceive the HTTPS redirect, the rate limits and the allow-lists.
    """

    def guard(request: HttpRequest) -> HttpResponse:
        meta = request.META
        if within(meta.get("REMOTE_ADDR", ""), settings.TRUSTED_PROXIES):
            hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            outside = [hop for hop in hops if not within(hop, settings.TRUSTED_PROXIES)]
            # Where a proxy wrote something that is no address, the proxy's own address stays: anybody can have written
            # what stands further left.
            if outside and _parsed(outside[-1]):
                meta["REMOTE_ADDR"] = outside[-1]
            removed = [name for name in _FORWARDED if name != "HTTP_X_FORWARDED_PROTO"]
        else:
            removed = list(_FORWARDED)
        for name in removed:
            meta.pop(name, None)
        return get_response(request)

    return guard


def closed_answers(get_response: Handler) -> Handler:
    """Middleware: close answers that are made before the site's own policy: refusals, probes, pages of errors.

    They load nothing, stand in no frame, and are what their type says. An answer without content (304) changes no
    header of what the visitor has.
    """

    def guard(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Content-Security-Policy" not in response and response.status_code != HTTPStatus.NOT_MODIFIED:
            response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
            response["X-Content-Type-Options"] = "nosniff"
        return response

    return guard


def sane_requests(get_response: Handler) -> Handler:
    """Middleware: reject oversized bodies, NUL characters, and writes outside the admin and subscriptions.

    413 for a body beyond LONGEST_BODY, 400 for a NUL character, which no database takes, 405 for a method that writes.
    The API rejects the latter two itself, with problem documents.
    """
    panel, api = f"/{settings.ADMIN_PATH}", "/api/"

    def guard(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > settings.LONGEST_BODY:
            return HttpResponse("The request is too large.\n", status=413, content_type="text/plain")
        if request.path_info.startswith(api):
            return get_response(request)
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("The address has a NUL character.\n", content_type="text/plain")
        subscribes = request.method == "POST" and _FOLLOW.match(request.path_info)
        if not (request.method in READING or subscribes or request.path_info.startswith(panel)):
            return HttpResponseNotAllowed(READING)
        return get_response(request)

    return guard


def admin_networks(get_response: Handler) -> Handler:
    """Middleware: hide the panel (404) from clients outside ADMIN_NETWORKS, if that is set."""
    prefix = f"/{settings.ADMIN_PATH}"

    def guard(request: HttpRequest) -> HttpResponse:
        hidden = settings.ADMIN_NETWORKS and request.path_info.startswith(prefix)
        if hidden and not within(request.META.get("REMOTE_ADDR", ""), settings.ADMIN_NETWORKS):
            return HttpResponseNotFound("Not found.\n", content_type="text/plain")
        return get_response(request)

    return guard


@lru_cache(maxsize=1024)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address.partition("%")[0])
    except ValueError:
        return None
