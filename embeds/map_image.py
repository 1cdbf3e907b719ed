"""The world map as a picture without style sheet: names, legend and source line on it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from django.utils.translation import gettext_lazy

from common.lettering import width_of
from embeds.colours import Colours
from ratification.charts.letters import begins_at, faces
from states.map_labels import MapLabel, labels_of
from states.map_shapes import shapes

NOTICE = gettext_lazy("Boundaries and names express no opinion on the legal status of any territory.")
HEAD, KEY_ROW, LINES = 96, 52, 98
"""Heights of the headline, of a row of the legend, and of the two lines below it, in the map's units."""
KEY_ROWS = 2
LABEL = 1.9
"""Size of the names' letters, in hundredths of the width: 14 pixels of a picture as wide as an article."""
LABELLED = 20
"""Number of consents up to which each has its name."""
CONSENTED = ("party", "contracting")
_LETTER = 0.58
"""Approximate width of a letter, as part of its size."""


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """A participant's name and status."""

    name: str
    standing: str


def size_of_map() -> tuple[int, int]:
    """Return width and height of the picture, in its own units."""
    box = shapes().box
    return box.width, HEAD + box.height + KEY_ROWS * KEY_ROW + LINES


def world_map(
    title: str,
    lines: Sequence[str],
    marks: Mapping[str, PlaceMark],
    key: Mapping[str, str],
    colours: Colours,
    *,
    rtl: bool = False,
) -> str:
    """Draw the world map, each participant coloured by its status.

    Args:
        title: the headline.
        lines: what stands below the legend: day and source, and what boundaries mean.
        marks: participants by code; whoever is not among them has no status.
        key: status to its word, in the order of the legend.
        colours: the theme's.
        rtl: whether words are written from right to left; the map itself is not mirrored.
    """
    known = shapes()
    width, height = size_of_map()
    standings = {code: mark.standing for code, mark in marks.items()}
    shades = {code: colours.standings[standings.get(code, "none")] for code in known.outlines | known.markers}
    drawn = sorted(
        known.outlines, key=lambda code: (code in marks, code)
    )  # borders of those that acted on top
    land = "".join(
        f'<use href="#{code}" fill="{shades[code]}" stroke="{_edge(standings.get(code, "none"), colours)}"/>'
        for code in drawn
    )
    dots = "".join(_dot(code, shades[code], colours, acted=code in marks) for code in sorted(known.markers))
    places = _places(key)
    spare = (
        (KEY_ROWS - 1 - places[-1].row) * KEY_ROW // 2
    )  # of the row that the legend leaves, above and below it
    begin = HEAD + known.box.height + spare
    start = begins_at(30, width, rtl=rtl)
    words = [
        f'<text {start} y="62" font-size="46" font-weight="bold" fill="{colours.ink}">{escape(title)}</text>',
        *_key(places, colours, begin + 12, badges={mark.standing for mark, _ in _consented(marks)}, rtl=rtl),
        *(
            f'<text {start} y="{height - LINES + 44 + 38 * number}" font-size="28" '
            f'fill="{colours.soft}">{escape(line)}</text>'
            for number, line in enumerate(lines)
        ),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width // 2}" '
        f'height="{height // 2}" role="img"><title>{escape(title)} · {escape(lines[0])}</title>'
        f"<desc>{escape(lines[-1])}</desc>{known.definitions}"
        f'<rect width="{width}" height="{height}" fill="{colours.ground}"/><g transform="translate(0 {HEAD})">'
        f'<use href="#sea" fill="{colours.sea}"/><use href="#land" fill="{colours.land}"/>{land}{dots}'
        f"{''.join(_labels(marks, colours))}</g>"
        f'<g font-family="{faces()}">{"".join(words)}</g></svg>'
    )


def _edge(standing: str, colours: Colours) -> str:
    """Return the colour of borders: dark on the light colours of who acted, as light as the ground on dark ones."""
    return colours.border if standing in {"contracting", "signatory"} else colours.ground


