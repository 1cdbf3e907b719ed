"""The whole record as one file: it comes back the same on another database, and nothing else comes back at all."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ratification.ledger import writing as ledger
from ratification.management.base import Error
from ratification.models import Action, Contact, Subscription
from ratification.operations import archive, verify
from ratification.operations.archive import ArchiveError
from ratification.record.heads import head_of
from states.models import Participant
from tests.templates import Once, migrated_sqlite
from treaty.models import Treaty

ELSEWHERE = """
import sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("restore", sys.argv[1])
call_command("backup", sys.argv[2])
call_command("recompute")
call_command("check_ledger")
"""

OLD = Path(__file__).parents[2] / "upgrades/441de3e.zip"
LATER = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("states", "{before}")]
    operations = [
        migrations.AddField("participant", "later", models.CharField(max_length=9, db_default="new")),
    ]
"""
UPGRADED = """
import sys, django
django.setup()
from django.core.management import call_command
from django.conf import settings
from django.db import connection
settings.MIGRATION_MODULES = {"states": "later_migrations"}
call_command("migrate", verbosity=0)
call_command("restore", sys.argv[1])
call_command("recompute", verbosity=0)
call_command("check_ledger", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*), sum(later = 'new') FROM states_participant")
    print("{} participants, {} with the new column".format(*cursor.fetchone()))
"""


def sealed(members: dict[str, str]) -> bytes:
    """A zip with a right checksum, whatever is in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in members.items():
            made.writestr(name, text)
        made.comment = b"0" * 64
    body = buffer.getvalue()[:-64]
    return body + hashlib.sha256(body).hexdigest().encode()


@pytest.fixture
def backup(hanoi: Treaty, tmp_path: Path) -> Path:  # noqa: ARG001 - it is what is written
    """An archive of the Convention's record."""
    path = tmp_path / "record.zip"
    archive.write(path)
    return path


@pytest.fixture
def changed(backup: Path) -> Callable[[str, Callable[[str], str]], Path]:
    """Changes one member of the archive and seals it again."""

    def change(name: str, how: Callable[[str], str]) -> Path:
        with zipfile.ZipFile(backup) as made:
            members = {member: made.read(member).decode() for member in made.namelist()}
        members[name] = how(members[name])
        backup.write_bytes(sealed(members))
        return backup

    return change


@pytest.fixture
def elsewhere(tmp_path: Path, once: Once) -> Path:
    """The folder of a new site, whose database has its tables."""
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o700)
    shutil.copyfile(migrated_sqlite(once), folder / "tracker.sqlite3")
    return folder


