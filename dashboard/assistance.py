"""Technical assistance and capacity-building (articles 54 to 56): who asks for help in what, who offers it, where."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.page import page_of
from dashboard.readiness import known_value
from ratification.readiness.stages import Found, readiness_of
from treaty.models import Measure

Stage = Measure.Stage
NO_REGION = "Organizations"
SIDES = {
    "asks": ("asks for help", {Stage.ASKED, Stage.ASKED_AND_OFFERED}),
    "offers": ("offers help", {Stage.OFFERED, Stage.ASKED_AND_OFFERED}),
}


@dataclass(frozen=True, slots=True)
class AssistancePlace:
    """A region in a topic: who asks there, and who offers."""

    region: str
    asks: list[Found]
    offers: list[Found]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something in which help is asked for or offered, region by region; regions without either are left out."""

    measure: Measure
    places: list[AssistancePlace]


def assistance(request: HttpRequest, slug: str) -> HttpResponse:
    """Show by topic and region who asks and who offers, as the address filters it."""
    page = page_of(request, slug, readiness_of)
    topics = [each for each in page.said.measures if each.theme == Measure.Theme.ASSISTANCE]
    people = page.said.directory.participants.values()
    regions = [*sorted({person.region for person in people if person.region}), NO_REGION]
    topic = known_value("topic", page.first("topic"), [each.slug for each in topics])
    region = known_value("region", page.first("region"), regions)
    side = known_value("side", page.first("side"), SIDES)
    found = [
        each
        for each in page.said.now().values()
        if each.measure.theme == Measure.Theme.ASSISTANCE
        and (not topic or each.measure.slug == topic)
        and (not region or _region(each) == region)
    ]
    context = {
        "page": page,
        "topics": [
            Topic(each, _places(regions, [one for one in found if one.measure == each], side))
            for each in topics
            if not topic or each.slug == topic
        ],
        "filters": {
            "topic": (topic, [(each.slug, each.name) for each in topics]),
            "region": (region, [(name, name) for name in regions]),
            "side": (side, [(name, label) for name, (label, _) in SIDES.items()]),
        },
    }
    return render(request, "dashboard/assistance.html", {"current": "readiness", **context})


def _places(regions: Iterable[str], found: list[Found], side: str) -> list[AssistancePlace]:
    places = []
    for region in regions:
        there = sorted(
            (each for each in found if _region(each) == region), key=lambda each: each.participant.name
        )
        sides = {
            name: [each for each in there if each.stage in stages] if side in {"", name} else []
            for name, (_, stages) in SIDES.items()
        }
        if any(sides.values()):
            places.append(AssistancePlace(region, **sides))
    return places


def _region(found: Found) -> str:
    return found.participant.region or NO_REGION
