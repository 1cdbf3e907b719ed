"""Uploaded tables of entries, CSV or XLSX: read, checked row by row, and drafted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic

from django.contrib.auth.models import User

from common.spreadsheets import SpreadsheetError, read_csv, read_xlsx
from ratification.intake.rows import CellsRefusedError, Layout, References
from ratification.ledger import writing as ledger
from ratification.ledger.content import E, EntryContent
from ratification.ledger.writing import LedgerError
from treaty.models import Source, Treaty

MAX_ROWS = 2_000
MAX_BYTES = 2_000_000

NumberedRow = tuple[int, dict[str, str]]
"""The number of a row in its file, and its cells by column."""


class TableRefusedError(Exception):
    """An unreadable table; the message says why."""


@dataclass
class UploadedRow(Generic[E]):
    """One row: its number in the file, its cells, its outcome (new, unchanged, refused), and the faults by column."""

    number: int
    cells: dict[str, str]
    outcome: str = "new"
    why: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    content: EntryContent[E] | None = field(default=None, repr=False)

    @property
    def marked(self) -> list[tuple[str, bool]]:
        """The cells in order, each with whether it is at fault."""
        return [(cell, column in self.wrong) for column, cell in self.cells.items()]


def read(layout: Layout[Any], name: str, content: bytes) -> list[NumberedRow]:
    """Read a table into rows, without the blank ones.

    Args:
        layout: the kind of table.
        name: the file's name, ending in .csv or .xlsx.
        content: the file's bytes.

    Raises:
        TableRefusedError: if the file is no table of entries, or is too large.

    """
    if len(content) > MAX_BYTES:
        raise TableRefusedError(
            f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are taken. Divide it."
        )
    try:
        return _read(layout, _lines(name.lower(), content))
    except SpreadsheetError as error:
        where = f"Line {error.line} of the file" if error.line else "The file"
        raise TableRefusedError(f"{where} {error}.") from error


def _lines(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    if name.endswith(".xlsx"):
        return read_xlsx(content)
    if name.endswith(".csv"):
        return read_csv(content, separators=",;\t")
    if name.endswith(".tsv"):
        return read_csv(content, separators="\t")
    raise TableRefusedError("Only .csv, .tsv and .xlsx files are read.")


def _read(layout: Layout[Any], lines: Iterator[tuple[int, list[str]]]) -> list[NumberedRow]:
    first, cells = next(lines, (0, []))
    heading = _heading(layout, cells)
    found: list[NumberedRow] = []
    for number, (_, cells) in enumerate(lines, first + 1):
        if not any(cells):
            continue
        if len(found) == MAX_ROWS:
            raise TableRefusedError(f"The file has more than {MAX_ROWS:,} rows. Divide it.")
        found.append((number, _by_column(heading, cells, number)))
    if not found:
        raise TableRefusedError("The file has a heading and no rows.")
    return found


def _heading(layout: Layout[Any], cells: list[str]) -> list[str]:
    """Check the names of the columns; a column may have none, if it is empty."""
    heading = [cell.lower() for cell in cells]
    if missing := [column for column in layout.required if column not in heading]:
        raise TableRefusedError(f"The first row must name the columns; it lacks {', '.join(missing)}.")
    named = [column for column in heading if column]
    if unknown := [column for column in named if column not in layout.columns]:
        raise TableRefusedError(f"Unknown column: {', '.join(unknown)}. Known: {', '.join(layout.columns)}.")
    if len(set(named)) != len(named):
        raise TableRefusedError("A column stands twice.")
    return heading


def _by_column(heading: list[str], cells: list[str], number: int) -> dict[str, str]:
    """Return the cells of a row by the names of their columns; missing ones at the end are empty."""
    columns = [*heading, *[""] * (len(cells) - len(heading))]
    cells = [*cells, *[""] * (len(columns) - len(cells))]
    for place, (column, cell) in enumerate(zip(columns, cells, strict=True), 1):
        if cell and not column:
            raise TableRefusedError(
                f"Row {number} has {cell!r} in column {place}, which has no name. Put a text with a comma in quotes."
            )
    return {column: cell for column, cell in zip(columns, cells, strict=True) if column}


def check_rows(
    layout: Layout[E], treaty: Treaty, rows: Iterable[NumberedRow], default: Source | None
) -> list[UploadedRow[E]]:
    """Read the content of each row, and set its outcome: new, unchanged or refused.

    Args:
        layout: the kind of table.
        treaty: the treaty of all rows.
        rows: from `read`.
        default: the source of rows that name none.

    """
    known = References(treaty, default)
    existing = {layout.key(ledger.content_of(entry)) for entry in layout.existing(treaty)}
    lines = []
    for number, cells in rows:
        line: UploadedRow[E] = UploadedRow(number, cells)
        lines.append(line)
        try:
            line.content = layout.content(cells, known)
        except CellsRefusedError as refusal:
            line.outcome, line.why, line.wrong = "refused", str(refusal), refusal.wrong
            continue
        key = layout.key(line.content)
        if key in existing:
            line.outcome, line.why = "unchanged", "The ledger says so already."
        existing.add(key)
    return lines


def draft(
    treaty: Treaty, lines: list[UploadedRow[E]], *, author: User, now: datetime, submitted: bool = False
) -> list[E]:
    """Draft the new lines; a refusal becomes the line's outcome. The caller decides whether any refusal undoes all."""
    new = [(line, line.content) for line in lines if line.outcome == "new" and line.content is not None]
    contents = [content for _, content in new]
    outcomes = ledger.draft_many(treaty, contents, author=author, now=now, submitted=submitted)
    drafts = []
    for (line, _), outcome in zip(new, outcomes, strict=True):
        if isinstance(outcome, LedgerError):
            line.outcome, line.why = "refused", str(outcome)
        else:
            drafts.append(outcome)
    return drafts
