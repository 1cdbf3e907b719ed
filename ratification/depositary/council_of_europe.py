"""The Council of Europe's chart of signatures and ratifications, as its Treaty Office exports it: a table.

It is English or French, CSV or a workbook. A row a State: signature, ratification, entry into force (day/month/year),
notes, and a mark for each kind of statement: R(eservations), D(eclarations), A(uthorities), T(erritorial application),
C(ommunication), O(bjection). A letter after a date says which act it is: a (accession), s (signature without
reservation as to ratification), su (succession), r (signature ad referendum). Headings, letters and the lines around
the table are closed lists, as with the other format.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from common.file_kinds import is_archive
from common.spreadsheets import SpreadsheetError, is_unicode, read_csv
from common.workbooks import read_xlsx
from ratification.depositary.chart_head import (
    CELL,
    PARTS,
    as_of_in,
    day_of,
    in_force_in,
    reference_in,
    title_in,
)
from ratification.depositary.document import (
    Document,
    DocumentError,
    DocumentProblem,
    DocumentRow,
    ListedAct,
    brackets_around_name,
    unknown_headings,
)
from ratification.depositary.headings import Heading, HeadingAct, Role
from states.names import normalise
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind

DEPOSITARY = "Council of Europe"
_SEPARATORS = ",;\t"
_FALLBACK = "Windows-1252"
"""The encoding of a chart that is no Unicode text, as Excel saves one: a misread name is unknown, and stops it."""
_SIGNATURES = (
    HeadingAct("", ActionKind.SIGNATURE, "Signature"),
    HeadingAct("r", ActionKind.SIGNATURE, "Signature ad referendum"),
    HeadingAct("s", ActionKind.DEFINITIVE_SIGNATURE, "Signature without reservation as to ratification"),
)
# The chart lists acceptance and approval under ratification, without a letter.
_RATIFICATIONS = (
    HeadingAct(
        "", ActionKind.RATIFICATION, "Ratification", frozenset({ActionKind.ACCEPTANCE, ActionKind.APPROVAL})
    ),
    HeadingAct("a", ActionKind.ACCESSION, "Accession"),
    HeadingAct("s", ActionKind.DEFINITIVE_SIGNATURE, "Signature without reservation as to ratification"),
    HeadingAct("su", ActionKind.SUCCESSION, "Succession"),
)
# Headings and lines in the form of `normalise`: without accents, apostrophes, capitals and "the".
_STATES = frozenset(
    {
        *("", "state", "states", "country", "countries", "party", "parties", "participant"),
        *("member states", "states organisations", "states and organisations", "states organizations"),
        *("member states of council of europe", "members of council of europe"),
        *("etat", "etats", "pays", "parties contractantes", "etats organisations", "etats et organisations"),
        *("etats membres", "etats membres du conseil de leurope", "membres du conseil de leurope"),
    }
)
_MARKS = {
    "r": "reservations",
    "d": "declarations",
    "a": "authorities",
    "t": "territorial application",
    "c": "communication",
    "o": "objection",
}
_MARKED = {
    **{letter: letter for letter in _MARKS},
    **dict.fromkeys(("reservation", "reservations", "reserve", "reserves"), "r"),
    **dict.fromkeys(("declaration", "declarations", "declarations denunciations derogations"), "d"),
    **dict.fromkeys(("authority", "authorities", "autorite", "autorites"), "a"),
    **dict.fromkeys(("territorial application", "territorial applications"), "t"),
    **dict.fromkeys(("application territoriale", "applications territoriales"), "t"),
    **dict.fromkeys(("communication", "communications"), "c"),
    **dict.fromkeys(("objection", "objections"), "o"),
}
_MARKED_WITHOUT_LETTER = frozenset({"x", "yes", "oui", "✓", "✔", "•", "*", "1", "true"})
_ENTRY = frozenset({"entry into force", "entree en vigueur"})
_NOTES = frozenset({"note", "notes", "renvoi", "renvois"})
_FOOTNOTES = re.compile(r"\s*(?:[(\[]?(?P<marks>[\d¹²³⁴-⁹⁰]{1,3}(?:, ?\d{1,3})*)[)\]]?|\*+)$")
_BELOW = re.compile(r"[(\[]?(?:\d{1,3}|\*+|[a-z]{1,2})[)\].:]*")
"""What begins a footnote or a line of the legend, if it stands in a cell of its own."""
_TOTAL = re.compile(r"(?:total number of|nombre total d(?:e |es |['’]))\s?(?P<what>[^\d:]*)", re.IGNORECASE)
_WITHOUT_RATIFICATION = re.compile(r"signatures not followed|signatures non suivies", re.IGNORECASE)
_LONGEST_NAME = 80


def is_chart(content: bytes) -> bool:
    """Return whether a file has the line of headings of a chart."""
    try:
        return any(_is_heading(cells) for cells in _lines(content))
    except SpreadsheetError:
        return False


def _lines(content: bytes) -> Iterator[list[str]]:
    """Yield the rows of a CSV or of a workbook's first visible sheet, each cell on one line."""
    heading = ("signature", "ratification")
    lines = (
        read_xlsx(content).lines
        if is_archive(content)
        else read_csv(content, separators=_SEPARATORS, heading=heading, fallback=_FALLBACK)
    )
    return ([" ".join(cell.split()) for cell in cells] for _, cells in lines)


