"""Chart that compares treaties by the days since each was opened for signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, ngettext

from common.punctuation import comma, semicolon
from ratification.charts.chart import (
    PALETTE,
    WIDE,
    Chart,
    DatedConsent,
    count,
    number,
    short_name,
    specification_of,
    turning_days,
)
from ratification.charts.vega import FIGURES, Spec, channel, layer, layers, mark

SIGNATORIES, INSTRUMENTS = "signatories", "instruments"
_LINES = (("bound", [1, 0]), ("warm", [6, 3]), ("leaf", [2, 2]), ("plum", [8, 3, 2, 3]))


@dataclass(frozen=True, slots=True)
class Life:
    """A treaty's signatures and instruments since the day on which it was opened for signature."""

    name: str
    opened_on: date
    recorded_until: date
    signatures: Sequence[DatedConsent]
    instruments: Sequence[DatedConsent]

    @property
    def is_open(self) -> bool:
        """Whether it was open for signature on the last day recorded."""
        return self.recorded_until >= self.opened_on


def same_age(lives: Sequence[Life], *, days: int, width: int = WIDE) -> Chart:
    """Describe how many had signed and how many instruments were deposited, at each age.

    Args:
        lives: the treaty that is asked about, then at most three to compare it with; none where its record has no
            day of opening for signature, from which its age could be counted.
        days: the age up to which to compare.
        width: of the drawing, in pixels.

    Returns:
        Two panels; a line ends where its treaty's record ends, and there is none before the treaty was open for
        signature. Figures are of what is certain, `possible` adds what open dates permit.

    Raises:
        ValueError: if there is one too many to tell apart.
    """
    if len(lives) > len(_LINES):
        raise ValueError(f"at most {len(_LINES)} treaties can be compared, not {len(lives)}")
    rows: list[dict[str, str | int]] = []
    begun = [life for life in lives if life.is_open]
    for life in begun:
        end = min(life.recorded_until, life.opened_on + timedelta(days=days))
        turns = turning_days([*life.signatures, *life.instruments], until=end) | {life.opened_on, end}
        for measure, held in ((SIGNATORIES, life.signatures), (INSTRUMENTS, life.instruments)):
            for day in sorted(turn for turn in turns if turn >= life.opened_on):
                certain, possible = count(held, day)
                age = (day - life.opened_on).days
                rows.append(
                    {
                        "treaty": life.name,
                        "measure": measure,
                        "days": age,
                        "certain": certain,
                        "possible": possible,
                    }
                )
    names = [life.name for life in lives]
    title = gettext("At the same age")
    if not lives:
        finding = gettext("The record has no day on which this treaty was opened for signature.")
        return Chart(
            title, finding, specification_of(_panels([], [], None, days, width), rows), (), finding=finding
        )
    if not lives[0].is_open:
        chart = _panels(names, _labels(begun, days, width), None, days, width)
        finding = gettext("%(treaty)s: not yet open for signature") % {"treaty": names[0]}
        note = gettext(
            "Days since each treaty was opened for signature. A line ends where the record of its treaty ends."
        )
        return Chart(title, finding, specification_of(chart, rows), tuple(rows), finding=finding, note=note)
    age = min(days, (lives[0].recorded_until - lives[0].opened_on).days)
    chart = _panels(names, _labels(begun, days, width), age, days, width)
    return Chart(
        title,
        _text(begun, age),
        specification_of(chart, rows),
        tuple(rows),
        finding=_finding(begun, age),
        note=gettext(
            "Days since each treaty was opened for signature; the dotted line is day %(day)s. A line ends where the "
            "record of its treaty ends."
        )
        % {"day": age},
    )


def _finding(lives: Sequence[Life], age: int) -> str:
    """Say how many instruments each treaty had at the first one's age."""
    had = []
    for life in lives:
        day = life.opened_on + timedelta(days=age)
        if day <= life.recorded_until:
            had.append((life.name, number(*count(life.instruments, day))))
    (name, own), *others = had
    words = ngettext(
        "%(treaty)s on day %(days)s: %(own)s instrument",
        "%(treaty)s on day %(days)s: %(own)s instruments",
        int(own) if own.isdecimal() else 2,
    ) % {"treaty": name, "days": age, "own": own}
    compared = comma().join(f"{other} {deposited}" for other, deposited in others)
    return semicolon().join(filter(None, (words, compared)))


