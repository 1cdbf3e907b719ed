"""Items of Wikidata about participants: data/wikidata.csv, which has those alone that two sources name alike."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "wikidata.csv"


@cache
def items() -> Mapping[str, str]:
    """Return the item of each participant by its ISO 3166-1 alpha-3 code, such as Q846 of QAT."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["iso3"]: row["item"] for row in csv.DictReader(file, strict=True)}
