"""Definition of a chart, the data its figures are computed from, and the common style."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext

from common.local_formats import long_day
from common.spreadsheets import write_csv
from ratification.charts.vega import FIGURES, Spec, Values, data_sets
from ratification.rules.dates import Span
from ratification.rules.standing import stands

WIDE, NARROW = 640, 296
"""The two widths, in pixels, in which each chart is drawn: for wide and for narrow screens."""

PALETTE = {
    "ink": "#1b2430",
    "soft": "#5b6675",
    "line": "#e2dfd7",
    "card": "#ffffff",
    "bound": "#0b5c8f",
    "signed": "#86b4d1",
    "none": "#e3dfd5",
    "warm": "#8a5200",
    "leaf": "#41693c",
    "plum": "#8b3f70",
}
"""Every colour of every chart, in the light theme; in an SVG each can be replaced as `--chart-<name>`."""

FONT = "Liberation Sans"  # brought by vl-convert, so that texts measure the same on every machine
FONTS = f"{FONT}, Arial, Helvetica, DejaVu Sans, Verdana, sans-serif"
"""Fonts of a drawing: some programs (resvg) show no letter where none of them is installed by its name."""


@dataclass(frozen=True, slots=True)
class DatedConsent:
    """A signature or a consent: the day it was given, and the day it ended, if it did."""

    since: Span
    until: Span | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart to draw, to read and to download.

    `specification` is Vega-Lite, complete with its figures; `text` has the figures in words, for readers who cannot
    see the chart; `rows` are the figures, alike in the specification and in the table. `finding` is the headline, and
    `note` says what is shown and what is left out.
    """

    title: str
    text: str
    specification: Spec
    rows: tuple[dict[str, str | int], ...]
    finding: str = ""
    note: str = ""

    def csv(self) -> str:
        """Return the figures as CSV for people with a heading row; an empty line if there are no figures."""
        columns = list(self.rows[0]) if self.rows else []
        return write_csv(columns, [list(row.values()) for row in self.rows], for_people=True).decode()


def count(held: Iterable[DatedConsent], day: date) -> tuple[int, int]:
    """Return how many certainly stand at the end of a day, and how many may."""
    both = [stands(each.since, each.until, day) for each in held]
    return sum(certain for certain, _ in both), sum(possible for _, possible in both)


def turning_days(held: Iterable[DatedConsent], *, until: date) -> set[date]:
    """Return the days, none after `until`, on which a count may change."""
    spans = [span for each in held for span in (each.since, each.until) if span]
    return {day for span in spans for day in (span.earliest, span.latest) if day <= until}


def day_text(day: date) -> str:
    """Return a day as text: `25 October 2025`."""
    return long_day(day)


def number(certain: int, possible: int) -> str:
    """Return a count in words: `75`, or `between 74 and 75` where a date is open."""
    if certain == possible:
        return str(certain)
    return gettext("between %(least)s and %(most)s") % {"least": certain, "most": possible}


def short_name(name: str, width: int) -> str:
    """Return a treaty's name as a narrow drawing has room for it: `Budapest` for `Budapest Convention`."""
    return name if width >= WIDE else name.removesuffix(" Convention")


def specification_of(
    chart: Spec, rows: Sequence[dict[str, str | int]], more: Mapping[str, Values] = MappingProxyType({})
) -> Spec:
    """Return the chart as Vega-Lite with its figures and the common style, without external addresses.

    Args:
        chart: as `vega` describes it.
        rows: the figures.
        more: other data sets that layers name.
    """
    return {"config": _CONFIG, **chart, "datasets": {**more, **data_sets(chart), FIGURES: list(rows)}}


_TEXT = {
    "labelColor": PALETTE["soft"],
    "titleColor": PALETTE["soft"],
    "labelFontSize": 12,
    "titleFontSize": 12,
}
_CONFIG: Spec = {
    "aria": False,  # the drawing carries one text as a whole
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "axis": _TEXT
    | {
        "domainColor": PALETTE["soft"],
        "gridColor": PALETTE["line"],
        "tickColor": PALETTE["line"],
        "titleFontWeight": "normal",
        "labelPadding": 5,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "legend": _TEXT
    | {"orient": "top", "title": None, "labelLimit": 400, "symbolStrokeWidth": 2, "columnPadding": 24},
    "header": _TEXT | {"labelFontWeight": "bold", "labelAnchor": "start"},
    "text": {"color": PALETTE["ink"], "fontSize": 12},
    "title": {"color": PALETTE["ink"], "fontSize": 13, "anchor": "start", "fontWeight": "bold", "offset": 6},
}
