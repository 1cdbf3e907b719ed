"""Records that many tests start from: each is loaded once and stays until a test wants another, or none.

A test asks for one by the fixture of that name. Tests whose transactions are rolled back share it: it lies in the
database when theirs begin, or on PostgreSQL in a transaction around theirs. A test with real transactions gets its own.
The loaders run once in a run of all tests; what they have written is copied to each process and test.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import lru_cache
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TestCase
from pytest_django.plugin import DjangoDbBlocker

from ratification.forecast import stored
from ratification.intake.bundles import load_facts, load_treaty
from ratification.partners import dataset
from ratification.record import kept
from ratification.status import editions as reference
from ratification.status import recompute as status
from states.loading import load_participants
from tests.templates import Once, kept_between_runs, kept_rows, migrated_sqlite, put
from treaty.loading import DATA
from treaty.models import Treaty

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""The frozen moment at which tests happen."""


def _participants() -> None:
    load_participants()


def _convention() -> None:
    load_treaty(DATA / "hanoi", now=NOW)


def _computed_convention() -> None:
    status.recompute(Treaty.objects.get(slug="hanoi").pk, today=NOW.date(), now=NOW)


def _facts() -> None:
    load_facts(now=NOW)
    reference.note_edition(NOW)


def _published() -> None:
    treaties = Treaty.objects.all()
    for treaty in treaties:
        status.recompute(treaty.pk, today=NOW.date(), now=NOW)
    for treaty in treaties:
        dataset.build(treaty.pk, today=NOW.date(), now=NOW)


def _forecast() -> None:
    stored.store(Treaty.objects.get(slug="hanoi"), today=NOW.date(), now=NOW)


BUNDLES: dict[str, tuple[str, Callable[[], None]]] = {
    "with_participants": ("", _participants),
    "with_convention": ("with_participants", _convention),
    "with_convention_computed": ("with_convention", _computed_convention),
    "with_facts": ("", _facts),
    "with_everything_computed": ("with_facts", _published),
    "with_forecast": ("with_everything_computed", _forecast),
}
"""The fixtures, each with the one that it begins with and what it adds; a later one has the records of those before."""


def _bundle(name: str) -> Callable[..., None]:
    def loaded(request: pytest.FixtureRequest, db: None, shelf: "Shelf") -> None:  # noqa: ARG001  (the shared one is below it)
        if _transactional(request) and _wanted(request.fixturenames) == name:
            shelf.fill(name)

    return pytest.fixture(loaded, name=name)


with_participants = _bundle("with_participants")
with_convention = _bundle("with_convention")
with_convention_computed = _bundle("with_convention_computed")
with_facts = _bundle("with_facts")
with_everything_computed = _bundle("with_everything_computed")
with_forecast = _bundle("with_forecast")


