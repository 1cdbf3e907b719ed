"""Territories on a day, with the State responsible for each, and whether the treaty has been extended to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.page import page_of
from ratification.record import selectors
from ratification.record.statements import statements_of
from ratification.record.territories import territories_of


def territories(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the territories that the record knows."""
    page = page_of(request, slug, selectors.extract_of)
    context = {"page": page, "territories": territories_of(page.view, statements_of(page.view))}
    return render(request, "dashboard/territories.html", {"current": "territories", **context})
