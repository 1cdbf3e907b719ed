"""Tables as people save them: nothing is lost, and what cannot be read is refused in a sentence."""

import re

import pytest

from common.spreadsheets import write_xlsx
from ratification.intake.rows import ACTIONS, CellsRefusedError, References
from ratification.intake.uploads import TableRefusedError, read
from states.models import ParticipantName
from treaty.models import Treaty

HEADING = "participant,kind,taken_on,summary"
ROW = "FJI,ratification,2026-05-01,A declaration"


def cells(text: str, name: str = "table.csv") -> list[tuple[int, dict[str, str]]]:
    return read(ACTIONS, name, text.encode()).rows


def test_a_row_with_more_cells_than_headings_is_refused() -> None:
    with pytest.raises(TableRefusedError, match=r"Row 2 has 'paragraph 2' in column 5, which has no name"):
        cells(f"{HEADING}\n{ROW},paragraph 2\n")


def test_empty_cells_and_columns_at_the_end_are_left_out() -> None:
    assert cells(f"{HEADING},,,\n{ROW},,,\n,,,,,,\n") == cells(f"{HEADING}\n{ROW}\n")


def test_a_column_without_a_name_must_be_empty() -> None:
    table = "participant,,kind,taken_on\nFJI,{},ratification,2026-05-01\n"
    assert cells(table.format("")) == [
        (2, {"participant": "FJI", "kind": "ratification", "taken_on": "2026-05-01"})
    ]
    with pytest.raises(TableRefusedError, match="Row 2 has 'x' in column 2"):
        cells(table.format("x"))


@pytest.mark.parametrize("first", ["sep=;\n", "sep=;\r\n", '"sep=;"\n', "\ufeffsep=;\n", "SEP=;;;;\n"])
def test_excels_own_first_line_names_the_separator(first: str) -> None:
    ((_, row),) = cells(first + f"{HEADING}\n{ROW}\n".replace(",", ";"))
    assert row["summary"] == "A declaration"


@pytest.mark.parametrize("name", ["table.tsv", "TABLE.CSV"])
def test_tabs_separate_too(name: str) -> None:
    ((_, row),) = cells(f"{HEADING}\n{ROW}\n".replace(",", "\t"), name)
    assert row["participant"] == "FJI"


def test_a_first_row_that_is_blank_is_passed_over() -> None:
    assert [number for number, _ in cells(f",,,\n\n{HEADING}\n{ROW}\n")] == [4]


def test_titles_may_stand_above_the_heading_and_are_told() -> None:
    table = read(ACTIONS, "table.csv", f"Table 1,,,\n\nDeposits of May,,,\n{HEADING}\n{ROW}\n".encode())
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
        read(ACTIONS, "table.xlsx", content)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#NAME?"])
def test_an_error_of_a_spreadsheet_program_is_no_text(hanoi: Treaty, error: str) -> None:
    with pytest.raises(CellsRefusedError, match=f"summary is {re.escape(error)}"):
        ACTIONS.content(
            {"participant": "FJI", "kind": "ratification", "taken_on": "2026-05-01", "summary": error},
            References(hanoi, None),
        )


def test_numbers_that_lost_their_zeros_are_codes(hanoi: Treaty) -> None:
    assert References(hanoi, None).participant("4").iso3 == "AFG"
    assert References(hanoi, None).participant("36").iso3 == "AUS"


@pytest.mark.parametrize("sign", "'`\u2019\u2018\u02bc\u00b4\u2032\u02bf\uff07\u1fbd\u200b'")
def test_apostrophes_of_every_kind_are_one(hanoi: Treaty, sign: str) -> None:
    assert References(hanoi, None).participant(f"C\u00f4te d{sign}Ivoire").iso3 == "CIV"
    assert References(hanoi, None).participant(f"Fi\u200c\u00adji\u200e{sign}").iso3 == "FJI"


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


def test_na_is_namibia(hanoi: Treaty) -> None:
    assert References(hanoi, None).participant("NA").iso3 == "NAM"
