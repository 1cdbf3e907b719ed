"""Findings about the panel, each with the test that failed before it was mended (`findings.csv`)."""

import csv
import re
from pathlib import Path

from django.conf import settings

TABLE = Path(__file__).with_name("findings.csv")
FINDINGS = {"A1", *(f"A{number}" for number in range(6, 17))}


def test_each_finding_has_a_test_of_the_name_in_the_table() -> None:
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["finding"] for row in rows} == FINDINGS
    for row in rows:
        path, _, name = row["test"].partition("::")
        text = (settings.BASE_DIR / path).read_text()
        assert re.search(rf"^def {name}\b", text, re.MULTILINE), row["test"]
