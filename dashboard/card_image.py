"""A card as a picture to share: its heading, what it shows, and below it source, day, revision and address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from django.utils.translation import gettext

from common.languages import current
from common.lettering import in_lines, width_of
from common.punctuation import in_brackets
from dashboard.card_parts import Card, Drawing, Pairs, Part, Places, Table, Words
from ratification.charts.chart import PALETTE
from ratification.charts.letters import as_line, begins_at, faces

WIDTH, MARGIN = 720, 32
INNER = WIDTH - 2 * MARGIN
SCALE = 1200 / WIDTH
"""Image points to a unit: pictures are 1,200 points wide, as those of charts are."""
LONGEST = 850
"""Height after which a card is cut, in units."""
BODY, CELL, HEADLINE, REMARK, NUMBER = 15, 13, 22, 12, 46
"""Sizes of letters."""
_LETTER, _BOLD_LETTER = 0.5, 0.56
"""About how wide a letter is, as part of its size."""
BOLD, DASHED = '"bold"', '"4 3"'
_GAP, _FEW, _WORD = 18, 8, 170
"""Room between two columns, most columns that have as much, and width after which a word is cut."""
_ROUND = 10
"""Places in a row."""
_VARIABLE = re.compile(r"var\(--[\w-]+,\s*([^()]+)\)")
_SIZE = re.compile(r'<svg[^>]*?viewBox="([\d. -]+)"')


@dataclass
class _Sheet:
    """The picture while it is drawn from top to bottom."""

    y: float = MARGIN
    drawn: list[str] = field(default_factory=list)
    rtl: bool = field(default_factory=lambda: current().direction == "rtl")

    def line(
        self, text: str, size: float, *, x: float = MARGIN, colour: str = "ink", bold: bool = False
    ) -> None:
        """Write a line whose letters stand on the place reached."""
        place = f'{begins_at(x, WIDTH, rtl=self.rtl)} y="{self.y:g}"'
        look = f'font-size="{size:g}" fill="{PALETTE[colour]}"{" font-weight=" + BOLD if bold else ""}'
        self.drawn.append(f"<text {place} {look}>{escape(as_line(text, rtl=self.rtl))}</text>")

    def words(
        self, text: str, size: float = BODY, *, indent: float = 0, colour: str = "ink", bold: bool = False
    ) -> None:
        """Write a paragraph below the place reached."""
        for line in in_lines(text, (INNER - indent) / size, _BOLD_LETTER if bold else _LETTER):
            self.y += size * 1.35
            self.line(line, size, x=MARGIN + indent, colour=colour, bold=bold)

    def box(
        self, x: float, width: float, height: float, *, fill: str, edge: str = "none", dashed: bool = False
    ) -> None:
        """Draw a rectangle below the place reached."""
        place = WIDTH - x - width if self.rtl else x
        self.drawn.append(
            f'<rect x="{place:g}" y="{self.y:g}" width="{width:g}" height="{height:g}" rx="4" fill="{fill}" '
            f'stroke="{edge}"{" stroke-dasharray=" + DASHED if dashed else ""}/>'
        )


def picture(card: Card, *, above: str, credit: str, address: str) -> str:
    """Draw a card as an SVG that stands alone.

    Args:
        card: what is drawn.
        above: what stands above the heading: treaty and page.
        credit: source, day, revision and licence.
        address: the permanent address, where the whole stands.
    """
    sheet = _Sheet()
    sheet.words(above, REMARK, colour="soft")
    sheet.words(card.title, HEADLINE, bold=True)
    if card.note:
        sheet.words(card.note, REMARK, colour="soft")
    is_whole = True
    for part in card.parts:
        sheet.y += 10
        is_whole = is_whole and _drawn(sheet, part)
        if not is_whole:
            break
    sheet.y += 14
    if not is_whole:
        sheet.words(
            gettext("The picture shows the beginning; the whole stands at its address."), REMARK, bold=True
        )
    sheet.words(credit, REMARK, colour="soft")
    for line in in_lines(address, INNER / REMARK, _LETTER):
        sheet.y += REMARK * 1.35
        sheet.drawn.append(
            f'<text x="{MARGIN}" y="{sheet.y:g}" font-size="{REMARK}" fill="{PALETTE["soft"]}">{escape(line)}</text>'
        )
    height = round(sheet.y + MARGIN - 8)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
        f'<rect width="{WIDTH}" height="{height}" fill="{PALETTE["card"]}"/>'
        f'<rect width="{WIDTH}" height="8" fill="{PALETTE["bound"]}"/>'
        f'<g font-family="{faces()}">{"".join(sheet.drawn)}</g></svg>'
    )


def _drawn(sheet: _Sheet, part: Part) -> bool:
    """Draw a part below what is there. Return whether all of it had room."""
    match part:
        case Words():
            return _paragraph(sheet, part)
        case Pairs(figures=True):
            _figures(sheet, part)
        case Pairs():
            return _rows(sheet, [], part.rows)
        case Places():
            _places(sheet, part)
        case Table():
            return _rows(sheet, part.headings, part.rows)
        case Drawing():
            _chart(sheet, part)
    return True


def _paragraph(sheet: _Sheet, part: Words) -> bool:
    if sheet.y > LONGEST:
        return False
    if part.look == "item":
        sheet.y -= 4
        sheet.y += BODY * 1.35
        sheet.line("•", BODY, colour="soft")
        sheet.y -= BODY * 1.35
        sheet.words(part.text, indent=16)
    else:
        sheet.words(part.text, colour="soft" if part.look == "soft" else "ink", bold=part.look == "strong")
    return True


def _figures(sheet: _Sheet, part: Pairs) -> None:
    """Draw numbers beside each other, each with its words below."""
    if not part.rows:
        return
    width = INNER / min(len(part.rows), 3)
    for begin in range(0, len(part.rows), 3):
        sheet.y += NUMBER
        top, lowest = sheet.y, sheet.y
        for place, (words, number) in enumerate(part.rows[begin : begin + 3]):
            x = MARGIN + place * width
            sheet.y = top
            # What is added to a number, as "at most 76", stands smaller behind it.
            value, _, more = number.partition(" ")
            sheet.line(value, NUMBER, x=x, colour="bound", bold=True)
            for line in in_lines(
                words + in_brackets(more) if more else words, (width - _GAP) / BODY, _LETTER
            ):
                sheet.y += BODY * 1.4
                sheet.line(line, BODY, x=x)
            lowest = max(lowest, sheet.y)
        sheet.y = lowest + 8


def _places(sheet: _Sheet, part: Places) -> None:
    step = INNER / _ROUND
    for begin in range(0, len(part.places), _ROUND):
        for place, (number, look) in enumerate(part.places[begin : begin + _ROUND]):
            taken = look == "taken"
            fill = PALETTE["bound"] if taken else PALETTE["signed"] if look else "none"
            sheet.box(MARGIN + place * step, step - 6, 34, fill=fill, edge=PALETTE["soft"], dashed=not look)
            x = MARGIN + place * step + (step - 6) / 2
            sheet.drawn.append(
                f'<text x="{WIDTH - x if sheet.rtl else x:g}" y="{sheet.y + 22:g}" font-size="{BODY}" '
                f'text-anchor="middle" fill="{PALETTE["card"] if taken else PALETTE["ink"]}">{escape(number)}</text>'
            )
        sheet.y += 40


def _rows(sheet: _Sheet, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Draw rows in columns as wide as what stands in them, as far as there is room."""
    lines = [headings, *rows] if headings else [*rows]
    gap, widths = _widths(lines)
    shown = len(widths)
    is_whole = all(len(line) <= shown for line in lines)
    for number, row in enumerate(lines):
        if sheet.y > LONGEST:
            return False
        heading = bool(headings) and not number
        size = REMARK if heading else CELL
        room = _room(row, widths, gap)
        cells = [
            in_lines(cell, width / size, _BOLD_LETTER if heading else _LETTER)
            for cell, width in zip(row, room, strict=False)  # as many as have room
        ]
        top = sheet.y
        x = float(MARGIN)
        for cell, width in zip(cells, room, strict=False):
            for place, line in enumerate(cell):
                sheet.y = top + 16 + 17 * place
                sheet.line(line, size, x=x, colour="soft" if heading else "ink", bold=heading)
            x += width + gap
        sheet.y = top + 17 * max(map(len, cells), default=1) + 6
        sheet.drawn.append(
            f'<rect x="{MARGIN}" y="{sheet.y:g}" width="{INNER}" height="1" fill="{PALETTE["line"]}"/>'
        )
    return is_whole


