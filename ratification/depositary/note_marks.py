"""Marks of end notes in a status document's table, and what a note tells as an act that can be proposed."""

import re
from collections.abc import Iterator
from datetime import date

from ratification.depositary.document import Document, DocumentNote, DocumentRow, ListedAct
from ratification.depositary.provisions import provisions_in
from ratification.depositary.stated import Stated
from treaty.clauses import ActionKind

# Several days of a month or year: "on 8 March, 19 and 20 April 1989", "on 6 and on 10 June 1997".
_SHARED = re.compile(
    r"\b\d{1,2}(?: [A-Z][a-z]+)?(?:(?:, and |, | and )(?:on )?\d{1,2}(?: [A-Z][a-z]+)?)+ \d{4}"
)


def spelt_out(text: str) -> str:
    """Return a text in which each of several days has its month and year, which may follow it."""
    return _SHARED.sub(_each_in_full, text)


def _each_in_full(several: re.Match[str]) -> str:
    head, _, year = several[0].rpartition(" ")
    month, found = "", []
    for part in reversed(re.split(r"(?:, and |, | and )(?:on )?", head)):
        day, _, own = part.partition(" ")
        month = own or month
        found.append(f"{day} {month} {year}")
    return " and ".join(reversed(found))


def marked(note: DocumentNote, document: Document) -> Iterator[tuple[DocumentRow, ListedAct]]:
    """Return the acts that bear a note's mark, in their cell or at the name of their row."""
    for line in document.lines:
        columns = {column for column, marks in enumerate(line.marks, 1) if note.number in _numbers(marks)}
        yield from ((line, entry) for entry in line.entries if 1 in columns or entry.column in columns)


def marked_rows(note: DocumentNote, document: Document) -> list[DocumentRow]:
    """Return the rows that bear a note's mark, at their name or in a cell."""
    return [line for line in document.lines if any(note.number in _numbers(marks) for marks in line.marks)]


def _numbers(marks: tuple[str, ...]) -> list[str]:
    return [number for mark in marks for number in re.findall(r"\d+", mark)]


def act_told(
    note: DocumentNote,
    name: str,
    kind: ActionKind,
    on: date | None,
    *,
    effective_on: date | None = None,
    doubts: tuple[str, ...] = (),
    about: str = "",
    row: DocumentRow | None = None,
) -> Stated:
    """Return an act that a note tells.

    Args:
        note: the note, whose text is kept as printed.
        name: its maker.
        kind: what it is.
        on: its day, if the note or the marked act has one.
        effective_on: the day of its effect.
        doubts: what the note leaves open.
        about: the words that name provisions.
        row: a row of the table that shows the same act.
    """
    if row:
        seen = f"The table has such an act of that day in the row of {row.name}: see whose it was."
        doubts = (*doubts, seen)
    return Stated(
        part=f"end note {note.number}",
        maker=name.strip(),
        kind=kind,
        on=on,
        heading="",
        text="\n".join(note.paragraphs),
        provisions=provisions_in(about),
        effective_on=effective_on,
        in_row=row.name if row else "",
        doubts=doubts,
    )
