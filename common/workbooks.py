"""Workbooks (XLSX) that people bring: the first visible sheet, its cells as they are seen."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from common.file_kinds import foreign_kind
from common.lazy import lazy_module
from common.spreadsheets import Lines, SpreadsheetError, clean, neutral

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = lazy_module("openpyxl")

_MAX_UNPACKED_BYTES = 50_000_000
_MOST_CELLS = 1_000_000
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_ROW_NUMBER = re.compile(rb"\sr=[\"'](\d+)")
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr=[\"']([A-Za-z]+)(\d+)")
_HIDDEN = re.compile(rb"\s(?:hidden=[\"'](?:1|true)|(?:ht|width)=[\"']0(?:\.0*)?)[\"']")
"""Hidden, or drawn without height or width."""
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_COLUMN_BOUNDS = re.compile(rb"\s(?:min|max)=[\"'](\d+)")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\sref=[\"']([A-Za-z]+(\d+):[A-Za-z]+(\d+))[\"']")
_MOST_TOLD = 10
"""Hidden rows, or columns, that are told one by one."""
_CONTROL = re.compile(r"_x00(0[1-9A-Fa-f]|1[0-9A-Fa-f])_")
_NO_PART_OF_A_DAY = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]|_.|\*.")
"""What stands in the format of a cell as text, colour, language or filling."""


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet of a workbook: its name, the sheets that are not read, its hidden parts, which are, and its rows.

    `merged` has each range of merged cells, with its first and its last row: its value is that of its first cell alone.
    """

    name: str
    others: tuple[str, ...]
    hidden: str
    merged: tuple[tuple[str, int, int], ...]
    lines: Lines


def read_xlsx(content: bytes) -> ReadSheet:
    """Read the first visible sheet of a workbook, its cells as text.

    A text cell that begins like a formula has an apostrophe before it, as in a CSV; a formula has none.

    Raises:
        SpreadsheetError: if the file is not a workbook, is too large unpacked, or shows no sheet; the rows raise it
            too, where the file is broken further down.
    """
    if kind := foreign_kind(content):
        raise SpreadsheetError(f"is {kind}; save the table as XLSX or as CSV UTF-8")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except Exception as error:
        raise SpreadsheetError("is not an XLSX workbook") from error  # a broken one raises anything
    if unpacked > _MAX_UNPACKED_BYTES:
        raise SpreadsheetError(f"has {unpacked:,} bytes unpacked; at most {_MAX_UNPACKED_BYTES:,} are read")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        sheets = list(book.worksheets)
        shown = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        source = b""
        if shown:
            shown[0].reset_dimensions()  # what the file says of its size may be wrong
            with shown[0]._get_source() as part:  # noqa: SLF001 - the sheet's part has no other name
                source = part.read()
    except Exception as error:
        raise SpreadsheetError("is not an XLSX workbook") from error  # a broken one raises anything
    if not shown:
        raise SpreadsheetError(
            "is a workbook without a visible sheet" if sheets else "is not an XLSX workbook"
        )
    others = tuple(sheet.title for sheet in sheets if sheet is not shown[0])
    merged = tuple((cells.decode(), int(first), int(last)) for cells, first, last in _MERGED.findall(source))
    return ReadSheet(shown[0].title, others, _hidden(source), merged, _sheet_lines(shown[0], source))


def _sheet_lines(sheet: Any, source: bytes) -> Lines:  # noqa: ANN401 - openpyxl ships no types
    """Yield the rows of a sheet, without the empty cells at their ends."""
    try:
        _check_order(source)
        _check_single(sheet.title, source)
        count = 0
        for number, row in enumerate(sheet.iter_rows(), 1):
            count += len(row)
            _check_count(count)
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            for cell in row:
                _check_struck(cell, number)
            yield number, cells
    except SpreadsheetError:
        raise
    except Exception as error:
        raise SpreadsheetError("is not an XLSX workbook") from error  # a broken one raises anything


