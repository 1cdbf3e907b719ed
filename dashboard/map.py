"""The world map: where each participant's shape stands, and what the page says of it.

The shapes are one cacheable file, static/map/world.svg (docs/map.md says how it was made). A page places each
by reference, so that it carries the standings alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from ratification.rules.outcome import StandingKind

WORLD = settings.BASE_DIR / "static" / "map" / "world.svg"

BOUNDARIES = (
    "Boundaries come from Natural Earth, with two changes. Showing them, and the names used, expresses no opinion "
    "on the legal status of any country, territory, city or area, or on where its borders run, and implies no "
    "endorsement by the United Nations."
)
"""What every page with the map says, after the United Nations' usual disclaimer."""

KEY = {
    StandingKind.PARTY: "party",
    StandingKind.CONTRACTING: "contracting State (has ratified or acceded; not yet in force for it)",
    StandingKind.SIGNATORY: "signatory",
    StandingKind.WITHDRAWN: "withdrawn",
    StandingKind.NONE: "has not signed",
    StandingKind.UNKNOWN: "no signature known",
}


class MapError(Exception):
    """The map and the participants disagree; the message says about whom."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the map says of one participant.

    `name` is its name; `detail` its standing and date in words, such as `signatory, signed 25 October 2025`;
    `href` the address of its page.
    """

    standing: StandingKind
    name: str
    detail: str
    href: str


@dataclass(frozen=True, slots=True)
class MapPlace:
    """One participant on the map: its code, its mark, and which of the two shapes the file has for it."""

    code: str
    mark: Mark
    outline: bool
    marker: bool


@dataclass(frozen=True, slots=True)
class WorldMap:
    """What `dashboard/_map.html` needs, as `map`."""

    view_box: str
    places: tuple[MapPlace, ...]
    key: tuple[tuple[StandingKind, str], ...]
    boundaries: str = BOUNDARIES


@dataclass(frozen=True, slots=True)
class _Shapes:
    view_box: str
    outlines: frozenset[str]
    markers: frozenset[str]


@cache
def _shapes() -> _Shapes:
    svg = WORLD.read_text(encoding="utf-8")
    (view_box,) = re.findall(r'viewBox="([\d ]+)"', svg)
    ids = re.findall(r'id="(m-)?([A-Z]{3})"', svg)
    return _Shapes(
        view_box=view_box,
        outlines=frozenset(code for marker, code in ids if not marker),
        markers=frozenset(code for marker, code in ids if marker),
    )


def world_map(marks: Mapping[str, Mark]) -> WorldMap:
    """Place participants on the map.

    Args:
        marks: a mark for every State of today, by its code. Participants without land of their own, such as
            the European Union, may be among them and are left out; the page names them elsewhere.

    Returns:
        What the template needs. Small States come last, so that their markers lie on top of their neighbours;
        within each half the order is by name.

    Raises:
        MapError: if a State on the map has no mark, because it would be a hole.
    """
    shapes = _shapes()
    drawn = shapes.outlines | shapes.markers
    if missing := sorted(drawn - marks.keys()):
        raise MapError(f"The map has no standing for {', '.join(missing)}.")
    places = sorted(
        (
            MapPlace(code, mark, code in shapes.outlines, code in shapes.markers)
            for code, mark in marks.items()
            if code in drawn
        ),
        key=lambda place: (place.marker, place.mark.name),
    )
    present = {place.mark.standing for place in places}
    key = tuple((standing, words) for standing, words in KEY.items() if standing in present)
    return WorldMap(view_box=shapes.view_box, places=tuple(places), key=key)
