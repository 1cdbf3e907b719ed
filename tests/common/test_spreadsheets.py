"""One reader and one writer of tables: what is written is read again, and nothing of it is run."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from common.spreadsheets import (
    Cell,
    SpreadsheetError,
    cell_of,
    is_formula,
    neutral,
    original,
    read_csv,
    write_csv,
    write_xlsx,
)
from common.workbooks import read_xlsx

COLUMNS = ["name", "note"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", "\tplain"]


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
    assert rows(read_xlsx(write_xlsx("table", COLUMNS, table)).lines) == [
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
        (date(2026, 2, 5), date(2026, 2, 5)),
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
        (b"a\n\xff", "is not UTF-8 text", 2),
        (b"a\n\0", "NUL character", 2),
        (b'a\nb\n"c"d\n', "quotation mark within a cell", 3),
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
        list(read_xlsx(content).lines)


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
    assert rows(read_xlsx(wrong.getvalue()).lines) == [["name", "day"], ["Fiji", "2026-05-01"]]


def exchanged(*pairs: tuple[bytes, bytes]) -> bytes:
    """A workbook of two rows with bytes of its sheet exchanged."""
    file = io.BytesIO()
    content = write_xlsx("t", ["name", "note"], [["Fiji", "x"]])
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(file, "w") as changed:
        for part in parts.namelist():
            text = parts.read(part)
            for there, instead in pairs if part.endswith("sheet1.xml") else ():
                assert there in text
                text = text.replace(there, instead)
            changed.writestr(part, text)
    return file.getvalue()


def test_rows_out_of_order_are_refused_rather_than_lost() -> None:
    content = exchanged((b'<row r="1"', b'<row r="9"'))
    with pytest.raises(SpreadsheetError, match="do not stand in the order of their numbers"):
        list(read_xlsx(content).lines)
    untold = exchanged((b' r="1"', b""), (b' r="2"', b""))  # rows need not have a number
    assert rows(read_xlsx(untold).lines) == [["name", "note"], ["Fiji", "x"]]


def test_a_cell_that_stands_twice_is_refused_rather_than_lost() -> None:
    content = exchanged((b'r="B2"', b'r="A2"'))
    with pytest.raises(
        SpreadsheetError, match=r'has the cell A2 of the sheet "t" twice; delete one of the two'
    ):
        list(read_xlsx(content).lines)


def test_formatted_rows_and_columns_without_end_are_left_out_or_refused() -> None:
    empty = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % number for number in range(3, 30_000))
    content = exchanged((b"</sheetData>", empty + b'<row r="1048576"><c r="XFD1048576"/></row></sheetData>'))
    assert [cells for cells in rows(read_xlsx(content).lines) if cells] == [["name", "note"], ["Fiji", "x"]]
    wide = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (number, number) for number in range(3, 100))
    with pytest.raises(SpreadsheetError, match="more than 1,000,000 cells, with the empty ones"):
        list(read_xlsx(exchanged((b"</sheetData>", wide + b"</sheetData>"))).lines)


def test_cells_are_read_as_they_are_shown() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(
        [0.125, date(2026, 5, 1), CellRichText("a", TextBlock(InlineFont(b=True), "b")), 4.0, True]
    )
    book.active["A1"].number_format = "0.0%"
    assert rows(read_xlsx(saved(book)).lines) == [["12.5%", "2026-05-01", "ab", "4", "True"]]


@pytest.mark.parametrize(
    ("shown_as", "day", "text"),
    [
        ("mmm-yy", date(2026, 11, 1), "2026-11"),
        ('yyyy"\u5e74"m"\u6708";@', date(2026, 11, 1), "2026-11"),
        ("[$-de-DE]mmmm\\ yyyy", date(2026, 11, 1), "2026-11"),
        ("yyyy", date(2026, 1, 1), "2026"),
        ('yyyy"d"', date(2026, 1, 1), "2026"),
        ("mmm-yy", date(2026, 11, 15), "2026-11-15"),
        ("d-mmm", date(2026, 11, 1), "2026-11-01"),
        ("dd/mm/yy", date(2026, 1, 1), "2026-01-01"),
    ],
)
def test_a_month_that_a_program_keeps_as_its_first_day_is_no_day(shown_as: str, day: date, text: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["x", day])
    book.active["B1"].number_format = shown_as
    assert rows(read_xlsx(saved(book)).lines) == [["x", text]]


def test_hidden_rows_and_columns_are_told_and_a_cell_struck_through_is_refused() -> None:
    book = openpyxl.Workbook()
    for row in (["name", "note", "more"], ["Fiji", "x", "y"], ["Peru", "x", "y"]):
        book.active.append(row)
    assert read_xlsx(saved(book)).hidden == ""
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    sheet = read_xlsx(saved(book))
    assert sheet.hidden == "row 3 and column B"
    assert rows(sheet.lines)[2] == ["Peru", "x", "y"]
    flat = exchanged((b'<row r="2"', b'<row ht="0" customHeight="1" r="2"'))
    assert read_xlsx(flat).hidden == "row 2"
    book.active["A2"].font = Font(strike=True)
    with pytest.raises(SpreadsheetError, match=r"struck through \(A2\)") as refusal:
        list(read_xlsx(saved(book)).lines)
    assert refusal.value.line == 2


def test_a_table_that_breaks_off_in_its_last_row_is_refused() -> None:
    table = b"name,day,note\nFiji,2026-05-01,x\nPeru,2026-05"
    with pytest.raises(SpreadsheetError, match="fewer cells than those before it, and no end"):
        list(read_csv(table))
    assert rows(read_csv(table + b"\n"))[-1] == ["Peru", "2026-05"]
    assert rows(read_csv(b"name,day,note\nFiji,2026-05-01"))[-1] == ["Fiji", "2026-05-01"]
    assert rows(read_csv(b"name,day,note\nFiji,2026-05-01\nPeru"))[-1] == ["Peru"]


def test_signs_that_nobody_sees_are_left_out() -> None:
    assert rows(read_csv("na\u00adme,\ufeffnote\nC\u00f4te\u00a0d\u2019Ivoire\u200b,x\n".encode())) == [
        ["name", "note"],
        ["C\u00f4te d\u2019Ivoire", "x"],
    ]
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert rows(read_csv(f"na\u200dme\u200c,\u200dnote\u061c\n{persian},\u180ex\n".encode())) == [
        ["name", "note"],
        [persian, "x"],
    ]


@pytest.mark.parametrize("text", [*FORMULAS, "'=1", "''-", "'", "'tis", "", "plain", "a\nb", "it's -1"])
def test_no_sign_of_a_text_is_lost(text: str) -> None:
    assert original(neutral(text)) == text
    assert not is_formula(neutral(text))
    _, (cell, _) = rows(read_csv(write_csv(["a", "b"], [[text, ""]])))
    assert original(cell) == text


def test_a_file_for_people_begins_with_a_byte_order_mark() -> None:
    table = write_csv(["name"], [["C\u00f4te d'Ivoire"]], for_people=True)
    assert table.startswith(b"\xef\xbb\xbf")
    assert rows(read_csv(table)) == [["name"], ["C\u00f4te d'Ivoire"]]
    assert not write_csv(["name"], []).startswith(b"\xef")


def test_a_workbook_has_days_a_filter_widths_and_says_what_it_is() -> None:
    table: list[list[Cell]] = [
        ["Fiji", date(2026, 5, 1), "=1"],
        ["Tuvalu", "2026-05", "x" * 80],
        ["Saar", date(1899, 5, 1), None],
    ]
    content = write_xlsx("t", ["name", "day", "note"], table, {"Revision": "81", "Source": "=1"})
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet, about = book.worksheets
    assert [sheet[f"B{row}"].value for row in (2, 3, 4)] == [datetime(2026, 5, 1), "2026-05", "1899-05-01"]  # noqa: DTZ001 - workbooks have no zone
    assert sheet["B2"].is_date
    assert sheet["B2"].number_format == "yyyy-mm-dd"
    assert (sheet["C2"].value, sheet["C2"].data_type, sheet["C2"].quotePrefix) == ("=1", "s", True)
    assert sheet.auto_filter.ref == "A1:C4"
    assert sheet.column_dimensions["A"].width < sheet.column_dimensions["C"].width < 80
    assert about.title == "about"
    assert [[cell.value for cell in row] for row in about.iter_rows()] == [
        ["Revision", "81"],
        ["Source", "=1"],
    ]
    assert about["B2"].data_type == "s"
    assert rows(read_xlsx(content).lines)[1] == ["Fiji", "2026-05-01", "'=1"]


def test_a_text_longer_than_a_cell_is_cut_with_a_word_about_it() -> None:
    cell = openpyxl.load_workbook(io.BytesIO(write_xlsx("t", ["a"], [["x" * 40_000]]))).active["A2"].value
    assert len(cell) == 32_767
    assert cell.endswith("The CSV has all 40,000 characters.]")


def test_the_sheet_that_is_read_is_named_with_the_others() -> None:
    book = openpyxl.Workbook()
    book.active.title = "old"
    book.active.sheet_state = "veryHidden"
    book.create_sheet("acts").append(["a"])
    book.create_sheet("notes")
    sheet = read_xlsx(saved(book))
    assert (sheet.name, sheet.others) == ("acts", ("old", "notes"))
    assert rows(sheet.lines) == [["a"]]
    for each in book.worksheets[1:]:
        each.sheet_state = "hidden"
    book.active.sheet_state = "visible"
    book.active.sheet_state = "hidden"
    with pytest.raises(SpreadsheetError, match="without a visible sheet"):
        read_xlsx(hidden(book))


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def hidden(book: openpyxl.Workbook) -> bytes:
    """A workbook that shows no sheet; openpyxl itself writes none such."""
    book.active.sheet_state = "visible"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(book))) as parts, zipfile.ZipFile(out, "w") as changed:
        for part in parts.namelist():
            content = parts.read(part)
            changed.writestr(part, content.replace(b'state="visible"', b'state="hidden"'))
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_excels_encodings_are_read(encoding: str) -> None:
    text = "name\tday\nC\u00f4te d'Ivoire\t2026-05-01\n"
    assert rows(read_csv(text.encode(encoding), separators=",;\t")) == [
        ["name", "day"],
        ["C\u00f4te d'Ivoire", "2026-05-01"],
    ]


def test_a_formula_is_told_from_a_text_that_looks_like_one() -> None:
    book = openpyxl.Workbook()
    for row, (value, kind) in enumerate([("=1+1", "f"), ("=1+1", "s"), ("-2", "s"), (-2, "n")], 1):
        book.active.cell(row, 1, value).data_type = kind
    book.active["B1"] = openpyxl.worksheet.formula.ArrayFormula("B1:B2", "=A1:A2")
    lines = rows(read_xlsx(saved(book)).lines)
    assert [line[0] for line in lines] == ["=1+1", "'=1+1", "'-2", "-2"]
    assert is_formula(lines[0][1])
