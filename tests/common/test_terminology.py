"""The terms of the law of treaties are translated as the table in the documentation says."""

import re
from pathlib import Path

import pytest

from common import catalogues

TABLE = Path(__file__).parents[2] / "docs" / "terminology.md"
LANGUAGES = {"French": "fr", "Spanish": "es", "Russian": "ru", "Chinese": "zh_Hans", "Arabic": "ar"}
FEWEST = 50
NOT_SEEN = "not seen"
NUMBERS = {"X", "XIX", "XVIII.14"}  # of articles and chapters, which are no texts
OWN = "this site's own: no treaty uses it"


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


def test_each_term_says_where_it_was_seen_or_that_it_was_not_or_whose_it_is() -> None:
    codes = "|".join(code[:2] for code in LANGUAGES.values())
    place = re.compile(rf"(?:(?:{codes})(?:, (?:{codes}))*|all five) ")
    assert [
        (row["English"], row["seen in"])
        for row in _rows()
        if row["seen in"] not in (NOT_SEEN, OWN)
        and not all(place.match(each) for each in re.sub(r"\([^)]*;[^)]*\)", "", row["seen in"]).split("; "))
    ] == []


def test_each_text_that_a_place_names_stands_in_the_list_of_texts() -> None:
    listed = {
        line.split("|")[1].strip()
        for line in TABLE.read_text(encoding="utf-8").partition("## The texts that were read")[2].splitlines()
        if line.startswith("|")
    }
    places = [
        re.sub(r"\([^)]*\)", "", row["seen in"]) for row in _rows() if row["seen in"] not in (NOT_SEEN, OWN)
    ]
    named = {text for place in places for text in re.findall(r"\b[A-Z][\w./-]*(?<=\w)", place)}
    assert named - listed == NUMBERS


def test_the_counts_above_the_table_are_the_tables() -> None:
    rows = _rows()
    of_treaties = [row for row in rows if row["seen in"] != OWN]
    seen = [row for row in of_treaties if row["seen in"] != NOT_SEEN]
    named = {code[:2]: re.compile(rf"\b({code[:2]}|all five)\b") for code in LANGUAGES.values()}
    by_language = ", ".join(
        f"{language} {sum(bool(named[code[:2]].search(row['seen in'])) for row in seen)}"
        for language, code in LANGUAGES.items()
    )
    text = TABLE.read_text(encoding="utf-8")
    assert (
        f"Of the {len(rows)} terms, {len(of_treaties)} are terms of treaties and their depositary, and "
        f"{len(rows) - len(of_treaties)} are this site's own. Of the {len(of_treaties)}, {len(seen)} "
    ) in text
    assert f"By language: {by_language} of {len(of_treaties)}." in text
