"""The treaties of the past once more, this time through the loader, the database and the status document.

What the rules make of all of them is shown without a database (test_history.py). Whether everything that a definition
can say comes through the database is shown by the treaties that say something which none before them says; `make fuzz`
loads all.
"""

import csv
import json
import os
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from ratification.intake.bundles import load_treaty
from ratification.record import selectors

CASES = Path(__file__).parents[2] / "cases"
CHOSEN = ("acts[]", "treaty", "treaty[]")
"""Ends of the names whose values are what is said; those of others are figures and texts."""
LONG = os.environ.get("CASES") == "long"


def said(value: object, name: str = "") -> Iterator[str]:
    """Yield each name of a clause, with how many it lists, whether it is so or not, and which acts or treaty."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from said(each, f"{name}.{key}")
    elif isinstance(value, list):
        yield f"{name} {min(len(value), 2)}"
        for each in value:
            yield from said(each, f"{name}[]")
    else:
        yield f"{name} {value}" if isinstance(value, bool) or name.endswith(CHOSEN) else name


def said_by(folder: Path) -> set[str]:
    """Return what a definition says: the names of its clause, the columns that are filled, the kinds of acts."""
    found = set(said(tomllib.loads((folder / "treaty.toml").read_text(encoding="utf-8"))))
    with (folder / "actions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found |= {name for name, value in row.items() if value}
            found |= {row["kind"], f"a day of {len(row['taken_on'])} characters"}
    return found


def folders() -> list[Path]:
    """Return the definitions that say something which none before says, with those of treaties named there; or all."""
    every = sorted(path.parent for path in CASES.glob("*/treaty.toml"))
    if LONG:
        return every
    chosen, before = set[str](), set[str]()
    for folder in every:
        if new := said_by(folder) - before:
            chosen |= {folder.name, *(words.rpartition(" ")[2] for words in new)}
            before |= new
    return [folder for folder in every if folder.name in chosen]


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.django_db
@pytest.mark.usefixtures("with_facts")
def test_treaties_of_the_past_give_their_official_day(now: datetime) -> None:
    with (CASES / "entry_into_force.csv").open(encoding="utf-8") as file:
        official = {row["case"]: row for row in csv.DictReader(file)}
    chosen = folders()
    assert len(chosen) > 30

    wrong = {}
    for folder in chosen:
        treaty, _ = load_treaty(folder, now=now)
        answer = json.loads(selectors.document_of(treaty, today=now.date()))
        computed = (answer["threshold"]["reached"]["on"], answer["entry_into_force"]["on"])
        expected = (
            official[folder.name]["reached_on"] or None,
            official[folder.name]["entry_into_force"] or None,
        )
        if computed != expected:
            wrong[folder.name] = {"computed": computed, "official": expected}

    assert wrong == {}
