"""The badge and the map as standalone images: SVG without style sheets, allowed by any content policy."""

import re
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings

WORLD = Path(settings.BASE_DIR) / "static" / "map" / "world.svg"
SHADES = {
    "party": "#0b5c8f",
    "contracting": "#4f93bd",
    "signatory": "#c9dfec",
    "withdrawn": "#a3afbd",
    "none": "#d8d3c7",
    "unknown": "#d8d3c7",
}
NOTICE = "Boundaries and names express no opinion on the legal status of any territory."
FONT = "Verdana,DejaVu Sans,sans-serif"
_LETTER = 6.6
"""Approximate width of a letter; `textLength` then fits the words to their box."""


def badge(name: str, value: str, as_of: str, home: str) -> str:
    """Draw a badge: the treaty's name, the count, and the date."""
    left, right = (round(len(text) * _LETTER) + 14 for text in (name, value))
    width = left + right
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="34" viewBox="0 0 {width} 34" role="img">'
        f"<title>{escape(f'{name}: {value}. {as_of}.')}</title><a href={quoteattr(home)}>"
        f'<rect width="{left}" height="20" fill="#3b4450"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="#0b5c8f"/>'
        f'<g fill="#fff" font-family="{FONT}" font-size="11" text-anchor="middle">'
        f"{_text(left / 2, left - 14, name)}{_text(left + right / 2, right - 14, value)}</g>"
        f'<text x="{width / 2}" y="31" font-family="{FONT}" font-size="9" fill="#6b6352" text-anchor="middle">'
        f"{escape(as_of)}</text></a></svg>"
    )


def world_map(title: str, as_of: str, standings: dict[str, str], labels: dict[str, str]) -> str:
    """Draw the world map with each participant shaded by its status, and the legend below.

    Args:
        title: what the map shows.
        as_of: the line that says which day it is of.
        standings: of participants by code; whoever is not among them has none.
        labels: standing to its word, in the order of the key.
    """
    box, outlines, markers, definitions = _shapes()
    width, height = (int(side) for side in box.split()[2:])
    shades = {code: SHADES[standings.get(code, "none")] for code in (*outlines, *markers)}
    land = "".join(f'<use href="#{code}" fill="{shades[code]}" stroke="#fff"/>' for code in outlines)
    dots = "".join(
        f'<use href="#m-{code}" fill="none" stroke="{shades[code]}" stroke-width="12" stroke-linecap="round"/>'
        for code in markers
    )
    key = "".join(
        f'<rect x="{30 + 600 * number}" y="{height + 20}" width="50" height="30" fill="{SHADES[standing]}"/>'
        f'<text x="{95 + 600 * number}" y="{height + 45}">{escape(words)}</text>'
        for number, (standing, words) in enumerate(labels.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 110}" role="img">'
        f"<title>{escape(title)}. {escape(as_of)}.</title><desc>{escape(NOTICE)}</desc>{definitions}"
        f'<rect width="{width}" height="{height + 110}" fill="#fff"/>'
        f'<use href="#sea" fill="#f1f5f8"/><use href="#land" fill="#ebe9e3"/>{land}{dots}'
        f'<g font-family="{FONT}" font-size="26" fill="#222">{key}'
        f'<text x="30" y="{height + 90}">{escape(as_of)}. {escape(NOTICE)}</text></g></svg>'
    )


def _text(x: float, width: int, words: str) -> str:
    return f'<text x="{x}" y="14" textLength="{width}" lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'


@cache
def _shapes() -> tuple[str, list[str], list[str], str]:
    svg = WORLD.read_text(encoding="utf-8")
    (box,) = re.findall(r'viewBox="([\d ]+)"', svg)
    ids = re.findall(r'id="(m-)?([A-Z]{3})"', svg)
    definitions = svg[svg.index("<defs>") : svg.index("</defs>") + len("</defs>")]
    return (
        box,
        [code for marker, code in ids if not marker],
        [code for marker, code in ids if marker],
        definitions,
    )