def _dot(code: str, shade: str, colours: Colours, *, acted: bool) -> str:
    """Draw the marker of a small State, in a ring where it has acted."""
    ring = f'stroke="{colours.border}" stroke-width="15"' if acted else ""
    line = '<use href="#m-{}" fill="none" stroke-linecap="round" {}/>'
    return (line.format(code, ring) if ring else "") + line.format(
        code, f'stroke="{shade}" stroke-width="11"'
    )


def _consented(marks: Mapping[str, PlaceMark]) -> list[tuple[PlaceMark, tuple[int, int]]]:
    """Return those that consented, with their points on the map; none if they are many."""
    known = shapes()
    found = [
        (mark, known.centres[code])
        for code, mark in marks.items()
        if mark.standing in CONSENTED and code in known.centres
    ]
    return found if len(found) <= LABELLED else []


def _labels(marks: Mapping[str, PlaceMark], colours: Colours) -> Iterator[str]:
    """Draw a badge and, where there is room, the name of each that consented."""
    box = shapes().box
    for label in labels_of(_consented(marks), box, LABEL):
        yield _label(label, LABEL * box.unit, colours)


def _badge(x: int, y: int, shade: str, colours: Colours) -> str:
    """Draw a disc in a ring."""
    return (
        f'<circle cx="{x}" cy="{y}" r="16" fill="{colours.ground}"/>'
        f'<circle cx="{x}" cy="{y}" r="11" fill="{shade}" stroke="{colours.border}" stroke-width="3"/>'
    )


def _label(label: MapLabel, size: float, colours: Colours) -> str:
    x, y = label.x - size * 0.62 if label.to_the_left else label.x + size * 0.62, label.y + size * 0.35
    place = f'x="{x:.0f}" y="{y:.0f}"' + (' text-anchor="end"' if label.to_the_left else "")
    text = f'<text {place} font-size="{size:.0f}" font-weight="bold" font-family="{faces()}"'
    halo = f'fill="{colours.ground}" stroke="{colours.ground}" stroke-width="10" stroke-linejoin="round"'
    name, shade = escape(label.name), colours.standings[label.standing]
    words = f'{text} {halo}>{name}</text>{text} fill="{colours.ink}">{name}</text>'
    return f"{_badge(label.x, label.y, shade, colours)}{words}"


@dataclass(frozen=True, slots=True)
class _KeyPlace:
    """A status of the legend with its word, and where it stands: the distance from the margin, and the row."""

    standing: str
    words: str
    place: int
    row: int


_BOX, _KEY_SIZE, _KEY_GAP, _MARGIN = 60, 32, 56, 30
"""Measures of the legend: width of a colour, size of the letters, room between two entries, margin."""


def _places(key: Mapping[str, str]) -> list[_KeyPlace]:
    """Return the legend's entries in rows as wide as the map."""
    found, place, row = list[_KeyPlace](), _MARGIN, 0
    for standing, words in key.items():
        length = _BOX + 16 + round(_KEY_SIZE * width_of(words, _LETTER))
        if place > _MARGIN and place + length > shapes().box.width - _MARGIN:
            place, row = _MARGIN, row + 1
        found.append(_KeyPlace(standing, words, place, row))
        place += length + _KEY_GAP
    return found


def _key(
    places: Sequence[_KeyPlace], colours: Colours, top: int, *, badges: Collection[str], rtl: bool
) -> Iterator[str]:
    """Draw the legend: the colour, the badge of those that have one on the map, and the word."""
    size, box, width = _KEY_SIZE, _BOX, shapes().box.width
    for each in places:
        standing, place = each.standing, each.place
        x, y = (width - place - box if rtl else place), top + each.row * KEY_ROW
        border, shade = colours.border if standing in CONSENTED else colours.soft, colours.standings[standing]
        yield (
            f'<rect x="{x}" y="{y}" width="{box}" height="32" fill="{shade}" stroke="{border}" '
            f'stroke-width="2"/>{_badge(x + box // 2, y + 16, shade, colours) if standing in badges else ""}'
            f'<text {begins_at(place + box + 16, width, rtl=rtl)} y="{y + 27}" font-size="{size}" '
            f'fill="{colours.ink}">{escape(each.words)}</text>'
        )
