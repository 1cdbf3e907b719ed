"""Colours of the pictures, for light and for dark pages; plain values, which every program can show."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours of a theme: of the ground, of words, of the map's sea and other land, of borders, and of each status."""

    ground: str
    ink: str
    soft: str
    accent: str
    rest: str
    sea: str
    land: str
    border: str
    standings: Mapping[str, str]


LIGHT = Colours(
    ground="#ffffff",
    ink="#1b2430",
    soft="#566070",
    accent="#0b5c8f",
    rest="#dfe3e8",
    sea="#f1f5f8",
    land="#ebe9e3",
    border="#24587a",
    standings={
        "party": "#0a4268",
        "contracting": "#2278b5",
        "signatory": "#9cc5de",
        "withdrawn": "#8b93a0",
        "none": "#dedacf",
        "unknown": "#dedacf",
    },
)
DARK = Colours(
    ground="#1a2029",
    ink="#e6e9ee",
    soft="#a3aebc",
    accent="#6db8e8",
    rest="#36404d",
    sea="#151b23",
    land="#262d37",
    border="#9ccbe8",
    standings={
        "party": "#cfe8fa",
        "contracting": "#6db8e8",
        "signatory": "#316b92",
        "withdrawn": "#758293",
        "none": "#3b4552",
        "unknown": "#3b4552",
    },
)


def colours_of(theme: str) -> Colours:
    """Return the colours of a theme; a picture cannot ask the reader's device, so `auto` is light."""
    return DARK if theme == "dark" else LIGHT
