"""The world map: Natural Earth's countries as TopoJSON into one SVG file of shapes to place by reference.

Only the `draw_map` command needs this module, and only this module needs shapely: the site serves the
finished file. The projection is Equal Earth (Šavrič, Patterson and Jenny, 2018), equal-area, around the
meridian 11° east, so that its edge runs through the Bering Strait and neither Russia nor Fiji is cut.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, hypot, pi, radians, sin, sqrt
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, box

MERIDIAN = 11.0  # degrees east, in the middle of the map
SOUTH, NORTH = -57.0, 84.0  # degrees: what lies beyond is cut off, and with it Antarctica
WIDTH = 2400  # units of the view box; coordinates are whole units
EARTH_RADIUS = 6371.0072  # kilometres, of the sphere that has the Earth's area
TOLERANCE = 0.8  # units: a bend whose triangle is smaller than the square of this is straightened
SMALLEST_ISLAND = 2.0  # square units: smaller islands and lakes are left out, but a State keeps its largest
MARKER_BELOW = 12_000.0  # square kilometres: a State whose largest piece of land is smaller gets a marker
MARKER_DISTANCE = 15.0  # units between two markers' centres
ANTARCTICA = "010"
HALF_TURN = 180.0  # degrees

# The atlas draws who holds the land; here the General Assembly of the United Nations says otherwise. What the first
# State holds inside the box (west, south, east, north, in degrees) belongs to the second.
MOVES = (
    ("643", "804", (32.0, 44.0, 36.6, 46.3)),  # Crimea is Ukraine's: resolution 68/262
    # Western Sahara, a Non-Self-Governing Territory, reaches to 27°40' north: here the atlas' own figure.
    ("504", "732", (-18.0, 20.0, -8.0, 27.656898076793283)),
)

_A = (1.340264, -0.081106, 0.000893, 0.003796)  # the projection's own constants
_M = sqrt(3) / 2
_SCALE = WIDTH * _M * _A[0] / (2 * pi)  # units for one Earth radius
_SQUARE_KILOMETRES = (EARTH_RADIUS / _SCALE) ** 2  # in one square unit


class AtlasError(Exception):
    """A TopoJSON file that is not the expected atlas."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A State on the map: its outline, empty where too small to draw, and its marker's centre, if any."""

    code: str
    outline: str
    marker: tuple[int, int] | None


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Project degrees, longitude counted from the middle meridian, to the unit sphere's plane, y north."""
    a1, a2, a3, a4 = _A
    theta = asin(_M * sin(radians(latitude)))
    square = theta * theta
    stretch = a1 + 3 * a2 * square + square**3 * (7 * a3 + 9 * a4 * square)
    return (
        radians(longitude) * cos(theta) / (_M * stretch),
        theta * (a1 + a2 * square + square**3 * (a3 + a4 * square)),
    )


_TOP = equal_earth(0, NORTH)[1]
HEIGHT = round((_TOP - equal_earth(0, SOUTH)[1]) * _SCALE)


def to_map(longitude: float, latitude: float) -> tuple[float, float]:
    """Project degrees, longitude counted from the middle meridian, to units of the view box, y downwards."""
    x, y = equal_earth(longitude, latitude)
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE


def read_atlas(
    topology: Mapping[str, Any], source: str, only: Collection[str] | None = None
) -> dict[str, MultiPolygon]:
    """Decode an atlas' countries.

    Args:
        topology: the TopoJSON document; its `countries` carry ISO 3166-1 numeric codes as `id`.
        source: the document's name, for errors.
        only: the codes to decode; all if None.

    Returns:
        For each code the land in degrees, longitude counted from the middle meridian and cut at the map's
        edge. Countries without a code stand together under the empty code.

    Raises:
        AtlasError: if the document is no such atlas.
    """
    try:
        arcs = [_decoded(arc, topology["transform"]) for arc in topology["arcs"]]
        pieces: dict[str, list[MultiPolygon]] = {}
        for country in topology["objects"]["countries"]["geometries"]:
            polygons = {"Polygon": [country["arcs"]], "MultiPolygon": country["arcs"]}[country["type"]]
            code = country.get("id", "")
            if code != ANTARCTICA and (only is None or code in only):
                pieces.setdefault(code, []).extend(_polygon(rings, arcs) for rings in polygons)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise AtlasError(f"{source} is not a TopoJSON file of countries: {error!r}") from error
    return {code: shapely.union_all(parts) for code, parts in pieces.items()}


