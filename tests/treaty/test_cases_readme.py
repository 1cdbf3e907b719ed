"""The collection of public cases is complete, and its table says what the files say."""

import re
from pathlib import Path

from tests.ratification.rules.cases import CASES, folder_of, rows_of

README = (CASES / "README.md").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[2]
ROWS = {
    cells[0].strip("`"): cells
    for line in README.splitlines()
    if line.startswith("| `") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) > 3
}


def test_every_case_is_listed_with_its_official_day_and_its_source() -> None:
    official = {row["case"]: row for row in rows_of(CASES / "entry_into_force.csv")}
    folders = {path.parent.name for path in CASES.glob("*/treaty.toml")}
    assert folders <= set(official)
    assert set(ROWS) == set(official)
    assert len(official) >= 60
    for case, row in official.items():
        assert ROWS[case][4] == (row["entry_into_force"] or "not reached")
        assert row["source"]
        assert (folder_of(case) / "treaty.toml").exists()


def test_a_later_party_is_named_wherever_the_table_has_one() -> None:
    later: dict[str, list[str]] = {}
    for row in rows_of(CASES / "later_party.csv"):
        assert row["day"] in ("published", "reckoned")
        assert (row["day"] == "reckoned") == ("reckoned by hand" in row["source"]), row
        reckoned = " (reckoned)" if row["day"] == "reckoned" else ""
        later.setdefault(row["case"], []).append(f"{row['participant']} {row['in_force_on']}{reckoned}")
        assert row["source"]
    assert {case: cells[5] for case, cells in ROWS.items() if cells[5]} == {
        case: "; ".join(days[:2]) for case, days in later.items() if case in ROWS
    }


def test_the_numbers_of_the_page_are_those_of_the_files() -> None:
    official = list(rows_of(CASES / "entry_into_force.csv"))
    later = list(rows_of(CASES / "later_party.csv"))
    published = {row["case"] for row in later if row["day"] == "published"}
    every = {row["case"] for row in later}
    leaving = {row["case"] for row in rows_of(CASES / "leaving.csv")}
    in_force = sum(bool(row["entry_into_force"]) for row in official)
    for words in (
        f"{len(official)} treaties and amendments, {in_force} of them with their official day",
        f"and {len(every)} with the day of at least one later party",
        f"For {len(published)} treaties another authority does",
        f"For {len(every - published)} treaties no published day was at hand",
    ):
        assert words in README
    assert len(leaving) >= 5
    assert not [row["case"] for row in official if row["source"].startswith("general knowledge")]


def test_the_kinds_of_clause_name_cases_that_exist() -> None:
    text = (ROOT / "docs" / "legal-rules.md").read_text(encoding="utf-8")
    section = text[text.index("## Kinds of clause") : text.index("## Decisions where")]
    named = {
        name
        for line in section.splitlines()
        if line.startswith("| ")
        for name in re.findall(r"`([a-z0-9-]+)`", line.split("|")[3])
    }
    assert named <= set(ROWS)
    assert len(named) > 20
