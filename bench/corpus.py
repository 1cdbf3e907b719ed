"""Participant tables of the United Nations Treaty Collection, as facts: real input at scale.

The tables are not part of the project. They are read from `../shared/corpus/untc-2015` where that is there.
"""

import csv
import re
from datetime import date, datetime
from pathlib import Path

from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from treaty.clauses import ActionKind

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "untc-2015"
ABSENT = "the participant tables are not there (../shared/corpus/untc-2015)"
DOCUMENTS = CORPUS.parent / "mtdsg-2018"
"""The depositary's own documents of January 2018."""
DOCUMENTS_ABSENT = "the depositary's documents are not there (../shared/corpus/mtdsg-2018)"
DOCUMENTS_KNOWN_UNTIL = date(2018, 1, 15)

_CELL = re.compile(r"(\d{1,2} [A-Z][a-z]{2} \d{4})\s*([A-Za-z]*)")
_LETTERS = {
    "a": ActionKind.ACCESSION,
    "A": ActionKind.ACCEPTANCE,
    "AA": ActionKind.APPROVAL,
    "c": ActionKind.FORMAL_CONFIRMATION,
    "C": ActionKind.FORMAL_CONFIRMATION,
    "d": ActionKind.SUCCESSION,
    "n": ActionKind.PROVISIONAL_APPLICATION,
    "p": ActionKind.SIMPLIFIED_PROCEDURE,
    "P": ActionKind.CONSENT_TO_BE_BOUND,
    "s": ActionKind.DEFINITIVE_SIGNATURE,
}


def tables() -> list[Path]:
    """List the tables, none if the folder is absent."""
    return sorted(path for path in CORPUS.glob("*.csv") if path.stem not in {"index", "known_until"})


def read_table(path: Path) -> list[Fact]:
    """Read one table; participants stay as named there. Cells that hold no date are left out."""
    with path.open(encoding="utf-8", newline="") as file:
        headings, *rows = csv.reader(file)
    facts: list[Fact] = []
    for row in rows:
        for heading, cell in zip(headings[1:], row[1:], strict=True):
            match = _CELL.fullmatch(cell.strip())
            if match:
                day = datetime.strptime(match[1], "%d %b %Y").date()  # noqa: DTZ007 - a day has no time zone
                number = str(len(facts))
                facts.append(Fact(number, row[0], _kind(heading, match[2]), Span.day(day)))
    return facts


def _kind(heading: str, letter: str) -> ActionKind:
    """Give the kind of a letter under a heading; without one, the first that the heading names."""
    if heading.startswith("Signature"):
        return ActionKind.SUCCESSION_TO_SIGNATURE if letter == "d" else ActionKind.SIGNATURE
    if letter:
        return _LETTERS[letter]
    plain = (part.strip().lower() for part in heading.split(",") if "(" not in part)
    named = next(plain, "").replace(" ", "_")
    return ActionKind(named) if named in set(ActionKind) else ActionKind.RATIFICATION
