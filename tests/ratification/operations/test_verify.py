"""A record that was rewritten is found by those who kept a head, whatever the account that did it may do."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client as Browser

from bench import verify as bench
from common.http_client import OutboundError
from ratification.ledger.writing import ActionContent
from ratification.management.base import Error
from ratification.models import Action, Revision, triggers
from ratification.operations import archive, verify
from ratification.partners import dataset
from ratification.record import chain
from ratification.record.chain import ChainError
from ratification.record.heads import head_of
from states.models import Participant
from tests.web_host import running_host
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

Published = Callable[[ActionContent], Action]
Say = Callable[..., ActionContent]


@pytest.fixture
def seen(hanoi: Treaty) -> str:
    """A head seen before anything else is published, or altered."""
    return head_of(hanoi, hanoi.revisions.count())


def archived(folder: Path) -> bytes:
    file = folder / f"{len(list(folder.iterdir()))}.zip"
    archive.write(file)
    return file.read_bytes()


def altered(sql: str, folder: Path) -> bytes:
    """The archive of a database that an owner of its tables has altered, which is then taken back."""
    with transaction.atomic():
        triggers.lifted(connection).__enter__()  # and never put back: all of it is undone
        with connection.cursor() as cursor:
            cursor.execute(sql)
        content = archived(folder)
        transaction.set_rollback(True)
    return content


def rechain(treaty: Treaty, column: str, value: object, revision: int) -> None:
    """Alter a published entry, and every text and hash from there on, as its forger would."""
    previous = ""
    with triggers.lifted(connection):
        Action.objects.filter(treaty=treaty, revision=revision).update(**{column: value})
        for row in treaty.revisions.filter(number__gte=revision).order_by("number"):
            said = json.loads(row.text)
            said["previous"] = previous or said["previous"]
            if row.number == revision:
                said["entry"][column] = value
            text = chain.canonical(said)
            previous = chain.digest(text)
            Revision.objects.filter(pk=row.pk).update(text=text, hash=previous)


def test_an_honest_record_extends_the_one_seen_earlier(
    hanoi: Treaty, seen: str, published: Published, say: Say, tmp_path: Path
) -> None:
    published(say("VNM ratification 2026-04-15"))
    for content in (
        archived(tmp_path),
        dataset.package(hanoi, as_of=say("VNM ratification 2026-04-15").taken.latest, revision=88),
        Browser().get("/api/v1/treaties/hanoi/record/").content,
    ):
        (record,) = verify.verify(content, [seen])
        assert record.head == head_of(hanoi, 88) != seen
        assert record.changed == {}


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE ratification_action SET kind = 'ratification' WHERE revision = 3", "revision 3.*kind"),
        ("UPDATE ratification_action SET reviewer_id = 12345 WHERE revision = 3", "only the staff reads"),
        ("UPDATE ratification_action SET published_at = '2020-01-01' WHERE revision = 3", "published_at"),
        ("UPDATE ratification_revision SET text = replace(text, 'FRA', 'DEU')", "does not follow"),
        ("UPDATE ratification_revision SET hash = 'x' WHERE number = 3", "stored hash"),
        ("DELETE FROM ratification_action WHERE revision = 86", "not those of the revisions"),
        (
            "UPDATE ratification_action SET participant_id = (SELECT min(id) FROM states_participant)",
            "participant",
        ),
    ],
)
def test_a_row_altered_past_the_triggers_is_found_without_a_head(
    hanoi: Treaty,  # noqa: ARG001 - its record
    tmp_path: Path,
    sql: str,
    found: str,
) -> None:
    assert verify.verify(archived(tmp_path))
    with pytest.raises(ChainError, match=found):
        verify.verify(altered(sql, tmp_path))


def test_a_record_rewritten_whole_is_found_from_an_earlier_head(
    hanoi: Treaty, seen: str, published: Published, say: Say, tmp_path: Path
) -> None:
    published(say("VNM ratification 2026-04-15"))
    rechain(hanoi, "notification", "C.N.1.2026", 3)
    forged = archived(tmp_path)
    assert verify.verify(forged)  # nothing in it contradicts itself
    with pytest.raises(ChainError, match="does not extend the one seen earlier: no revision 87 has"):
        verify.verify(forged, [seen])
    with pytest.raises(ChainError, match="no record is that long"):
        verify.verify(forged, [f"900:{'0' * 64}"])


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_a_file_without_a_revision_verifies_nothing(content: bytes) -> None:
    with pytest.raises(ChainError, match="no revisions"):
        verify.verify(content)


def test_the_archive_of_the_benchmark_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "TREATIES", 2)
    monkeypatch.setattr(bench, "EACH", 3)
    assert [len(record.hashes) for record in verify.verify(bench.archive())] == [3, 3]


def test_an_archive_without_a_revision_verifies_nothing(tmp_path: Path) -> None:
    with pytest.raises(ChainError, match="no revisions"):
        verify.verify(archived(tmp_path))


def test_reference_data_that_have_changed_since_are_named(hanoi: Treaty, tmp_path: Path) -> None:  # noqa: ARG001 - its record
    Participant.objects.filter(iso3="QAT").update(name="Atlantis")
    Treaty.objects.filter(slug="hanoi").update(definition={"instruments": 2})
    (record,) = verify.verify(archived(tmp_path))
    assert record.changed["the treaty's definition"] == 87
    assert record.changed["participant QAT"] >= 1


def test_the_command_prints_heads_and_refuses_in_a_sentence(hanoi: Treaty, seen: str, tmp_path: Path) -> None:  # noqa: ARG001 - its record
    file = tmp_path / "a.zip"
    archive.write(file)
    out = StringIO()
    call_command("verify", str(file), "--head", seen, stdout=out)
    assert out.getvalue() == (
        f"hanoi: {seen}\nThe record is one unbroken chain, and extends what was seen earlier.\n"
    )
    with zipfile.ZipFile(file) as zipped:
        assert f'"hanoi": "{seen}"' in zipped.read("manifest.json").decode()
    for arguments, sentence in (
        ([str(tmp_path / "none.zip")], "No such file"),
        ([str(file), "--head", "87"], "is no head"),
        ([__file__], "no text of a revision"),
    ):
        with pytest.raises(Error, match=sentence):
            call_command("verify", *arguments)


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/participants/",
        "/changes.atom",
        "/changes.json",
        "/participants/?as_of=2026-01-01&revision=86",
        "/embed/hanoi/badge.svg",
        "/api/v1/treaties/hanoi/status/",
        "/api/v1/treaties/hanoi/participants.csv?revision=86",
        "/api/v1/treaties/hanoi/changes/feed.atom",
        "/api/v1/treaties/hanoi/record/?revision=86",
    ],
)
def test_each_answer_about_a_record_names_its_head(hanoi: Treaty, client: Browser, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, address
    revision = 86 if "86" in address else 87
    head = answer["Record-Head"]
    assert head == head_of(hanoi, revision)
    if "changes" in address:
        assert head in answer.content.decode()
    elif "record" in address:
        assert verify.verify(answer.content)[0].head == head


@pytest.mark.production  # other tests send SQLite the same statements
def test_the_script_of_the_documentation_does_the_same(
    hanoi: Treaty, seen: str, published: Published, say: Say, tmp_path: Path
) -> None:
    page = (settings.BASE_DIR / "docs/verify.md").read_text()
    script = tmp_path / "verify.py"
    found = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert found
    script.write_text(found[1])
    assert found[1].count("\n") <= 100

    def run(content: bytes, *heads: str) -> tuple[int, str]:
        file = tmp_path / "record"
        file.write_bytes(content)
        command = [sys.executable, "-I", "-W", "error", str(script), str(file), *heads]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    published(say("VNM ratification 2026-04-15", note="Línes\u2028and separators"))
    folder = tmp_path / "archives"
    folder.mkdir()
    day = say("VNM ratification 2026-04-15").taken.latest
    contents = [
        archived(folder),
        dataset.package(hanoi, as_of=day, revision=88),
        Browser().get("/api/v1/treaties/hanoi/record/").content,
    ]
    for content in contents:
        assert run(content, seen) == (0, f"hanoi: {head_of(hanoi, 88)}\nThe record is one unbroken chain.\n")
    assert run(contents[2].replace(b'"FRA"', b'"DEU"'))[0] == 1
    assert run(contents[2][:-20])[0] == 1
    assert run(b"") == (1, "There are no revisions in it, so there is nothing to verify.\n")
    rechain(hanoi, "notification", "C.N.1.2026", 3)
    status, sentence = run(archived(folder), seen)
    assert (status, "does not extend" in sentence) == (1, True)


def test_a_record_is_fetched_from_its_address(hanoi: Treaty, seen: str) -> None:  # noqa: ARG001 - its record
    with running_host() as host:
        host.pieces = [Browser().get("/api/v1/treaties/hanoi/record/").content]
        content = verify.read(host.url("/api/v1/treaties/hanoi/record/"), host.client())
        assert [record.head for record in verify.verify(content, [seen])] == [seen]
        host.status = 404
        with pytest.raises(OutboundError, match="status 404"):
            verify.read(host.url("/"), host.client())
