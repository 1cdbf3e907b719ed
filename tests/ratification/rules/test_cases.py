"""The treaties of the past once more, this time through the loader, the database and the status document."""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from ratification.intake.bundles import load_treaty
from ratification.record import selectors

CASES = Path(__file__).parents[2] / "cases"


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.django_db
@pytest.mark.usefixtures("with_facts")
def test_every_treaty_of_the_past_gives_its_official_day(now: datetime) -> None:
    with (CASES / "entry_into_force.csv").open(encoding="utf-8") as file:
        official = {row["case"]: row for row in csv.DictReader(file)}
    folders = sorted(path.parent for path in CASES.glob("*/treaty.toml"))
    assert len(folders) > 15

    wrong = {}
    for folder in folders:
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
