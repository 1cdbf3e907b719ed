"""What a run makes once and copies: the migrated database, and the rows of the records that many tests start from.

The first process that needs one makes it, by the same commands and loaders as a site; the others wait for it. The next
run takes it over where all that it was made from is the same.
"""

import fcntl
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from psycopg2.extras import execute_values

from ratification.models import triggers

Once = Callable[[str, Callable[[Path], None]], Path]
Rows = dict[str, list[tuple[Any, ...]]]
"""The rows of tables, as the database gives them."""
POSTGRES_TEMPLATE = "test_tracker_template"
KEPT = settings.BASE_DIR / ".pytest_cache" / "made"
SOURCES = (
    *("common", "config", "locale", "ratification", "states", "static/map", "templates", "treaty"),
    *("requirements/dev.txt", "tests/bundles.py", "tests/templates.py"),
)
"""What migrations and loaders can read: the layers above the domain have no tables, and it imports none of them."""


def once_in(shared: Path) -> Once:
    """Return what makes a file once for all processes that share the folder: `once(name, make)` gives its path."""

    def made(name: str, make: Callable[[Path], None]) -> Path:
        place = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.exists():
                draft = shared / f"{name}.draft"
                make(draft)
                draft.rename(place)
        return place

    return made


def kept_between_runs(once: Once) -> Once:
    """Return what makes a file once, as `once` does, for as long as all that it can be made from stays the same."""

    def made(name: str, make: Callable[[Path], None]) -> Path:
        def make_or_copy(draft: Path) -> None:
            folder = KEPT / digest_of(settings.BASE_DIR, SOURCES)
            if not (folder / name).exists():
                make(draft)
                for other in set(KEPT.glob("*")) - {folder}:
                    shutil.rmtree(other, ignore_errors=True)
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(draft, folder / f"{name}.{os.getpid()}").rename(folder / name)
            else:
                shutil.copyfile(folder / name, draft)

        return once(name, make_or_copy)

    return made


@cache
def digest_of(folder: Path, sources: Iterable[str]) -> str:
    """Return a digest of files and folders, and of the interpreter."""
    digest = sha256(sys.version.encode())
    for source in sources:
        place = folder / source
        for file in [place] if place.is_file() else sorted(filter(Path.is_file, place.rglob("*"))):
            if file.suffix not in {".pyc", ".mo"}:  # compiled from the others
                digest.update(f"{file.relative_to(folder)} {file.stat().st_size} ".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def migrate(database_url: str, var: Path) -> None:
    """Migrate a database in a process of its own, as an operator does."""
    var.mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url, "VAR_DIR": str(var)},
        check=True,
    )


def migrated_sqlite(once: Once) -> Path:
    """Return an SQLite database with every table and nothing on record, to be copied."""

    def make(draft: Path) -> None:
        migrate(f"sqlite:///{draft}", draft.with_name("migrating"))

    return kept_between_runs(once)("migrated.sqlite3", make)


def migrated_postgres(once: Once) -> str:
    """Return the name of a PostgreSQL database with every table and nothing on record, to be copied."""

    def make(draft: Path) -> None:
        drop_postgres_template()
        with _server() as cursor:
            cursor.execute(f"CREATE DATABASE {POSTGRES_TEMPLATE}")
        migrate(postgres_url(POSTGRES_TEMPLATE), draft.with_name("migrating"))
        draft.touch()

    once("migrated.postgresql", make)
    return POSTGRES_TEMPLATE


def drop_postgres_template() -> None:
    """Leave nothing on a server that stays after the run."""
    with _server() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {POSTGRES_TEMPLATE}")


def postgres_url(name: str) -> str:
    """Return the address of another database of the server that DATABASE_URL names."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{quote(name)}").geturl()


@contextmanager
def _server() -> Iterator[Any]:
    server = psycopg2.connect(os.environ["DATABASE_URL"])
    server.autocommit = True  # a database is created in no transaction
    with server.cursor() as cursor:
        yield cursor
    server.close()


def rows_made_by(load: Callable[[], None]) -> Rows:
    """Load records, take the rows that were added, and undo the loading."""
    with transaction.atomic():
        before = _rows()
        load()
        connection.check_constraints()
        after = _rows()
        transaction.set_rollback(True)
    changed = [table for table, rows in before.items() if not set(rows) <= set(after[table])]
    assert not changed, f"Loading changes or deletes rows that were there: {changed}"
    added = {table: [row for row in rows if row not in set(before[table])] for table, rows in after.items()}
    return {table: rows for table, rows in added.items() if rows}


def _rows() -> Rows:
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - no input
            found[table] = [tuple(map(_plain, row)) for row in cursor.fetchall()]
    return found


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def put(rows: Rows) -> None:
    """Put rows into the database as they are, without what triggers would have them be."""
    if connection.vendor == "postgresql":
        _put_postgres(rows)
        return
    with transaction.atomic(), triggers.lifted(connection), connection.cursor() as cursor:
        for table, those in rows.items():
            values = ", ".join(["%s"] * len(those[0]))
            cursor.executemany(f'INSERT INTO "{table}" VALUES ({values})', those)  # noqa: S608 - no input


def _put_postgres(rows: Rows) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        (before,) = cursor.fetchone()
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, those in rows.items():
            execute_values(cursor.cursor, f'INSERT INTO "{table}" VALUES %s', those)  # noqa: S608 - no input
        cursor.execute(f"SET LOCAL session_replication_role = {before}")
        for statement in connection.ops.sequence_reset_sql(
            no_style(), apps.get_models(include_auto_created=True)
        ):
            cursor.execute(statement)


def kept_rows(once: Once, name: str, load: Callable[[], None]) -> Rows:
    """Return the rows of a record, which the first process that asks loads."""

    def make(draft: Path) -> None:
        draft.write_bytes(pickle.dumps(rows_made_by(load)))

    file = kept_between_runs(once)(f"{name}.{connection.vendor}.rows", make)
    rows: Rows = pickle.loads(file.read_bytes())  # noqa: S301 - of this folder's runs
    return rows
