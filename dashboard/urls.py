"""The addresses of the pages: the Convention's at the root, every other treaty's under its own name."""

from django.conf import settings
from django.urls import URLPattern, include, path

from dashboard.about import about, depositary
from dashboard.assistance import assistance
from dashboard.calendar import calendar, calendar_file
from dashboard.card_files import card_file
from dashboard.changes import changes, changes_atom, changes_json, corrections
from dashboard.charts import chart_file, charts, one_chart
from dashboard.compare import compare
from dashboard.convention import article, claims, convention
from dashboard.cooperation import pair, partners
from dashboard.explore import explore
from dashboard.follow import confirm, end, follow, manage
from dashboard.forecast import forecast
from dashboard.glossary import glossary
from dashboard.overview import overview
from dashboard.participant import participant
from dashboard.participants import participants, participants_file
from dashboard.readiness import measure, readiness
from dashboard.reuse import reuse
from dashboard.scenario import scenario
from dashboard.statements import statement
from dashboard.territories import territories
from dashboard.treaties import treaties
from dashboard.workbench import statements

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
    path("compare/", compare, name="compare"),
    path("explore/", explore, name="explore"),
    path("calendar/", calendar, name="calendar"),
    path("calendar.ics", calendar_file, name="calendar_file"),
    path("changes/", changes, name="changes"),
    path("changes.atom", changes_atom, name="changes_atom"),
    path("changes.json", changes_json, name="changes_json"),
    path("corrections/", corrections, name="corrections"),
    path("about/", about, name="about"),
    path("about/depositary/", depositary, name="depositary"),
    path("about/glossary/", glossary, name="glossary"),
    path("about/reuse/", reuse, name="reuse"),
    path("about/reuse/card.<slug:suffix>", card_file, name="card"),
    path("claims/", claims, name="claims"),
    path("convention/", convention, name="convention"),
    path("articles/<int:number>/", article, name="article"),
    path("territories/", territories, name="territories"),
    path("statements/", statements, name="statements"),
    path("statements/<int:number>/", statement, name="statement"),
    path("readiness/", readiness, name="readiness"),
    path("readiness/assistance/", assistance, name="assistance"),
    path("readiness/<slug:measure>/", measure, name="measure"),
    path("scenario/", scenario, name="scenario"),
    path("forecast/", forecast, name="forecast"),
    path("follow/", follow, name="follow"),
]

app_name = "dashboard"
# The pattern with the default comes last, so that addresses are made from it first.
urlpatterns = [
    path("follow/confirm/<str:token>/", confirm, name="follow_confirm"),
    path("follow/manage/<str:token>/", manage, name="follow_manage"),
    path("follow/end/<str:token>/", end, name="follow_end"),
    path("treaties/", treaties, name="treaties"),
    path("treaties/<slug:slug>/", include(PAGES)),
    path("", include(PAGES), {"slug": settings.ROOT_TREATY}),
]
