import re

import pytest
from defusedxml import ElementTree
from django.template.loader import render_to_string

from dashboard.map import BOUNDARIES, KEY, LABELLED, REGIONS, MapError, Mark, world_map
from ratification.management.commands.draw_map import states_on_the_map
from ratification.rules.outcome import StandingKind
from states.map_labels import NARROW, WIDE, MapLabel

NOT_SIGNED = StandingKind.NONE


def marks(**changed: Mark) -> dict[str, Mark]:
    """A mark for every State; those given replace the one of their code."""
    return {
        code: Mark(NOT_SIGNED, f"State {code}", "has not signed", f"/participants/{code}/")
        for code in states_on_the_map().values()
    } | changed


def test_every_state_has_one_place_and_small_ones_lie_on_top() -> None:
    places = world_map(marks()).places
    assert sorted(place.code for place in places) == sorted(states_on_the_map().values())
    assert [place.marker for place in places] == sorted(place.marker for place in places)
    assert all(place.outline or place.marker for place in places)
    large = [place.mark.name for place in places if not place.marker]
    assert large == sorted(large)


def test_a_state_without_a_mark_would_be_a_hole() -> None:
    some = marks()
    del some["QAT"], some["BRA"]
    with pytest.raises(MapError, match=r"no standing for BRA, QAT\."):
        world_map(some)


def test_an_organization_has_no_place() -> None:
    union = Mark(StandingKind.SIGNATORY, "European Union", "signatory", "/participants/EUE/")
    assert "EUE" not in {place.code for place in world_map(marks(EUE=union)).places}


def test_the_key_names_the_standings_on_the_map_from_most_to_least() -> None:
    qatar = Mark(StandingKind.CONTRACTING, "Qatar", "contracting", "/participants/QAT/")
    assert [standing for standing, _ in world_map(marks(QAT=qatar)).key] == [
        StandingKind.CONTRACTING,
        NOT_SIGNED,
    ]
    assert KEY.keys() == set(StandingKind)


def test_the_page_names_links_and_colours_each() -> None:
    detail = "contracting, ratification deposited 1–13 February 2026 & <kept>"
    page = render_to_string(
        "dashboard/_map.html",
        {
            "map": world_map(
                marks(QAT=Mark(StandingKind.CONTRACTING, "Qatar", detail, "/participants/QAT/?as_of=x"))
            )
        },
    )
    figure = ElementTree.fromstring(page)
    links = {
        link.attrib["data-participant"]: link
        for link in figure.iter("a")
        if "data-participant" in link.attrib
    }
    assert links.keys() == set(states_on_the_map().values())
    qatar = links["QAT"]
    assert qatar.attrib["class"] == "map-contracting"
    assert qatar.attrib["href"] == "/participants/QAT/?as_of=x"
    assert qatar.findtext("title") == f"Qatar: {detail}"
    assert [use.attrib["href"].split("#")[1] for use in qatar.iter("use")] == ["QAT", "m-QAT", "m-QAT"]
    assert links["BRA"].attrib["class"] == "map-none"
    assert str(BOUNDARIES) in "".join(figure.itertext())
    assert not re.search(r"style=|<script|https?://|\son\w+=", page)


def consented(*codes: str, name: str = "State of {}") -> dict[str, Mark]:
    """A mark of a contracting State for each code; its name is as long as names of States are."""
    return {
        code: Mark(StandingKind.CONTRACTING, name.format(code), "contracting", f"/participants/{code}/")
        for code in codes
    }


def covered(label: MapLabel, size: float, unit: float) -> tuple[float, float, float, float]:
    """What the letters of a name cover, without the gap to its place; those of Chinese are as wide as high."""
    letter = 0.55 if label.name.isascii() else 1
    gap, length = 0.7 * size * unit, letter * size * unit * len(label.name)
    left = label.x - gap - length if label.to_the_left else label.x + gap
    return left, label.y - size * unit * 0.4, left + length, label.y + size * unit * 0.4


@pytest.mark.parametrize("name", ["State of {}", "刚果民主共和国"])
@pytest.mark.parametrize("region", ["", *REGIONS])
def test_names_cover_neither_each_other_nor_the_edge(region: str, name: str) -> None:
    everyone = sorted(states_on_the_map().values())
    map_ = world_map(marks(**consented(*(everyone if region else everyone[::11]), name=name)), region)
    assert map_.labels
    for size, labels in (
        (WIDE, map_.labels),
        (NARROW, tuple(label for label in map_.labels if label.narrow)),
    ):
        boxes = [covered(label, size, map_.box.unit) for label in labels]
        for number, (left, top, right, bottom) in enumerate(boxes):
            assert map_.box.holds(left, top)
            assert map_.box.holds(right, bottom)
            for other in boxes[:number]:
                assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_a_consent_is_named_on_the_map_with_its_badge() -> None:
    (label,) = world_map(marks(**consented("QAT"))).labels
    assert (label.name, label.standing, label.narrow) == ("State of QAT", "contracting", True)
    page = render_to_string("dashboard/_map.html", {"map": world_map(marks(**consented("QAT")))})
    assert re.search(r'class="map-contracting"><path class="map-ring".*?</text>', page, re.DOTALL)
    key = page.partition('class="map-key"')[2]
    assert re.search(r'class="map-contracting"><rect[^>]*/><path class="map-ring"', key)


def test_a_map_with_many_consents_leaves_the_names_to_its_regions() -> None:
    many = consented(*sorted(states_on_the_map().values())[: LABELLED + 1])
    assert world_map(marks(**many)).labels == ()
    shown = world_map(marks(**many), "africa")
    assert shown.labels
    assert all(shown.box.holds(label.x, label.y) for label in shown.labels)


def test_every_region_lies_on_the_map() -> None:
    world = world_map(marks()).box
    for _label, box in REGIONS.values():
        assert world.holds(box.x, box.y)
        assert box.x + box.width <= world.x + world.width
        assert box.bottom <= world.bottom