def _labels(lives: Sequence[Life], days: int, width: int) -> list[dict[str, str | float]]:
    """Return the names at the ends of the lines, moved apart so that each can be read."""
    labels: list[dict[str, str | float]] = []
    for measure in (SIGNATORIES, INSTRUMENTS):
        ends = []
        for life in lives:
            end = min(life.recorded_until, life.opened_on + timedelta(days=days))
            held = life.signatures if measure == SIGNATORIES else life.instruments
            ends.append((count(held, end)[0], life.name, (end - life.opened_on).days))
        step = max([1.0, *(value for value, _, _ in ends)]) / 12
        at = float("-inf")
        for value, name, age in sorted(ends):
            at = max(float(value), at + step)
            words = f"{short_name(name, width)} {value}"
            labels.append(
                {"treaty": name, "measure": measure, "at": at, "words": words, "days": age, "last": value}
            )
    return labels


def _text(lives: Sequence[Life], age: int) -> str:
    parts = []
    for life in lives:
        day = life.opened_on + timedelta(days=age)
        if day > life.recorded_until:
            parts.append(gettext("%(treaty)s: not recorded so far") % {"treaty": life.name})
            continue
        signed, deposited = number(*count(life.signatures, day)), number(*count(life.instruments, day))
        parts.append(
            gettext("%(treaty)s: signatories %(signed)s, instruments %(deposited)s")
            % {"treaty": life.name, "signed": signed, "deposited": deposited}
        )
    words = ngettext(
        "%(number)s day after opening for signature. %(treaties)s.",
        "%(number)s days after opening for signature. %(treaties)s.",
        age,
    )
    return words % {"number": age, "treaties": semicolon().join(parts)}


def _panels(
    names: list[str], labels: list[dict[str, str | float]], age: int | None, days: int, width: int
) -> Spec:
    looks = _LINES[: len(names)]
    in_colour = {"domain": names, "range": [PALETTE[colour] for colour, _ in looks]}
    colour = channel("treaty", "nominal", legend=None, scale=in_colour)
    lines = {
        "x": channel(
            "days",
            scale={"domain": [0, days], "nice": False},
            title=gettext("days since opening for signature"),
        ),
        "y": channel("certain", axis={"tickCount": 5, "tickMinStep": 1}, title=None),
        "color": colour,
        "strokeDash": channel(
            "treaty",
            "nominal",
            legend=None,
            scale={"domain": names, "range": [dashes for _, dashes in looks]},
        ),
        "strokeWidth": {
            "condition": {"test": f"(datum.treaty === {names[0] if names else ''!r})", "value": 3},
            "value": 1.6,
        },
    }
    inner = width - 45 - (90 if width < WIDE else 150)
    here = [] if age is None else [{"days": age}]
    titles = {SIGNATORIES: gettext("Signatories"), INSTRUMENTS: gettext("Instruments")}
    panels = []
    for measure in (SIGNATORIES, INSTRUMENTS):
        ends = [each for each in labels if each["measure"] == measure]
        parts = [
            layer(here, mark("rule", color=PALETTE["soft"], strokeDash=[1, 3]), {"x": channel("days")}),
            layer(
                FIGURES,
                mark("line", interpolate="step-after"),
                lines,
                title=titles[measure],
                transform=[{"filter": f"(datum.measure === {measure!r})"}],
            ),
            layer(
                ends,
                mark("point", filled=True, size=40, opacity=1),
                {"color": colour, "x": channel("days"), "y": channel("last")},
            ),
            layer(
                ends,
                mark("text", align="left", baseline="middle", dx=6),
                {
                    "color": colour,
                    "x": {"value": inner},
                    "y": channel("at"),
                    "text": channel("words", "nominal"),
                },
            ),
        ]
        panels.append(layers(parts, width=inner, height=190))
    return {"vconcat": panels, "spacing": 22}
