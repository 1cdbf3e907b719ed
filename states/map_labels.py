"""Names on the map: where each has room, so that none covers another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from common.lettering import width_of

NARROW, WIDE = 3.5, 1.45
"""Sizes of the letters on a telephone and elsewhere, in hundredths of the map's width, as in static/map/map.css."""
LETTER = 0.6
"""Width of a letter as part of its size."""
CLEARANCE = 0.7
"""Distance of a name from its place, as part of the letters' size."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the units of the map's file."""

    x: int
    y: int
    width: int
    height: int

    @property
    def unit(self) -> float:
        """A hundredth of the width: the measure of letters and lines, which are as large on each view."""
        return self.width / 100

    @property
    def bottom(self) -> int:
        """The lower edge."""
        return self.y + self.height

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.bottom


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def standing(self) -> str: ...


@dataclass(frozen=True, slots=True)
class MapLabel:
    """A name beside its place: to the right of it, or to the left; on a telephone only where it has room there."""

    name: str
    standing: str
    x: int
    y: int
    to_the_left: bool
    narrow: bool


_Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name's width as a multiple of its letters' size, its place, and that size in the map's units."""

    width: float
    x: int
    y: int
    size: float

    def covers(self, *, to_the_left: bool) -> _Rectangle:
        """Return what it covers, its place and the gap between them included."""
        length = (self.width + CLEARANCE) * self.size
        back = CLEARANCE * self.size / 2
        left, right = (self.x - length, self.x + back) if to_the_left else (self.x - back, self.x + length)
        return left, self.y - self.size / 2, right, self.y + self.size / 2


def labels_of(
    marks: Iterable[tuple[_Named, tuple[int, int]]], box: Box, wide: float = WIDE
) -> Iterator[MapLabel]:
    """Place names, the first ones first; those without room are left out.

    Args:
        marks: each name and status with its point on the map.
        box: what is shown of the map.
        wide: size of the letters elsewhere than on a telephone.
    """
    taken: dict[float, list[_Rectangle]] = {NARROW: [], wide: []}
    for mark, (x, y) in marks:
        names = {size: _Name(width_of(mark.name, LETTER), x, y, size * box.unit) for size in taken}
        rooms = {size: list(_sides(name, box, taken[size])) for size, name in names.items()}
        both = [side for side in rooms[NARROW] if side in rooms[wide]]
        for to_the_left in (both or rooms[wide])[:1]:
            for size in (NARROW, wide) if both else (wide,):
                taken[size].append(names[size].covers(to_the_left=to_the_left))
            yield MapLabel(mark.name, mark.standing, x, y, to_the_left, narrow=bool(both))


def _sides(name: _Name, box: Box, taken: list[_Rectangle]) -> Iterator[bool]:
    """Yield the sides on which a name has room: False for the right, True for the left."""
    for to_the_left in (False, True):
        left, top, right, bottom = wanted = name.covers(to_the_left=to_the_left)
        inside = box.holds(left, top) and box.holds(right, bottom)
        if inside and not any(_overlap(wanted, other) for other in taken):
            yield to_the_left


def _overlap(one: _Rectangle, other: _Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
