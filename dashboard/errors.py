"""Error pages for requests that cannot be answered."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what in the address cannot be understood; other refusals stay silent about their reason."""
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, "400.html", {"reason": reason}, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what there is not, where the view said it; the panel's are Django's own words, for programmers."""
    said = type(exception) is Http404 and not request.path_info.startswith(f"/{settings.ADMIN_PATH}")
    return render(request, "404.html", {"reason": str(exception) if said else ""}, status=404)
