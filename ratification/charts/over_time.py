"""Chart of signatures and instruments over time, with the threshold."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy

from common.local_formats import month_on_axis
from ratification.charts.chart import (
    PALETTE,
    WIDE,
    Chart,
    DatedConsent,
    count,
    day_text,
    number,
    specification_of,
    turning_days,
)
from ratification.charts.vega import FIGURES, Spec, channel, layer, layers, mark
from ratification.rules.dates import Span

COMPLETE, INCOMPLETE = pgettext_lazy("list of acts", "complete"), pgettext_lazy("list of acts", "incomplete")
"""What the figures say of the list of acts on a day, where the list ends within the chart."""


def over_time(
    signatures: Sequence[DatedConsent],
    instruments: Sequence[DatedConsent],
    *,
    required: int,
    since: date,
    as_of: date,
    reached: Span | None = None,
    known_until: date | None = None,
    width: int = WIDE,
) -> Chart:
    """Describe how many had signed, and how many instruments counted, on each day.

    Args:
        signatures: one for each participant that signed.
        instruments: those that count toward the threshold.
        required: the threshold; 0 where the clause asks for no number of instruments.
        since: the first day shown.
        as_of: the last day shown; what came later is left out.
        reached: when the threshold was reached. From its last day on, as many as it asks for have certainly been
            counted, even where open days leave it unclear which.
        known_until: the last day of the list of acts, where it ends before that.
        width: of the drawing, in pixels.

    Returns:
        A step for each series: the line is what is certain, the band above it what open dates permit. Past the
        last day of the list the line is dashed: it shows the acts that are known, and others may be missing.
    """
    signatories, needed = (
        pgettext("a line of a chart", "signatories"),
        pgettext("a line of a chart", "instruments"),
    )
    last = min(known_until or as_of, as_of)
    days = {as_of, last} | ({since} if since < as_of else set())
    days |= {day for day in turning_days([*signatures, *instruments], until=as_of) if day >= min(days)}
    if reached and not reached.on and reached.by(as_of):
        days |= {reached.latest}

    def counted(day: date) -> tuple[int, int]:
        certain, possible = count(instruments, day)
        return max(certain, required) if reached and reached.by(day) else certain, possible

    rows: list[dict[str, str | int]] = []
    for series, number_on in ((signatories, partial(count, signatures)), (needed, counted)):
        for day in sorted(days):
            certain, possible = number_on(day)
            row: dict[str, str | int] = {"date": day.isoformat(), "series": series}
            listed: dict[str, str | int] = (
                {"list": str(COMPLETE if day <= last else INCOMPLETE)} if last < as_of else {}
            )
            rows.append(row | {"certain": certain, "possible": possible} | listed)
    signed, deposited = count(signatures, as_of), counted(as_of)
    text, note = _words(min(days), as_of, last, signed=signed, deposited=deposited, required=required)
    ends = [_end(signatories, as_of, *signed), _end(needed, as_of, *deposited)]
    highest = max(required, *(int(row["possible"]) for row in rows))
    series_drawn = [signatories, needed]
    cut_at = last if last < as_of else None
    chart = _layers(ends, series_drawn, required, highest=highest, width=width, last=cut_at)
    return Chart(
        gettext("Signatures and instruments over time"),
        text,
        specification_of(chart, rows),
        tuple(rows),
        finding=_finding(signed, deposited, required),
        note=note,
    )


def _end(series: str, day: date, certain: int, possible: int) -> dict[str, str | int]:
    """Return the end of a series with its number in words."""
    words = gettext("%(series)s: %(number)s") % {"series": series, "number": number(certain, possible)}
    return {"date": day.isoformat(), "series": series, "at": certain, "words": words}


def _words(
    first: date,
    as_of: date,
    last: date,
    *,
    signed: tuple[int, int],
    deposited: tuple[int, int],
    required: int,
) -> tuple[str, str]:
    """Return the chart in words, and the note below it; `last` is the last day of the list of acts."""
    values = {
        "first": day_text(first),
        "last": day_text(as_of),
        "signatories": number(*signed),
        "instruments": number(*deposited),
        "required": required,
    }
    words = (
        gettext(
            "From %(first)s to %(last)s. Signatories on the last day: %(signatories)s. Instruments that count: "
            "%(instruments)s of the %(required)s required."
        )
        if required
        else gettext(
            "From %(first)s to %(last)s. Signatories on the last day: %(signatories)s. Instruments that count: "
            "%(instruments)s."
        )
    )
    text = words % values
    note = gettext("From %(first)s to %(last)s. Shaded bands show uncertain dates.") % values
    if last < as_of:
        cut = gettext(
            "The list of acts is complete until %(day)s. After it the line is dashed: later acts are included where a "
            "source reports them, others may be missing."
        ) % {"day": day_text(last)}
        text, note = f"{text} {cut}", f"{note} {cut}"
    return text, note


def _finding(signed: tuple[int, int], deposited: tuple[int, int], required: int) -> str:
    """Say how many have signed, and how many of the instruments needed there are."""
    signatories = gettext("No signatory")
    if signed[1]:
        words = ngettext("%(number)s signatory", "%(number)s signatories", signed[1])
        signatories = words % {"number": number(*signed)}
    values = {"number": number(*deposited), "required": required}
    if not required:
        instruments = ngettext(
            "%(number)s instrument counted", "%(number)s instruments counted", deposited[1]
        )
    elif deposited[1]:
        instruments = gettext("%(number)s of the %(required)s instruments needed")
    else:
        instruments = gettext("none of the %(required)s instruments needed")
    return gettext("%(signatories)s, %(instruments)s") % {
        "signatories": signatories,
        "instruments": instruments % values,
    }


def _layers(
    ends: list[dict[str, str | int]],
    series: list[str],
    required: int,
    *,
    highest: int,
    width: int,
    last: date | None,
) -> Spec:
    x = channel(
        "date",
        "temporal",
        axis={"format": month_on_axis(), "tickCount": width // 110},
        scale={"type": "utc"},
        title=None,
    )
    y = channel("certain", scale={"domain": [0, highest * 1.12], "nice": False}, title=None)
    colours = {"domain": series, "range": [PALETTE["soft"], PALETTE["bound"]]}
    colour = channel("series", "nominal", legend=None, scale=colours)
    steps = {"color": colour, "x": x, "y": y}
    end = {"color": colour, "x": x, "y": channel("at")}
    threshold = [{"required": required}]
    words = mark(
        "text",
        text=gettext("%(number)s required") % {"number": required},
        color=PALETTE["warm"],
        align="left",
        baseline="bottom",
        dx=6,
        dy=-4,
    )
    limit = [
        layer(threshold, mark("rule", color=PALETTE["warm"], strokeDash=[5, 4]), {"y": channel("required")}),
        layer(threshold, words, {"x": {"value": 0}, "y": channel("required")}),
    ]
    area = mark("area", interpolate="step-after", opacity=0.25)
    name = mark("text", align="right", baseline="bottom", dx=-2, dy=-7, fontWeight="bold")
    parts = [
        layer(FIGURES, area, {**steps, "y2": {"field": "possible"}}),
        *_lines(steps, last),
        *(limit if required else ()),
        layer(ends, mark("point", filled=True, size=50, opacity=1), end),
        layer(ends, name, {**end, "text": channel("words", "nominal")}),
    ]
    return layers(parts, width=width - 40, height=260)


def _lines(steps: dict[str, Spec], last: date | None) -> list[Spec]:
    """Return the lines: one of each series, and past the last day of a list a dashed one."""
    line = {"interpolate": "step-after", "strokeWidth": 2.5}
    if last is None:
        return [layer(FIGURES, mark("line", **line), steps)]
    day = f"utc({last.year}, {last.month - 1}, {last.day})"
    before, after = ({"filter": f"toDate(datum.date) {order} {day}"} for order in ("<=", ">="))
    return [
        layer(FIGURES, mark("line", **line), steps, transform=[before]),
        layer(FIGURES, mark("line", **line, strokeDash=[4, 3]), steps, transform=[after]),
    ]
