"""Tables as CSV and XLSX files: the writer of both, and the reader of CSV, for all parts of the project.

Workbooks are read by `common.workbooks`.

The writer neutralises formulas without losing a character, and gives the same bytes for the same rows.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from common.file_kinds import foreign_kind
from common.lazy import lazy_module

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = lazy_module("xlsxwriter")

Cell = str | int | float | bool | date | None
Row = Sequence[Cell]
Lines = Iterator[tuple[int, list[str]]]
"""Rows of a table: the number of each in its file, and its cells."""

_RUN = r"\s*[=+\-@\t\r\n＝＋－＠]"
_FORMULA, _ESCAPED, _EITHER = (re.compile(quotes + _RUN) for quotes in ("", "'+", "'*"))
_NAMED_SEPARATOR = re.compile(r"\"?sep ?= ?(?P<mark>[,;\t|]|\\t)\"?[,;\t|]*(?:\r\n|\r|\n)", re.IGNORECASE)
_HEADING_LINES = 20
"""Lines among which the heading is looked for."""
# Zero-width joiners belong to Persian and Indic words and to nothing beside a European letter.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
    r"|[\u200c\u200d](?=[\0-\u052f]|$)|(?<![^\0-\u052f])[\u200c\u200d]"
)
_BLANK = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Creation time of every workbook: the real one would make the bytes of equal tables differ."""
_LONGEST_TEXT = 32_767
"""The most characters that a cell of a workbook can hold."""
_FIRST_DAY = date(1900, 3, 1)
"""Workbooks count days from 1900, a leap year to them: earlier days are written as text."""
_WIDEST = 60
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MARKED_ENCODINGS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_SAMPLE = 400
"""Bytes from which UTF-16 without its mark is told: every second one is 0."""
_LONGEST_FIELD = 131_072
"""The most characters of a cell of a CSV. Python's reader has the same limit until a library lifts it."""
_CSV_FAULTS = (
    ("unexpected end of data", "begins a cell in quotation marks that does not end: the file is cut short"),
    ("expected after", "has a quotation mark within a cell in quotation marks; there it is written twice"),
    ("field limit", f"has a cell of more than {_LONGEST_FIELD:,} characters"),
)


class SpreadsheetError(ValueError):
    """An unreadable file; the message gives the reason, `line` the line of the fault if there is one."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet program would run the text as a formula (OWASP: CSV injection)."""
    return bool(_FORMULA.match(text))


def neutral(text: str) -> str:
    """Return a text as it stands in a table: with an apostrophe before what a program would run as a formula.

    A text that begins with apostrophes and a formula gets one more, so that `original` gives each text back.
    """
    return f"'{text}" if _EITHER.match(text) else text


def original(text: str) -> str:
    """Return the text that `neutral` made safe."""
    return text[1:] if _ESCAPED.match(text) else text


def cell_of(value: Any) -> Cell:  # noqa: ANN401 - the value of any column
    """Return a value as a cell: moments as ISO 8601, lists with semicolons, other objects as text."""
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case None | str() | bool() | int() | float() | date():
            return value
        case list():
            return "; ".join(map(str, value))
    return str(value)


