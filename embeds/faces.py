"""Faces of letters in the pictures."""

from common.languages import current
from ratification.charts.chart import FONTS

_FIRST = {"zh": "Noto Sans CJK SC, "}
"""The first face by language, where letters would else come from whatever face has them, with serifs or without."""


def faces() -> str:
    """Return the faces for the active language, as an SVG names them."""
    return f"{_FIRST.get(current().key, '')}{FONTS}"
