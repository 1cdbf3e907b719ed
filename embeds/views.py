"""Views of the embeds. Each shows its date, links to the record, and may be framed by any page."""

import hashlib
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import override
from django.views.decorators.clickjacking import xframe_options_exempt

from common.budget import Budget
from embeds import images
from embeds.asking import EmbedQuestion, read_request
from embeds.colours import colours_of
from embeds.map_image import NOTICE, PlaceMark
from embeds.map_image import world_map as drawn_map
from embeds.words import COUNTED, LANGUAGES
from ratification.charts.renderer import RENDERER
from ratification.rules.dates import Span
from states.models import Participant
from states.naming import is_english, name_of, placer

CACHED = "public, max-age=300, stale-while-revalidate=3600"
WORD_OF = {
    "party": "party",
    "contracting": "contracting_one",
    "signatory": "signatory",
    "withdrawn": "withdrawn",
}
"""The statuses shown, in order, and the phrase for each."""

DRAWINGS = Budget(2)
"""Pictures of one process at a time: one is drawn while another waits for the process that draws."""

View = Callable[..., HttpResponse]
Framed = Callable[..., HttpResponseBase]


def embeddable(view: View) -> Framed:
    """Answer in the language that is asked for; allow framing by any page, and caching."""

    @wraps(view)
    def answered(request: HttpRequest, slug: str) -> Any:  # noqa: ANN401 - Django's answer to a condition
        with override(LANGUAGES.get(request.GET.get("lang", ""), settings.LANGUAGE_CODE)):
            response = view(request, slug)
        response["Cache-Control"] = CACHED
        response["ETag"] = etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        return get_conditional_response(request, etag, None, response)

    shown: Any = answered
    framed: Framed = csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(shown))
    return framed


@embeddable
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the count toward entry into force and the three numbers."""
    question = read_request(request, slug)
    document = question.document
    numbers = [(document[name], words(document[name])) for name, words in COUNTED.items()]
    return _page(request, "embed/progress.html", question, {"numbers": numbers})


@embeddable
def table(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the signatories and those that have consented to be bound."""
    question = read_request(request, slug)
    people = {person.iso3: person for person in Participant.objects.all()}
    order, place = list(WORD_OF), placer()
    rows = [
        {
            "rank": order.index(row["standing"]),
            "name": name_of(people[row["participant"]]),
            "english": is_english(people[row["participant"]]),
            "place": place(people[row["participant"]]),
            "standing": question.words[WORD_OF[row["standing"]]],
            "since": _since(row),
        }
        for row in question.document["participants"]
        if row["standing"] in WORD_OF
    ]
    rows.sort(key=lambda row: (row["rank"], row["place"]))
    return _page(request, "embed/table.html", question, {"rows": rows})


@embeddable
def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the badge."""
    question = read_request(request, slug)
    drawn = images.badge(
        str(question.treaty),
        question.line(" · ".join(filter(None, (question.progress, question.further)))),
        question.line(question.as_of),
        question.home,
        colours_of(question.theme),
        rtl=question.is_rtl,
    )
    return HttpResponse(drawn, content_type="image/svg+xml")


@embeddable
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the card as a picture of the size that messages and posts show (Open Graph)."""
    question = read_request(request, slug)
    document = question.document
    numbers = [(document[name], question.line(words(document[name]))) for name, words in COUNTED.items()]
    lines = [question.as_of, question.known_until, question.words["source"]]
    drawn = images.card(
        str(question.treaty),
        question.line(question.progress),
        question.line(question.words["counting"]),
        share=question.share,
        further=question.line(question.further) if question.further else "",
        numbers=numbers,
        lines=[question.line(line) for line in lines if line],
        colours=colours_of(question.theme),
        rtl=question.is_rtl,
    )
    return _png(drawn, scale=1)


@embeddable
def world_map(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the map."""
    return HttpResponse(_world_map(request, slug), content_type="image/svg+xml")


@embeddable
def world_map_png(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the map as a picture for who cannot use an SVG."""
    return _png(_world_map(request, slug), scale=1.5)


def _world_map(request: HttpRequest, slug: str) -> str:
    question = read_request(request, slug)
    people = {person.iso3: person for person in Participant.objects.all()}
    marks = {
        row["participant"]: PlaceMark(question.line(name_of(people[row["participant"]])), row["standing"])
        for row in question.document["participants"]
        if row["standing"] in WORD_OF
    }
    found = {mark.standing for mark in marks.values()}
    key = {
        standing: question.line(question.words[word])
        for standing, word in WORD_OF.items()
        if standing in found
    }
    key["none"] = question.line(question.without_act)
    day = " · ".join(filter(None, (question.as_of, question.known_until, question.words["source"])))
    return drawn_map(
        str(question.treaty),
        [question.line(day), question.line(str(NOTICE))],
        marks,
        key,
        colours_of(question.theme),
        rtl=question.is_rtl,
    )


def _png(drawing: str, *, scale: float) -> HttpResponse:
    """Answer with a drawing as PNG, made by the process that draws charts: one at a time."""
    with DRAWINGS.place():
        return HttpResponse(RENDERER.png(drawing, scale), content_type="image/png")


def _page(request: HttpRequest, template: str, question: EmbedQuestion, more: dict[str, Any]) -> HttpResponse:
    query = urlencode({"url": request.build_absolute_uri(), "format": "json"})
    discovery = request.build_absolute_uri(f"/oembed/?{query}")
    return render(
        request, template, {"asked": question, "words": question.words, "oembed": discovery, **more}
    )


def _since(row: dict[str, Any]) -> str:
    """Return when the act was taken that gives the status: its day, month or year, or the bounds of its day."""
    days: dict[str, str | None] = row["consent"] if row["consent"]["kind"] else row["signed"]
    first, last = days["earliest"], days["latest"]
    if days["on"] or not first:
        return days["on"] or ""
    whole = Span(date.fromisoformat(first), date.fromisoformat(last)).edtf if last else ""
    if len(whole) == len("2026"):
        return whole
    if len(whole) == len("2026-07"):
        return date_format(date.fromisoformat(first), "YEAR_MONTH_FORMAT")
    return f"{first} – {last or ''}".rstrip()
