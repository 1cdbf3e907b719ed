"""Badge and card as pictures without style sheets, allowed by any content policy."""

import textwrap
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from common.lettering import is_wide, width_of
from embeds.colours import Colours
from ratification.charts.letters import begins_at, faces

LONG, LONGEST = 24, 50
"""Characters from which a name is written smaller, and most that fit into the card."""
COLUMN, LETTERS, LINES = 24, 24, 2
"""Characters in a line of a column of the card, at what size they are written, and the lines."""
SIZE, _LETTER = 11, 0.6
"""Size of the badge's letters, and about how wide one is; `textLength` then fits the words to their box."""


def badge(name: str, value: str, as_of: str, home: str, colours: Colours, *, rtl: bool = False) -> str:
    """Draw a badge: the treaty's name, the count, and the date; with `rtl` from right to left."""
    left, right = (round(SIZE * width_of(text, _LETTER)) + 14 for text in (name, value))
    width = left + right
    first, second = (right, 0) if rtl else (0, left)  # the name's box stands where the script begins
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="34" viewBox="0 0 {width} 34" role="img">'
        f"<title>{escape(f'{name}: {value} · {as_of}')}</title><a href={quoteattr(home)}>"
        f'<rect{_x(first)} width="{left}" height="20" fill="#3b4450"/>'
        f'<rect{_x(second)} width="{right}" height="20" fill="#0b5c8f"/>'
        f'<g fill="#fff" font-family="{faces()}" font-size="{SIZE}" text-anchor="middle">'
        f"{_text(first + left / 2, left - 14, name)}{_text(second + right / 2, right - 14, value)}</g>"
        f'<text x="{width / 2}" y="31" font-family="{faces()}" font-size="9" fill="{colours.soft}" '
        f'text-anchor="middle">{escape(as_of)}</text></a></svg>'
    )


def card(
    name: str,
    progress: str,
    counting: str,
    *,
    share: float | None,
    further: str = "",
    numbers: Sequence[tuple[int, str]],
    lines: Sequence[str],
    colours: Colours,
    rtl: bool = False,
) -> str:
    """Draw the card as a picture (1200 by 630).

    Args:
        name: the treaty's.
        progress: the count toward entry into force, such as `1 of 40`.
        counting: what is counted.
        share: of the count in the threshold; None where there is no threshold.
        further: what the number does not say, in the place of the bar.
        numbers: three counts with their words.
        lines: what stands at the foot: the day, until when the list is known, the source.
        colours: the theme's.
        rtl: whether words are written from right to left.
    """
    start = begins_at(80, 1200, rtl=rtl)
    columns = "".join(
        f'<text {begins_at(80 + 360 * place, 1200, rtl=rtl)} y="446" font-size="58" font-weight="bold">{count}</text>'
        f"{_in_lines(words, 80 + 360 * place, rtl=rtl)}"
        for place, (count, words) in enumerate(numbers)
    )
    foot = "".join(
        f'<text {start} y="{606 - 30 * (len(lines) - 1 - number)}" font-size="22" fill="{colours.soft}">{escape(line)}'
        "</text>"
        for number, line in enumerate(lines)
    )
    bar = f'<text {start} y="352" font-size="32">{escape(further)}</text>' if further else ""
    if share is not None:
        done = round(1040 * min(share, 1))
        begin = 1120 - done if rtl else 80
        bar = (
            f'<rect x="80" y="340" width="1040" height="18" rx="9" fill="{colours.rest}"/>'
            f'<rect x="{begin}" y="340" width="{done}" height="18" rx="9" fill="{colours.accent}"/>'
        )
    size = 52 if len(name) < LONG else 36
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">'
        f'<rect width="1200" height="630" fill="{colours.ground}"/>'
        f'<rect width="1200" height="16" fill="{colours.accent}"/>'
        f'<g font-family="{faces()}" fill="{colours.ink}">'
        f'<text {start} y="108" font-size="{size}" font-weight="bold">{escape(_cut(name))}</text>'
        f'<text {start} y="248" font-size="124" font-weight="bold" fill="{colours.accent}">{escape(progress)}</text>'
        f'<text {start} y="306" font-size="32">{escape(counting)}</text>{bar}{columns}{foot}</g></svg>'
    )


def _in_lines(words: str, x: int, *, rtl: bool) -> str:
    """Write words below a number in two lines at most, smaller where they would not fit."""
    letters = COLUMN // 2 if is_wide(words) else COLUMN
    size, lines = next(
        (size, lines)
        for size in range(LETTERS, 0, -1)
        if len(lines := textwrap.wrap(words, letters * LETTERS // size)) <= LINES
    )
    return "".join(
        f'<text {begins_at(x, 1200, rtl=rtl)} y="{482 + 28 * number}" font-size="{size}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _x(place: int) -> str:
    """Return the attribute of a place; the first one needs none."""
    return f' x="{place}"' if place else ""


def _text(x: float, width: int, words: str) -> str:
    return f'<text x="{x}" y="14" textLength="{width}" lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'
