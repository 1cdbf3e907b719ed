"""Guide of the API: docs/api.md and the pages that it leads to, as web pages."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from rest_framework.exceptions import MethodNotAllowed

from api.problems import refuse

DOCS = Path(settings.BASE_DIR) / "docs"
PAGES = ("api.md", "api-changes.md", "verify.md")
TABLES = ("api-queries.csv",)


def guide(request: HttpRequest, page: str = "api.md") -> HttpResponse:
    """Show a page of the guide, or send a table that it leads to."""
    if request.method not in {"GET", "HEAD"}:
        return refuse(MethodNotAllowed(request.method or ""), request)
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
