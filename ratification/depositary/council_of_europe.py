"""The Council of Europe's chart of signatures and ratifications, as its Treaty Office exports it: CSV.

A row a State: signature, ratification, entry into force (day/month/year), notes, and a mark for each kind of statement:
R(eservations), D(eclarations), A(uthorities), T(erritorial application), C(ommunication), O(bjection). A letter after a
date says which act it is: a (accession), s (signature without reservation as to ratification), su (succession), r
(signature ad referendum). Headings, letters and the lines around the table are closed lists, as with the other format.
"""

import re
from collections.abc import Sequence
from datetime import date

from common.spreadsheets import SpreadsheetError, read_csv
from ratification.depositary.document import Document, DocumentError, DocumentProblem, DocumentRow, ListedAct
from ratification.depositary.headings import Heading, HeadingAct, Role
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind

DEPOSITARY = "Council of Europe"
_SEPARATORS = ",;\t"
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
_STATES = frozenset(
    {
        *("", "state", "states", "country", "countries", "party", "parties", "participant"),
        *("member states", "states/organisations", "states and organisations"),
        *("member states of the council of europe", "members of council of europe"),
        "members of the council of europe",
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
_MARKED = {word: letter for letter, word in _MARKS.items()} | {
    "reservation": "r",
    "declaration": "d",
    "declarations, denunciations, derogations": "d",
    "authority": "a",
    "territorial applications": "t",
    "communications": "c",
    "objections": "o",
}
_ENTRY, _NOTES = "entry into force", "notes"
_PARTS = re.compile(
    r"(?:non-?)?members?(?: states)?(?: of (?:the )?council of europe)?|international organi[sz]ations?|other states"
    r"|european union",
    re.IGNORECASE,
)
_CELL = re.compile(
    r"(?:(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})|(?P<iso>\d{4}-\d{2}-\d{2}))\s?\(?(?P<letter>[A-Za-z]{0,2})\.?\)?"
)
_FOOTNOTES = re.compile(r"\s*(?:\(?(?P<marks>\d{1,3}(?:, ?\d{1,3})*)\)?|\*+)$")
_NUMBER = re.compile(r"\b(?:treaty|c?ets|stce|ste)\W{0,3}(?:n[o°]\.?\W{0,2})?(\d{1,3})\b", re.IGNORECASE)
_TOTAL = re.compile(r"total number of (signatures not followed|ratifications)", re.IGNORECASE)
_LAST_ETS = 193
_LONGEST_NAME = 80


def is_chart(content: bytes) -> bool:
    """Return whether a file has the line of headings of a chart."""
    try:
        return any(_is_heading(cells) for _, cells in read_csv(content, separators=_SEPARATORS))
    except SpreadsheetError:
        return False


def read_chart(content: bytes) -> Document:
    """Read a chart.

    Raises:
        DocumentError: with every problem, by row and column; row 1 is the first one under the headings.
    """
    try:
        lines = [cells for _, cells in read_csv(content, separators=_SEPARATORS)]
    except SpreadsheetError as error:
        raise DocumentError(DocumentProblem(str(error))) from error
    start = next((place for place, cells in enumerate(lines) if _is_heading(cells)), None)
    if start is None:
        raise DocumentError(
            DocumentProblem("it has no line with Signature, Ratification and Entry into Force")
        )
    headings = tuple(_heading(text, column) for column, text in enumerate(_trimmed(lines[start])))
    if len({heading.text.casefold() for heading in headings}) < len(headings):
        raise DocumentError(DocumentProblem("two of its headings are the same"))
    reading = _Chart(headings)
    for number, cells in enumerate(lines[start + 1 :], 1):
        reading.read(number, cells)
    if reading.problems:
        raise DocumentError(*reading.problems)
    if not reading.lines:
        raise DocumentError(DocumentProblem("its table has no row"))
    before = [" ".join(filter(None, cells)) for cells in lines[:start] if any(cells)]
    reading.check_totals()
    return Document(
        title=before[0] if before else "",
        reference=_reference(before),
        in_force="",
        signatories="",
        parties=reading.totals.get("ratifications", ""),
        headings=headings,
        lines=tuple(reading.lines.values()),
        unread=tuple(reading.unread),
        remarks=tuple(reading.remarks),
        depositary=DEPOSITARY,
    )


def _is_heading(cells: Sequence[str]) -> bool:
    words = {cell.casefold() for cell in cells}
    return {"signature", "ratification", _ENTRY} <= words


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _heading(text: str, column: int) -> Heading:
    """Read a heading by the closed list; any other is unknown."""
    words = text.casefold().rstrip(".").strip()
    if column == 0 and words in _STATES:
        return Heading(text, Role.NAME)
    if words == "signature":
        return Heading(text, Role.ACTS, _SIGNATURES)
    if words == "ratification":
        return Heading(text, Role.ACTS, _RATIFICATIONS)
    if words in (_ENTRY, _NOTES) or words in _MARKS or words in _MARKED:
        return Heading(text, Role.NOTES)
    return Heading(text, Role.UNKNOWN)


def _reference(before: list[str]) -> str:
    """Return the number of the treaty, where a line above the table has one: ETS 185, CETS 210."""
    for line in before:
        if found := _NUMBER.search(line):
            number = int(found[1])
            return f"{'ETS' if number <= _LAST_ETS else 'CETS'} {number:03}"
    return ""


class _Chart:
    """The rows read so far: lines, totals, what cannot be read, remarks for a person."""

    def __init__(self, headings: tuple[Heading, ...]) -> None:
        self.headings = headings
        self.lines: dict[str, DocumentRow] = {}
        self.totals: dict[str, str] = {}
        self.problems: list[DocumentProblem] = []
        self.unread: list[DocumentProblem] = []
        self.remarks: list[DocumentProblem] = [
            DocumentProblem(f"the heading {heading.text!r} is not known; what stands under it is not read")
            for heading in headings
            if heading.role == Role.UNKNOWN
        ]
        if headings[0].role != Role.NAME:
            self.problems.append(DocumentProblem(f"its first heading is {headings[0].text!r}, not State"))

    def read(self, number: int, cells: list[str]) -> None:
        """Read a row: a State's, a total, a heading of a part, or a line under the table."""
        cells = _trimmed(cells)
        if not any(cells):
            return
        if total := _TOTAL.search(cells[0]):
            figures = re.findall(r"\d+", " ".join(cells)[total.end() :])
            self.totals[total[1].lower()] = figures[-1] if figures else ""
            return
        alone = not any(cells[1:])
        if alone and (_PARTS.fullmatch(cells[0]) or ":" in cells[0] or len(cells[0]) > _LONGEST_NAME):
            if not _PARTS.fullmatch(cells[0]):
                self.remarks.append(
                    DocumentProblem(f"{cells[0]!r} is not read: it is no State's row", number)
                )
            return
        if len(cells) > len(self.headings):
            self.problems.append(
                DocumentProblem(f"{len(cells)} cells under {len(self.headings)} headings", number)
            )
            return
        line = self._line(number, [*cells, *[""] * (len(self.headings) - len(cells))])
        earlier = self.lines.setdefault(line.name, line)
        if earlier is not line:
            self.problems.append(
                DocumentProblem(f"{line.name} stands in row {earlier.number} already", number)
            )

    def _line(self, number: int, cells: list[str]) -> DocumentRow:
        printed = cells[0]
        marks = _FOOTNOTES.search(printed)
        name = printed[: marks.start()] if marks else printed
        if not any(sign.isalpha() for sign in name) or _CELL.search(name):
            self.problems.append(DocumentProblem(f"{printed!r} is no State's name", number, 1))
        entries: list[ListedAct] = []
        in_force_on: date | None = None
        statements: list[str] = []
        for column, (text, heading) in enumerate(zip(cells, self.headings, strict=True), 1):
            words = heading.text.casefold().rstrip(".").strip()
            if not text or heading.role in (Role.NAME, Role.UNKNOWN):
                continue
            if heading.role == Role.ACTS or words == _ENTRY:
                try:
                    day, acts = _read_cell(text, heading)
                except ValueError as error:
                    self.problems.append(DocumentProblem(str(error), number, column))
                    continue
                if acts:
                    entries.append(ListedAct(acts, day, bracketed=False, column=column))
                else:
                    in_force_on = day
            elif words == _NOTES:
                self.remarks.append(
                    DocumentProblem(f"{name} has the note {text!r}, which is not read", number, column)
                )
            else:
                statements.append(_MARKS[_MARKED.get(words, words)])
        return DocumentRow(
            number=number,
            printed=printed,
            name=name,
            footnotes=tuple(re.findall(r"\d+", marks["marks"] or "")) if marks else (),
            entries=_once(entries),
            cells=tuple(cells),
            in_force_on=in_force_on,
            statements=tuple(statements),
        )

    def check_totals(self) -> None:
        """Hold the signatures without ratification against the chart's own total."""
        printed = self.totals.get("signatures not followed", "")
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
    match = _CELL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no day such as 23/11/2001, with a letter of the legend")
    try:
        day = (
            date.fromisoformat(match["iso"])
            if match["iso"]
            else date(int(match["year"]), int(match["month"]), int(match["day"]))
        )
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar (day/month/year)") from None
    acts = tuple(act for act in heading.acts if act.letter == match["letter"].lower())
    if not acts and (heading.acts or match["letter"]):
        raise ValueError(f"{text!r}: the letter {match['letter']!r} is none of those under {heading.text!r}")
    return day, acts
