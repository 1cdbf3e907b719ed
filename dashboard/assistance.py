"""Technical assistance and capacity-building (articles 54 to 56): who asks for help in what, who offers it, where."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy

from common.languages import EnglishText
from dashboard.forms import OptionField, PageForm, regions_of
from dashboard.page import page_of
from ratification.readiness.stages import Found, readiness_of
from states.naming import placer
from states.regions import region_words
from treaty.models import Measure

Stage = Measure.Stage
NO_REGION = "Organizations"
SIDES = {
    "asks": (gettext_lazy("requests assistance"), {Stage.ASKED, Stage.ASKED_AND_OFFERED}),
    "offers": (gettext_lazy("offers assistance"), {Stage.OFFERED, Stage.ASKED_AND_OFFERED}),
}


class AssistanceForm(PageForm):
    """Filters of the list, read from the address."""

    topic = OptionField(gettext_lazy("Topic"), gettext_lazy("all topics"))
    region = OptionField(gettext_lazy("Region"), gettext_lazy("all regions"))
    side = OptionField(
        gettext_lazy("Type"),
        gettext_lazy("requests and offers"),
        [(name, label) for name, (label, _) in SIDES.items()],
    )


@dataclass(frozen=True, slots=True)
class AssistancePlace:
    """A region in a topic: who asks there, and who offers."""

    region: str
    asks: list[Found]
    offers: list[Found]

    @property
    def label(self) -> str:
        """The region's name; organizations belong to none."""
        return gettext("Organizations") if self.region == NO_REGION else region_words(self.region)


@dataclass(frozen=True, slots=True)
class Topic:
    """Something in which help is asked for or offered, region by region; regions without either are left out."""

    measure: Measure
    places: list[AssistancePlace]


def assistance(request: HttpRequest, slug: str) -> HttpResponse:
    """Show by topic and region who asks and who offers, as the address filters it."""
    page = page_of(request, slug, readiness_of)
    topics = [each for each in page.view.measures if each.theme == Measure.Theme.ASSISTANCE]
    regions = [*regions_of(page.view.directory.participants.values()), (NO_REGION, gettext("Organizations"))]
    form = AssistanceForm(
        page.query,
        options={"topic": [(each.slug, EnglishText(each.name)) for each in topics], "region": regions},
    )
    topic, region, side = form.read().values()
    found = [
        each
        for each in page.view.now().values()
        if each.measure.theme == Measure.Theme.ASSISTANCE
        and (not topic or each.measure.slug == topic)
        and (not region or _region(each) == region)
    ]
    shown = [
        Topic(
            each,
            _places([name for name, _ in regions], [one for one in found if one.measure == each], side),
        )
        for each in topics
        if not topic or each.slug == topic
    ]
    silent = [each for each in shown if not each.places]
    context = {"page": page, "topics": shown, "silent": silent, "form": form}
    return render(request, "dashboard/assistance.html", {"current": "readiness", **context})


def _places(regions: Iterable[str], found: list[Found], side: str) -> list[AssistancePlace]:
    places, place = [], placer()
    for region in regions:
        there = sorted(
            (each for each in found if _region(each) == region), key=lambda each: place(each.participant)
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
