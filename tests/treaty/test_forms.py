"""The kinds of clause that could not be written before, each in its form, loaded by the loader itself."""

import json
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from ratification.intake.bundles import load_treaty
from ratification.models import Action
from ratification.record import selectors
from states.loading import load_participants
from treaty.clauses import definition_from_json, definition_to_json, parse_definition

ROOT = Path(__file__).parents[2]
FORMS = sorted((Path(__file__).parent / "forms").glob("*.toml"))
SHARED = ROOT.parent / "shared" / "cases" / "clauses"
ABSENT = "the cases of clauses, ../shared/cases/clauses, are not here"


@pytest.mark.parametrize("path", FORMS, ids=[path.stem for path in FORMS])
def test_a_form_is_read_and_kept(path: Path) -> None:
    definition = parse_definition(tomllib.loads(path.read_text(encoding="utf-8")), lambda _: "")
    assert definition_from_json(json.loads(json.dumps(definition_to_json(definition)))) == definition


@pytest.mark.django_db
def test_every_form_loads(now: datetime, tmp_path: Path) -> None:
    load_participants()
    basel, _ = load_treaty(ROOT / "tests" / "cases" / "basel", now=now)
    for path in FORMS:
        folder = tmp_path / path.stem
        folder.mkdir()
        (folder / "treaty.toml").write_text(path.read_text())
        treaty, writes = load_treaty(folder, now=now)
        assert writes == 1
        assert load_treaty(folder, now=now)[1] == 0
        json.loads(selectors.document_of(treaty, today=now.date()))
    assert basel.actions.exists()


@pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)
def test_there_is_a_form_for_each_that_was_refused() -> None:
    assert {path.name for path in (SHARED / "refused").iterdir()} == {path.stem for path in FORMS}


@pytest.mark.django_db
@pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)
def test_deposits_with_three_depositaries_and_a_late_reservation_load(
    now: datetime,
    tmp_path: Path,
) -> None:
    load_participants()
    for name in ("three-depositaries", "late-reservation"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "treaty.toml").write_text((Path(__file__).parent / "forms" / f"{name}.toml").read_text())
        (folder / "actions.csv").write_text((SHARED / "refused" / name / "actions.csv").read_text())
        treaty, _ = load_treaty(folder, now=now)
        assert treaty.actions.filter(state=Action.State.PUBLISHED).count() == (
            3 if name == "three-depositaries" else 2
        )


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.django_db
@pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)
@pytest.mark.parametrize("case", ["op1-tto", "rome-burundi"])
def test_who_leaves_and_comes_back_has_its_days_through_the_loader(
    case: str,
    now: datetime,
) -> None:
    load_participants()
    treaty, _ = load_treaty(SHARED / case, now=now)
    answer = json.loads(selectors.document_of(treaty, today=now.date()))
    found = {row["participant"]: row for row in answer["participants"]}
    for line in (SHARED / case / "later.csv").read_text().splitlines()[1:]:
        participant, in_force = line.split(",")
        assert found[participant]["in_force"]["on"] == in_force
    if case == "rome-burundi":
        (notice,) = treaty.actions.filter(kind="denunciation")
        assert (notice.participant.iso3, notice.taken.edtf) == ("BDI", "2016-10-27")
        for day, standing in (("2017-10-26", "party"), ("2017-10-27", "withdrawn")):
            then = json.loads(selectors.document_of(treaty, today=datetime.fromisoformat(day).date()))
            (burundi,) = (row for row in then["participants"] if row["participant"] == "BDI")
            assert burundi["standing"] == standing
