"""The addresses of the API, version 1. A list also answers at its address with .csv or .xlsx, everything with .json."""

from django.urls import path, re_path
from rest_framework.urlpatterns import format_suffix_patterns

from ratification.api import actors, index, readiness, records, texts

FORMATS = ["json", "csv", "xlsx"]

resources = [
    path("", index.Index.as_view()),
    path("problems/", index.Problems.as_view()),
    path("treaties/", texts.Treaties.as_view()),
    path("treaties/<slug:slug>/", texts.OneTreaty.as_view()),
    path("treaties/<slug:slug>/status/", records.StatusOf.as_view()),
    path("treaties/<slug:slug>/participants/", records.StandingsOf.as_view()),
    path("treaties/<slug:slug>/participants/<str:iso3>/", records.StandingOf.as_view()),
    path("treaties/<slug:slug>/actions/", records.ActionsOf.as_view()),
    path("treaties/<slug:slug>/windows/", records.WindowsOf.as_view()),
    path("treaties/<slug:slug>/changes/", records.ChangesOf.as_view()),
    path("treaties/<slug:slug>/scenario/", readiness.ScenarioOn.as_view()),
    path("treaties/<slug:slug>/chapters/", texts.Chapters.as_view()),
    path("treaties/<slug:slug>/articles/", texts.Articles.as_view()),
    path("treaties/<slug:slug>/articles/<int:number>/", texts.OneArticle.as_view()),
    path("participants/", actors.Participants.as_view()),
    path("participants/<str:iso3>/", actors.OneParticipant.as_view()),
    path("groups/", actors.Groups.as_view()),
    path("groups/<slug:slug>/", actors.OneGroup.as_view()),
]
urlpatterns = [
    *format_suffix_patterns(resources, allowed=FORMATS),
    path("schema/", index.Description.as_view()),
    path("docs/", index.Docs.as_view()),
    re_path(r"^.*/$", index.Nowhere.as_view()),
]
