import json
from collections.abc import Iterator
from itertools import pairwise
from math import pi, radians, sin
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from ratification.management.base import Error
from ratification.management.commands.draw_map import states_on_the_map
from states import geometry
from states.geometry import AtlasError, equal_earth, outline, read_atlas, shapes_of, spread, to_map, world_svg

Ring = list[tuple[int, int]]


def topology(countries: dict[str, list[Ring]]) -> dict[str, Any]:
    """An atlas of whole degrees with one arc for each ring."""
    arcs: list[list[tuple[int, int]]] = []
    geometries = []
    for code, rings in countries.items():
        for ring in rings:
            steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(ring)]
            arcs.append([ring[0], *steps])
        first = len(arcs) - len(rings)
        arcs_of = [[[index]] for index in range(first, len(arcs))]
        geometries.append({"id": code, "type": "MultiPolygon", "arcs": arcs_of})
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {"countries": {"geometries": geometries}},
    }


def square(west: int, south: int, size: int = 10) -> Ring:
    east, north = west + size, south + size
    return [(west, south), (west, north), (east, north), (east, south), (west, south)]


def corners(path: str) -> Iterator[tuple[int, int]]:
    """The corners of a path as `outline` writes it."""
    for ring in path.split("M")[1:]:
        start, steps = ring.rstrip("z").split("l")
        x, y = (int(number) for number in start.split())
        yield x, y
        numbers = [int(number) for number in steps.replace("-", " -").split()]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            yield x, y


def test_the_projection_meets_its_published_extent() -> None:
    # Šavrič, Patterson and Jenny (2018): the poles are lines 0.592 times as long as the equator, and the map
    # is 2.05 times as wide as it is high.
    assert equal_earth(0, 0) == (0, 0)
    assert equal_earth(180, 90)[0] / equal_earth(180, 0)[0] == pytest.approx(0.592, abs=0.001)
    assert equal_earth(180, 0)[0] / equal_earth(0, 90)[1] == pytest.approx(2.05, abs=0.01)


@given(st.floats(-180, 175), st.floats(-90, 85))
def test_the_projection_keeps_areas(west: float, south: float) -> None:
    edge = [i / 20 * 5 for i in range(21)]
    ring = [(west, south + d) for d in edge] + [(west + 5, south + d) for d in reversed(edge)]
    area = Polygon([equal_earth(*point) for point in ring]).area
    assert area == pytest.approx(radians(5) * (sin(radians(south + 5)) - sin(radians(south))), rel=0.01)


def test_land_across_the_edge_is_cut_in_two() -> None:
    edge = int(geometry.MERIDIAN) - 180
    land = read_atlas(topology({"001": [square(edge - 4, 50)]}), "atlas")["001"]
    assert isinstance(land, MultiPolygon)
    west, east = sorted(part.bounds for part in land.geoms)
    assert west == (-180, 50, -174, 60)
    assert east == (176, 50, 180, 60)


def test_land_across_the_180th_degree_stays_whole() -> None:
    jump: Ring = [(178, -20), (178, -10), (-178, -10), (-178, -20), (178, -20)]
    assert read_atlas(topology({"001": [jump]}), "atlas")["001"].equals(box(167, -20, 171, -10))


def test_antarctica_is_left_out_and_land_without_a_code_stands_together() -> None:
    atlas = topology(
        {"010": [square(0, -80)], "001": [square(0, 0)], "x": [square(30, 0)], "y": [square(60, 0)]}
    )
    for country in atlas["objects"]["countries"]["geometries"]:
        if country["id"] in {"x", "y"}:
            del country["id"]
    land = read_atlas(atlas, "atlas")
    assert land.keys() == {"001", ""}
    assert land[""].area == 200


def test_neighbours_keep_the_same_border_when_it_is_straightened() -> None:
    border = [(0, y / 10) for y in range(101)]
    wiggly = [(x + (0.04 if round(y * 10) % 2 else 0), y) for x, y in border]
    west = Polygon([(-10, 0), *wiggly, (-10, 10)])
    east = Polygon([(10, 0), *wiggly, (10, 10)])
    (one, two), _ = shapes_of({"001": west, "002": east}, {"001": "AAA", "002": "BBB"})
    middle = round(to_map(0, 5)[0])
    shared = [{(x, y) for x, y in corners(shape.outline) if abs(x - middle) < 5} for shape in (one, two)]
    assert shared[0] == shared[1]
    assert 2 <= len(shared[0]) < 20


def test_small_islands_go_but_a_state_keeps_its_largest() -> None:
    large, small, smaller = box(0, 0, 30, 30), box(50, 50, 51, 51), box(60, 60, 61.1, 60.9)
    assert outline(MultiPolygon([small, large]), keep_largest=True) == outline(large, keep_largest=True)
    assert outline(MultiPolygon([small, smaller]), keep_largest=True) == outline(small, keep_largest=True)
    assert outline(MultiPolygon([small, smaller]), keep_largest=False) == ""


