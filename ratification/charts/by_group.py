"""Chart of the members of each group by status: consented, signed only, neither."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext, pgettext_lazy

from common.lazy import lazy_module
from common.messages import Text
from ratification.charts.chart import FIGURES, PALETTE, WIDE, Chart, specification_of
from ratification.rules.outcome import StandingKind

if TYPE_CHECKING:
    import altair as alt
else:
    alt = lazy_module("altair")

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
        groups: the certain standing of every member, by the group's name; the order is kept.
        short: names for narrow drawings, by the group's name.
        width: of the drawing, in pixels.

    Returns:
        One bar a group, with the three numbers; who withdrew is among those with neither.
    """
    rows: list[dict[str, str | int]] = []
    names: list[dict[str, str]] = []
    sentences = []
    shares: dict[str, tuple[int, int]] = {}

    def _named(group: str) -> str:
        return short.get(group, group) if width < WIDE else group

    for group, standings in groups.items():
        parts = [str(_STANDS[standing]) for standing in standings]
        found = {part: parts.count(part) for part in map(str, (BOUND, SIGNED, NEITHER))}
        rows += [{"group": group, "standing": part, "participants": size} for part, size in found.items()]
        names.append(
            {"group": group, "words": f"{_named(group)}: {' · '.join(str(size) for size in found.values())}"}
        )
        bound, signed, neither = found.values()
        values = {"group": group, "bound": bound, "signed": signed, "neither": neither}
        sentences.append(
            gettext(
                "%(group)s: %(bound)s consented, %(signed)s signed only, %(neither)s neither, of %(members)s."
            )
            % {**values, "members": len(standings)}
        )
        shares[group] = bound + signed, len(standings)
    return Chart(
        title,
        " ".join(sentences),
        specification_of(_bars(names, width), rows),
        tuple(rows),
        finding=_finding(shares),
        note=gettext(
            "Numbers above each bar: consented, signed only, neither. Members that cannot join are left out."
        ),
    )


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


def _bars(names: list[dict[str, str]], width: int) -> "alt.TopLevelMixin":
    order = [str(BOUND), str(SIGNED), str(NEITHER)]
    y = alt.Y("group:N", sort=[name["group"] for name in names], axis=None)
    bars = (
        alt.Chart(alt.NamedData(FIGURES))
        .transform_calculate(order=f"indexof({order}, datum.standing)")
        .mark_bar(height=14, yOffset=8, stroke=PALETTE["card"], strokeWidth=1)
        .encode(
            x=alt.X("participants:Q", stack="zero", title=None, axis=alt.Axis(tickMinStep=1, tickCount=5)),
            y=y,
            order="order:Q",
            color=alt.Color(
                "standing:N",
                scale=alt.Scale(domain=order, range=[PALETTE["bound"], PALETTE["signed"], PALETTE["none"]]),
            ),
        )
    )
    words = (
        alt.Chart(alt.InlineData(values=names))
        .mark_text(align="left", baseline="bottom", yOffset=-2)
        .encode(x=alt.value(0), y=y, text="words:N")
    )
    return alt.layer(bars, words).properties(width=width - 30, height=46 * max(len(names), 1))
