"""The data package and the feeds."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import frictionless
import pytest
from defusedxml.ElementTree import fromstring

from ratification.partners import dataset
from ratification.status import recompute as status
from ratification.status.day_text import readable
from ratification.status.feeds import NEWEST
from tests.api.addresses import ONE_OF_EACH
from treaty.models import Treaty

Get = Callable[..., Any]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def files(get: Get) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(get("treaties/hanoi/dataset/").content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_package_describes_its_files_truly(files: dict[str, bytes]) -> None:
    description = json.loads(files["datapackage.json"])
    assert description["version"] == "87+2026-11-21"
    for resource in description["resources"]:
        content = files[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert rows[0] == names
        for row in rows[1:]:
            for field, cell in zip(resource["schema"]["fields"], row, strict=True):
                _check(field["type"], cell)
        if key := resource["schema"].get("primaryKey"):
            keys = [tuple(row[names.index(name)] for name in key) for row in rows[1:]]
            assert len(set(keys)) == len(keys)
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest


def _check(kind: str, cell: str) -> None:
    match kind:
        case "integer" if cell:
            int(cell)
        case "date" | "datetime" if cell:
            datetime.fromisoformat(cell)
        case "boolean" if cell:
            assert cell in {"true", "false"}


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of frictionless itself
@pytest.mark.parametrize(
    "path",
    [
        "treaties/hanoi/dataset/",
        "treaties/hanoi/dataset/?as_of=2026-03-01&revision=80",
        "treaties/untoc/dataset/",
    ],
)
def test_frictionless_finds_types_keys_references_and_values_right(
    get: Get, tmp_path: Path, path: str
) -> None:
    with zipfile.ZipFile(io.BytesIO(get(path).content)) as archive:
        archive.extractall(tmp_path)
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["resourceName", "rowNumber", "fieldName", "message"])[:5]
    assert len(report.tasks) == len(package.resources) == 12
    schemas = {resource.name: resource.schema for resource in package.resources}
    references = [key for schema in schemas.values() for key in schema.foreign_keys]
    assert len(references) >= 18
    for resource in package.resources:
        for field in resource.schema.fields:
            assert field.description, (resource.name, field.name)
    assert "enum" in schemas["standings"].get_field("standing").constraints
    assert [each for each in schemas["standings"].field_names if each.startswith("consent.")] == [
        "consent.on",
        "consent.earliest",
        "consent.latest",
    ]


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
def test_a_reference_to_nothing_is_found(files: dict[str, bytes], tmp_path: Path) -> None:
    """The validation above can fail."""
    files["standings.csv"] = files["standings.csv"].replace(b"QAT,", b"XXX,", 1)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert "foreign-key" in {error for _, error in report.flatten(["resourceName", "type"])} | {
        row[0] for row in report.flatten(["type"])
    }


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("table", ["hanoi/participants", "hanoi/actions", "hanoi/windows", "hanoi/changes"])
def test_metadata_stands_beside_each_table(get: Get, table: str) -> None:
    described = get(f"treaties/{table}.metadata.json?as_of=2026-11-21&revision=87")
    assert described["Content-Type"] == "application/csvm+json"
    metadata = described.json()
    sheet = get(metadata["url"])
    assert sheet["Content-Type"].startswith("text/csv")
    heading = next(csv.reader(io.StringIO(sheet.content.decode(), newline="")))
    assert [each["titles"] for each in metadata["tableSchema"]["columns"]] == heading
    assert metadata["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    (note,) = metadata["notes"]
    assert (note["as_of"], note["revision"]) == ("2026-11-21", 87)
    assert note["next_expected_change"] == {
        "on": "2027-01-01",
        "reason": "The window for signature is closed.",
    }
    assert get(note["permalink"]).json()["as_of"] == "2026-11-21"
    link = f'<{metadata["url"].replace(".csv", ".metadata.json")}>; rel="describedby"'
    assert link in sheet["Link"]


def test_the_package_has_what_the_record_has(files: dict[str, bytes], get: Get) -> None:
    rows = list(csv.DictReader(io.StringIO(files["actions.csv"].decode(), newline="")))
    assert [int(row["revision"]) for row in rows] == list(range(1, 87))
    document = get("treaties/hanoi/status/").json()
    assert json.loads(files["status.json"]) == {
        name: value for name, value in document.items() if name not in {"permalink", "links"}
    }


def test_the_package_is_built_once_for_each_state(
    record: Treaty, get: Get, correct: Callable[[int], object], now: datetime
) -> None:
    before = get("treaties/hanoi/dataset/")
    assert not dataset.build(record.pk, today=now.date(), now=now)
    assert dataset.package(record, as_of=now.date(), revision=87) == before.content
    assert dataset.stale(now) == []
    correct(1)
    status.recompute(record.pk, today=now.date(), now=now)
    assert dataset.stale(now) == [record.pk]
    assert dataset.build(record.pk, today=now.date(), now=now + timedelta(minutes=1))
    after = get("treaties/hanoi/dataset/")
    assert after["ETag"] != before["ETag"]
    assert after["Repr-Digest"] != before["Repr-Digest"]
    assert record.pk in dataset.stale(now + timedelta(days=1))


def test_feeds_tell_the_newest_changes_first(get: Get) -> None:
    everything = get("treaties/hanoi/changes/?ordering=-id&limit=250").json()["results"]
    newest = [
        {**change, "sentence": readable(change["sentence"])}
        for change in everything
        if change["subject"] in {"standing", "statement"}
        or (change["subject"] == "window" and not (change["after"] or change["before"])["reported"])
    ][:NEWEST]
    as_json = get("treaties/hanoi/changes/feed.json")
    assert as_json["Content-Type"] == "application/feed+json"
    assert [item["title"] for item in as_json.json()["items"]] == [change["sentence"] for change in newest]
    atom = get("treaties/hanoi/changes/feed.atom")
    assert atom["Content-Type"].startswith("application/atom+xml")
    feed = fromstring(atom.content)
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == [
        change["sentence"] for change in newest
    ]
    identifiers = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(identifiers)) == len(newest)
    assert get("treaties/hanoi/changes/feed/", headers={"Accept": "application/feed+json"}).json()["version"]


def test_a_record_without_lines_is_of_its_type(get: Get) -> None:
    answer = get("treaties/hanoi/record/", revision=0)
    assert (answer.content, answer["Content-Type"]) == (b"", "application/jsonl; charset=utf-8")


TABLES = [
    address.partition("?")[0]
    for name, address in ONE_OF_EACH.items()
    if name.startswith("list_") and name != "list_problems"
]
"""Lists, each of which is a table too."""


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("table", TABLES)
def test_each_column_is_described_as_what_it_holds(get: Get, table: str) -> None:
    columns = get(f"{table[:-1]}.metadata.json").json()["tableSchema"]["columns"]
    rows = get(table).json()["results"]
    for column in columns:
        values = [value for row in rows if (value := _at(row, column["titles"])) is not None]
        wrong = [value for value in values if not _is_a(column["datatype"], value)]
        assert not wrong, (column["titles"], column["datatype"], wrong[:3])


def _at(row: Any, column: str) -> Any:  # noqa: ANN401 - JSON
    for name in column.split("."):
        row = row.get(name) if row else None
    return row


def _is_a(datatype: Any, value: Any) -> bool:  # noqa: ANN401 - JSON
    """Whether a value is of a datatype, and of none that says more."""
    if isinstance(datatype, dict):
        return value in datatype["format"].split("|")
    kinds = {bool: "boolean", int: "integer", float: "number"}
    if type(value) in kinds:
        return bool(kinds[type(value)] == datatype)
    if not isinstance(value, str):
        return bool(datatype == "string")  # a list or an object, as the table writes it
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return bool(datatype == "date")
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", value):
        return bool(datatype == "dateTime")
    return bool(datatype == "string")
