"""Letters of the pictures: their faces, where a text begins, and its direction."""

from common.languages import current
from ratification.charts.chart import FONTS

_FIRST = {"zh": "Noto Sans CJK SC, "}
"""The first face by language, where letters would else come from whatever face has them, with serifs or without."""
_RIGHT, _END = "\u2067", "\u2069"
"""Unicode's isolate of text from right to left, and its end."""


def faces() -> str:
    """Return the faces for the active language, as an SVG names them."""
    return f"{_FIRST.get(current().key, '')}{FONTS}"


def begins_at(x: float, width: float, *, rtl: bool) -> str:
    """Return the attributes of a text that begins at a place: from the right, where the script begins there."""
    return f'x="{width - x:g}" text-anchor="end"' if rtl else f'x="{x:g}"'


def as_line(text: str, *, rtl: bool) -> str:
    """Return a text of a picture in its direction: pictures have no `dir`."""
    return f"{_RIGHT}{text}{_END}" if rtl else text
