"""The page that leads to the charts, the scenario, the forecast, and to what is reported from the participants."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.charts import TITLES, figure_of
from dashboard.forecast import shown
from dashboard.page import page_of
from ratification.readiness.stages import readiness_of
from treaty.models import Measure


def explore(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what can be explored; pages without data so far come last, folded."""
    page = page_of(request, slug, readiness_of)
    reports = [each for each in page.view.found if not each.derived]
    assistance = [each for each in reports if each.measure.theme == Measure.Theme.ASSISTANCE]
    context = {
        "page": page,
        "charts": TITLES.items(),
        "forecast": shown(page.view),
        "compared": figure_of(page.view, "same-age"),
        "reports": len(reports),
        "assistance": len(assistance),
    }
    return render(request, "dashboard/explore.html", {"current": "explore", **context})
