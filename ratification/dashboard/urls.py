"""The addresses of the pages: the Convention's at the root, every other treaty's under its own name."""

from django.urls import URLPattern, include, path

from ratification.dashboard.charts import chart_file, charts, one_chart
from ratification.dashboard.convention import article, convention
from ratification.dashboard.cooperation import pair, partners
from ratification.dashboard.overview import overview
from ratification.dashboard.participant import participant
from ratification.dashboard.participants import participants, participants_file
from ratification.dashboard.scenario import scenario

ROOT_TREATY = "hanoi"

PAGES: list[URLPattern] = [
    path("", overview, name="overview"),
    path("participants/", participants, name="participants"),
    path("participants/<slug:suffix>", participants_file, name="participants_file"),
    path("participants/<str:iso3>/", participant, name="participant"),
    path("charts/", charts, name="charts"),
    path("charts/<slug:chart>/", one_chart, name="chart"),
    path("charts/<slug:chart>.<slug:suffix>", chart_file, name="chart_file"),
    path("participants/<str:iso3>/cooperation/", partners, name="partners"),
    path("participants/<str:iso3>/cooperation/<str:other>/", pair, name="pair"),
    path("convention/", convention, name="convention"),
    path("articles/<int:number>/", article, name="article"),
    path("scenario/", scenario, name="scenario"),
]

# The pattern with the default comes last, so that addresses are made from it first.
urlpatterns = [
    path("treaties/<slug:slug>/", include(PAGES)),
    path("", include(PAGES), {"slug": ROOT_TREATY}),
]
