"""Chart of the members of each group by status: consented, signed only, neither."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from django.utils.translation import gettext, ngettext, pgettext_lazy

from common.messages import Text
from common.punctuation import colon
from ratification.charts.chart import PALETTE, WIDE, Chart, specification_of
from ratification.charts.vega import FIGURES, Spec, channel, layer, layers, mark
from ratification.rules.outcome import StandingKind

BOUND = pgettext_lazy("members of a group", "consented")
SIGNED = pgettext_lazy("members of a group", "signed only")
NEITHER = pgettext_lazy("members of a group", "neither")
_STANDS: Mapping[StandingKind, Text] = {
    StandingKind.PARTY: BOUND,
    StandingKind.CONTRACTING: BOUND,
    StandingKind.SIGNATORY: SIGNED,
    StandingKind.WITHDRAWN: NEITHER,
    StandingKind.NONE: NEITHER,
    StandingKind.UNKNOWN: NEITHER,
}

DIGIT = 7
"""Width of a digit within a bar, in pixels."""


def by_group(
    title: str,
    groups: Mapping[str, Sequence[StandingKind]],
    *,
    short: Mapping[str, str] = MappingProxyType({}),
    width: int = WIDE,
) -> Chart:
    """Describe the standings within groups.

    Args:
        title: what the groups are, such as `By regional group`.
        groups: the certain standing of every member, by the group's name.
        short: names for narrow drawings, by the group's name.
        width: of the drawing, in pixels.

    Returns:
        One bar a group, the largest share first, with the three numbers; who withdrew is among those with neither.
    """
    rows: list[dict[str, str | int]] = []
    names: list[dict[str, str]] = []
    numbers: list[dict[str, str | float]] = []
    sentences = []
    shares: dict[str, tuple[int, int]] = {}

    def joined(group: str) -> float:
        standings = groups[group]
        return sum(_STANDS[standing] is not NEITHER for standing in standings) / max(len(standings), 1)

    for group in sorted(groups, key=joined, reverse=True):
        parts = [str(_STANDS[standing]) for standing in groups[group]]
        found = {part: parts.count(part) for part in map(str, (BOUND, SIGNED, NEITHER))}
        bound, signed, neither = found.values()
        values = {"group": group, "bound": bound, "signed": signed, "neither": neither, "members": len(parts)}
        rows += [{"group": group, "standing": part, "participants": size} for part, size in found.items()]
        shares[group] = bound + signed, len(parts)
        named = short.get(group, group) if width < WIDE else group
        of = gettext("%(number)s of %(members)s") % {"number": bound + signed, "members": len(parts)}
        names.append({"group": group, "words": f"{named}{colon()}{of}"})
        numbers += _numbers(group, found, width)
        sentences.append(
            gettext(
                "%(group)s: %(bound)s consented, %(signed)s signed only, %(neither)s neither, of %(members)s."
            )
            % values
        )
    return Chart(
        title,
        " ".join(sentences),
        specification_of(_bars(names, numbers, width), rows),
        tuple(rows),
        finding=_finding(shares),
        note=gettext(
            "Above each bar: how many of the members have signed or ratified. Each bar is the whole group. Members "
            "that cannot join are left out."
        ),
    )


def _numbers(group: str, found: Mapping[str, int], width: int) -> Iterator[dict[str, str | float]]:
    """Yield the number of each part of a bar, at its middle, where the part is wide enough for it."""
    whole, before = max(sum(found.values()), 1), 0
    for part, size in found.items():
        if size and size / whole * width >= DIGIT * len(str(size)) + 6:
            yield {"group": group, "standing": part, "at": (before + size / 2) / whole, "words": str(size)}
        before += size


def _finding(shares: Mapping[str, tuple[int, int]]) -> str:
    """Name the group with the largest share of members that have signed or consented, of two members or more."""
    ranked = [(part / whole, group) for group, (part, whole) in shares.items() if whole > 1 and part]
    if not ranked:
        return gettext("No member of these groups has signed")
    _, group = max(ranked, key=lambda each: each[0])
    part, whole = shares[group]
    words = ngettext(
        "Highest share: %(group)s, %(number)s of %(members)s has signed or ratified",
        "Highest share: %(group)s, %(number)s of %(members)s have signed or ratified",
        part,
    )
    return words % {"group": group, "number": part, "members": whole}


def _bars(names: list[dict[str, str]], numbers: list[dict[str, str | float]], width: int) -> Spec:
    order = [str(BOUND), str(SIGNED), str(NEITHER)]
    y = channel("group", "nominal", axis=None, sort=[name["group"] for name in names])
    word = channel("words", "nominal")
    bars = {
        "x": channel("participants", axis={"format": "%", "tickCount": 5}, stack="normalize", title=None),
        "y": y,
        "order": channel("order"),
        "color": channel(
            "standing",
            "nominal",
            scale={"domain": order, "range": [PALETTE["bound"], PALETTE["signed"], PALETTE["none"]]},
        ),
    }
    ranked = {"calculate": f"indexof({order}, datum.standing)", "as": "order"}
    bar = mark("bar", height=18, yOffset=8, stroke=PALETTE["card"], strokeWidth=1)
    within = {"x": channel("at"), "y": y, "text": word}
    light, dark = ({"filter": f"(datum.standing {same} {order[0]!r})"} for same in ("!==", "==="))
    parts = [
        layer(FIGURES, bar, bars, transform=[ranked]),
        layer(
            names,
            mark("text", align="left", baseline="bottom", yOffset=-4),
            {"x": {"value": 0}, "y": y, "text": word},
        ),
        layer(numbers, mark("text", yOffset=8, fontSize=11), within, transform=[light]),
        layer(numbers, mark("text", yOffset=8, fontSize=11, color=PALETTE["card"]), within, transform=[dark]),
    ]
    return layers(parts, width=width - 30, height=48 * max(len(names), 1))