def as_the_united_nations_draws(land: Mapping[str, MultiPolygon]) -> dict[str, MultiPolygon]:
    """Return the land with `MOVES` made.

    Raises:
        AtlasError: if the atlas lacks one of those concerned.
    """
    if missing := sorted({code for move in MOVES for code in move[:2]} - land.keys()):
        raise AtlasError(f"The atlas lacks the countries {', '.join(missing)}")
    moved = dict(land)
    for giver, taker, (west, south, east, north) in MOVES:
        inside = box(west - MERIDIAN, south, east - MERIDIAN, north)
        moved[taker] = moved[taker].union(moved[giver].intersection(inside))
        moved[giver] = moved[giver].difference(inside)
    return moved


def _decoded(arc: list[list[int]], transformation: Mapping[str, list[float]]) -> list[tuple[float, float]]:
    (scale_x, scale_y), (left, bottom) = transformation["scale"], transformation["translate"]
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * scale_x + left, y * scale_y + bottom))
    return points


def _polygon(rings: list[list[int]], arcs: list[list[tuple[float, float]]]) -> MultiPolygon:
    """Join arcs to a polygon and cut it where the map ends, opposite the middle meridian."""
    outer, *holes = [_ring(ring, arcs) for ring in rings]
    if len(outer) < 4:  # noqa: PLR2004 - an island that the atlas itself has rounded to a line
        return MultiPolygon()
    whole = Polygon(outer, holes)
    west, _, east, _ = whole.bounds
    if max(-west, east) <= HALF_TURN:
        return whole
    if holes:
        raise ValueError("a country with a hole lies across the map's edge")
    turns = [Polygon([(x + turn, y) for x, y in outer]) for turn in (-360, 0, 360)]
    return shapely.union_all([turn.intersection(box(-180, -90, 180, 90)) for turn in turns])


def _ring(indices: list[int], arcs: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """Join arcs to a ring whose longitude never jumps, even where it passes the 180th degree."""
    points = [point for i in indices for point in (arcs[i] if i >= 0 else arcs[~i][::-1])]
    ring: list[tuple[float, float]] = []
    for x, y in points:
        nearest = ring[-1][0] if ring else 0.0  # the first point: where it lies on the map
        here = (x - MERIDIAN - 360 * round((x - MERIDIAN - nearest) / 360), y)
        if not ring or here != ring[-1]:
            ring.append(here)
    return ring


def shapes_of(land: Mapping[str, MultiPolygon], states: Mapping[str, str]) -> tuple[list[Shape], str]:
    """Project and simplify the world's land, so that neighbours still share their borders.

    Args:
        land: from `read_atlas`.
        states: a State's code on the map (ISO alpha-3) by its ISO numeric code.

    Returns:
        The States in the order of their codes, and one outline of all other land.

    Raises:
        AtlasError: if the atlas lacks a State.
    """
    if missing := sorted(code for number, code in states.items() if number not in land):
        raise AtlasError(f"The atlas lacks {', '.join(missing)}")
    numbers = list(land)
    plane = [shapely.transform(land[number], _projected, interleaved=False) for number in numbers]
    simple = dict(zip(numbers, shapely.coverage_simplify(plane, TOLERANCE), strict=True))
    largest = {number: max(_parts(shape), key=_area) for number, shape in zip(numbers, plane, strict=True)}
    small = sorted(number for number in states if largest[number].area * _SQUARE_KILOMETRES < MARKER_BELOW)
    centres = spread([(c.x, c.y) for c in (largest[number].centroid for number in small)], MARKER_DISTANCE)
    markers = dict(zip(small, centres, strict=True))
    shapes = [
        Shape(states[number], outline(simple[number], keep_largest=True), markers.get(number))
        for number in sorted(states, key=states.__getitem__)
    ]
    other = MultiPolygon([part for n in numbers if n not in states for part in _parts(simple[n])])
    return shapes, outline(other, keep_largest=False)


def _projected(x: Iterable[float], y: Iterable[float]) -> tuple[list[float], list[float]]:
    points = [to_map(longitude, latitude) for longitude, latitude in zip(x, y, strict=True)]
    return [point[0] for point in points], [point[1] for point in points]


def _parts(shape: Polygon | MultiPolygon) -> list[Polygon]:
    return list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]