def test_archive_comes_back_the_same_on_a_new_sqlite_database(
    backup: Path, tmp_path: Path, elsewhere: Path
) -> None:
    again = tmp_path / "again.zip"
    subprocess.run(
        [sys.executable, "-c", ELSEWHERE, backup, again],
        cwd=settings.BASE_DIR,
        env={
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "VAR_DIR": str(elsewhere),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assert again.read_bytes() == backup.read_bytes()


@pytest.mark.django_db(transaction=True)
def test_archive_of_441de3e_comes_back() -> None:
    tables = archive.restore(OLD)
    assert sum(table.rows for table in tables) == 2225
    hanoi = Treaty.objects.get()
    correction = hanoi.actions.select_related("supersedes", "author").get(entry="correction")
    assert (correction.participant.iso3, correction.taken.edtf) == ("VNM", "2026-04-16")
    assert correction.supersedes is not None
    assert correction.supersedes.taken.edtf == "2026-04-15"
    assert correction.created_at.microsecond == 123456
    assert correction.author.password.startswith("pbkdf2_sha256$")
    assert correction.author.has_perm("ratification.add_action")
    assert Contact.objects.count() == hanoi.reports.count() == Subscription.objects.count() == 1
    call_command("recompute", verbosity=0)  # the stored status is of the earlier version
    call_command("check_ledger", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_archive_of_before_the_chain_comes_back_chained(now: datetime, tmp_path: Path) -> None:
    """The migration's hashes are the same in every installation, and what is published later extends them."""
    archive.restore(OLD.with_name("96d1103.zip"))
    hanoi = Treaty.objects.get()
    head = head_of(hanoi, 92)
    assert (
        head == "92:ab7b1ffa54a9d7c6d3a9bb0c928aa10fa880eba46a6e6b954f0f794c3483a334"
    )  # pragma: allowlist secret
    assert {json.loads(text)["entry"]["type"] for text in hanoi.revisions.values_list("text", flat=True)} == {
        *("action", "report", "treaty_fact")
    }
    (waiting,) = hanoi.actions.filter(state="in_review")
    later = now.replace(year=2026, month=12)
    ledger.publish(waiting, reviewer=User.objects.get(username="reviewer"), now=later)
    call_command("recompute", verbosity=0)
    call_command("check_ledger", verbosity=0)
    archive.write(tmp_path / "after.zip")
    (record,) = verify.verify((tmp_path / "after.zip").read_bytes(), [head])
    assert (len(record.hashes), record.changed) == (93, {})


@pytest.mark.embedded  # restored into SQLite, as ever; an archive is the same from either database
def test_archive_of_an_earlier_version_is_restored_and_migrated(
    backup: Path, tmp_path: Path, elsewhere: Path
) -> None:
    """As if the next version had one more column: with a default in the database, as this version writes nothing.

    How archives of the past come back over all migrations since then, the two tests above say.
    """
    later = tmp_path / "later_migrations"
    shutil.copytree(settings.BASE_DIR / "states/migrations", later)
    (later / "0099_later.py").write_text(LATER.format(before=last_migration(later)))
    done = subprocess.run(
        [sys.executable, "-c", UPGRADED, backup],
        cwd=settings.BASE_DIR,
        env={
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "VAR_DIR": str(elsewhere),
            "PYTHONPATH": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    everyone = Participant.objects.count()
    assert done.stdout.splitlines()[-1] == f"{everyone} participants, {everyone} with the new column"


def last_migration(folder: Path) -> str:
    return max(path.stem for path in folder.glob("0*.py") if not path.stem.startswith("0099"))


def test_archive_is_for_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert [path.name for path in backup.parent.glob(".*")] == []


def test_archive_holds_every_table_but_who_is_logged_in_and_what_runs(backup: Path) -> None:
    with zipfile.ZipFile(backup) as made:
        kept = set(json.loads(made.read("manifest.json"))["tables"])
    models = [model._meta for model in apps.get_models(include_auto_created=True)]  # noqa: SLF001 - documented API
    every = {model.label for model in models if not model.proxy}
    assert every - kept == {
        "axes.AccessAttempt",
        "axes.AccessAttemptExpiration",
        "axes.AccessFailureLog",
        "axes.AccessLog",
        "ratification.Heartbeat",
        "ratification.Mail",
        "ratification.MailSubscription",
        "ratification.SecondFactor",
        "ratification.Suppression",
        "sessions.Session",
    }


def test_row_says_all_that_the_database_knows(backup: Path, hanoi: Treaty) -> None:
    entry = Action.objects.get(treaty=hanoi, revision=1)
    with zipfile.ZipFile(backup) as made:
        rows = [json.loads(line) for line in made.read("ratification.Action.jsonl").splitlines()]
    row = next(row for row in rows if row["id"] == entry.pk)
    assert entry.published_at is not None
    assert row["published_at"] == entry.published_at.isoformat()
    assert row["taken_earliest"] == entry.taken_earliest.isoformat()
    assert row["participant_id"] == entry.participant_id
    assert row["provisions"] == entry.provisions
    assert row["supersedes_id"] is None


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(backup: Path, place: float, bit: int) -> None:
    whole = backup.read_bytes()
    position = int(place * len(whole))
    damaged = backup.with_suffix(".damaged")
    damaged.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << bit]) + whole[position + 1 :])
    with pytest.raises(ArchiveError, match="is damaged"):
        archive.restore(damaged)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is damaged"),
        (b"no archive at all", "is damaged"),
        (sealed({}), "manifest is missing"),
        (sealed({"manifest.json": "[]"}), "manifest is missing or odd"),
        (sealed({"manifest.json": '{"format": "x", "tables": {}, "schema": []}'}), "another format"),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=said):
        archive.restore(path)


def resealed(zipped: bytes) -> bytes:
    """A zip that was changed by hand, with a right checksum at its end again."""
    body = zipped[:-64]
    return body + hashlib.sha256(body).hexdigest().encode()


def marked(zipped: bytes, place: int, value: bytes) -> bytes:
    """Write bytes into each entry of the zip's directory, and into the head of each member where that has them too."""
    found = bytearray(zipped)
    for signature, offset in ((b"PK\x01\x02", place), (b"PK\x03\x04", place - 2)):
        at = -1
        while (at := found.find(signature, at + 1)) >= 0:
            found[at + offset : at + offset + len(value)] = value
    return bytes(found)


ROW = '{"id":1,"name":"data_entry"}'
SPOILT: dict[str, Callable[[dict[str, str]], bytes]] = {
    **{
        f"a row is {row[:20]}": lambda members, row=row: sealed({**members, "auth.Group.jsonl": row + "\n"})  # type: ignore[misc]  # of each row
        for row in (
            *("null", "[]", "5", '"x"', "{}", "NaN", "[" * 100_000, "\ud7ff\0", '{"id":[],"name":{}}'),
            '{"id":1e400,"name":"x"}',
            '{"id":99999999999999999999999,"name":"x"}',
            ROW.replace('"data_entry"', "null"),
            f"{ROW}\n{ROW}",
        )
    },
    "a member is missing": lambda members: sealed(
        {name: text for name, text in members.items() if name != "auth.Group.jsonl"}
    ),
    "the manifest is deep": lambda members: sealed({**members, "manifest.json": "[" * 100_000}),
    "tables are a list": lambda members: sealed(
        {**members, "manifest.json": json.dumps({"format": archive.FORMAT, "tables": [], "schema": []})}
    ),
    "it is encrypted": lambda members: resealed(marked(sealed(members), 8, b"\x01\x00")),
    "it is packed in another way": lambda members: resealed(marked(sealed(members), 10, b"\x63\x00")),
    "it is said to be deflated": lambda members: resealed(marked(sealed(members), 10, b"\x08\x00")),
    "its sums are wrong": lambda members: resealed(marked(sealed(members), 16, b"\0\0\0\0")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("how", SPOILT)
def test_what_is_spoilt_and_sealed_again_is_refused_in_a_sentence(tmp_path: Path, how: str) -> None:
    """The checksum is no signature: whoever changes an archive can make another."""
    path = tmp_path / "record.zip"
    archive.write(path)
    with zipfile.ZipFile(path) as made:
        members = {name: made.read(name).decode() for name in made.namelist()}
    path.write_bytes(SPOILT[how](members))
    groups = list(Group.objects.values_list())
    with pytest.raises(Error):
        call_command("restore", str(path))
    assert list(Group.objects.values_list()) == groups


def test_archive_cut_short_is_refused(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-100])
    with pytest.raises(ArchiveError, match="is damaged"):
        archive.restore(backup)


def test_archive_of_another_version_is_refused(changed: Callable[..., Path]) -> None:
    path = changed("manifest.json", lambda text: text.replace("states.0001_tables", "states.0009_later"))
    with pytest.raises(ArchiveError, match=r"another version.*states\.0001_tables, states\.0009_later"):
        archive.restore(path)


def test_database_that_is_not_empty_is_left_alone(backup: Path, hanoi: Treaty) -> None:
    with pytest.raises(Error, match="not empty"):
        call_command("restore", str(backup))
    assert Treaty.objects.get() == hanoi


def test_archive_is_never_overwritten(backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(Error, match="exists already"):
        call_command("backup", str(backup))
    assert backup.read_bytes() == before


@pytest.mark.parametrize("command", ["backup", "restore"])
@pytest.mark.django_db
def test_file_that_cannot_be_reached_is_a_sentence(command: str, tmp_path: Path) -> None:
    with pytest.raises(Error, match="No such file"):
        call_command(command, str(tmp_path / "nowhere" / "record.zip"))