def _widths(lines: Sequence[Sequence[str]]) -> tuple[float, list[float]]:
    """Return the room between columns, and the widths of the columns that have room beside each other.

    Each has room for its longest word; what is left goes to those that need more.
    """
    count = max(map(len, lines), default=0)
    whole = [line for line in lines if len(line) == count]  # others have cells that span columns
    gap = _GAP if count <= _FEW else _GAP / 2
    least = [
        min(max(_width(word) for line in whole for word in (line[at].split() or [""])), _WORD)
        for at in range(count)
    ]
    needed = [max(_width(line[at]) for line in whole) for at in range(count)]
    while sum(least) + gap * (len(least) - 1) > INNER:
        least.pop()
    left = INNER - gap * (len(least) - 1) - sum(least)
    wished = [max(need - width, 0) for need, width in zip(needed, least, strict=False)]
    share = min(left / (sum(wished) or 1), 1)
    return gap, [width + wish * share for width, wish in zip(least, wished, strict=True)]


def _width(text: str) -> float:
    return width_of(text, _LETTER) * CELL * 1.06 + 2


def _room(row: Sequence[str], widths: Sequence[float], gap: float) -> list[float]:
    """Return the room of each cell: its column's, or the rest of the row for the last one of a shorter row."""
    if len(row) >= len(widths) or not row:
        return [*widths]
    begin = [*widths[: len(row) - 1]]
    return [*begin, INNER - sum(begin) - gap * len(begin)]


def _chart(sheet: _Sheet, part: Drawing) -> None:
    """Place a chart of the page, its colours those of the light theme."""
    plain = _VARIABLE.sub(r"\1", part.svg)
    found = _SIZE.search(plain)
    if found is None:
        return
    _x, _y, width, height = map(float, found[1].split())
    tall = INNER * height / width
    placed = plain.replace("<svg", f'<svg x="{MARGIN}" y="{sheet.y:g}"', 1)
    placed = re.sub(r'(<svg[^>]*?) width="[\d.]+"', rf'\1 width="{INNER}"', placed, count=1)
    placed = re.sub(r'(<svg[^>]*?) height="[\d.]+"', rf'\1 height="{tall:g}"', placed, count=1)
    sheet.drawn.append(placed)
    sheet.y += tall
