"""Tables as CSV and XLSX files that no spreadsheet takes for a program, the same bytes for the same rows."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from common.lazy import lazy_module

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = lazy_module("xlsxwriter")

Cell = str | int | float | bool | None
Row = Sequence[Cell]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Creation time of every workbook: the real one would make the bytes of equal tables differ."""


def neutral(cell: Cell) -> Cell:
    """Return a cell that a spreadsheet reads as text where it would take it for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def write_csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write a table as CSV (RFC 4180, UTF-8), formulas neutralised; booleans as `true` and `false`."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_text(neutral(cell)) for cell in row] for row in rows)
    return file.getvalue().encode()


def write_xlsx(name: str, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write a table as a workbook with one sheet; every text is a text, whatever it looks like."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": _ALWAYS})
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            sheet.write_string(0, number, column, bold)
        for line, row in enumerate(rows, 1):
            for number, cell in enumerate(row):
                match cell:
                    case bool():
                        sheet.write_boolean(line, number, cell)
                    case int() | float():
                        sheet.write_number(line, number, cell)
                    case str():
                        sheet.write_string(line, number, cell)
    return file.getvalue()


def _text(cell: Cell) -> Cell:
    return str(cell).lower() if isinstance(cell, bool) else cell
