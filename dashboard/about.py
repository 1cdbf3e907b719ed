"""About the data: its sources, how it is made and cited, and whether the depositary agrees."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.page import page_of
from ratification.depositary.agreement import agreement_of
from ratification.record import selectors
from ratification.record.evaluation import clause_of


def about(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain the data."""
    page = page_of(request, slug, selectors.extract_of)
    entries = Counter(entry.source_id for entry in page.view.entries)
    context = {
        "page": page,
        "sources": [
            (source, entries[source.pk]) for source in page.treaty.sources.order_by("confidence", "title")
        ],
        "clause": clause_of(page.treaty),
    }
    return render(request, "dashboard/about.html", {"current": "about", **context})


def depositary(request: HttpRequest, slug: str) -> HttpResponse:
    """Compare the record as it stands now with the depositary's last list."""
    page = page_of(request, slug, selectors.extract_of)
    context = {"page": page, "agreement": agreement_of(page.treaty)}
    return render(request, "dashboard/depositary.html", {"current": "depositary", **context})
