"""The table of legal rules names functions and tests that exist."""

import re
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).parents[3]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "legal-rules.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`" in line and line.count("|") == 5
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:50] for row in ROWS])
def test_each_rule_has_its_article_its_function_and_its_test(row: list[str]) -> None:
    _, commanded_by, function, test = row
    assert commanded_by
    found = resolve_name(f"ratification.rules.{function.strip('`')}")
    assert getattr(found, "__doc__", None)
    file, name = test.strip("`").split(".")
    source = (Path(__file__).parent / f"{file}.py").read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", source, re.MULTILINE)


def test_there_are_rules() -> None:
    assert len(ROWS) > 30
