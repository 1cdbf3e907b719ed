"""Tables as people save them: nothing is lost, and what cannot be read is refused in a sentence."""

import csv
import io
import re
import zipfile

import openpyxl
import pytest

from common.spreadsheets import write_xlsx
from ratification.intake.rows import ACTIONS, CellsRefusedError, References
from ratification.intake.uploads import TableRefusedError, check_rows, read
from states.models import ParticipantName
from tests.common.test_spreadsheets import saved
from treaty.models import Treaty

HEADING = "participant,kind,taken_on,summary"
ROW = "FJI,ratification,2026-05-01,A declaration"


def packed(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def cells(text: str, encoding: str = "utf-8") -> list[tuple[int, dict[str, str]]]:
    return read(ACTIONS, text.encode(encoding)).rows


def test_a_row_with_more_cells_than_headings_is_refused() -> None:
    with pytest.raises(
        TableRefusedError, match=r"Row 2 has 'paragraph 2' in column 5 \(E\), which has no name"
    ):
        cells(f"{HEADING}\n{ROW},paragraph 2\n")


def test_a_column_without_a_name_is_told_by_the_letters_of_a_spreadsheet() -> None:
    for place, letters in ((26, "Z"), (27, "AA"), (53, "BA")):
        empty = "," * (place - ROW.count(",") - 1)
        with pytest.raises(TableRefusedError, match=rf"column {place} \({letters}\)"):
            cells(f"{HEADING}\n{ROW}{empty}x\n")


def test_empty_cells_and_columns_at_the_end_are_left_out() -> None:
    assert cells(f"{HEADING},,,\n{ROW},,,\n,,,,,,\n") == cells(f"{HEADING}\n{ROW}\n")


def test_a_column_without_a_name_must_be_empty() -> None:
    table = "participant,,kind,taken_on\nFJI,{},ratification,2026-05-01\n"
    assert cells(table.format("")) == [
        (2, {"participant": "FJI", "kind": "ratification", "taken_on": "2026-05-01"})
    ]
    with pytest.raises(TableRefusedError, match="Row 2 has 'x' in column 2"):
        cells(table.format("x"))


def test_cells_merged_over_rows_are_refused_since_only_the_first_row_has_their_value() -> None:
    """The second act would lose the number that its row shows; titles and headings may be merged."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Acts of May", "", "", ""],
        ["", "", "", ""],
        ["participant", "kind", "taken_on", "notification"],
        ["FJI", "ratification", "2026-05-01", "C.N.123.2026.TREATIES-XVIII.16"],
        ["TUV", "ratification", "2026-05-01", ""],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:D2")
    assert [number for number, _ in read(ACTIONS, saved(book)).rows] == [4, 5]
    sheet.merge_cells("D4:D5")
    with pytest.raises(TableRefusedError, match=r"Row 5 has cells that .* \(D4:D5\). Undo the merging"):
        read(ACTIONS, saved(book))


@pytest.mark.parametrize(
    "first", ["sep=;\n", "sep=;\r\n", '"sep=;"\n', "\ufeffsep=;\n", "SEP=;;;;\n", "sep=;\r", "Sep = ;\n"]
)
def test_excels_own_first_line_names_the_separator(first: str) -> None:
    ((_, row),) = cells(first + f"{HEADING}\n{ROW}\n".replace(",", ";"))
    assert row["summary"] == "A declaration"


@pytest.mark.parametrize("mark", ["\t", "|", ";"])
def test_what_separates_is_told_by_the_heading_even_below_a_title(mark: str) -> None:
    table = f"{HEADING}\n{ROW}\n".replace(",", mark)
    for above in ("", "sep=\\t\n" if mark == "\t" else f"sep={mark}\n", "Deposits, of May; 2026\n"):
        ((_, row),) = cells(above + table)
        assert row["participant"] == "FJI"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_a_table_is_read_in_each_form_of_unicode_and_with_each_end_of_line(
    encoding: str, ending: str
) -> None:
    mixed = f"{HEADING}\n{ROW}\r\n{ROW}{ending}"
    table = mixed.replace("\n", ending, 1).replace("A declaration", "C\u00f4te d\u2019Ivoire")
    assert [(number, row["summary"]) for number, row in cells(table, encoding)] == [
        (number, "C\u00f4te d\u2019Ivoire") for number in (2, 3)
    ]


def test_headings_of_groups_of_columns_may_stand_above_the_heading() -> None:
    table = read(ACTIONS, f"Who,What,,\n{HEADING}\n{ROW}\n".encode())
    assert [number for number, _ in table.rows] == [3]
    assert table.note == "Not read: \u201cWho What\u201d."
    assert cells('participant, KIND ,"Taken\non"\nFJI,x,2026\n')
    with pytest.raises(TableRefusedError, match="it lacks kind, taken_on\\. It has “participant”, “nature”"):
        cells("List,of,2026\nparticipant,nature,date\nFJI,ratification,2026-05-01\n")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is a PDF document; save the table as XLSX or as CSV UTF-8."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is a workbook of Excel before 2007 (.xls)"),
        (b"<html><table><tr><td>participant", "is a page of HTML"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "is a page of HTML"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "is an XML spreadsheet of Excel 2003"),
        (b"<Treaty/>", "is an XML document"),
        (b"\x1f\x8b\x08", "is a compressed file"),
        (packed(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "is an OpenDocument spreadsheet"),
        (packed(**{"Index/Document.iwa": "x"}), "is a Numbers document"),
        (packed(**{"word/document.xml": "<x/>"}), "is a Word document"),
        (packed(**{"xl/workbook.bin": "x"}), "is a binary workbook of Excel"),
        (packed(**{"table.csv": f"{HEADING}\n{ROW}\n"}), "is a ZIP archive"),
        (
            packed(**{"xl/workbook.xml": '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main">'}),
            "is a workbook in the strict form of Office Open XML",
        ),
        (f"{HEADING}\nC\u00f4te d'Ivoire".encode("cp1252"), "Line 2 of the file is not UTF-8 text (byte 0xF4)"),
        (f'{HEADING}\nFJI,ratification,2026-05-01,"A decl'.encode(), "that does not end: the file is cut short"),
        (f'{HEADING}\nFJI,a,b,"c \\"d\\" e"\n'.encode(), "Line 2 of the file has a quotation mark within a cell"),
        (f"{HEADING}\n{ROW}\0\0".encode(), "Line 2 of the file has a NUL character"),
        (f"{HEADING}\n{ROW}{'x' * 140_000}\n".encode(), "has a cell of more than 131,072 characters"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_or_a_damaged_one_is_refused_with_what_it_is(
    content: bytes, what: str
) -> None:
    with pytest.raises(TableRefusedError, match=re.escape(what)):
        read(ACTIONS, content)


def test_a_long_cell_is_refused_even_where_a_library_has_lifted_the_limit() -> None:
    before = csv.field_size_limit(10_000_000)
    try:
        with pytest.raises(TableRefusedError, match="more than 131,072 characters"):
            read(ACTIONS, f"{HEADING}\n{ROW}{'x' * 140_000}\n".encode())
    finally:
        csv.field_size_limit(before)


def test_a_first_row_that_is_blank_is_passed_over() -> None:
    assert [number for number, _ in cells(f",,,\n\n{HEADING}\n{ROW}\n")] == [4]


def test_titles_may_stand_above_the_heading_and_are_told() -> None:
    table = read(ACTIONS, f"Table 1,,,\n\nDeposits of May,,,\n{HEADING}\n{ROW}\n".encode())
    assert [number for number, _ in table.rows] == [5]
    assert table.note == "Not read: “Table 1”, “Deposits of May”."
    with pytest.raises(TableRefusedError, match="it lacks kind, taken_on"):
        cells("participant\nFiji\n")


def test_a_refused_sheet_is_named() -> None:
    content = write_xlsx(
        "Export Summary", ["This document was exported from Numbers", "x"], [["Sheet", "Table"]]
    )
    with pytest.raises(
        TableRefusedError, match="Sheet “Export Summary”: The first row must name the columns"
    ):
        read(ACTIONS, content)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#NAME?"])
def test_an_error_of_a_spreadsheet_program_is_no_text(hanoi: Treaty, error: str) -> None:
    with pytest.raises(CellsRefusedError, match=f"summary is {re.escape(error)}"):
        ACTIONS.content(
            {"participant": "FJI", "kind": "ratification", "taken_on": "2026-05-01", "summary": error},
            References(hanoi, None),
        )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("D\u00c3\u00a9claration", "summary is garbled: it has 'Ã©' where 'é' was"),
        ("\u00e2\u20ac\u0153Oui\u00e2\u20ac\u009d", "summary is garbled"),
        ("\u00d0\u2014\u00d0\u00b0\u00d1\u008f\u00d0\u00b2", "summary is garbled"),
        ("D\ufffdclaration", "summary has a character that a program has lost"),
    ],
)
def test_a_text_that_a_program_has_spoilt_is_refused(hanoi: Treaty, text: str, reason: str) -> None:
    with pytest.raises(CellsRefusedError, match=reason):
        ACTIONS.content(
            cells(f"{HEADING}\nFJI,ratification,2026-05-01,{text}\n")[0][1], References(hanoi, None)
        )


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize(
    "text", ["«SÉCURITÉ»", "«AMANHÃ»", "São Tomé", "l’été “là”", "Ñ»", "Заявление", "إعلان", "声明"]
)
def test_a_text_that_only_looks_spoilt_is_taken(hanoi: Treaty, text: str) -> None:
    row = cells(f"{HEADING}\nFJI,ratification,2026-05-01,{text} x\n")[0][1]
    assert ACTIONS.content(row, References(hanoi, None)).as_fields()["summary"] == f"{text} x"


def test_a_reason_quotes_a_cell_in_short(hanoi: Treaty) -> None:
    row = f"{'x' * 5_000},objection,2026-05-01,{'9' * 5_000}\n"
    with pytest.raises(CellsRefusedError) as refusal:
        ACTIONS.content(cells(f"participant,kind,taken_on,relates_to\n{row}")[0][1], References(hanoi, None))
    assert "is no revision" not in refusal.value.wrong["participant"]
    assert all(len(reason) < 500 for reason in refusal.value.wrong.values())


def test_numbers_that_lost_their_zeros_are_codes(hanoi: Treaty) -> None:
    assert References(hanoi, None).participant("4").iso3 == "AFG"
    assert References(hanoi, None).participant("36").iso3 == "AUS"


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("sign", "'`\u2019\u2018\u02bc\u00b4\u2032\u02bf\uff07\u1fbd\u200b'")
def test_apostrophes_of_every_kind_are_one(hanoi: Treaty, sign: str) -> None:
    assert References(hanoi, None).participant(f"C\u00f4te d{sign}Ivoire").iso3 == "CIV"
    assert References(hanoi, None).participant(f"Fi\u200c\u00adji\u200e{sign}").iso3 == "FJI"


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("code", ["242", "FJ", "fj", "FJI", "Fiji", "Republic of Fiji"])
def test_a_participant_is_known_by_every_code(hanoi: Treaty, code: str) -> None:
    assert References(hanoi, None).participant(code).iso3 == "FJI"


def test_a_participant_is_known_by_every_name_in_six_languages(hanoi: Treaty) -> None:
    known = References(hanoi, None)
    names = list(ParticipantName.objects.select_related("participant"))
    assert {name.language for name in names} >= {"ar", "zh-Hans", "fr", "ru", "es"}
    wrong = [name.name for name in names if known.participant(name.name) != name.participant]
    assert len(names) > 1000
    assert wrong == []


@pytest.mark.parametrize(
    "name", ["République fédérale d'Allemagne", "Федеративная Республика Германия", "德意志联邦共和国"]
)
def test_a_participant_is_known_by_formal_names_in_six_languages(hanoi: Treaty, name: str) -> None:
    assert References(hanoi, None).participant(name).iso3 == "DEU"


def test_na_is_namibia(hanoi: Treaty) -> None:
    assert References(hanoi, None).participant("NA").iso3 == "NAM"


def test_a_repeated_row_with_other_words_is_refused_and_not_lost(hanoi: Treaty) -> None:
    rows = cells(
        "participant,kind,taken_on,summary\n"
        "Kenya,declaration,2026-03-03,Names its authority.\n"
        "KEN,declaration,3 March 2026,Names its authority.\n"
        "Kenya,declaration,2026-03-03,Reads article 5 otherwise.\n"
    )
    lines = check_rows(ACTIONS, hanoi, rows, None)
    assert [line.outcome for line in lines] == ["new", "repeated", "refused"]
    assert "Row 2 of the table has the same act with another summary" in lines[2].why
    assert list(lines[2].wrong) == ["summary"]
