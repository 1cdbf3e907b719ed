"""Fan of a forecast: instruments that have come, and the days by which each further number may."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext

from ratification.charts.chart import NARROW, PALETTE, WIDE, Chart, day_text, specification_of
from ratification.charts.drawing import draw_svg
from ratification.charts.vega import FIGURES, Spec, channel, layer, layers, mark

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
    title, text = _words(required, as_of, dict(fan)[required])
    specification = specification_of(_layers(required, width), steps, {FAN: rows})
    return Chart(title, text, specification, tuple(steps + rows))


def words_of(document: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title and the description of a document's drawing; all else that stands in it is numbers."""
    found = {each["number"]: each["quantiles"] for each in document["numbers"]}
    last = {name: _day(text) for name, text in found[document["threshold"]].items()}
    return _words(document["threshold"], date.fromisoformat(document["as_of"]), last)


def _words(required: int, as_of: date, last: Quantiles) -> tuple[str, str]:
    title = gettext("Forecast of the day on which %(number)s instruments are reached") % {"number": required}
    text = gettext(
        "Forecast as of %(day)s: half of comparable treaties would have reached %(number)s between %(first_half)s and "
        "%(last_half)s, four of five between %(first)s and %(last)s."
    ) % {
        "day": day_text(as_of),
        "number": required,
        "first_half": _written(last["25"]),
        "last_half": _written(last["75"]),
        "first": _written(last["10"]),
        "last": _written(last["90"]),
    }
    return title, text


def _written(day: date | None) -> str:
    return day_text(day) if day else gettext("a day beyond the calendar")


def _layers(required: int, width: int) -> Spec:
    y = channel("number", axis={"tickMinStep": 1}, scale={"domain": [0, required]}, stack=None, title=None)
    bands = [
        layer(
            FAN,
            mark("area", orient="horizontal", color=PALETTE[colour]),
            {
                "x": channel(low, "temporal", scale={"type": "utc"}, title=None),
                "x2": {"field": high},
                "y": y,
            },
        )
        for colour, low, high in (("none", "p10", "p90"), ("signed", "p25", "p75"))
    ]
    median = layer(
        FAN,
        mark("line", color=PALETTE["bound"], strokeDash=[4, 3]),
        {"x": channel("p50", "temporal"), "y": y, "order": channel("number")},
    )
    known = layer(
        FIGURES,
        mark("line", interpolate="step-after", color=PALETTE["bound"], strokeWidth=2),
        {"x": channel("date", "temporal"), "y": y},
    )
    return layers([*bands, median, known], width=width - 60, height=260)