def read_chart(content: bytes) -> Document:
    """Read a chart.

    Raises:
        DocumentError: with every problem, by row and column; row 1 is the first one under the headings.
    """
    try:
        lines = list(_lines(content))
    except SpreadsheetError as error:
        raise DocumentError(DocumentProblem(str(error))) from error
    start = next((place for place, cells in enumerate(lines) if _is_heading(cells)), None)
    if start is None:
        raise DocumentError(
            DocumentProblem("it has no line with Signature, Ratification and Entry into Force")
        )
    headings = tuple(_heading(text, column) for column, text in enumerate(_trimmed(lines[start])))
    if len({normalise(heading.text) for heading in headings}) < len(headings):
        raise DocumentError(DocumentProblem("two of its headings are the same"))
    reading = _Chart(headings)
    above = [filled for cells in lines[:start] if (filled := [cell for cell in cells if cell])]
    before = [cells for cells in above if not reading.read_total(cells)]
    if not is_archive(content) and not is_unicode(content):
        reading.remarks.append(DocumentProblem(f"it is no Unicode text, and is read as {_FALLBACK}"))
    for number, cells in enumerate(lines[start + 1 :], 1):
        reading.read(number, cells)
    if reading.problems:
        raise DocumentError(*reading.problems)
    if not reading.lines:
        raise DocumentError(DocumentProblem("its table has no row"))
    reading.check_totals()
    return Document(
        title=title_in(before),
        reference=reference_in(before),
        in_force=in_force_in(before),
        signatories="",
        parties=reading.parties,
        headings=headings,
        lines=tuple(reading.lines.values()),
        unread=tuple(reading.unread),
        remarks=tuple(reading.remarks),
        depositary=DEPOSITARY,
        as_of=as_of_in(before),
    )


def _is_heading(cells: Sequence[str]) -> bool:
    words = {normalise(cell) for cell in cells}
    return {"signature", "ratification"} <= words and bool(_ENTRY & words)


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _heading(text: str, column: int) -> Heading:
    """Read a heading by the closed list; any other is unknown."""
    words = normalise(text)
    if column == 0 and words in _STATES:
        return Heading(text, Role.NAME)
    if words == "signature":
        return Heading(text, Role.ACTS, _SIGNATURES)
    if words == "ratification":
        return Heading(text, Role.ACTS, _RATIFICATIONS)
    if words in _ENTRY | _NOTES or words in _MARKED:
        return Heading(text, Role.NOTES)
    return Heading(text, Role.UNKNOWN)