def write_csv(columns: Sequence[str], rows: Iterable[Row], *, for_people: bool = False) -> bytes:
    """Write a table as CSV (RFC 4180, UTF-8), formulas neutralised.

    Args:
        columns: the heading.
        rows: the cells; booleans are written as `true` and `false`, days as ISO 8601.
        for_people: whether it begins with a byte order mark, without which Excel reads UTF-8 as Windows-1252.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([None if cell is None else _csv_cell(cell) for cell in row] for row in rows)
    return (_BYTE_ORDER_MARK if for_people else b"") + file.getvalue().encode()


def _csv_cell(cell: Cell) -> Cell:
    match cell:
        case bool():
            return str(cell).lower()
        case str():
            return neutral(cell)
        case date():
            return cell.isoformat()
    return cell


def write_xlsx(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    about: Mapping[str, str] | None = None,
    *,
    direction: str = "ltr",
) -> bytes:
    """Write a table as a workbook: days as real days, a filter, and widths that show the cells.

    A text is written as text and marked as such (as if an apostrophe had been typed before it), so that it is
    not run as a formula when somebody edits the cell either.

    Args:
        name: the sheet's name.
        columns: the heading.
        rows: the cells.
        about: what a second sheet, `about`, says of the table; none without it.
        direction: `rtl` where the first column stands on the right, else `ltr`.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        styles = {
            "heading": book.add_format({"bold": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "text": book.add_format({"quote_prefix": True}),
        }
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        widths = [len(column) + 4 for column in columns]  # the filter's arrow stands beside the heading
        for number, column in enumerate(columns):
            sheet.write_string(0, number, column, styles["heading"])
        line = 0
        for line, row in enumerate(rows, 1):
            for number, cell in enumerate(row):
                _write_cell(sheet, line, number, cell, styles)
                widths[number] = max(widths[number], len(str(cell).partition("\n")[0]) + 1)
        for number, width in enumerate(widths):
            sheet.set_column(number, number, min(width, _WIDEST))
        if columns:
            sheet.autofilter(0, 0, line, len(columns) - 1)
        if about:
            notes = book.add_worksheet("about")
            notes.set_column(0, 0, max(map(len, about)) + 2)
            notes.set_column(1, 1, 100)
            for line, (label, text) in enumerate(about.items()):
                notes.write_string(line, 0, label, styles["heading"])
                _write_cell(notes, line, 1, text, styles)
        if direction == "rtl":
            for each in book.worksheets():
                each.right_to_left()
    return file.getvalue()


def _write_cell(sheet: Any, line: int, column: int, cell: Cell, styles: Mapping[str, Any]) -> None:  # noqa: ANN401 - xlsxwriter ships no types
    match cell:
        case bool():
            sheet.write_boolean(line, column, cell)
        case int() | float():
            sheet.write_number(line, column, cell)
        case date() if cell >= _FIRST_DAY:
            sheet.write_datetime(line, column, cell, styles["day"])
        case date():
            sheet.write_string(line, column, cell.isoformat())
        case str() if len(cell) > _LONGEST_TEXT:
            end = f" [Cut here: a cell holds no more. The CSV has all {len(cell):,} characters.]"
            _write_cell(sheet, line, column, cell[: _LONGEST_TEXT - len(end)] + end, styles)
        case str():
            sheet.write_string(line, column, cell, styles["text"] if neutral(cell) != cell else None)


def read_csv(
    content: bytes, *, separators: str = ",", heading: Collection[str] = (), fallback: str = ""
) -> Lines:
    """Read CSV; yield each row as the number of its last line and its cells, without surrounding blanks.

    A cell that begins like a formula is given as it stands; `original` takes the apostrophe from a neutralised one.

    Args:
        content: the file: UTF-8, or UTF-16 or UTF-32, as Excel's "Unicode text".
        separators: characters that may separate cells; the line with the heading decides, else the first that has one.
        heading: names that stand in the heading, in small letters.
        fallback: the encoding of a file that is no Unicode text; it is refused without one.

    Raises:
        SpreadsheetError: if the file is not such text or not CSV.
    """
    if kind := foreign_kind(content):
        raise SpreadsheetError(f"is {kind}; save the table as XLSX or as CSV UTF-8")
    text = _decoded(content, fallback)
    # Excel's own first line, which names the separator.
    named = _NAMED_SEPARATOR.match(text)
    text = (text[named.end() :] if named else text).removesuffix("\x1a")  # the end of a file in DOS
    mark = named["mark"].lower().replace("\\t", "\t") if named else ""
    separator = mark or _separator(text, separators, heading)
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 1 if named else 0
    widths = []
    try:
        for cells in reader:
            widths += [len(cells)] if cells else []
            yield before + reader.line_num, [clean(cell) for cell in cells]
        if not text.endswith(("\n", "\r")):
            _check_whole(widths, before + reader.line_num)
    except csv.Error as error:
        reason = next((words for fault, words in _CSV_FAULTS if fault in str(error)), str(error))
        raise SpreadsheetError(reason, before + reader.line_num) from error


def _check_whole(widths: Sequence[int], line: int) -> None:
    """Refuse a last row without its end that has fewer cells than all before it: what is left of a day can be a month.

    Programs give each row the same number of cells; rows of a table typed by hand differ before the last one too.
    """
    *others, last = widths or [0]
    if len(others) > 1 and len({*others}) == 1 and last < others[0]:
        raise SpreadsheetError(
            "has fewer cells than those before it, and no end: the file is cut short", line
        )


def is_unicode(content: bytes) -> bool:
    """Return whether a file is text in UTF-8, UTF-16 or UTF-32."""
    try:
        _decoded(content)
    except SpreadsheetError:
        return False
    return True


def _decoded(content: bytes, fallback: str = "") -> str:
    encoding = next((name for mark, name in _MARKED_ENCODINGS if content.startswith(mark)), "")
    encoding = encoding or _unmarked_utf16(content) or "UTF-8"
    try:
        text = content.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        if fallback:
            with suppress(UnicodeDecodeError):
                return content.decode(fallback)
        line = content.count(b"\n", 0, error.start) + 1
        raise SpreadsheetError(
            f'is not {encoding} text (byte 0x{content[error.start]:02X}), perhaps Windows-1252; save it as "CSV UTF-8"',
            line,
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SpreadsheetError("has a NUL character: it is damaged, or not text", line)
    return text


def _unmarked_utf16(content: bytes) -> str:
    """Return the encoding of UTF-16 text without its mark, "" for other text."""
    first, second = content[:_SAMPLE:2], content[1:_SAMPLE:2]
    if 2 * second.count(0) > len(second) and not first.count(0):
        return "UTF-16-LE"
    return "UTF-16-BE" if 2 * first.count(0) > len(first) and not second.count(0) else ""


def _separator(text: str, separators: str, heading: Collection[str]) -> str:
    lines = text.splitlines()[:_HEADING_LINES]
    names = {name.replace("_", " ") for name in heading}
    for line in lines if names else ():
        for separator in separators:
            cells = (clean(cell).strip('"').strip() for cell in line.split(separator))
            if names <= {cell.lower().replace("_", " ") for cell in cells}:
                return separator
    for line in lines:
        if (best := max(separators, key=line.count)) in line:
            return best
    return separators[0]


def clean(text: str) -> str:
    """Return a cell's text as it is seen, without the blanks around it."""
    return visible_text(text).strip()


def visible_text(text: str) -> str:
    """Return a text as it is seen: without soft hyphens, zero-width spaces and the like, its blanks plain ones."""
    return _BLANK.sub(" ", _UNSEEN.sub("", text))
