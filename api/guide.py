"""Web pages of the API: its description, and the guide (docs/api.md and the pages that it leads to)."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from markdown_it import MarkdownIt
from rest_framework.exceptions import MethodNotAllowed

from api.problems import refuse

DOCS = Path(settings.BASE_DIR) / "docs"
PAGES = ("api.md", "api-changes.md", "verify.md")
TABLES = ("api-queries.csv",)


def _page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page the manners of the API's resources: it only reads, and refuses in problem documents.

    Without a form there is nothing for the check of forms to protect, which would refuse before the page does.
    """

    @csrf_exempt
    @wraps(view)
    def shown(request: HttpRequest, **path: str) -> HttpResponse:
        try:
            if request.method == "OPTIONS":
                response = HttpResponse(status=204)
            elif request.method in {"GET", "HEAD"}:
                return view(request, **path)
            else:
                response = refuse(MethodNotAllowed(request.method or ""), request)
        except Http404 as error:
            return refuse(error, request)
        response["Allow"] = "GET, HEAD, OPTIONS"
        return response

    return shown


@_page
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description."""
    return render(request, "api/docs.html")


@_page
def guide(request: HttpRequest, page: str = "api.md") -> HttpResponse:
    """Show a page of the guide, or send a table that it leads to."""
    if page in TABLES:
        return HttpResponse((DOCS / page).read_bytes(), content_type="text/csv; charset=utf-8")
    if page not in PAGES:
        raise Http404(f"The guide has the pages {', '.join(PAGES)}.")
    text = (DOCS / page).read_text(encoding="utf-8")
    html = MarkdownIt("commonmark").enable("table").render(text)
    title = text.partition("\n")[0].removeprefix("# ")
    context = {"title": title, "text": mark_safe(html)}  # noqa: S308 - files of the project
    response = render(request, "api/guide.html", context)
    response["Cache-Control"] = "public, max-age=3600"
    return response
