"""Shapes of the world map, static/map/world.svg (docs/map.md says how it was made)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from states.map_labels import Box

WORLD = settings.BASE_DIR / "static" / "map" / "world.svg"


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the file has: the box, the States with an outline and with a marker, their middles, and its `defs`."""

    box: Box
    outlines: frozenset[str]
    markers: frozenset[str]
    centres: Mapping[str, tuple[int, int]]
    definitions: str


@cache
def shapes() -> Shapes:
    """Read the file; once in each process."""
    svg = WORLD.read_text(encoding="utf-8")
    (view_box,) = re.findall(r'viewBox="([\d ]+)"', svg)
    paths = re.findall(r'id="(m-)?([A-Z]{3})" d="([^"]+)"', svg)
    return Shapes(
        box=Box(*map(int, view_box.split())),
        outlines=frozenset(code for marker, code, _ in paths if not marker),
        markers=frozenset(code for marker, code, _ in paths if marker),
        # A marker stands where its State's largest piece of land has its centre; it comes after the outline.
        centres={code: _centre(path) for _, code, path in sorted(paths)},
        definitions=svg[svg.index("<defs>") : svg.index("</defs>") + len("</defs>")],
    )


def _centre(path: str) -> tuple[int, int]:
    """Return the middle of the largest ring of a path in the file's form: `M` absolute, `l` relative."""
    rings = []
    for start, steps in re.findall(r"M([-\d ]+)(?:l([-\d ]+))?", path):
        x, y = map(int, re.findall(r"-?\d+", start)[:2])
        ring, numbers = [(x, y)], list(map(int, re.findall(r"-?\d+", steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    xs, ys = zip(*max(rings, key=_extent), strict=True)
    return (min(xs) + max(xs)) // 2, (min(ys) + max(ys)) // 2


def _extent(ring: list[tuple[int, int]]) -> int:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))
