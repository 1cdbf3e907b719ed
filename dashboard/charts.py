"""The charts: all on one page, each on its own, and as image, specification and table."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from common.budget import Budget, BusyError
from common.markup import in_english
from common.messages import Text
from common.spreadsheets import Cell
from dashboard.asked_language import in_asked_language
from dashboard.page import Page, page_of
from dashboard.table_files import TABLES, number_or_text, table_response
from ratification.charts import gallery
from ratification.charts.gallery import CHARTS, Drawn
from ratification.charts.same_age import INSTRUMENTS, SIGNATORIES
from ratification.record import selectors
from ratification.record.selectors import View

DRAWINGS = Budget(1)
"""A drawing takes a second of a core."""
TITLES: Mapping[str, Text] = {
    "over-time": gettext_lazy("Signatures and instruments over time"),
    "by-regional-group": gettext_lazy("Status by regional group"),
    "by-group": gettext_lazy("Status in other groups"),
    "same-age": gettext_lazy("Compared with other conventions at the same age"),
    "days-to-deposit": gettext_lazy("Days from signature to deposit"),
}
CURVE = "over-time"
"""The chart that the overview shows too."""

FORMATS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
    **TABLES,
}
"""The formats of a chart, by the endings of their names."""


HEADINGS: Mapping[str, Text] = {
    "date": pgettext_lazy("heading of a chart's figures", "date"),
    "series": pgettext_lazy("heading of a chart's figures", "series"),
    "certain": pgettext_lazy("heading of a chart's figures", "certain"),
    "possible": pgettext_lazy("heading of a chart's figures", "possible"),
    "group": pgettext_lazy("heading of a chart's figures", "group"),
    "standing": pgettext_lazy("heading of a chart's figures", "standing"),
    "participants": pgettext_lazy("heading of a chart's figures", "participants"),
    "treaty": pgettext_lazy("heading of a chart's figures", "treaty"),
    "measure": pgettext_lazy("heading of a chart's figures", "measure"),
    "days": pgettext_lazy("heading of a chart's figures", "days"),
    "participant": pgettext_lazy("heading of a chart's figures", "participant"),
    "list": pgettext_lazy("heading of a chart's figures", "list of acts"),
    "fewest": pgettext_lazy("heading of a chart's figures", "fewest"),
    "most": pgettext_lazy("heading of a chart's figures", "most"),
}
"""Headings of the figures on a page; a file has them as programs know them."""
MEASURES: Mapping[str, Text] = {
    SIGNATORIES: gettext_lazy("signatories"),
    INSTRUMENTS: pgettext_lazy("figures of a chart", "instruments"),
}
"""What a chart counts, which a file has in English too."""
DOWNLOADS = (("png", "PNG"), ("svg", "SVG"), ("csv", "CSV"), ("xlsx", "XLSX"), ("json", "Vega-Lite"))
"""The formats that a chart is offered in, with their names."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart on a page: drawn already, or still to be asked for. `csv` are its figures."""

    name: str
    title: Text
    drawn: Drawn | None
    csv: str = ""

    @property
    def table(self) -> list[list[str]]:
        """The figures with their heading row."""
        headings, *figures = _figures(self.csv)
        treaty = headings.index("treaty") if "treaty" in headings else None
        return [
            [str(HEADINGS.get(heading, heading)) for heading in headings],
            *(
                [
                    in_english(cell) if at == treaty else str(MEASURES.get(cell, cell))
                    for at, cell in enumerate(row)
                ]
                for row in figures
            ),
        ]

    @property
    def downloads(self) -> tuple[tuple[str, str], ...]:
        """The formats that the chart can be taken away in."""
        return DOWNLOADS


def figure_of(view: View, name: str) -> Figure:
    """Give a chart as far as it is drawn: pages wait for no drawing."""
    return Figure(name, TITLES[name], gallery.kept(view, name))


def charts(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every chart; one that is not drawn yet is fetched when the page is there."""
    page = page_of(request, slug, selectors.view_of)
    figures = [figure_of(page.view, name) for name in TITLES]
    return render(request, "dashboard/charts.html", {"current": "charts", "page": page, "figures": figures})


def one_chart(request: HttpRequest, slug: str, chart: str) -> HttpResponse:
    """Show one chart; to htmx, the figure alone.

    While another is drawn, the page comes without the drawing and asks for it, as the page of all charts does.
    """
    page = _page(request, slug, chart)
    try:
        drawn = gallery.drawn(page.view, chart, DRAWINGS.place)
        figure = Figure(chart, TITLES[chart], drawn, drawn.csv)
    except BusyError:
        if getattr(request, "htmx", False):
            raise
        figure = replace(figure_of(page.view, chart), csv=gallery.figures_of(page.view, chart))
    template = "dashboard/_figure.html" if getattr(request, "htmx", False) else "dashboard/chart.html"
    return render(request, template, {"current": "charts", "page": page, "figure": figure})


@in_asked_language
def chart_file(request: HttpRequest, slug: str, chart: str, suffix: str) -> HttpResponse:
    """Give one chart as an image, as its specification or as its table."""
    if suffix not in FORMATS:
        raise Http404(gettext("Charts come as %(formats)s.") % {"formats": ", ".join(FORMATS)})
    page = _page(request, slug, chart)
    drawn = gallery.drawn(page.view, chart, DRAWINGS.place)
    if suffix == "xlsx":
        headings, *rows = _figures(drawn.csv)
        cells = [[_cell(text) for text in row] for row in rows]
        return table_response(page, suffix, headings, cells, name=chart, title=str(TITLES[chart]))
    content = _content(page.view, drawn, suffix)
    response = HttpResponse(content, content_type=FORMATS[suffix])
    response["Content-Disposition"] = f'inline; filename="{page.file_name(chart, suffix)}"'
    return response


def _page(request: HttpRequest, slug: str, name: str) -> Page[View]:
    if name not in CHARTS:
        raise Http404(gettext("There is no chart %(name)s.") % {"name": name})
    return page_of(request, slug, selectors.view_of)


def _figures(table: str) -> list[list[str]]:
    """Return the figures of a chart with their heading row, which is empty where there are none."""
    return list(csv.reader(io.StringIO(table.removeprefix("\ufeff"))))


def _cell(text: str) -> Cell:
    """Return a figure as a number or a day where it is one."""
    try:
        return date.fromisoformat(text) if "-" in text else number_or_text(text)
    except ValueError:
        return text


def _content(view: View, drawn: Drawn, suffix: str) -> str | bytes:
    if suffix in {"json", "csv"}:
        return drawn.specification if suffix == "json" else drawn.csv
    svg = gallery.svg_of(view, drawn)
    return svg if suffix == "svg" else gallery.png_of(svg, DRAWINGS.place)
