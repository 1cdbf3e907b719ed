"""Chart of the days that signatories took from signature to deposit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.translation import gettext, ngettext

from common.local_formats import number as local_number
from common.punctuation import semicolon
from ratification.charts.chart import PALETTE, WIDE, Chart, number, short_name, specification_of
from ratification.charts.vega import FIGURES, Spec, channel, layer, layers, mark
from ratification.rules.dates import Span


@dataclass(frozen=True, slots=True)
class Wait:
    """One participant, by its name, that signed and later deposited its instrument."""

    participant: str
    signed: Span
    deposited: Span

    @property
    def days(self) -> tuple[int, int]:
        """The fewest and the most days from signature to deposit that the dates permit."""
        fewest = (self.deposited.earliest - self.signed.latest).days
        return max(fewest, 0), (self.deposited.latest - self.signed.earliest).days


def days_to_deposit(treaties: Mapping[str, Sequence[Wait]], *, width: int = WIDE) -> Chart:
    """Describe the days from signature to deposit.

    Args:
        treaties: everyone that signed and deposited, by the treaty's name; the order is kept. Who acceded
            without signing is not among them, nor who has not deposited yet.
        width: of the drawing, in pixels.

    Returns:
        A stroke for each participant, a bar where the dates leave its days open, and each treaty's median.
    """
    rows: list[dict[str, str | int]] = []
    medians: list[dict[str, str | float | None]] = []
    sentences: list[str] = []
    found: list[str] = []
    for name, waits in treaties.items():
        days = sorted((*wait.days, wait.participant) for wait in waits)
        rows += [{"treaty": name, "participant": who, "fewest": few, "most": most} for few, most, who in days]
        if not days:
            words = gettext("%(treaty)s: no deposit after a signature")
            medians.append(
                {"treaty": name, "median": None, "words": words % {"treaty": short_name(name, width)}}
            )
            sentences.append(f"{words % {'treaty': name}}.")
            continue
        middle = round(median(few for few, _, _ in days)), round(median(most for _, most, _ in days))
        label = ngettext(
            "%(treaty)s: median %(median)s, %(number)s deposit",
            "%(treaty)s: median %(median)s, %(number)s deposits",
            len(days),
        ) % {
            "treaty": short_name(name, width),
            "median": _in_days(_dashed(middle), middle),
            "number": len(days),
        }
        medians.append({"treaty": name, "median": sum(middle) / 2, "words": label})
        found.append(f"{name} {_dashed(middle)}")
        sentences.append(_sentence(name, days, middle))
    compared = semicolon().join(found) or gettext("none deposited")
    specification = specification_of(_strips(list(treaties), medians, width), rows)
    return Chart(
        gettext("Days from signature to deposit"),
        " ".join(sentences),
        specification,
        tuple(rows),
        finding=gettext("Median days from signature to deposit: %(compared)s") % {"compared": compared},
        note=gettext(
            "Only States that signed and deposited. Signatories that have not deposited yet are left out, which makes "
            "a recent treaty look fast; so are accessions."
        ),
    )


def _sentence(name: str, days: Sequence[tuple[int, int, str]], middle: tuple[int, int]) -> str:
    """Return the median of a treaty, its quickest and its slowest, in words."""
    slowest = max(days, key=lambda each: each[1])
    return gettext(
        "%(treaty)s: median %(median)s, of %(number)s that signed and deposited; quickest %(fewest)s "
        "(%(quickest)s), slowest %(most)s (%(slowest)s)."
    ) % {
        "treaty": name,
        "median": _in_days(number(*middle), middle),
        "number": len(days),
        "fewest": _in_days(number(*days[0][:2]), days[0][:2]),
        "quickest": days[0][2],
        "most": _in_days(number(*slowest[:2]), slowest[:2]),
        "slowest": slowest[2],
    }


def _in_days(words: str, span: tuple[int, int]) -> str:
    """Return a number of days, already in words, with its unit."""
    return ngettext("%(number)s day", "%(number)s days", span[1]) % {"number": words}


def _dashed(span: tuple[int, int]) -> str:
    return "–".join(local_number(days) for days in dict.fromkeys(span))


def _strips(names: list[str], medians: list[dict[str, str | float | None]], width: int) -> Spec:
    x = channel("fewest", axis={"tickCount": width // 120}, title=gettext("days from signature to deposit"))
    y = channel("treaty", "nominal", axis=None, sort=names)
    stroke = mark("tick", color=PALETTE["bound"], thickness=1, size=14, opacity=0.55, yOffset=9)
    bar = mark("bar", color=PALETTE["bound"], height=14, opacity=0.35, yOffset=9)
    middle = mark("tick", color=PALETTE["warm"], thickness=3, size=22, opacity=1, yOffset=9)
    words = mark("text", align="left", baseline="bottom", yOffset=-5)
    parts = [
        layer(FIGURES, stroke, {"x": x, "y": y}),
        layer(
            FIGURES,
            bar,
            {"x": x, "x2": {"field": "most"}, "y": y},
            transform=[{"filter": "(datum.most > datum.fewest)"}],
        ),
        layer(medians, middle, {"x": channel("median"), "y": y}),
        layer(medians, words, {"x": {"value": 0}, "y": y, "text": channel("words", "nominal")}),
    ]
    return layers(parts, width=width - 30, height=52 * max(len(medians), 1))
