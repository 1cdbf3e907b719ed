"""The terms of the law of treaties are translated as the table in the documentation says."""

import re
from pathlib import Path

import pytest

from common import catalogues

TABLE = Path(__file__).parents[2] / "docs" / "terminology.md"
LANGUAGES = {"French": "fr", "Spanish": "es", "Russian": "ru", "Chinese": "zh_Hans", "Arabic": "ar"}
FEWEST = 50


def _rows() -> list[dict[str, str]]:
    terms = TABLE.read_text(encoding="utf-8").partition("\n## ")[0]
    lines = [line for line in terms.splitlines() if line.startswith("|")]
    heading, _, *rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [dict(zip(heading, row, strict=True)) for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_are_translated_as_the_table_says(language: str) -> None:
    catalogue = catalogues.read(LANGUAGES[language])
    rows = _rows()
    assert len(rows) >= FEWEST
    differing = {
        row["English"]: (
            row[language],
            message.string if (message := catalogue.get(row["English"])) else None,
        )
        for row in rows
        if not (message := catalogue.get(row["English"])) or message.string != row[language]
    }
    assert differing == {}


def test_each_term_says_where_it_was_seen_or_that_it_was_not() -> None:
    assert [row["English"] for row in _rows() if not row["seen in"]] == []