class _Chart:
    """The rows read so far: lines, totals, what cannot be read, remarks for a person."""

    def __init__(self, headings: tuple[Heading, ...]) -> None:
        self.headings = headings
        self.lines: dict[str, DocumentRow] = {}
        self.parties = ""
        self.without_ratification = ""
        self.problems: list[DocumentProblem] = []
        self.unread: list[DocumentProblem] = []
        self.remarks = unknown_headings(headings)
        if headings[0].role != Role.NAME:
            self.problems.append(DocumentProblem(f"its first heading is {headings[0].text!r}, not State"))

    def read(self, number: int, cells: list[str]) -> None:
        """Read a row: a State's, a total, a heading of a part, or a line under the table."""
        cells = _trimmed(cells)
        if not any(cells):
            return
        if self.read_total(cells, number) or self._is_heading_again(cells):
            return
        alone = not any(cells[1:])
        words = normalise(cells[0])
        if alone and PARTS.fullmatch(words):
            return
        if self._is_below(cells, alone=alone):
            text = " ".join(filter(None, cells))
            self.remarks.append(DocumentProblem(f"{text!r} is not read: it is no State's row", number))
            return
        if len(cells) > len(self.headings):
            self.problems.append(
                DocumentProblem(f"{len(cells)} cells under {len(self.headings)} headings", number)
            )
            return
        if problem := brackets_around_name(_FOOTNOTES.sub("", cells[0]), number):
            self.unread.append(problem)
            return
        line = self._line(number, [*cells, *[""] * (len(self.headings) - len(cells))])
        earlier = self.lines.setdefault(line.name, line)
        if earlier is not line:
            same = earlier.cells[1:] == line.cells[1:]
            found = self.remarks if same else self.problems
            what = "with the same cells" if same else "with other cells"
            found.append(
                DocumentProblem(f"{line.name} stands in row {earlier.number} already, {what}", number)
            )

    def _is_below(self, cells: list[str], *, alone: bool) -> bool:
        """Return whether a row is a footnote or of the legend: a mark first, or a single cell that is no name."""
        first = cells[0]
        if alone:
            is_mark = not first[0].isalpha() and CELL.fullmatch(first) is None
            return ":" in first or len(first) > _LONGEST_NAME or is_mark
        return bool(first and _BELOW.fullmatch(first)) and CELL.fullmatch(cells[1]) is None and bool(cells[1])

    def _is_heading_again(self, cells: list[str]) -> bool:
        """Return whether a row has the chart's headings again, as over the States that are no members."""
        first, *others = map(normalise, cells)
        again = others == [normalise(heading.text) for heading in self.headings[1:]]
        return again and (first in _STATES or bool(PARTS.fullmatch(first)))

    def read_total(self, cells: list[str], number: int = 0) -> bool:
        """Keep a total of the chart, above or below its rows; return whether the row is one.

        One of another kind is a remark, and one without a number makes the run suspect.
        """
        total = _TOTAL.match(cells[0])
        if total is None:
            return False
        what = total["what"]
        figures = re.findall(r"\d+", " ".join(cells)[total.end() :])
        if not figures:
            self.unread.append(DocumentProblem(f"its total number of {what.strip()} is no number", number))
        elif _WITHOUT_RATIFICATION.search(what):
            self.without_ratification = figures[-1]
        elif "ratification" in what.lower():
            self.parties = figures[-1]
        else:
            self.remarks.append(
                DocumentProblem(f"its total number of {what.strip()} is not compared", number)
            )
        return True

    def _line(self, number: int, cells: list[str]) -> DocumentRow:
        printed = cells[0]
        marks = _FOOTNOTES.search(printed)
        name = printed[: marks.start()] if marks else printed
        if not any(sign.isalpha() for sign in name) or CELL.search(name):
            self.problems.append(DocumentProblem(f"{printed!r} is no State's name", number, 1))
        entries: list[ListedAct] = []
        in_force_on: date | None = None
        statements: list[str] = []
        for column, (text, heading) in enumerate(zip(cells, self.headings, strict=True), 1):
            words = normalise(heading.text)
            if not text or heading.role in (Role.NAME, Role.UNKNOWN):
                continue
            if heading.role == Role.ACTS or words in _ENTRY:
                try:
                    day, acts = _read_cell(text, heading)
                except ValueError as error:
                    self.problems.append(DocumentProblem(str(error), number, column))
                    continue
                if acts:
                    entries.append(ListedAct(acts, day, bracketed=False, column=column))
                else:
                    in_force_on = day
            elif words in _NOTES:
                self.remarks.append(
                    DocumentProblem(f"{name} has the note {text!r}, which is not read", number, column)
                )
            elif marked := _marks(text, _MARKED[words]):
                statements += marked
            else:
                self.remarks.append(
                    DocumentProblem(
                        f"{name} has {text!r} under {heading.text!r}, which is no mark", number, column
                    )
                )
        return DocumentRow(
            number=number,
            printed=printed,
            name=name,
            footnotes=tuple(re.findall(r"\d+", marks["marks"] or "")) if marks else (),
            entries=_once(entries),
            cells=tuple(cells),
            in_force_on=in_force_on,
            statements=tuple(dict.fromkeys(statements)),
        )

    def check_totals(self) -> None:
        """Hold the signatures without ratification against the chart's own total."""
        printed = self.without_ratification
        rows = sum(
            any(entry.kinds & SIGNATURES for entry in line.entries)
            and not any(entry.kinds & CONSENTS for entry in line.entries)
            for line in self.lines.values()
        )
        if printed and int(printed) != rows:
            self.unread.append(
                DocumentProblem(
                    f"it says {printed} signatures not followed by ratifications, but its rows have {rows}"
                )
            )


def _marks(text: str, column: str) -> list[str]:
    """Return the kinds of statement that a cell marks: "R.", "R./D.", or a cross for its column's own."""
    letters = normalise(text).split()
    if text.casefold().rstrip(".") in _MARKED_WITHOUT_LETTER:
        letters = [column]
    return [_MARKS[letter] for letter in letters] if all(letter in _MARKS for letter in letters) else []


def _once(entries: list[ListedAct]) -> tuple[ListedAct, ...]:
    """Return the acts; a definitive signature that both columns show is one."""
    found: dict[tuple[ActionKind, date], ListedAct] = {}
    for entry in entries:
        found.setdefault((entry.kind, entry.on), entry)
    return tuple(found.values())


def _read_cell(text: str, heading: Heading) -> tuple[date, tuple[HeadingAct, ...]]:
    """Read a day and its letter.

    Raises:
        ValueError: if it is anything else.
    """
    match = CELL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no day such as 23/11/2001, with a letter of the legend")
    try:
        day = day_of(match)
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar (day/month/year)") from None
    acts = tuple(act for act in heading.acts if act.letter == match["letter"].lower())
    if not acts and (heading.acts or match["letter"]):
        raise ValueError(f"{text!r}: the letter {match['letter']!r} is none of those under {heading.text!r}")
    return day, acts
