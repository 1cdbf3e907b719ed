"""Renders charts as SVG and PNG; the same chart gives the same bytes."""

import re
import textwrap
from typing import Protocol
from xml.etree.ElementTree import Element, register_namespace

from defusedxml import ElementTree

from common.lettering import is_wide
from ratification.charts.chart import FONTS, PALETTE, Chart
from ratification.charts.renderer import RENDERER

VEGA_LITE = "6.4"  # altair writes for this version
SVG = "http://www.w3.org/2000/svg"
register_namespace("", SVG)  # so that the tags are written without a prefix
_NAMES = {colour: name for name, colour in PALETTE.items()}
_FRACTION = re.compile(r"\d+\.\d{3,}")
_NEEDLESS = {"class", "pointer-events", "role", "version"}


class Worded(Protocol):
    """A chart's words: before it is drawn, or after."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def finding(self) -> str: ...  # noqa: D102


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


def draw(chart: Chart) -> tuple[str, str]:
    """Render a chart for pages, as `draw_svg` does, and as the sketch that files are made of.

    Raises:
        DrawingError: if a colour is not of the palette.
    """
    sketch = _sketch(chart)
    return _for_pages(chart, sketch), sketch


CHART_SCALE = 1.8
"""Image points to a pixel of a chart: about 1,200 in its width."""


def png(svg: str, scale: float = CHART_SCALE) -> bytes:
    """Return an SVG as PNG, with `scale` image points to a pixel."""
    return RENDERER.png(svg, scale)


MARGIN, HEAD, FOOT = 16, 40, 34
HEADLINE = 15
"""Size of the headline's letters, in pixels."""


def standalone(chart: Worded, sketch: str, credit: str) -> str:
    """Return a sketch as an SVG that stands alone, in plain colours that every program can show.

    It has the light theme's colours on its ground, the finding above the chart and the credit below it.

    Raises:
        DrawingError: if a colour is not of the palette.
    """
    inner: Element = ElementTree.fromstring(sketch)
    for element in inner.iter():
        _clean(element, plain=True)
    width, height = (float(inner.attrib[side]) for side in ("width", "height"))
    headline = chart.finding or chart.title
    lines = textwrap.wrap(headline, max(int(width / _letter(headline)), 20))
    head = HEAD + 20 * (len(lines) - 1)
    whole = {"width": width + 2 * MARGIN, "height": height + head + FOOT}
    root = inner.makeelement(f"{{{SVG}}}svg", {name: f"{value:g}" for name, value in whole.items()})
    root.set("viewBox", f"0 0 {whole['width']:g} {whole['height']:g}")
    root.set("font-family", FONTS)

    def add(tag: str, attributes: dict[str, str], words: str = "") -> None:
        child = root.makeelement(f"{{{SVG}}}{tag}", attributes)
        child.text = words or None
        root.append(child)

    add("title", {}, chart.title)
    add("desc", {}, chart.text)
    add("rect", {"width": f"{whole['width']:g}", "height": f"{whole['height']:g}", "fill": PALETTE["card"]})
    for number, line in enumerate(lines):
        place = {
            "x": f"{MARGIN}",
            "y": f"{26 + 20 * number}",
            "font-size": f"{HEADLINE}",
            "font-weight": "bold",
        }
        add("text", {**place, "fill": PALETTE["ink"]}, line)
    inner.set("x", f"{MARGIN}")
    inner.set("y", f"{head}")
    inner.set("overflow", "visible")  # another font than the measured one may be wider
    root.append(inner)
    place = {"x": f"{MARGIN}", "y": f"{whole['height'] - 12:g}", "font-size": "11"}
    add("text", {**place, "fill": PALETTE["soft"]}, credit)
    drawn: str = ElementTree.tostring(root, encoding="unicode")
    return drawn


def _letter(words: str) -> float:
    """Return the width of a letter of the headline, in the widest of the fonts."""
    return HEADLINE * (1 if is_wide(words) else 0.68)


def _sketch(chart: Chart) -> str:
    """Return the chart as SVG from Vega: the expensive step, common to SVG and PNG."""
    return RENDERER.svg(chart.specification, VEGA_LITE)


def _for_pages(chart: Chart, sketch: str) -> str:
    root: Element = ElementTree.fromstring(sketch)
    for element in root.iter():
        _clean(element)
    root.set("role", "img")
    root.set("font-family", FONTS)
    for index, (tag, words) in enumerate((("title", chart.title), ("desc", chart.text))):
        child = root.makeelement(f"{{{SVG}}}{tag}", {})
        child.text = words
        root.insert(index, child)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return text


def _clean(element: Element, *, plain: bool = False) -> None:
    """Remove attributes used only by Vega's script, shorten fractions, and replace colours by custom properties.

    With `plain` the colours stay as they are.
    """
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
            if not plain:
                element.set(name, f"var(--chart-{_NAMES[value]},{value})")
        else:
            element.set(name, _FRACTION.sub(lambda found: f"{float(found[0]):.2f}", value))
