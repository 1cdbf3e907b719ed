"""Tables of the corpus as lists that grow over the years, with misprints that a later list has right."""

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from bench.corpus import tables
from bench.status_documents import printed, status_document

MISPRINTED = 0.01
"""Share of the days that a list has wrong and the next has right: each becomes a correction."""
_DAY = re.compile(r"(\d{1,2} [A-Z][a-z]{2} \d{4})(.*)")


@dataclass(frozen=True, slots=True)
class CorpusTable:
    """A table of the corpus: its headings, and its rows with the rank of each act among all by their days."""

    headings: list[str]
    rows: list[list[str]]
    days: list[date]

    @classmethod
    def read(cls, path: Path) -> "CorpusTable":
        """Read the acts with a day; other cells are left empty."""
        with path.open(encoding="utf-8", newline="") as file:
            headings, *lines = csv.reader(file)
        rows = [
            [row[0], *(cell.strip() if _DAY.fullmatch(cell.strip()) else "" for cell in row[1:])]
            for row in lines
        ]
        days = sorted(day for row in rows for cell in row[1:] if (day := _day(cell)))
        return cls(headings, rows, days)

    def at(self, share: float, on: date, errors: Random) -> bytes:
        """Write the list with that share of the acts, none of them after a day, and with some days misprinted.

        Nothing where there is none.
        """
        last = min(on, self.days[min(len(self.days) - 1, int(share * len(self.days)))])
        rows = []
        for name, *cells in self.rows:
            done = [cell if (day := _day(cell)) and day <= last else "" for cell in cells]
            if share < 1 and any(done) and errors.random() < MISPRINTED:
                done = [_misprinted(cell) for cell in done]
            if any(done):
                rows.append([name, *done])
        return status_document(rows, self.headings) if rows else b""


def _day(cell: str) -> date | None:
    found = _DAY.fullmatch(cell)
    return datetime.strptime(found[1], "%d %b %Y").date() if found else None  # noqa: DTZ007 - a day has no time zone


def _misprinted(cell: str) -> str:
    """Write a cell's day three days early; an empty one stays empty."""
    day, found = _day(cell), _DAY.fullmatch(cell)
    return f"{printed(day - timedelta(days=3))}{found[2]}" if day and found else cell


def largest(average: float) -> list[CorpusTable]:
    """Return as many of the largest tables as have, on average, so many acts."""
    found = sorted((CorpusTable.read(path) for path in tables()), key=lambda table: -len(table.days))
    total, chosen = 0, list[CorpusTable]()
    for table in found:
        total += len(table.days)
        if total < (len(chosen) + 1) * average:
            break
        chosen.append(table)
    return chosen
