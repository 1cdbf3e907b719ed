"""Tables as CSV and XLSX files: one reader and one writer for all parts of the project.

The writer neutralises formulas and gives the same bytes for the same rows.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from common.lazy import lazy_module

if TYPE_CHECKING:
    import openpyxl
    import xlsxwriter
else:
    openpyxl = lazy_module("openpyxl")
    xlsxwriter = lazy_module("xlsxwriter")

Cell = str | int | float | bool | None
Row = Sequence[Cell]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NAMED_SEPARATOR = re.compile(r"\"?sep=([,;\t|])\"?[,;\t|]*\r?\n", re.IGNORECASE)
_UNSEEN = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Creation time of every workbook: the real one would make the bytes of equal tables differ."""
_MAX_UNPACKED_BYTES = 50_000_000


class SpreadsheetError(ValueError):
    """An unreadable file; the message gives the reason, `line` the line of the fault if there is one."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet program would run the text as a formula (OWASP: CSV injection)."""
    return text.startswith(_FORMULA)


def cell_of(value: Any) -> Cell:  # noqa: ANN401 - the value of any column
    """Return a value as a cell: dates and moments as ISO 8601, lists with semicolons, other objects as text."""
    match value:
        case None | str() | bool() | int() | float():
            return value
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case list():
            return "; ".join(map(str, value))
    return str(value)


def write_csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write a table as CSV (RFC 4180, UTF-8), formulas neutralised; booleans as `true` and `false`."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return file.getvalue().encode()


def _csv_cell(cell: Cell) -> Cell:
    match cell:
        case bool():
            return str(cell).lower()
        case str() if is_formula(cell):
            return f"'{cell}"
    return cell


def write_xlsx(name: str, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Write a table as a workbook with one sheet; a text is written as a text, never as a formula."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
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


def read_csv(content: bytes, *, separators: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Read CSV (UTF-8); yield each row as the number of its last line and its cells, without surrounding blanks.

    Args:
        content: the file.
        separators: characters that may separate cells; the first line decides.

    Raises:
        SpreadsheetError: if the file is not text in UTF-8 or not CSV.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpreadsheetError(f"is not UTF-8 text: {error}") from error
    if "\0" in text:
        raise SpreadsheetError("is not text: it has a NUL character")
    # Excel's own first line, which names the separator.
    named = _NAMED_SEPARATOR.match(text)
    text = text[named.end() :] if named else text
    separator = named[1] if named else max(separators, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 1 if named else 0
    try:
        for cells in reader:
            yield before + reader.line_num, [_clean(cell) for cell in cells]
    except csv.Error as error:
        raise SpreadsheetError(str(error), before + reader.line_num) from error


def read_xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Read the first visible sheet of a workbook; yield each row as its number and its cells as text.

    Raises:
        SpreadsheetError: if the file is not a workbook, or is too large unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise SpreadsheetError("is not an XLSX workbook") from error
    if unpacked > _MAX_UNPACKED_BYTES:
        raise SpreadsheetError(f"has {unpacked:,} bytes unpacked; at most {_MAX_UNPACKED_BYTES:,} are read")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_text(cell) for cell in row]
    except Exception as error:
        raise SpreadsheetError("is not an XLSX workbook") from error  # a broken one raises anything


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
    return _clean(str(cell))


def _clean(text: str) -> str:
    """Return a text without surrounding blanks and without invisible characters: soft hyphens, zero-width spaces."""
    return _UNSEEN.sub("", text).replace("\u00a0", " ").strip()