def _check_order(source: bytes) -> None:
    """Refuse rows out of order: openpyxl passes over a row behind one of a higher number, and its cells are lost."""
    numbers = [int(found[1]) for row in _ROW.findall(source) if (found := _ROW_NUMBER.search(row))]
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise SpreadsheetError("has a row twice, or rows that do not stand in the order of their numbers")


def _check_single(title: str, source: bytes) -> None:
    """Refuse a cell that stands twice: openpyxl takes the last one, and programs differ in which they show."""
    of_row, seen = b"", set[bytes]()
    for found in _CELL.finditer(source):
        column, row = found[1].upper(), found[2]
        if row != of_row:
            of_row, seen = row, set()
        if column in seen:
            raise SpreadsheetError(
                f'has the cell {column.decode()}{row.decode()} of the sheet "{title}" twice; delete one of the two, or '
                "copy the table into a new workbook",
                int(row),
            )
        seen.add(column)


def _check_count(cells: int) -> None:
    if cells > _MOST_CELLS:
        raise SpreadsheetError(
            f"has more than {_MOST_CELLS:,} cells, with the empty ones; delete empty columns and rows"
        )


def _check_struck(cell: Any, line: int) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Refuse a text that is struck through: people delete so, and the reader cannot tell what holds."""
    if cell.value is not None and cell.has_style and cell.font.strike:
        raise SpreadsheetError(
            f"has a cell that is struck through ({cell.coordinate}); delete it, or take the line off", line
        )


def _hidden(source: bytes) -> str:
    """Return which rows and columns of a sheet are hidden, in words; empty if all are seen."""
    rows = [
        int(found[1])
        for row in _ROW.findall(source)
        if _HIDDEN.search(row) and (found := _ROW_NUMBER.search(row))
    ]
    columns: list[int] = []
    for column in _COLUMN.findall(source):
        bounds = [int(bound) for bound in _COLUMN_BOUNDS.findall(column)]
        if _HIDDEN.search(column) and len(bounds) == 2:  # noqa: PLR2004 - the first and the last
            columns.extend(range(min(bounds), min(max(bounds), min(bounds) + _MOST_TOLD) + 1))
    told = (("row", _listed(map(str, rows))), ("column", _listed(map(column_letters, columns))))
    return " and ".join(f"{what} {listed}" for what, listed in told if listed)


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - _MOST_TOLD
    return ", ".join(names[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def column_letters(place: int) -> str:
    """Return the letters by which a spreadsheet program calls a column: 5 is E, 28 is AB."""
    rest, last = divmod(place - 1, 26)
    return (column_letters(rest) if rest else "") + chr(ord("A") + last)


def _text(cell: Any) -> str:  # noqa: ANN401 - openpyxl ships no types
    value: object = cell.value
    match value:
        case None:
            text = ""
        case datetime() if value.time() == time.min:
            text = _day(value.date(), cell.number_format)
        case datetime() | date():
            text = value.isoformat()
        case int() | float() if not isinstance(value, bool) and "%" in cell.number_format:
            text = f"{round(100 * value, 10):g}%"
        case float() if value.is_integer():
            text = str(int(value))
        case _ if cell.data_type == "f":
            text = value if isinstance(value, str) else "={}"
        case str():
            text = neutral(clean(_CONTROL.sub(lambda found: chr(int(found[1], 16)), value)))
        case _:
            text = clean(str(value))
    return text


def _day(value: date, shown_as: str) -> str:
    """Return a day, or the month or year that its cell shows.

    "Nov 2026" typed into a cell is kept as 1 November 2026 and shown as Nov-26: no day was given.
    """
    parts = set(_NO_PART_OF_A_DAY.sub("", shown_as.partition(";")[0]).lower())
    if value.day == 1 and "y" in parts and "d" not in parts:
        if "m" in parts:
            return f"{value:%Y-%m}"
        if value.month == 1:
            return f"{value:%Y}"
    return value.isoformat()
