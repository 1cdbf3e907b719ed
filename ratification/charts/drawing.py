"""Renders charts as SVG and PNG; the same chart gives the same bytes."""

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, register_namespace

from defusedxml import ElementTree

from common.lazy import lazy_module
from ratification.charts.chart import FONT, PALETTE, Chart

if TYPE_CHECKING:
    import vl_convert
else:
    vl_convert = lazy_module("vl_convert")

VEGA_LITE = "6.4"  # altair writes for this version
SVG = "http://www.w3.org/2000/svg"
register_namespace("", SVG)  # so that the tags are written without a prefix
_NAMES = {colour: name for name, colour in PALETTE.items()}
_FRACTION = re.compile(r"\d+\.\d{3,}")
_NEEDLESS = {"class", "pointer-events", "role", "version"}


class DrawingError(Exception):
    """A drawing contains a colour that the palette does not define."""


def draw_svg(chart: Chart) -> str:
    """Render a chart as SVG for a page, which sets its colours and its font.

    Every colour is a custom property of its own with the light theme's colour as fallback, so that one drawing
    serves both themes and still stands alone. Title and text are inside, for who cannot see it.

    Raises:
        DrawingError: if a colour is not of the palette.
    """
    return _for_pages(chart, _sketch(chart))


def draw(chart: Chart, scale: float = 2.0) -> tuple[str, bytes]:
    """Draw a chart for pages, as `draw_svg` does, and as a PNG with `scale` image points to a pixel.

    The PNG has the light theme's colours on its ground, whatever it is looked at on.

    Raises:
        DrawingError: if a colour is not of the palette.
    """
    sketch = _sketch(chart)
    ground = f'><rect width="100%" height="100%" fill="{PALETTE["card"]}"/>'
    return _for_pages(chart, sketch), vl_convert.svg_to_png(sketch.replace(">", ground, 1), scale=scale)


def _sketch(chart: Chart) -> str:
    """Return the chart as SVG from Vega: the expensive step, common to SVG and PNG."""
    drawn: str = vl_convert.vegalite_to_svg(chart.specification, vl_version=VEGA_LITE, allowed_base_urls=[])
    return drawn


def _for_pages(chart: Chart, sketch: str) -> str:
    root: Element = ElementTree.fromstring(sketch)
    for element in root.iter():
        _clean(element)
    root.set("role", "img")
    root.set("font-family", f"{FONT}, sans-serif")
    for index, (tag, words) in enumerate((("title", chart.title), ("desc", chart.text))):
        child = root.makeelement(f"{{{SVG}}}{tag}", {})
        child.text = words
        root.insert(index, child)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return text


def _clean(element: Element) -> None:
    """Remove attributes used only by Vega's script, shorten fractions, and replace colours by custom properties."""
    for child in list(element):
        if child.tag == f"{{{SVG}}}path" and child.get("class") in {"background", "foreground"}:
            element.remove(child)
    for name, value in list(element.attrib.items()):
        if (
            name in _NEEDLESS
            or name.startswith("aria-")
            or name == "font-family"
            or (name, value) == ("opacity", "1")
        ):
            del element.attrib[name]
        elif name in {"fill", "stroke"} and value not in {"none", "transparent"}:
            if value not in _NAMES:
                raise DrawingError(f"{value} is no colour of the palette")
            element.set(name, f"var(--chart-{_NAMES[value]},{value})")
        else:
            element.set(name, _FRACTION.sub(lambda found: f"{float(found[0]):.2f}", value))
