"""A definition written out is read back unchanged: as a directory, and through the fields of the panel's form."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from panel.treaty_fields import from_fields, merged, to_fields
from ratification.intake import definitions
from ratification.intake.bundles import BUNDLED, load_treaty
from treaty.clauses import Definition, DefinitionError, definition_files, definition_to_json
from treaty.loading import DATA, read_definition
from treaty.models import Treaty
from treaty.writing import definition_directory, to_toml

CASES = Path(settings.BASE_DIR) / "tests/cases"
SHARED = Path(settings.BASE_DIR).parent / "shared/cases/clauses"


def folders() -> Iterator[Path]:
    for place in (DATA, CASES, SHARED):
        yield from sorted(path.parent for path in place.glob("**/treaty.toml"))


def readable() -> list[tuple[Path, Definition]]:
    found = []
    for folder in folders():
        try:
            found.append((folder, read_definition(folder)))
        except Exception:  # noqa: BLE001, S112 - a case of what is refused, or one without its tables
            continue
    return found


def test_each_known_definition_is_written_as_a_file_that_says_the_same() -> None:
    cases = readable()
    assert len(cases) > 100
    for folder, definition in cases:
        data, tables = definition_files(definition_to_json(definition))
        files = {"treaty.toml": to_toml(data), **tables}
        assert definitions.read_files(files) == definition, folder


def test_each_known_definition_goes_through_the_fields_of_the_form() -> None:
    for folder, definition in readable():
        data = tomllib.loads((folder / "treaty.toml").read_text(encoding="utf-8"))
        values, further = to_fields(data)
        tables = {path.name: path.read_text(encoding="utf-8-sig") for path in folder.glob("*.csv")}
        again = merged(from_fields(values), further)
        assert definitions.read_files({"treaty.toml": to_toml(again), **tables}) == definition, folder
        said = sum(len(value) if isinstance(value, dict) else 1 for value in data.values())
        assert len(values) >= said / 2, folder  # the fields say most of it, not the field for the rest


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.django_db
@pytest.mark.parametrize("slug", BUNDLED)
def test_an_exported_treaty_is_loaded_again_without_a_change(
    slug: str, hanoi: Treaty, now: datetime, tmp_path: Path
) -> None:
    treaty = hanoi if slug == hanoi.slug else load_treaty(DATA / slug, now=now)[0]
    folder = tmp_path / slug
    folder.mkdir()
    files = definition_directory(treaty)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert load_treaty(folder, now=now)[1] == 0
    if slug == "hanoi":
        assert {"articles.csv", "chapters.csv", "requirements.csv", "sources.csv"} <= set(files)


def test_what_two_fields_say_is_refused() -> None:
    with pytest.raises(ValueError, match=r"entry_into_force\.instruments is said by a field already"):
        merged({"entry_into_force": {"instruments": 40}}, "[entry_into_force]\ninstruments = 30\n")
    with pytest.raises(DefinitionError, match="is not valid TOML"):
        definitions.read_files({"treaty.toml": "slug ="})
