"""Uploaded tables of entries, CSV or XLSX: read, checked row by row, and drafted."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic

from django.contrib.auth.models import User

from common.file_kinds import is_archive
from common.spreadsheets import Lines, SpreadsheetError, original, read_csv
from common.workbooks import column_letters, read_xlsx
from ratification.intake.rows import CellsRefusedError, Layout, References
from ratification.ledger import writing as ledger
from ratification.ledger.content import E, EntryContent
from ratification.ledger.many import Drafts
from ratification.ledger.writing import LedgerError
from treaty.models import Source, Treaty

MAX_ROWS = 2_000
MAX_BYTES = 2_000_000
MOST_TITLES = 5
"""Rows that may stand above the heading, as Numbers and people write them."""

_LONGEST_QUOTE = 200

NumberedRow = tuple[int, dict[str, str]]
"""The number of a row in its file, and its cells by column."""


class TableRefusedError(Exception):
    """An unreadable table; the message says why."""


@dataclass(frozen=True, slots=True)
class UploadedTable:
    """The rows of a table, the sheets of a workbook that were and were not read, and the lines above the heading.

    `hidden` names the rows and columns of the sheet that a person does not see, and that were read.
    """

    rows: list[NumberedRow]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    hidden: str = ""
    above: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """Sentences that say which sheet was read, and what was not."""
        sheet = f"Sheet “{self.sheet}” was read, the first visible one. " if self.sheet else ""
        left = ", ".join(f"“{name}”" for name in (*self.other_sheets, *self.above))
        hidden = f"Hidden, and read all the same: {self.hidden}. " if self.hidden else ""
        return f"{sheet}{hidden}{f'Not read: {left}.' if left else ''}".strip()


@dataclass
class UploadedRow(Generic[E]):
    """One row: its number in the file, its cells, its outcome (one of `OUTCOMES`), and the faults by column."""

    number: int
    cells: dict[str, str]
    outcome: str = "new"
    why: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    content: EntryContent[E] | None = field(default=None, repr=False)

    @property
    def marked(self) -> list[tuple[str, bool]]:
        """The cells in order, each with whether it is at fault."""
        return [(original(cell), column in self.wrong) for column, cell in self.cells.items()]


OUTCOMES = ("new", "unchanged", "repeated", "refused")


def read(layout: Layout[Any], content: bytes) -> UploadedTable:
    """Read a table into rows, without the blank ones.

    Args:
        layout: the kind of table.
        content: the file: CSV or a workbook, whatever its name says.

    Raises:
        TableRefusedError: if the file is no table of entries, or is too large.

    """
    if len(content) > MAX_BYTES:
        raise TableRefusedError(
            f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are taken. Divide it."
        )
    sheet = ""
    try:
        if is_archive(content):
            read_sheet = read_xlsx(content)
            sheet = read_sheet.name
            table = _table(layout, read_sheet.lines)
            _check_merged(table.rows, read_sheet.merged)
            return replace(
                table,
                sheet=sheet,
                other_sheets=read_sheet.others,
                hidden=read_sheet.hidden,
            )
        return _table(layout, read_csv(content, separators=",;\t|", heading=layout.required))
    except SpreadsheetError as error:
        where = f"Line {error.line} of the file" if error.line else "The file"
        raise TableRefusedError(f"{where} {error}.") from error
    except TableRefusedError as refusal:
        raise TableRefusedError(f"Sheet “{sheet}”: {refusal}" if sheet else str(refusal)) from refusal


def _table(layout: Layout[Any], lines: Lines) -> UploadedTable:
    """Read the heading and the rows; titles and headings of groups of columns may stand above the heading."""
    heading: list[str] = []
    above: list[list[str]] = []
    found: list[NumberedRow] = []
    number = 0
    for line, cells in lines:
        # Rows are counted, not lines: a cell can have several lines. The first row may stand below line 1.
        number = number + 1 if number else line
        if not any(cells):
            continue
        if not heading:
            if set(layout.required) <= set(_names(cells)):
                heading = _heading(layout, cells)
            elif len(above) < MOST_TITLES:
                above.append(cells)
            else:
                break
            continue
        if len(found) == MAX_ROWS:
            raise TableRefusedError(f"The file has more than {MAX_ROWS:,} rows. Divide it.")
        found.append((number, _by_column(heading, cells, number)))
    if not heading and not above:
        raise TableRefusedError("The file is empty.")
    if not heading:
        _heading(layout, max(above, key=lambda cells: len({*layout.columns} & {*_names(cells)})))
    if not found:
        raise TableRefusedError("The file has a heading and no rows.")
    return UploadedTable(found, above=tuple(" ".join(filter(None, cells)) for cells in above))


def _check_merged(rows: list[NumberedRow], merged: Iterable[tuple[str, int, int]]) -> None:
    """Refuse cells that are merged over several rows: all of these show a value that only the first one has."""
    numbers = [number for number, _ in rows]
    for cells, first, last in merged:
        next_row = bisect_right(numbers, first)
        if next_row < len(numbers) and numbers[next_row] <= last:
            raise TableRefusedError(
                f"Row {numbers[next_row]} has cells that are merged with those of a row above ({cells}). Undo the "
                "merging, and fill in each row."
            )


def _names(cells: list[str]) -> list[str]:
    """Return cells as names of columns: "Taken on" is taken_on."""
    return ["_".join(cell.lower().split()) for cell in cells]


def _heading(layout: Layout[Any], cells: list[str]) -> list[str]:
    """Check the names of the columns; a column may have none, if it is empty."""
    heading = _names(cells)
    if missing := [column for column in layout.required if column not in heading]:
        found = ", ".join(f"“{cell}”" for cell in filter(None, cells))
        raise TableRefusedError(
            f"The first row must name the columns; it lacks {', '.join(missing)}. It has {found[:_LONGEST_QUOTE]}."
        )
    named = [column for column in heading if column]
    if unknown := [column for column in named if column not in (*layout.columns, *layout.exported)]:
        raise TableRefusedError(f"Unknown column: {', '.join(unknown)}. Known: {', '.join(layout.columns)}.")
    if twice := sorted({column for column in named if named.count(column) > 1}):
        raise TableRefusedError(f"A column stands twice: {', '.join(twice)}.")
    return heading


def _by_column(heading: list[str], cells: list[str], number: int) -> dict[str, str]:
    """Return the cells of a row by the names of their columns; missing ones at the end are empty."""
    columns = [*heading, *[""] * (len(cells) - len(heading))]
    cells = [*cells, *[""] * (len(columns) - len(cells))]
    for place, (column, cell) in enumerate(zip(columns, cells, strict=True), 1):
        if cell and not column:
            raise TableRefusedError(
                f"Row {number} has {cell!r} in column {place} ({column_letters(place)}), which has no name. "
                "Name the column, or, in a CSV, put a text with the separator in quotes."
            )
    return {column: cell for column, cell in zip(columns, cells, strict=True) if column}


def check_rows(
    layout: Layout[E], treaty: Treaty, rows: Iterable[NumberedRow], default: Source | None
) -> list[UploadedRow[E]]:
    """Read the content of each row, and set its outcome: new, unchanged, repeated in the table, or refused.

    A row with a revision, as in an export, is compared with that entry, which may have been superseded since.

    Args:
        layout: the kind of table.
        treaty: the treaty of all rows.
        rows: from `read`.
        default: the source of rows that name none.

    """
    known = References(treaty, default)
    existing = {layout.key(ledger.content_of(entry)): entry for entry in layout.existing(treaty)}
    exported = layout.exported_entries(treaty, (cells.get("revision", "") for _, cells in rows))
    seen: dict[tuple[object, ...], UploadedRow[E]] = {}
    lines = []
    for number, cells in rows:
        line: UploadedRow[E] = UploadedRow(number, cells)
        lines.append(line)
        try:
            content = line.content = layout.content(cells, known)
        except CellsRefusedError as refusal:
            line.outcome, line.why, line.wrong = "refused", str(refusal), refusal.wrong
            continue
        key = layout.key(content)
        if revision := cells.get("revision", ""):
            _compare_with(line, layout, exported.get(revision), key)
        elif key in seen:
            _compare_with_row(line, seen[key])
        elif key in existing:
            line.outcome = "unchanged"
            line.why = f"The ledger says so already.{_other_words(content, existing[key])}"
        elif cells.get("entry", "original") not in ("", "original"):
            line.outcome, line.why = (
                "refused",
                "A correction is drafted on the page of the entry that it corrects.",
            )
        seen.setdefault(key, line)
    return lines


def _compare_with(line: UploadedRow[E], layout: Layout[E], entry: E | None, key: tuple[object, ...]) -> None:
    """Compare a row that names a revision with that entry."""
    revision = line.cells["revision"]
    if entry is None:
        line.outcome, line.why = "refused", f"revision: the record has no entry {revision!r} of this kind."
    elif layout.key(ledger.content_of(entry)) != key:
        line.outcome = "refused"
        line.why = f"revision: entry {revision} says otherwise; correct it on its own page."
    elif line.content is not None:
        line.outcome = "unchanged"
        line.why = f"Entry {revision} says so.{_other_words(line.content, entry)}"
        return
    line.wrong = {"revision": line.why}


def _compare_with_row(line: UploadedRow[E], first: UploadedRow[E]) -> None:
    """Compare a row with an earlier one of the same act: what it says otherwise must not be lost without a word."""
    differing = [
        name
        for name in ("summary", "note", "source")
        if line.cells.get(name, "") != first.cells.get(name, "")
    ]
    line.outcome, line.why = "repeated", f"Row {first.number} of the table says the same."
    if differing:
        line.outcome = "refused"
        line.why = (
            f"Row {first.number} of the table has the same act with another {' and '.join(differing)}. Say both in "
            "one row, or, if these are two acts, enter the second by its form."
        )
        line.wrong = dict.fromkeys(differing, line.why)


def _other_words(content: EntryContent[E], entry: E) -> str:
    """Say which texts of a row are others than the entry's, which stay."""
    names = [
        name
        for name in ("summary", "note")
        if getattr(content, name) and getattr(content, name).split() != getattr(entry, name).split()
    ]
    return f" Its {' and '.join(names)} differ, and stay: correct the entry on its own page." if names else ""


class TableDrafts(Generic[E]):
    """The drafts of the new lines of a table; the refusal of one becomes its line's outcome."""

    def __init__(
        self,
        treaty: Treaty,
        lines: Iterable[UploadedRow[E]],
        *,
        author: User,
        now: datetime,
        submitted: bool = False,
    ) -> None:
        """Try the drafts, and write nothing."""
        new = [(line, line.content) for line in lines if line.outcome == "new" and line.content is not None]
        self._lines = [line for line, _ in new]
        contents = [content for _, content in new]
        self._drafts = Drafts(treaty, contents, author=author, now=now, submitted=submitted)
        self._note()

    def write(self) -> list[E]:
        """Write the drafts; the caller decides whether a refusal undoes all."""
        written = self._drafts.write()
        self._note()
        return written

    def _note(self) -> None:
        for line, outcome in zip(self._lines, self._drafts.outcomes, strict=True):
            is_refused = isinstance(outcome, LedgerError)
            line.outcome, line.why = ("refused", str(outcome)) if is_refused else ("new", "")
