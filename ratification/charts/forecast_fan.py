"""Fan of a forecast: instruments that have come, and the days by which each further number may."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from common.lazy import lazy_module
from ratification.charts.chart import FIGURES, NARROW, PALETTE, WIDE, Chart, specification_of, written
from ratification.charts.drawing import draw_svg

if TYPE_CHECKING:
    import altair as alt
else:
    alt = lazy_module("altair")

Quantiles = Mapping[str, date | None]
_LONGEST_YEARS = 15
FAN = "fan"


def draw_fan(document: Mapping[str, Any]) -> tuple[str, str, str]:
    """Draw the fan of a forecast's document, for wide and for narrow screens, with its text."""
    fan = [
        (each["number"], {name: _day(text) for name, text in each["quantiles"].items()})
        for each in document["numbers"]
    ]
    as_of = date.fromisoformat(document["as_of"])
    # Documents of earlier releases have the last possible days alone.
    deposited = document.get("deposited")
    last_days = document["deposits"] if deposited is None else [each["latest"] for each in deposited]
    drawn = [
        forecast_fan(
            [min(date.fromisoformat(day), as_of) for day in last_days],
            fan,
            required=document["threshold"],
            since=date.fromisoformat(document["opened"]),
            as_of=as_of,
            known_until=_day(document["known_until"]),
            width=width,
        )
        for width in (WIDE, NARROW)
    ]
    return draw_svg(drawn[0]), draw_svg(drawn[1]), drawn[0].text


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def forecast_fan(
    deposits: Sequence[date],
    fan: Sequence[tuple[int, Quantiles]],
    *,
    required: int,
    since: date,
    as_of: date,
    known_until: date | None = None,
    width: int = WIDE,
) -> Chart:
    """Describe the fan: a step for what is known, bands of 50 and 80 per cent and the median for what is forecast.

    Args:
        deposits: the days of the instruments counted so far.
        fan: for each number of instruments the days by which it is reached with 10, 25, 50, 75 and 90 per cent.
        required: the threshold.
        since: the first day shown.
        as_of: the day of the forecast.
        known_until: the last day of the list of acts, where that is over: the fan opens there.
        width: of the drawing, in pixels.

    Returns:
        The chart; a day too far ahead is drawn at its edge.
    """
    edge = date(as_of.year + _LONGEST_YEARS, 12, 31)
    start = min(as_of, known_until or as_of)
    ordered = sorted(day for day in deposits if day <= start)
    steps: list[dict[str, str | int]] = [{"date": since.isoformat(), "number": 0}]
    steps += [{"date": day.isoformat(), "number": place + 1} for place, day in enumerate(ordered)]
    steps.append({"date": start.isoformat(), "number": len(ordered)})
    rows: list[dict[str, str | int]] = []
    for number, quantiles in [(len(ordered), dict.fromkeys(("10", "25", "50", "75", "90"), start)), *fan]:
        ends = {f"p{name}": min(day or edge, edge).isoformat() for name, day in quantiles.items()}
        rows.append({"number": number, **ends})
    last = dict(fan)[required]
    text = gettext(
        "Forecast as of %(day)s: half of comparable treaties would have reached %(number)s between %(first_half)s and "
        "%(last_half)s, four of five between %(first)s and %(last)s."
    ) % {
        "day": written(as_of),
        "number": required,
        "first_half": _written(last["25"]),
        "last_half": _written(last["75"]),
        "first": _written(last["10"]),
        "last": _written(last["90"]),
    }
    chart = _layers(required, width).properties(datasets={FAN: rows})
    title = gettext("Forecast of the day on which %(number)s instruments are reached") % {"number": required}
    return Chart(title, text, specification_of(chart, steps), tuple(steps + rows))


def _written(day: date | None) -> str:
    return written(day) if day else gettext("a day beyond the calendar")


def _layers(required: int, width: int) -> "alt.LayerChart | alt.FacetChart":
    y = alt.Y(
        "number:Q",
        title=None,
        stack=None,
        scale=alt.Scale(domain=[0, required]),
        axis=alt.Axis(tickMinStep=1),
    )
    fan = alt.Chart(alt.NamedData(FAN))
    bands = [
        fan.mark_area(orient="horizontal", color=PALETTE[colour]).encode(
            x=alt.X(f"{low}:T", title=None, scale=alt.Scale(type="utc")), x2=f"{high}:T", y=y
        )
        for colour, low, high in (("none", "p10", "p90"), ("signed", "p25", "p75"))
    ]
    median = fan.mark_line(color=PALETTE["bound"], strokeDash=[4, 3]).encode(x="p50:T", y=y, order="number:Q")
    known = (
        alt.Chart(alt.NamedData(FIGURES))
        .mark_line(interpolate="step-after", color=PALETTE["bound"], strokeWidth=2)
        .encode(x="date:T", y=y)
    )
    return alt.layer(*bands, median, known).properties(width=width - 60, height=260)
