"""URLs of the API, version 1. Lists have the suffixes .csv and .xlsx too, all resources .json."""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter
from rest_framework.urlpatterns import format_suffix_patterns

from api import (
    actors,
    downloads,
    feeds,
    forecast,
    guide,
    index,
    readiness,
    records,
    statements,
    territories,
    texts,
    treaty_facts,
)


class CodeConverter(StringConverter):
    """A participant's code, as in ISO 3166-1 alpha-3."""

    regex = "[A-Z0-9]{3}"


register_converter(CodeConverter, "code")
app_name = "api"
FORMATS = ["metadata.json", "json", "csv", "xlsx", "atom", "zip", "jsonl", "jsonld"]

resources = [
    # What is asked for most stands first, since Django tries one address after the other.
    path("treaties/<slug:slug>/status/", records.StatusOf.as_view()),
    path("treaties/<slug:slug>/participants/", records.StandingsOf.as_view()),
    path("", index.Index.as_view()),
    path("problems/", index.Problems.as_view()),
    path("treaties/", texts.Treaties.as_view()),
    path("treaties/<slug:slug>/", texts.OneTreaty.as_view()),
    path("treaties/<slug:slug>/participants/<code:iso3>/", records.StandingOf.as_view()),
    path("treaties/<slug:slug>/actions/", records.ActionsOf.as_view()),
    path("treaties/<slug:slug>/statements/", statements.StatementsOf.as_view()),
    path("treaties/<slug:slug>/facts/", treaty_facts.TreatyFactsOf.as_view()),
    path("treaties/<slug:slug>/territories/", territories.TerritoriesOf.as_view()),
    path("treaties/<slug:slug>/windows/", records.WindowsOf.as_view()),
    path("treaties/<slug:slug>/changes/", feeds.ChangesOf.as_view()),
    path("treaties/<slug:slug>/changes/feed/", feeds.FeedOf.as_view()),
    path("treaties/<slug:slug>/dataset/", downloads.DatasetOf.as_view()),
    path("treaties/<slug:slug>/record/", downloads.RecordOf.as_view()),
    path("treaties/<slug:slug>/forecast/", forecast.ForecastOf.as_view()),
    path("treaties/<slug:slug>/scenario/", readiness.ScenarioOn.as_view()),
    path("treaties/<slug:slug>/measures/", readiness.MeasuresOf.as_view()),
    path("treaties/<slug:slug>/reports/", readiness.ReportsOf.as_view()),
    path("treaties/<slug:slug>/stages/", readiness.StagesOf.as_view()),
    path("treaties/<slug:slug>/corrections/", readiness.CorrectionsOf.as_view()),
    path("treaties/<slug:slug>/chapters/", texts.Chapters.as_view()),
    path("treaties/<slug:slug>/articles/", texts.Articles.as_view()),
    path("treaties/<slug:slug>/articles/<int:number>/", texts.OneArticle.as_view()),
    path("treaties/<slug:slug>/texts/", texts.OfficialTexts.as_view()),
    path("treaties/<slug:slug>/interpretative-notes/", texts.InterpretativeNotes.as_view()),
    path("participants/", actors.Participants.as_view()),
    path("participants/<code:iso3>/", actors.OneParticipant.as_view()),
    path("groups/", actors.Groups.as_view()),
    path("groups/<slug:slug>/", actors.OneGroup.as_view()),
]
urlpatterns = [
    *format_suffix_patterns(resources, allowed=FORMATS),
    path("schema/", index.Description.as_view()),
    path("docs/", guide.docs),
    path("guide/", guide.guide),
    path("guide/<str:page>", guide.guide),
    re_path(r"^.*/$", index.UnknownAddress.as_view()),
]
