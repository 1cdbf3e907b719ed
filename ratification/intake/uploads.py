"""Uploaded tables of entries, CSV or XLSX: read, checked row by row, and drafted."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic

import openpyxl
from django.contrib.auth.models import User

from ratification.intake.rows import CellsRefusedError, Layout, References
from ratification.ledger import writing as ledger
from ratification.ledger.content import E, EntryContent
from ratification.ledger.writing import LedgerError
from treaty.models import Source, Treaty

MAX_ROWS = 2_000
MAX_BYTES = 2_000_000
MAX_UNPACKED_BYTES = 50_000_000


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


def read(layout: Layout[Any], name: str, content: bytes) -> list[dict[str, str]]:
    """Read a table into rows.

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
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(name, content)
    heading = [cell.strip().lower() for cell in next(rows, [])]
    if missing := [column for column in layout.required if column not in heading]:
        raise TableRefusedError(f"The first row must name the columns; it lacks {', '.join(missing)}.")
    if unknown := [column for column in heading if column not in layout.columns]:
        raise TableRefusedError(
            f"Unknown column: {', '.join(unknown) or 'one without a name'}. Known: {', '.join(layout.columns)}."
        )
    if len(set(heading)) != len(heading):
        raise TableRefusedError("A column stands twice.")
    found: list[dict[str, str]] = []
    for cells in rows:
        if len(found) == MAX_ROWS:
            raise TableRefusedError(f"The file has more than {MAX_ROWS:,} rows. Divide it.")
        if any(cells):
            found.append(dict(zip(heading, [*cells, *[""] * len(heading)], strict=False)))
    if not found:
        raise TableRefusedError("The file has a heading and no rows.")
    return found


def check_rows(
    layout: Layout[E], treaty: Treaty, rows: Iterable[dict[str, str]], default: Source | None
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
    for number, cells in enumerate(rows, 2):
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


def _csv(name: str, content: bytes) -> Iterator[list[str]]:
    if not name.lower().endswith(".csv"):
        raise TableRefusedError("Only .csv and .xlsx files are read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefusedError("The file is not UTF-8 text; save it as CSV UTF-8.") from error
    if "\0" in text:
        raise TableRefusedError("The file is no text.")
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise TableRefusedError(f"The file is no proper CSV: {error}.") from error


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise TableRefusedError(
                f"Unpacked, the file has {unpacked:,} bytes; at most {MAX_UNPACKED_BYTES:,} are read."
            )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise TableRefusedError("The file is no XLSX workbook.") from error
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(values_only=True):
        yield [_text(cell) for cell in row]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
