"""Letters of the pictures: their faces, and where a text begins."""

from common.languages import current
from ratification.charts.chart import FONTS

_FIRST = {"zh": "Noto Sans CJK SC, "}
"""The first face by language, where letters would else come from whatever face has them, with serifs or without."""


def faces() -> str:
    """Return the faces for the active language, as an SVG names them."""
    return f"{_FIRST.get(current().key, '')}{FONTS}"


def begins_at(x: int, width: int, *, rtl: bool) -> str:
    """Return the attributes of a text that begins at a place: from the right, where the script begins there."""
    return f'x="{width - x}" text-anchor="end"' if rtl else f'x="{x}"'
