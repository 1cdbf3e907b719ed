import re

import pytest
from defusedxml import ElementTree
from django.template.loader import render_to_string

from dashboard.map import BOUNDARIES, KEY, MapError, Mark, world_map
from ratification.management.commands.draw_map import states_on_the_map
from ratification.rules.outcome import StandingKind

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
    assert BOUNDARIES in "".join(figure.itertext())
    assert not re.search(r"style=|<script|https?://|\son\w+=", page)