def test_a_state_has_a_marker_if_its_largest_land_is_small() -> None:
    degree = 6371.0072 * pi / 180  # kilometres
    size = 100 / degree
    land = {"001": box(0, 0, size, size), "002": box(20, 0, 20 + 1.3 * size, size), "003": box(40, 0, 42, 2)}
    shapes, other = shapes_of(land, {"001": "AAA", "002": "BBB"})
    assert [(shape.code, shape.marker is not None) for shape in shapes] == [("AAA", True), ("BBB", False)]
    assert shapes[0].marker == tuple(round(part) for part in to_map(size / 2, size / 2))
    assert len(list(corners(other))) >= 4


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 60)), max_size=8))
def test_markers_end_apart(points: list[tuple[float, float]]) -> None:
    apart = spread(points, 10)
    gaps = [abs(complex(*a) - complex(*b)) for i, a in enumerate(apart) for b in apart[:i]]
    assert len(apart) == len(points)
    assert all(gap > 7.5 for gap in gaps)  # 10, less half a unit and the rounding of both


def test_markers_far_apart_stay_where_they_are() -> None:
    assert spread([(0, 0), (20, 0)], 10) == [(0, 0), (20, 0)]


@pytest.mark.parametrize("atlas", [{}, {"arcs": []}, topology({"001": [square(0, 0)]}) | {"arcs": []}])
def test_another_file_is_refused(atlas: dict[str, Any]) -> None:
    with pytest.raises(AtlasError, match=r"other\.json is not a TopoJSON file of countries"):
        read_atlas(atlas, "other.json")


def test_a_missing_state_is_named() -> None:
    with pytest.raises(AtlasError, match="The atlas lacks AAA, BBB"):
        shapes_of({}, {"001": "BBB", "002": "AAA"})


def checkered_world() -> tuple[list[str], dict[str, list[Ring]]]:
    """A square for each State and for Western Sahara."""
    states = sorted(states_on_the_map())
    squares = {code: [square(-160 + 12 * (i % 26), -50 + 12 * (i // 26), 6)] for i, code in enumerate(states)}
    return states, squares | {"732": [square(160, 60, 6)]}


def test_the_command_writes_the_same_bytes_each_time(tmp_path: Path) -> None:
    states, places = checkered_world()
    (tmp_path / "50m.json").write_text(json.dumps(topology(places)))
    (tmp_path / "10m.json").write_text(json.dumps(topology(places)))
    for name in ("one.svg", "two.svg"):
        files = [str(tmp_path / file) for file in ("50m.json", "10m.json")]
        call_command("draw_map", *files, "--output", str(tmp_path / name))
    one = (tmp_path / "one.svg").read_text()
    assert one == (tmp_path / "two.svg").read_text()
    assert one.count("<path ") == len(states) + 3


def test_the_command_takes_from_the_finer_file_what_the_first_lacks(tmp_path: Path) -> None:
    states, places = checkered_world()
    (tmp_path / "10m.json").write_text(json.dumps(topology({states[-1]: places.pop(states[-1])})))
    (tmp_path / "50m.json").write_text(json.dumps(topology(places)))
    files = [str(tmp_path / file) for file in ("50m.json", "10m.json")]
    call_command("draw_map", *files, "--output", str(tmp_path / "world.svg"))
    assert f'id="{states_on_the_map()[states[-1]]}"' in (tmp_path / "world.svg").read_text()


def test_crimea_and_western_sahara_are_drawn_as_the_united_nations_do() -> None:
    crimea, laayoune = [
        Point(longitude - geometry.MERIDIAN, y) for longitude, y in ((34.1, 45.2), (-13.1, 27.1))
    ]
    land = read_atlas(
        topology(
            {
                "643": [square(32, 44, 3), square(40, 50)],
                "804": [square(26, 48, 5)],
                "504": [square(-15, 25)],
                "732": [square(-17, 21, 2)],
            }
        ),
        "atlas",
    )
    drawn = geometry.as_the_united_nations_draws(land)
    assert drawn["804"].contains(crimea)
    assert drawn["732"].contains(laayoune)
    assert not drawn["643"].contains(crimea)
    assert not drawn["504"].contains(laayoune)
    assert sum(part.area for part in drawn.values()) == pytest.approx(
        sum(part.area for part in land.values())
    )
    with pytest.raises(AtlasError, match="The atlas lacks the countries 504, 732, 804"):
        geometry.as_the_united_nations_draws({"643": land["643"]})


def test_the_command_refuses_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("{}")
    for file, reason in (("empty.json", "is not a TopoJSON file"), ("none.json", "cannot be read as JSON")):
        with pytest.raises(Error, match=reason):
            call_command(
                "draw_map", str(tmp_path / file), str(tmp_path / file), "--output", str(tmp_path / "x.svg")
            )
    assert not (tmp_path / "x.svg").exists()


def test_the_file_names_each_state_once() -> None:
    shapes = [geometry.Shape("AAA", "M0 0l1 0 0 1z", None), geometry.Shape("BBB", "", (3, 4))]
    svg = world_svg(shapes, "M9 9l1 0 0 1z")
    assert '<path id="AAA" d="M0 0l1 0 0 1z"/>' in svg
    assert '<path id="m-BBB" d="M3 4h0"/>' in svg
    assert 'id="BBB"' not in svg
    assert 'id="m-AAA"' not in svg
