"""Chart of signatures and instruments over time, with the threshold."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext, pgettext

from common.lazy import lazy_module
from ratification.charts.chart import (
    FIGURES,
    PALETTE,
    WIDE,
    Chart,
    DatedConsent,
    count,
    number,
    specification_of,
    turning_days,
    written,
)

if TYPE_CHECKING:
    import altair as alt
else:
    alt = lazy_module("altair")


def over_time(
    signatures: Sequence[DatedConsent],
    instruments: Sequence[DatedConsent],
    *,
    required: int,
    since: date,
    as_of: date,
    cut: bool = False,
    width: int = WIDE,
) -> Chart:
    """Describe how many had signed, and how many instruments counted, on each day.

    Args:
        signatures: one for each participant that signed.
        instruments: those that count toward the threshold.
        required: the threshold.
        since: the first day shown.
        as_of: the last day shown; what came later is left out.
        cut: whether the list of acts is known until that day alone.
        width: of the drawing, in pixels.

    Returns:
        A step for each series: the line is what is certain, the band above it what open dates permit.
    """
    signatories, needed = (
        pgettext("a line of a chart", "signatories"),
        pgettext("a line of a chart", "instruments"),
    )
    days = {as_of} | ({since} if since < as_of else set())
    days |= {day for day in turning_days([*signatures, *instruments], until=as_of) if day >= min(days)}
    rows: list[dict[str, str | int]] = []
    for series, held in ((signatories, signatures), (needed, instruments)):
        for day in sorted(days):
            certain, possible = count(held, day)
            rows.append({"date": day.isoformat(), "series": series, "certain": certain, "possible": possible})
    signed, deposited = count(signatures, as_of), count(instruments, as_of)
    values = {
        "first": written(min(days)),
        "last": written(as_of),
        "signatories": number(*signed),
        "instruments": number(*deposited),
        "required": required,
    }
    text = (
        gettext(
            "From %(first)s to %(last)s. Signatories on the last day: %(signatories)s. Instruments that count: "
            "%(instruments)s of the %(required)s required."
        )
        % values
    )
    finding = gettext("%(signatories)s signatories, %(instruments)s of the %(required)s instruments needed")
    if cut:
        finding = gettext(
            "By %(last)s: %(signatories)s signatories, %(instruments)s of the %(required)s instruments needed"
        )
        until = gettext(
            "The list of acts is known until that day; later acts that are known singly are left out."
        )
        text = f"{text} {until}"
    ends: list[dict[str, str | int]] = [
        {
            "date": as_of.isoformat(),
            "series": series,
            "at": certain,
            "words": gettext("%(series)s: %(number)s")
            % {"series": series, "number": number(certain, possible)},
        }
        for series, (certain, possible) in ((signatories, signed), (needed, deposited))
    ]
    highest = max(required, *(int(row["possible"]) for row in rows))
    chart = _layers(ends, [signatories, needed], required, highest, width)
    return Chart(
        gettext("Signatures and instruments over time"),
        text,
        specification_of(chart, rows),
        tuple(rows),
        finding=finding % values,
        note=gettext("From %(first)s to %(last)s. Shaded bands show uncertain dates.") % values,
    )


def _layers(
    ends: list[dict[str, str | int]], series: list[str], required: int, highest: int, width: int
) -> "alt.TopLevelMixin":
    x = alt.X(
        "date:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format="%b %Y", tickCount=width // 110),
    )
    y = alt.Y("certain:Q", title=None, scale=alt.Scale(domain=[0, highest * 1.12], nice=False))
    colour = alt.Color(
        "series:N",
        legend=None,
        scale=alt.Scale(domain=series, range=[PALETTE["soft"], PALETTE["bound"]]),
    )
    steps = alt.Chart(alt.NamedData(FIGURES)).encode(x=x, y=y, color=colour)
    end = alt.Chart(alt.InlineData(values=ends)).encode(x=x, y=alt.Y("at:Q"), color=colour)
    threshold = alt.Chart(alt.InlineData(values=[{"required": required}])).encode(y=alt.Y("required:Q"))
    words = gettext("%(number)s required") % {"number": required}
    return alt.layer(
        steps.mark_area(interpolate="step-after", opacity=0.25).encode(y2="possible:Q"),
        steps.mark_line(interpolate="step-after", strokeWidth=2.5),
        threshold.mark_rule(color=PALETTE["warm"], strokeDash=[5, 4]),
        threshold.mark_text(
            text=words,
            color=PALETTE["warm"],
            align="left",
            baseline="bottom",
            dx=6,
            dy=-4,
        ).encode(x=alt.value(0)),
        end.mark_point(filled=True, size=50, opacity=1),
        end.mark_text(align="right", baseline="bottom", dx=-2, dy=-7, fontWeight="bold").encode(
            text="words:N"
        ),
    ).properties(width=width - 40, height=260)
