"""One reader and one writer of tables: what is written is read again, and nothing of it is run."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest

from common.spreadsheets import (
    Cell,
    SpreadsheetError,
    cell_of,
    is_formula,
    read_csv,
    read_xlsx,
    write_csv,
    write_xlsx,
)

COLUMNS = ["name", "note"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


def rows(read: object) -> list[list[str]]:
    return [cells for _, cells in read]  # type: ignore[attr-defined]


def test_what_is_written_is_read_again() -> None:
    table: list[list[Cell]] = [["Việt Nam", 'two "lines"\nof text, with commas'], ["", 7], [None, True]]
    assert rows(read_csv(write_csv(COLUMNS, table))) == [
        COLUMNS,
        ["Việt Nam", 'two "lines"\nof text, with commas'],
        ["", "7"],
        ["", "true"],
    ]
    assert rows(read_xlsx(write_xlsx("table", COLUMNS, table))) == [
        COLUMNS,
        ["Việt Nam", 'two "lines"\nof text, with commas'],
        ["", "7"],
        ["", "True"],
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_spreadsheet_runs_a_cell(text: str) -> None:
    assert is_formula(text)
    with io.StringIO(write_csv(["a"], [[text]]).decode(), newline="") as file:
        assert file.read().splitlines()[1].lstrip('"').startswith("'")
    cell = openpyxl.load_workbook(io.BytesIO(write_xlsx("t", ["a"], [[text]]))).active["A2"]
    assert cell.data_type == "s"


def test_a_number_below_zero_is_no_formula() -> None:
    assert write_csv(["a"], [[-1]]).decode().splitlines()[1] == "-1"


def test_equal_rows_give_equal_bytes() -> None:
    assert write_xlsx("t", COLUMNS, [["a", 1]]) == write_xlsx("t", COLUMNS, [["a", 1]])


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (date(2026, 2, 5), "2026-02-05"),
        (datetime(2026, 2, 5, 12, tzinfo=UTC), "2026-02-05T12:00:00Z"),
        ([7, "63(3)"], "7; 63(3)"),
        (True, True),
        (None, None),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_values_become_cells(value: object, cell: Cell) -> None:
    assert cell_of(value) == cell


def test_the_first_line_decides_what_separates() -> None:
    assert rows(read_csv(b"a;b\n1,5;2\n", separators=",;")) == [["a", "b"], ["1,5", "2"]]
    assert rows(read_csv(b"a;b\n")) == [["a;b"]]


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b"a\n\xff", "is not UTF-8 text", None),
        (b"a\n\0", "NUL character", None),
        (b'a\nb\n"c"d\n', "expected after", 3),
    ],
)
def test_a_file_that_is_no_csv_is_refused(content: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(SpreadsheetError, match=reason) as caught:
        list(read_csv(content))
    assert caught.value.line == line


def broken(name: str, content: bytes) -> bytes:
    """A workbook with one part exchanged."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_xlsx("t", ["a"], [["b"]]))) as book,
        zipfile.ZipFile(out, "w") as copy,
    ):
        for member in book.namelist():
            copy.writestr(member, content if member == name else book.read(member))
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        broken("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c"),
        broken("xl/worksheets/sheet1.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet>&b;</worksheet>"),
        broken("xl/workbook.xml", b"<workbook/>"),
        broken("xl/sharedStrings.xml", b"no xml"),
    ],
    ids=["empty", "no zip", "cut sheet", "entity", "no sheet", "strings"],
)
def test_a_file_that_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(SpreadsheetError, match="is not an XLSX workbook"):
        list(read_xlsx(content))


def test_the_first_visible_sheet_is_read_whatever_size_it_claims() -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("shown")
    sheet.append(["name", "day"])
    sheet.append(["Fi\u00adji\u200b\u00a0", date(2026, 5, 1)])
    file = io.BytesIO()
    book.save(file)
    wrong = io.BytesIO()
    with zipfile.ZipFile(file) as parts, zipfile.ZipFile(wrong, "w") as changed:
        for part in parts.namelist():
            changed.writestr(
                part, parts.read(part).replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"')
            )
    assert rows(read_xlsx(wrong.getvalue())) == [["name", "day"], ["Fiji", "2026-05-01"]]


def test_signs_that_nobody_sees_are_left_out() -> None:
    assert rows(read_csv("na\u00adme,\ufeffnote\nC\u00f4te\u00a0d\u2019Ivoire\u200b,x\n".encode())) == [
        ["name", "note"],
        ["C\u00f4te d\u2019Ivoire", "x"],
    ]