@pytest.fixture
def hanoi(with_convention: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The Convention with its bundled record."""
    return Treaty.objects.get(slug="hanoi")


@pytest.fixture
def computed_hanoi(with_convention_computed: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    """The Convention with its bundled record, and its status and changes as computed at NOW."""
    return Treaty.objects.get(slug="hanoi")


READING = ("SELECT", "WITH", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "SHOW", "EXPLAIN")
"""What statements begin with that leave all rows as they are."""


class Shelf:
    """Holds one bundle at a time in the database.

    What the process keeps of a bundle's records serves the next tests too. Once a test writes, its database differs,
    but not always by head and edition: it reads everything anew, and the next one has again what was kept before.
    """

    def __init__(self, once: Once) -> None:
        self._once = once
        self._name: str | None = None
        self._transaction: transaction.Atomic | None = None
        self._aside: dict[str, Any] = {}
        self.is_written = False
        """Whether the present test has written."""
        self.is_filled_otherwise = False
        """Whether the database has committed rows, such as those of a site that a whole module visits."""

    def hold(self, name: str | None, *, apart: bool = False) -> None:
        """Have this bundle in the database, or none; a test apart begins with nothing kept, and leaves nothing."""
        if name and self.is_filled_otherwise:
            pytest.fail(f"A test of a site that is filled itself asks for the bundle {name} too.")
        if self._note not in connection.execute_wrappers:
            connection.execute_wrappers.append(
                self._note
            )  # a browser's event loop gives the thread another one
        changes = name != self._name
        if changes:
            put_there = self._copy if connection.vendor == "sqlite" else self._begin
            put_there(name)
            self._name = name
        self._take_up_again()
        if changes or name is None:
            kept.forget()
        if apart:
            self._set_aside()
        self.is_written = False

    def _copy(self, name: str | None) -> None:
        """Make the database a copy of one with this bundle.

        Triggers that were made within a transaction, as `put` makes them, would have SQLite read its whole schema anew
        after each test that is rolled back in it.
        """

        def make(draft: Path) -> None:
            _copy_from(migrated_sqlite(self._once))
            self.fill(name or "")
            connection.check_constraints()
            with closing(sqlite3.connect(draft)) as copy:
                connection.connection.backup(copy)

        empty = migrated_sqlite(self._once)
        _copy_from(kept_between_runs(self._once)(f"{name}.sqlite3", make) if name else empty)

    def _begin(self, name: str | None) -> None:
        """Open a transaction with this bundle, which ends with it."""
        if self._transaction:
            transaction.set_rollback(True)
            self._transaction.__exit__(None, None, None)
            self._transaction = None
        if name:
            self._transaction = transaction.atomic()
            self._transaction.__enter__()
            self.fill(name)
            # Once for all: what is put off here would be checked again at the end of each test.
            connection.check_constraints()

    def _note(
        self, execute: Callable[..., object], sql: str, params: object, many: object, context: object
    ) -> object:
        """Set aside what is kept before the first statement that writes."""
        if not self.is_written and not sql.lstrip("( \n").startswith(READING):
            self._set_aside()
            self.is_written = True
        return execute(sql, params, many, context)

    def _set_aside(self) -> None:
        """Begin with nothing kept, until what was is taken up again."""
        if self._aside:
            return
        self._aside = {
            name: cache for name, cache in vars(kept).items() if hasattr(cache, "cache_parameters")
        }
        fresh = {
            name: lru_cache(maxsize=cache.cache_parameters()["maxsize"])(cache.__wrapped__)
            for name, cache in self._aside.items()
        }
        _keep_in(fresh)
        kept.forget()

    def _take_up_again(self) -> None:
        """Keep again what was set aside, and nothing of what was read meanwhile."""
        if self._aside:
            kept.forget()
            _keep_in(self._aside)
            self._aside = {}

    def fill(self, name: str) -> None:
        """Put this bundle into the database, in the transaction that is open, or for good."""
        base, add = BUNDLES[name]

        def load() -> None:
            if base:
                self.fill(base)
            add()

        put(kept_rows(self._once, name, load))


def _copy_from(file: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as source:
        source.backup(connection.connection)
    ContentType.objects.clear_cache()  # a test that emptied the tables left the types with other numbers


def _keep_in(caches: dict[str, Any]) -> None:
    """Let what is read of records be kept in these caches, each in place of the one of its name.

    The list of what is forgotten is changed and not replaced: a module that is read meanwhile adds to it.
    """
    for name, cache in caches.items():
        for place, forget in enumerate(kept.AGED):
            if forget == vars(kept)[name].cache_clear:
                kept.AGED[place] = cache.cache_clear
    vars(kept).update(caches)


@pytest.fixture(scope="session")
def shelf(django_db_setup: None, django_db_blocker: DjangoDbBlocker, once: Once) -> Iterator[Shelf]:  # noqa: ARG001 - first
    """The shelf of this test process, emptied before its database is dropped.

    A test that has written nothing leaves no reference to nothing: looking for one in all rows costs as much as a page.
    """
    shelf = Shelf(once)
    checks = TestCase._should_check_constraints  # type: ignore[attr-defined]  # noqa: SLF001 - Django has no other way

    def checks_what_is_written(case: TestCase, connection: BaseDatabaseWrapper) -> bool:
        return shelf.is_written and checks(case, connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestCase, "_should_check_constraints", checks_what_is_written)
        yield shelf
    with django_db_blocker.unblock():
        shelf.hold(None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make neighbours of the tests that start from the same records."""
    order = {None: 0} | {name: number for number, name in enumerate(BUNDLES, 1)}
    items.sort(key=lambda item: order[_wanted(getattr(item, "fixturenames", ()))])


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Put on the shelf what a test wants, just before pytest-django opens the test's own transaction."""
    if fixturedef.argname != "_django_db_helper":
        return
    shelf, blocker = request.getfixturevalue("shelf"), request.getfixturevalue("django_db_blocker")
    with blocker.unblock():
        wanted = None if _transactional(request) else _wanted(request.fixturenames)
        shelf.hold(wanted, apart=_is_apart(request))


def _wanted(fixtures: Collection[str]) -> str | None:
    """Return the bundle with everything that a test asks for; None where it asks for none."""
    return next((name for name in reversed(BUNDLES) if name in fixtures), None)


def _is_apart(request: pytest.FixtureRequest) -> bool:
    """Whether a test counts queries, or replaces what pages are made by."""
    counts = any(name.endswith("num_queries") for name in request.fixturenames)
    replaces = {"monkeypatch", "settings"} & set(signature(request.function).parameters)
    return counts or bool(replaces) or hasattr(request.module, "CaptureQueriesContext")


def _transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    marked = bool(marker and marker.kwargs.get("transaction"))
    return marked or bool({"transactional_db", "live_server"} & set(request.fixturenames))
