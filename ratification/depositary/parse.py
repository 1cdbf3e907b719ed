"""From the elements of a status document to its rows, or to every reason why not.

What cannot be understood is reported by row and column; nothing is guessed. docs/depositary.md describes the format as
met.
"""

import re
from itertools import chain

from ratification.depositary.cells import CellError, holds_date, read_cell
from ratification.depositary.damage import MARK
from ratification.depositary.document import (
    Document,
    DocumentError,
    DocumentProblem,
    DocumentRow,
    ListedAct,
    brackets_around_name,
    unknown_headings,
)
from ratification.depositary.elements import CellText, DocumentElements, FurtherTable, read_elements
from ratification.depositary.headings import Heading, Role, read_heading
from ratification.depositary.reference import reference_in

_BARE_MARKS = re.compile(r"(?<=\D) (\d{1,2}(?:, ?\d{1,2})*)$")


def parse(content: bytes) -> Document:
    """Read a status document.

    Args:
        content: the file: XML in any encoding that it declares (the depositary's is ISO-8859-1).

    Returns:
        The document: head, headings, one line a participant, and the sections of statements and notes.

    Raises:
        DocumentError: if it is empty, too large, not XML, cut off, defines entities, has no table of participants, or
            has anything in the table that cannot be read; with every problem found, by row and column.
    """
    found = read_elements(content)
    headings_read, rows, further = _table(found)
    headings = tuple(read_heading(text) for text, _marks in headings_read)
    names = [number for number, heading in enumerate(headings) if heading.role == Role.NAME]
    if names != [0]:
        raise DocumentError(
            DocumentProblem(
                f"the first of its headings must be 'Participant', and only that: {_listed(headings)}"
            )
        )
    if len({heading.text.casefold() for heading in headings}) < len(headings):
        raise DocumentError(DocumentProblem(f"two of its headings are the same: {_listed(headings)}"))
    if not rows:
        raise DocumentError(DocumentProblem("its table has no row"))
    reading = _Rows(headings)
    for number, row in enumerate(rows, 1):
        reading.read(number, row)
    if reading.problems:
        raise DocumentError(*reading.problems)
    head = found.head
    return Document(
        title=head.get("subtitlesect") or head.get("titlesect", ""),
        reference=reference_in(head),
        in_force=head.get("eif", ""),
        signatories=head.get("signatories", ""),
        parties=head.get("parties", ""),
        headings=headings,
        lines=tuple(reading.lines.values()),
        unread=tuple(reading.unread),
        remarks=(*found.remarks, *map(_further_table, further), *reading.remarks),
        sections=found.sections,
        notes=tuple(found.notes),
    )


def _table(
    found: DocumentElements,
) -> tuple[list[CellText], list[list[CellText]], list[FurtherTable]]:
    """Return the headings and rows of the table of participants, and the document's other tables.

    Where there is no such table, a single special table of participants stands for it.
    """
    if len(found.headings) > 1:
        raise DocumentError(DocumentProblem(f"it has {len(found.headings)} rows of headings, not one"))
    if found.headings:
        return found.headings[0], found.rows, found.tables
    special = [table for table in found.tables if table.part == "specialtables" and table.headings]
    if len(special) != 1:
        instead = "; ".join(
            dict.fromkeys(table.title for table in found.tables if table.rows and table.title)
        )
        raise DocumentError(
            DocumentProblem(f"it has no table of participants{instead and f', only others: {instead}'}")
        )
    rest = [table for table in found.tables if table is not special[0]]
    return list(special[0].headings), [list(row) for row in special[0].rows], rest


def _further_table(table: FurtherTable) -> DocumentProblem:
    """Say that a further table is not read, and how much stands in it."""
    headings = "; ".join(text for text, _marks in table.headings if text)
    name = table.title or headings
    dates = sum(holds_date(text) for text, _marks in chain(*table.rows))
    what = "a table of the League of Nations" if table.part == "lon" else "a further table"
    return DocumentProblem(
        f"it has {what}, which is not compared: {name!r} ({headings}), {len(table.rows)} rows, {dates} dates"
    )


def _listed(headings: tuple[Heading, ...]) -> str:
    return "; ".join(repr(heading.text) for heading in headings)


class _Rows:
    """The rows read so far: lines, damaged rows, unreadable cells, remarks for a person."""

    def __init__(self, headings: tuple[Heading, ...]) -> None:
        self.headings = headings
        self.lines: dict[str, DocumentRow] = {}
        self.unread: list[DocumentProblem] = []
        self.problems: list[DocumentProblem] = []
        self.remarks = unknown_headings(headings)

    def read(self, number: int, texts: list[CellText]) -> None:
        """Read a row."""
        texts = list(texts)
        while len(texts) > len(self.headings) and not texts[-1][0]:
            texts.pop()
        damaged = [column for column, (text, _marks) in enumerate(texts, 1) if MARK in text]
        if damaged:
            printed = texts[0][0].replace(MARK, "")
            self.unread.append(DocumentProblem(f"{printed!r} is damaged and not read", number, damaged[0]))
            return
        if len(texts) != len(self.headings):
            self.problems.append(
                DocumentProblem(f"{len(texts)} cells under {len(self.headings)} headings", number)
            )
            return
        if problem := brackets_around_name(texts[0][0], number):
            self.unread.append(problem)
            return
        line = self._line(number, texts)
        earlier = self.lines.setdefault(line.name, line)
        if earlier is line:
            return
        place = f"{line.name} stands in row {earlier.number} already"
        if [text for text, _marks in texts[1:]] == list(earlier.cells[1:]):
            self.remarks.append(DocumentProblem(f"{place}, with the same dates", number))
        else:
            self.problems.append(DocumentProblem(f"{place}, with other dates", number))

    def _line(self, number: int, texts: list[CellText]) -> DocumentRow:
        printed, marks = texts[0]
        bare = _BARE_MARKS.search(printed)
        name = printed[: bare.start()] if bare else printed
        if not name or holds_date(name) or not any(sign.isalpha() for sign in name):
            self.problems.append(DocumentProblem(f"{printed!r} is no participant's name", number, 1))
        entries: list[ListedAct] = []
        for column, ((text, _marks), heading) in enumerate(zip(texts, self.headings, strict=True), 1):
            if heading.role == Role.ACTS:
                try:
                    found = read_cell(text, heading, column)
                except CellError as error:
                    self.problems.append(DocumentProblem(str(error), number, column))
                    continue
                once = list(dict.fromkeys(found))
                if len(once) < len(found):
                    self.remarks.append(DocumentProblem(f"{text!r} has an act twice", number, column))
                entries += once
                self.remarks += [_open(entry, number) for entry in once if len(entry.kinds) > 1]
            elif heading.role == Role.NOTES and holds_date(text):
                self.remarks.append(
                    DocumentProblem(f"{text!r} under {heading.text!r} is not compared", number, column)
                )
        return DocumentRow(
            number=number,
            printed=printed,
            name=name,
            footnotes=marks + ((bare[1],) if bare else ()),
            entries=tuple(entries),
            cells=tuple(text for text, _marks in texts),
            marks=tuple(marks for _text, marks in texts),
        )


def _open(entry: ListedAct, row: int) -> DocumentProblem:
    return DocumentProblem(
        f"the legend leaves open which act it is, so it is read as consent to be bound: {entry.words}",
        row,
        entry.column,
    )
