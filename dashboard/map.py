"""The world map: where each participant's shape stands, and what the page says of it.

The shapes are one cacheable file, static/map/world.svg (docs/map.md says how it was made). A page places each
by reference, so that it carries the standings alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from common.markup import escaped
from common.messages import Text
from ratification.rules.outcome import StandingKind
from states.map_labels import Box, MapLabel, labels_of
from states.map_shapes import shapes

BOUNDARIES = gettext_lazy(
    "Boundaries come from Natural Earth, with two changes. Showing them, and the names used, expresses no opinion "
    "on the legal status of any country, territory, city or area, or on where its borders run, and implies no "
    "endorsement by the United Nations."
)
"""Remark on every page with the map, after the United Nations' usual disclaimer."""

REGIONS = {
    "africa": (gettext_lazy("Africa"), Box(780, 225, 960, 690)),
    "americas": (gettext_lazy("Americas"), Box(0, 15, 1480, 1010)),
    "caribbean": (gettext_lazy("Caribbean"), Box(540, 330, 300, 200)),
    "asia": (gettext_lazy("Asia"), Box(1190, 60, 960, 640)),
    "europe": (gettext_lazy("Europe"), Box(1000, 70, 470, 320)),
    "pacific": (gettext_lazy("Pacific"), Box(1800, 480, 600, 470)),
}
"""Views of a part of the map: each by its name in addresses, with its label and what it shows of the world's units."""
CONSENTED = frozenset({StandingKind.PARTY, StandingKind.CONTRACTING})
LABELLED = 20
"""Number of consents up to which each has a badge and, where there is room, its name on the map of the world."""

KEY: Mapping[StandingKind, Text] = {
    StandingKind.PARTY: pgettext_lazy("key of the map", "party"),
    StandingKind.CONTRACTING: pgettext_lazy(
        "key of the map", "contracting State (has ratified or acceded; not yet in force for it)"
    ),
    StandingKind.SIGNATORY: pgettext_lazy("key of the map", "signatory"),
    StandingKind.WITHDRAWN: pgettext_lazy("key of the map", "withdrawn"),
    StandingKind.NONE: pgettext_lazy("key of the map", "has not signed"),
    StandingKind.UNKNOWN: pgettext_lazy("key of the map", "no signature known"),
}


class MapError(Exception):
    """The map and the participants disagree; the message says about whom."""


class Mark(NamedTuple):
    """Words of the map on one participant.

    `name` is its name; `detail` its standing and date in words, such as `signatory, signed 25 October 2025`;
    `href` the address of its page.
    """

    standing: StandingKind
    name: str
    detail: str
    href: str


class MapPlace(NamedTuple):
    """One participant on the map: its code, its mark, and which of the two shapes the file has for it."""

    code: str
    mark: Mark
    outline: bool
    marker: bool


@dataclass(frozen=True, slots=True)
class WorldMap:
    """Context of `dashboard/_map.html`, under `map`."""

    box: Box
    region: str
    places: tuple[MapPlace, ...]
    labels: tuple[MapLabel, ...]
    key: tuple[tuple[StandingKind, Text], ...]
    boundaries: Text = BOUNDARIES

    @property
    def label(self) -> str:
        """The words for what part of the world is shown."""
        return str(REGIONS[self.region][0]) if self.region else gettext("World")

    @property
    def shapes(self) -> SafeString:
        """The places as links with their shapes: two hundred, so written here and not by the template."""
        file, box = static("map/world.svg"), self.box
        return mark_safe("".join(_shape(place, file, box) for place in self.places))  # noqa: S308 - escaped there

    @property
    def scale(self) -> float:
        """The size of the patterns' units, so that hatching is as fine on each view."""
        return self.box.width / shapes().box.width


def _shape(place: MapPlace, file: str, box: Box) -> str:
    code, mark = place.code, place.mark
    href, name, detail = escape(mark.href), escaped(mark.name), escaped(mark.detail)
    outline = f'<use\n  href="{file}#{code}"/>' if place.outline else ""
    marker = (
        f'<use class="map-ring"\n  href="{file}#m-{code}"/><use class="map-dot" href="{file}#m-{code}"/>'
        if place.marker
        else ""
    )
    return (
        f'<a href="{href}" class="map-{mark.standing}"\n  data-participant="{code}"><title>{name}: {detail}</title>'
        f'{outline}{marker}<text\n  x="{box.x}" y="{box.bottom}"><tspan dy="-1.7em">{name}</tspan><tspan\n  '
        f'x="{box.x}" dy="1.25em">{detail}</tspan></text></a>\n'
    )


def world_map(marks: Mapping[str, Mark], region: str = "", *, listed: bool = True) -> WorldMap:
    """Place participants on the map.

    Args:
        marks: a mark for every State of today, by its code. Participants without land of their own, such as
            the European Union, may be among them and are left out; the page names them elsewhere.
        region: one of `REGIONS` to show alone; the whole world if empty.
        listed: whether a list of acts is known to be complete; without one nobody is said not to have signed.

    Returns:
        What the template needs. Small States come last, so that their markers lie on top of their neighbours;
        within each half the order is by name.

    Raises:
        MapError: if a State on the map has no mark, because it would be a hole.
    """
    known = shapes()
    drawn = known.outlines | known.markers
    if missing := sorted(drawn - marks.keys()):
        raise MapError(f"The map has no standing for {', '.join(missing)}.")
    places = sorted(
        (
            MapPlace(code, mark, code in known.outlines, code in known.markers)
            for code, mark in marks.items()
            if code in drawn
        ),
        key=lambda place: (place.marker, place.mark.name),
    )
    present = {place.mark.standing for place in places}
    words = KEY if listed else {**KEY, StandingKind.NONE: KEY[StandingKind.UNKNOWN]}
    key = tuple((standing, said) for standing, said in words.items() if standing in present)
    box = REGIONS[region][1] if region else known.box
    return WorldMap(box, region, tuple(places), tuple(labels_of(_named(places, region, box), box)), key)


def _named(places: list[MapPlace], region: str, box: Box) -> list[tuple[Mark, tuple[int, int]]]:
    """Return the marks that get a label, with where: those that consented; in a region also its signatories."""
    centres = shapes().centres
    consented = [place for place in places if place.mark.standing in CONSENTED]
    signed = [place for place in places if region and place.mark.standing is StandingKind.SIGNATORY]
    if not region and len(consented) > LABELLED:
        return []
    return [
        (place.mark, centres[place.code])
        for place in (*consented, *signed)
        if box.holds(*centres[place.code])
    ]
