from pathlib import Path

import pytest
from django.core.management import call_command

from bench.corpus import ABSENT, CORPUS
from bench.status_documents import corpus_documents, status_document
from ratification.depositary.collection import Result, documents_in, load_document
from ratification.depositary.document import DocumentError
from ratification.depositary.names import known_names
from ratification.depositary.reference import reference_of
from ratification.management.base import Error
from ratification.models import Action, Difference, ImportRun
from tests.bundles import NOW
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

TITLE = "Convention on invented things. Geneva, 1 May 2000"


@pytest.fixture
def folder(tmp_path: Path, with_participants: None) -> Path:  # noqa: ARG001 - the documents name them
    good = status_document([("Chad", "2 May 2000", "1 Jan 2001"), ("Chile", "", "2 Feb 2002 a")], title=TITLE)
    (tmp_path / "18-99.en.xml").write_bytes(good)
    (tmp_path / "9-98.en.xml").write_bytes(b"<html></html>")
    (tmp_path / "10-2-a.en.xml").write_bytes(status_document([("Atlantis", "2 May 2000", "")]))
    (tmp_path / "readme.en.xml").write_bytes(good)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "reference"),
    [
        ("18-12.en.xml", "XVIII-12"),
        ("10-2-a.en.xml", "X-2-a"),
        ("3-2-12a.en.xml", "III-2-12a"),
        ("9-1.xml", "IX-1"),
        ("29-1.fr.xml", "XXIX-1"),
    ],
)
def test_the_files_name_is_the_reference(file: str, reference: str) -> None:
    assert reference_of(file) == reference


@pytest.mark.parametrize("file", ["readme.xml", "0-1.xml", "40-1.xml", "18.xml", "18-12.csv", "18-x.xml"])
def test_another_name_is_refused(file: str) -> None:
    with pytest.raises(DocumentError, match="is not of the form"):
        reference_of(file)


def test_one_failure_never_stops_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Error, match="3 of 4 documents were not loaded"):
        call_command("load_collection", str(folder), "--progress")
    printed = capsys.readouterr()
    assert "9-98.en.xml: refused: it is an HTML page" in printed.out
    assert "10-2-a.en.xml: suspect or unknown names: row 1: the name 'Atlantis' is unknown" in printed.out
    assert "readme.en.xml: refused: the name 'readme.en.xml' is not of the form" in printed.out
    assert printed.out.splitlines()[-6].split() == ["loaded", "1", "2", "3"]
    assert printed.out.splitlines()[-1].split() == ["all", "4", "3", "3"]
    assert "4/4" in printed.err
    treaty = Treaty.objects.get(depositary_reference="XVIII-99")
    assert (treaty.slug, treaty.short_title, treaty.definition) == (
        "untc-xviii-99",
        "Convention on invented things",
        None,
    )
    assert [(entry.participant.iso3, entry.kind) for entry in treaty.actions.all()] == [
        ("TCD", "signature"),
        ("TCD", "ratification"),
        ("CHL", "accession"),
    ]


def test_a_second_run_loads_what_is_missing_and_nothing_twice(folder: Path) -> None:
    with pytest.raises(Error):
        call_command("load_collection", str(folder))
    entries = Action.objects.count()
    (folder / "9-98.en.xml").write_bytes(status_document([("Chad", "2 May 2000", "")]))
    for broken in ("10-2-a.en.xml", "readme.en.xml"):
        (folder / broken).unlink()
    call_command("load_collection", str(folder))
    assert Action.objects.count() == entries + 1


def test_a_record_that_is_not_empty_is_never_written(folder: Path) -> None:
    path = folder / "18-99.en.xml"
    names = known_names()
    assert load_document(path, names=names, retrieved_at=NOW, now=NOW).result == Result.LOADED
    entries = Action.objects.count()
    path.write_bytes(
        status_document(
            [
                ("Chad", "2 May 2000", "1 Jan 2001"),
                ("Chile", "", "2 Feb 2002 a"),
                ("Cuba", "", "3 Mar 2003 a"),
            ],
            title=TITLE,
        )
    )
    loaded = load_document(path, names=names, retrieved_at=NOW, now=NOW)
    assert (loaded.result, loaded.published) == (Result.DIFFERS, 0)
    assert Action.objects.count() == entries
    assert Difference.objects.filter(run=ImportRun.objects.latest("pk")).count() == 1


def test_an_empty_directory_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(Error, match="has no document"):
        call_command("load_collection", str(tmp_path))


@pytest.mark.slow
@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.skipif(not CORPUS.exists(), reason=ABSENT)
@pytest.mark.usefixtures("with_participants")
def test_a_collection_loads_and_its_second_run_proposes_nothing(tmp_path: Path) -> None:
    """Every eighth document here; `make bench` loads all 314."""
    for name, content in [*corpus_documents()][::8]:
        (tmp_path / name).write_bytes(content)
    paths, names = documents_in(tmp_path), known_names()
    first = [load_document(path, names=names, retrieved_at=NOW, now=NOW) for path in paths]
    assert {loaded.result for loaded in first} == {Result.LOADED}
    assert sum(loaded.published for loaded in first) == Action.objects.count()
    second = [load_document(path, names=names, retrieved_at=NOW, now=NOW) for path in paths]
    assert {loaded.result for loaded in second} == {Result.AGREES}
    assert not Difference.objects.filter(run__revision__gt=0).exists()
