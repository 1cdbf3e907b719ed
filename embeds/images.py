"""Standalone images: badge and map as SVG without style sheets, allowed by any content policy, and the card as PNG."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.utils.translation import gettext_lazy

from common.languages import current
from common.lazy import lazy_module

if TYPE_CHECKING:
    import vl_convert
else:
    vl_convert = lazy_module("vl_convert")

WORLD = Path(settings.BASE_DIR) / "static" / "map" / "world.svg"
SHADES = {
    "party": "#0b5c8f",
    "contracting": "#4f93bd",
    "signatory": "#c9dfec",
    "withdrawn": "#a3afbd",
    "none": "#d8d3c7",
    "unknown": "#d8d3c7",
}
NOTICE = gettext_lazy("Boundaries and names express no opinion on the legal status of any territory.")
FONT = "Verdana,DejaVu Sans,sans-serif"
_FIRST = {"zh": "Noto Sans CJK SC,"}
"""The face of a card by language, where letters would else come from whatever face has them, with serifs or without."""
LONG, LONGEST = 24, 50
"""Characters from which words are written smaller, and most that fit into the card."""
_LETTER, _IDEOGRAPH = 6.6, 11
"""Approximate widths of a letter and of a Chinese character; `textLength` then fits the words to their box."""


def badge(name: str, value: str, as_of: str, home: str, *, rtl: bool = False) -> str:
    """Draw a badge: the treaty's name, the count, and the date; with `rtl` from right to left."""
    left, right = (round(_width(text)) + 14 for text in (name, value))
    width = left + right
    first, second = (right, 0) if rtl else (0, left)  # the name's box stands where the script begins
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="34" viewBox="0 0 {width} 34" role="img">'
        f"<title>{escape(f'{name}: {value}. {as_of}.')}</title><a href={quoteattr(home)}>"
        f'<rect{_x(first)} width="{left}" height="20" fill="#3b4450"/>'
        f'<rect{_x(second)} width="{right}" height="20" fill="#0b5c8f"/>'
        f'<g fill="#fff" font-family="{FONT}" font-size="11" text-anchor="middle">'
        f"{_text(first + left / 2, left - 14, name)}{_text(second + right / 2, right - 14, value)}</g>"
        f'<text x="{width / 2}" y="31" font-family="{FONT}" font-size="9" fill="#6b6352" text-anchor="middle">'
        f"{escape(as_of)}</text></a></svg>"
    )


def world_map(
    title: str, as_of: str, standings: dict[str, str], labels: dict[str, str], *, rtl: bool = False
) -> str:
    """Draw the world map with each participant shaded by its status, and the legend below.

    Args:
        title: what the map shows.
        as_of: the line that says which day it is of.
        standings: of participants by code; whoever is not among them has none.
        labels: standing to its word, in the order of the key.
        rtl: whether key and lines are written from right to left; the map itself is not mirrored.
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
        f'<rect x="{width - 80 - 600 * number if rtl else 30 + 600 * number}" y="{height + 20}" width="50" '
        f'height="30" fill="{SHADES[standing]}"/>'
        f'<text {_at(95 + 600 * number, width, rtl=rtl)} y="{height + 45}">{escape(words)}</text>'
        for number, (standing, words) in enumerate(labels.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 110}" role="img">'
        f"<title>{escape(title)}. {escape(as_of)}.</title><desc>{escape(str(NOTICE))}</desc>{definitions}"
        f'<rect width="{width}" height="{height + 110}" fill="#fff"/>'
        f'<use href="#sea" fill="#f1f5f8"/><use href="#land" fill="#ebe9e3"/>{land}{dots}'
        f'<g font-family="{FONT}" font-size="26" fill="#222">{key}'
        f'<text {_at(30, width, rtl=rtl)} y="{height + 90}">{escape(f"{as_of}. {NOTICE}")}</text></g></svg>'
    )


def card(
    name: str, progress: str, numbers: Sequence[tuple[int, str]], as_of: str, *, rtl: bool = False
) -> bytes:
    """Draw the card as a picture (PNG, 1200 by 630): the count, the three numbers, and the date."""
    begins = [_at(80 + 360 * place, 1200, rtl=rtl) for place in range(len(numbers))]
    start = _at(80, 1200, rtl=rtl)
    columns = "".join(
        f'<text {begin} y="455" font-size="64" font-weight="bold">{count}</text>'
        f'<text {begin} y="500" font-size="{26 if len(words) < LONG else 20}">{escape(words)}</text>'
        for begin, (count, words) in zip(begins, numbers, strict=True)
    )
    size = 60 if len(name) < LONG else 40
    drawn: bytes = vl_convert.svg_to_png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">'
        f'<rect width="1200" height="630" fill="#fff"/><rect width="1200" height="16" fill="#0b5c8f"/>'
        f'<g font-family="{_FIRST.get(current().key, "")}{FONT}" fill="#222">'
        f'<text {start} y="130" font-size="{size}">{escape(_cut(name))}</text>'
        f'<text {start} y="310" font-size="130" font-weight="bold" fill="#0b5c8f">{escape(progress)}</text>'
        f'{columns}<text {start} y="580" font-size="28" fill="#555">{escape(as_of)}</text></g></svg>'
    )
    return drawn


def _width(text: str) -> float:
    """Return about how wide a text is in the badge: marks of direction and vowels take no place."""
    return sum(
        0 if category(sign) in {"Cf", "Mn"} else _IDEOGRAPH if east_asian_width(sign) in "WF" else _LETTER
        for sign in text
    )


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _x(place: int) -> str:
    """Return the attribute of a place; the first one needs none."""
    return f' x="{place}"' if place else ""


def _at(x: int, width: int, *, rtl: bool) -> str:
    """Return the attributes of a text that begins at a place: from the right, where the script begins there."""
    return f'x="{width - x}" text-anchor="end"' if rtl else f'x="{x}"'


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
