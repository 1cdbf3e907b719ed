"""The record moves: from SQLite to PostgreSQL and back out of it, to a replica, and from the version before."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from django.db.migrations.loader import MigrationLoader

from tests.faults.site import ROOT, lasting, wait
from tests.services import Server, postgres, service_folder, standby

Figures = Callable[..., None]


@pytest.fixture
def database() -> Iterator[Server]:
    """A new PostgreSQL server."""
    with service_folder() as folder:
        server = lasting(postgres(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def manage(var: Path, *arguments: str, root: Path = ROOT, url: str = "", **environment: str) -> str:
    """Run a management command on the SQLite database under `var`, or on the one at `url`."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(var), "DATABASE_URL": url, **environment}
    made = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=root,
        env={name: value for name, value in environment.items() if value},
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def filled(var: Path, url: str = "", root: Path = ROOT) -> None:
    manage(var, "migrate", "--verbosity", "0", url=url, root=root)
    manage(var, "load_facts", url=url, root=root)
    manage(var, "recompute", url=url, root=root)


def test_backup_on_sqlite_restored_on_postgresql_and_backed_up_again_is_the_same_file(
    tmp_path: Path, database: Server, figures: Figures
) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    filled(tmp_path)
    manage(tmp_path, "backup", str(first))
    manage(tmp_path, "migrate", "--verbosity", "0", url=database.url)
    said = manage(tmp_path, "restore", str(first), url=database.url)
    manage(tmp_path, "backup", str(second), url=database.url)
    assert second.read_bytes() == first.read_bytes()
    assert "sound" in manage(tmp_path, "check_ledger", url=database.url)
    # New rows are numbered after the restored ones.
    manage(tmp_path, "createsuperuser", "--no-input", "--username", "new", "--email", "", url=database.url)
    figures("backup", rows=int(re.findall(r"(\d+) rows", said)[0]), bytes=first.stat().st_size)


def version_before() -> str:
    """The last commit with other migrations, each of which is still there or has been replaced."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("The history is not here.")
    now = migrations_of("HEAD")
    replaced = {
        f"{app}/migrations/{name}.py"
        for migration in MigrationLoader(None).replacements.values()
        for app, name in migration.replaces
    }
    for commit in git("rev-list", "--first-parent", "HEAD").decode().split():
        before = migrations_of(commit)
        if before != now and all(path in replaced for path, _ in before - now):
            return commit
    pytest.skip("No commit of the history has migrations that lead to these.")


def migrations_of(commit: str) -> set[tuple[str, str]]:
    """The migrations of a commit, each with the hash of its content."""
    tree = git("ls-tree", "-r", "--format=%(path) %(objectname)", commit).decode().splitlines()
    lines = (line.split() for line in tree if "/migrations/0" in line)
    return {(path, content) for path, content in lines}


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


@pytest.mark.parametrize("shape", ["sqlite", "postgresql"])
def test_database_of_the_version_before_moves_forward_with_its_data(
    tmp_path: Path, database: Server, shape: str
) -> None:
    url = database.url if shape == "postgresql" else ""
    before = tmp_path / "before"
    before.mkdir()
    subprocess.run(["tar", "-x", "-C", before], input=git("archive", version_before()), check=True)
    filled(tmp_path, url, root=before)
    told = json.loads(manage(tmp_path, "status", "hanoi", "--json", url=url, root=before))
    manage(tmp_path, "migrate", "--verbosity", "0", url=url)
    manage(tmp_path, "recompute", url=url)
    assert "sound" in manage(tmp_path, "check_ledger", url=url)
    now = json.loads(
        manage(tmp_path, "status", "hanoi", "--json", "--revision", str(told["revision"]), url=url)
    )
    assert now["revision"] == told["revision"]
    assert [found["participant"] for found in now["participants"]] == [
        found["participant"] for found in told["participants"]
    ]


def test_reads_go_to_a_streaming_replica_and_to_the_primary_while_it_is_away_or_behind(
    tmp_path: Path, database: Server
) -> None:
    filled(tmp_path, database.url)
    manage(tmp_path, "collectstatic", "--no-input", "--verbosity", "0")
    with standby(database) as replica:
        urls = {"DATABASE_URL": database.url, "DATABASE_REPLICA_URL": replica.url}
        assert reads(tmp_path, **urls) == ["visitor 200 replica", "staff 200 primary"]
        manage(
            tmp_path, "createsuperuser", "--no-input", "--username", "new", "--email", "", url=database.url
        )
        wait(lambda: query(replica.url, "SELECT count(*) FROM auth_user WHERE username = 'new'") == 1)
        query(replica.url, "SELECT pg_wal_replay_pause()")
        change = "UPDATE ratification_record SET version = version + 1 RETURNING version"
        changed = query(database.url, change)
        assert reads(tmp_path, **urls) == ["visitor 200 primary", "staff 200 primary"], "it lags"
        query(replica.url, "SELECT pg_wal_replay_resume()")
        wait(lambda: query(replica.url, "SELECT max(version) FROM ratification_record") == changed)
        assert reads(tmp_path, **urls) == ["visitor 200 replica", "staff 200 primary"]
        replica.stop()
        assert reads(tmp_path, **urls) == ["visitor 200 primary", "staff 200 primary"]
        replica.start()
        database.stop()
        assert reads(tmp_path, **urls)[0] == "visitor 200 replica"


def reads(var: Path, **environment: str) -> list[str]:
    """Which connection a page was read from, for whom."""
    return subprocess.run(
        [sys.executable, str(Path(__file__).with_name("which_database.py"))],
        cwd=ROOT,
        env={
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(var),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment,
        },
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.splitlines()


def query(url: str, sql: str) -> object:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchone()
        connection.commit()
        return found and found[0]
