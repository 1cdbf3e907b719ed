"""The committed map: whole, small, and saying nothing about whom it must not speak of."""

import gzip
import re
from functools import cache

import pytest
from defusedxml import ElementTree
from django.conf import settings
from shapely.geometry import MultiPolygon, Point, Polygon

from ratification.management.commands.draw_map import states_on_the_map
from states.geometry import EARTH_RADIUS, HEIGHT, MERIDIAN, WIDTH, equal_earth, to_map

FILE = settings.BASE_DIR / "static" / "map" / "world.svg"
SQUARE_KILOMETRES = (EARTH_RADIUS * 2 * equal_earth(180, 0)[0] / WIDTH) ** 2


@cache
def paths() -> dict[str, str]:
    root = ElementTree.fromstring(FILE.read_text(encoding="utf-8"))
    return {path.attrib["id"]: path.attrib["d"] for path in root.iter("{http://www.w3.org/2000/svg}path")}


def land(code: str) -> MultiPolygon:
    rings = []
    for text in paths()[code].split("M")[1:]:
        numbers = [int(number) for number in re.findall(r"-?\d+", text)]
        x, y = numbers[:2]
        ring = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(Polygon(ring))
    return MultiPolygon(rings)


def place(longitude: float, latitude: float) -> Point:
    """Where a place lies on the map; longitude east of Greenwich."""
    return Point(*to_map((longitude - MERIDIAN + 180) % 360 - 180, latitude))


def test_every_state_is_visible_and_nobody_else() -> None:
    codes = {name.removeprefix("m-") for name in paths()} - {"sea", "grid", "land"}
    assert codes == set(states_on_the_map().values())
    assert len(codes) == 193 + 2 + 2  # Members, observers, the Cook Islands and Niue


def test_it_is_small_and_holds_shapes_alone() -> None:
    text = FILE.read_text()
    assert len(gzip.compress(FILE.read_bytes())) < 40_000
    assert set(re.findall(r"<(\w+)", text)) == {"svg", "defs", "path"}
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert set(re.findall(r" ([a-z-]+)=", text)) == {"xmlns", "viewbox".replace("b", "B"), "id", "d"} - {
        "viewBox"
    }


@pytest.mark.parametrize("code", ["FJI", "RUS", "USA", "NZL"])
def test_the_antimeridian_tears_nothing(code: str) -> None:
    for part in land(code).geoms:
        west, north, east, south = part.bounds
        assert east - west < WIDTH / 2
        assert 0 <= west <= east <= WIDTH
        assert 0 <= north <= south <= HEIGHT


@pytest.mark.parametrize(
    ("code", "thousands"),
    [("BRA", 8_510), ("COD", 2_345), ("FIN", 337), ("AUS", 7_690), ("CAN", 9_985), ("MNG", 1_564)],
)
def test_areas_are_true(code: str, thousands: int) -> None:
    # Published total areas in thousands of square kilometres; inland waters make up the difference.
    assert land(code).area * SQUARE_KILOMETRES / 1000 == pytest.approx(thousands, rel=0.03)


@pytest.mark.parametrize(
    ("name", "longitude", "latitude"),
    [
        ("Laayoune", -13.1, 27.1),
        ("Western Sahara, east", -10, 26.5),
        ("Pristina", 21.1, 42.6),
        ("Hargeisa", 44.1, 9.6),
        ("Greenland", -40, 72),
    ],
)
def test_some_land_is_nobodys_standing(name: str, longitude: float, latitude: float) -> None:
    here = place(longitude, latitude)
    assert land("land").buffer(0).contains(here), name
    states = set(paths()) & set(states_on_the_map().values())
    assert [code for code in states if land(code).buffer(0).contains(here)] == []


def test_crimea_is_drawn_with_ukraine() -> None:
    here = place(34.1, 45.2)
    assert land("UKR").buffer(0).contains(here)
    assert not land("RUS").buffer(0).contains(here)


@pytest.mark.parametrize(
    ("code", "longitude", "latitude"),
    [("QAT", 51.2, 25.3), ("VAT", 12.45, 41.9), ("TUV", 179.2, -8.5), ("NIU", -169.9, -19)],
)
def test_markers_stand_where_the_state_is(code: str, longitude: float, latitude: float) -> None:
    x, y = re.findall(r"\d+", paths()[f"m-{code}"])[:2]
    assert place(longitude, latitude).distance(Point(int(x), int(y))) < 12


def test_south_africa_has_a_hole_for_lesotho() -> None:
    assert len(land("LSO").geoms) == 1
    assert any(part.equals(land("LSO").geoms[0]) for part in land("ZAF").geoms)
