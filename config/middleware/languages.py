"""The language of a response: that of its address alone, so that caches need no header to tell copies apart.

Who comes from elsewhere to a page at a plain address is led to it in the language chosen before, or, the first time,
in that of the browser. Going from a page in one language to one in another is the choice, which a cookie keeps.
Permalinks, the API, the embeds, files and feeds lead nowhere else.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, get_language_from_request, override

from common.languages import code_of, path_in

_CLOCKS = ("as_of", "revision")
_SHOWN = {200, 304}
_KEPT_SECONDS = 365 * 24 * 60 * 60


class AddressLanguage(LocaleMiddleware):
    """LocaleMiddleware above the cache of responses: without `Vary: Accept-Language`, and with the choice kept."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language of the address, and leave the thread in the language that it had."""
        with override(code_of(request.path_info)):
            response = _first_visit(request) or super().__call__(request)
            assert isinstance(response, HttpResponseBase)  # noqa: S101 - the synchronous handler's; an asset is a stream
            return response

    def process_request(self, request: HttpRequest) -> None:
        """Name the language of the address, in which the request is answered already; no header is asked."""
        request.LANGUAGE_CODE = get_language() or settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        """Keep the language to which the reader has gone over."""
        if not _reads_pages(request) or response.status_code not in _SHOWN:
            return response
        code = code_of(request.path_info)
        before = _page_before(request)
        if before and code_of(before) != code and _is_page(request):
            _keep(response, code)
        return response


def _first_visit(request: HttpRequest) -> HttpResponse | None:
    """Lead a reader who comes from elsewhere to the same page in the reader's language; None to answer here."""
    if (
        request.method != "GET"
        or not _reads_pages(request)
        or get_language() != settings.LANGUAGE_CODE
        or _page_before(request)
        or any(request.GET.get(clock) for clock in _CLOCKS)
    ):
        return None
    code = get_language_from_request(request)  # the cookie's, else the browser's
    if code == settings.LANGUAGE_CODE or not _is_page(request):
        return None
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(path_in(request.path, code) + (f"?{query}" if query else ""))
    _keep(response, code)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page_before(request: HttpRequest) -> str:
    """Return the path of the page of this site from which the reader comes; empty for one from elsewhere."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # anybody can send a text that is no address
        return ""
    return before.path if before.netloc == request.META.get("HTTP_HOST") else ""


def _reads_pages(request: HttpRequest) -> bool:
    """Whether it may be a browser that asks for a page: the cheap question, before any address is resolved."""
    return "text/html" in request.META.get("HTTP_ACCEPT", "") and request.path_info.endswith("/")


def _is_page(request: HttpRequest) -> bool:
    """Whether the address that a browser asks for is that of a page, not of a file or a feed."""
    try:
        return resolve(request.path_info).namespace == "dashboard"
    except Resolver404:
        return False


def _keep(response: HttpResponse, code: str) -> None:
    """Set the cookie of the choice on a response that then is for this reader alone."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=_KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    response.headers.pop("Cache-Control", None)
    patch_cache_control(response, private=True, max_age=0)