def _area(polygon: Polygon) -> float:
    return float(polygon.area)


def outline(shape: Polygon | MultiPolygon, *, keep_largest: bool) -> str:
    """Return an SVG path in whole units, without islands and lakes too small to see."""
    parts = sorted(_parts(shape), key=_area, reverse=True)
    kept = [
        part for i, part in enumerate(parts) if _area(part) >= SMALLEST_ISLAND or (keep_largest and i == 0)
    ]
    rings = (
        ring.coords
        for part in kept
        for ring in (
            part.exterior,
            *(hole for hole in part.interiors if Polygon(hole).area >= SMALLEST_ISLAND),
        )
    )
    return "".join(_drawn(ring) for ring in rings)


def _drawn(points: Iterable[tuple[float, float]], *, closed: bool = True) -> str:
    """Write a line with relative steps, the shortest form; nothing if rounding leaves under three corners."""
    corners: list[tuple[int, int]] = []
    for x, y in points:
        if not corners or corners[-1] != (round(x), round(y)):
            corners.append((round(x), round(y)))
    if closed and len(set(corners)) < 3:  # noqa: PLR2004 - a triangle has three corners
        return ""
    if closed and corners[0] == corners[-1]:
        corners.pop()  # z draws the last step
    steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(corners)]
    numbers = " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")
    return f"M{corners[0][0]} {corners[0][1]}l{numbers}{'z' if closed else ''}"


def spread(points: Collection[tuple[float, float]], distance: float) -> list[tuple[int, int]]:
    """Move points apart, as little as it takes, until each two are `distance` apart, but for rounding."""
    moved = list(points)
    for _ in range(500):
        pairs = [
            (i, j) for i in range(len(moved)) for j in range(i) if _too_near(moved[i], moved[j], distance)
        ]
        if not pairs:
            break
        for i, j in pairs:
            (xi, yi), (xj, yj) = moved[i], moved[j]
            gap = hypot(xi - xj, yi - yj)
            push = (distance - gap) / 2
            # Two points at one place part sideways.
            dx, dy = ((xi - xj) / gap * push, (yi - yj) / gap * push) if gap else (push, 0.0)
            moved[i], moved[j] = (xi + dx, yi + dy), (xj - dx, yj - dy)
    return [(round(x), round(y)) for x, y in moved]


def _too_near(one: tuple[float, float], other: tuple[float, float], distance: float) -> bool:
    return hypot(one[0] - other[0], one[1] - other[1]) < distance - 0.5


def _meridian(longitude: float) -> Iterator[tuple[float, float]]:
    return (to_map(longitude, latitude) for latitude in range(int(SOUTH), int(NORTH) + 1, 3))


def world_svg(shapes: Iterable[Shape], other: str) -> str:
    """Return the file: `sea`, `grid`, `land` (all but States), and for each State `XXX`, `m-XXX` or both."""
    sea = _drawn([*_meridian(-180), *reversed(list(_meridian(180)))])
    grid = "".join(
        [_drawn(_meridian(east - MERIDIAN), closed=False) for east in range(-150, 181, 30)]
        + [_drawn([to_map(-180, north), to_map(180, north)], closed=False) for north in range(-30, 61, 30)]
    )
    lines = [f'<path id="sea" d="{sea}"/>', f'<path id="grid" d="{grid}"/>', f'<path id="land" d="{other}"/>']
    for shape in shapes:
        if shape.outline:
            lines.append(f'<path id="{shape.code}" d="{shape.outline}"/>')
        if shape.marker:
            x, y = shape.marker
            lines.append(f'<path id="m-{shape.code}" d="M{x} {y}h0"/>')
    body = "\n".join(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">\n'
        "<!-- Made by manage.py draw_map from Natural Earth (public domain); docs/map.md. -->\n"
        f"<defs>\n{body}\n</defs>\n</svg>\n"
    )
