"""What every test can ask for: its own database and queue, a real worker, a real browser.

The suite runs on whichever shape the environment names: SQLite and the filesystem queue with nothing set,
PostgreSQL and Redis with DATABASE_URL and REDIS_URL (`python -m tests.services pytest` starts and sets them).
"""

import contextlib
import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import hypothesis
import psycopg2
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from common import catalogues
from common.lifetime import end_with_parent
from config.brokers import folder_caches
from config.celery import app as celery_app
from ratification.models import triggers
from ratification.record import kept
from tests.browser import WAIT_MILLISECONDS, chromium_program, quiet_page
from tests.running import Run
from tests.selection import in_both_shapes, is_slow, is_slow_place, waits
from tests.templates import (
    Once,
    drop_postgres_template,
    migrated_postgres,
    migrated_sqlite,
    once_in,
    postgres_url,
)

if TYPE_CHECKING:  # pytest loads it as a plugin first
    from tests.bundles import Shelf

pytest_plugins = ["tests.bundles", "tests.record_fixtures"]

# The same examples each time, few enough to wait for; `make fuzz` looks for new ones with the other profile.
hypothesis.settings.register_profile("repeatable", derandomize=True, max_examples=60, deadline=None)
hypothesis.settings.register_profile("search", max_examples=1000, deadline=None, print_blob=True)
hypothesis.settings.load_profile("repeatable")

WAIT_SECONDS = 240
"""How long `eventually` waits: for a site's first start on a slow machine too, since nothing is measured by it."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what takes minutes unless it is asked for: the fault suite, and the image (`make test-image`).

    And read no module of slow tests where none is wanted.
    """
    if "not slow" in config.option.markexpr and is_slow_place(collection_path):
        return True
    asked_for = any(collection_path.name in argument for argument in config.args)
    wanted = asked_for or (collection_path.name == "image" and os.environ.get("TEST_IMAGE") == "yes")
    return True if collection_path.name in {"faults", "image"} and not wanted else None


def pytest_configure(config: pytest.Config) -> None:
    """Compile the catalogues of translations, once for all processes of a run."""
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Search for no garbage while modules and tests are loaded, which all stay; seldom from then on, among the rest."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(50_000, 20, 100)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark as `slow` what `make test` leaves to `make test-all`, and as `shape` what runs in both shapes.

    The tests that wait come first: at the end, the other processes would have nothing left to do meanwhile.
    """
    for item in items:
        if is_slow(item):
            item.add_marker("slow")
        if in_both_shapes(item):
            item.add_marker("shape")
    yield
    items.sort(key=lambda item: not waits(item))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing on a PostgreSQL server that goes on."""
    if not hasattr(config, "workerinput") and connection.vendor == "postgresql":
        with contextlib.suppress(psycopg2.Error):  # no server answers, or another run copies it
            drop_postgres_template()


@pytest.fixture(scope="session", autouse=True)
def _one_span() -> Iterator[None]:
    """Hold the clock by which is forgotten what is kept for a minute, so that no test runs over the end of one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "monotonic", lambda: 0.0)
        yield


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Makes a file once for all processes of a run."""
    own = tmp_path_factory.getbasetemp()
    return once_in(own if worker_id == "master" else own.parent)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory,
    once: Once,
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001  (PostgreSQL: a database per process)
) -> None:
    """Begin with a copy of the run's migrated database.

    SQLite's is a file, as in real use, so that a worker process can open it too.
    """
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_postgres(once)
        return
    file = tmp_path_factory.mktemp("database") / "test.sqlite3"
    shutil.copyfile(migrated_sqlite(once), file)
    connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:  # noqa: FBT001 - pytest-django's own
    """Let Django take the file of SQLite that is there; pytest removes its folder."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session", autouse=True)
def _emptying() -> Iterator[None]:
    """Let transactional tests empty the tables between them.

    The ledger's triggers forbid it: they are taken down for the emptying alone and put back as they were. PostgreSQL
    may meet a worker at work and be chosen to give way: it tries again.
    """
    operations = type(
        connection.ops
    )  # the class, because a browser's event loop gives the thread another connection
    plain = operations.execute_sql_flush

    def flush_sqlite(self: BaseDatabaseOperations, statements: list[str]) -> None:
        with triggers.lifted(self.connection):
            plain(self, statements)

    def flush_postgresql(self: BaseDatabaseOperations, statements: list[str]) -> None:
        off, on = (
            [f"ALTER TABLE {table} {what} TRIGGER USER" for table in triggers.guarded_tables()]
            for what in ("DISABLE", "ENABLE")
        )
        statements = [*off, *statements, *on]
        for _ in range(5):
            with contextlib.suppress(OperationalError):
                return plain(self, statements)
        return plain(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        flush = flush_sqlite if connection.vendor == "sqlite" else flush_postgresql
        patch.setattr(operations, "execute_sql_flush", flush)
        yield


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a process keeps of records hold until it is forgotten (`tests/bundles.py`), whenever a minute ends."""
    monkeypatch.setattr(kept, "monotonic", lambda: 0.0)


@pytest.fixture(scope="session", autouse=True)
def queue(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[dict[str, str]]:
    """A queue and a cache of this test process alone; gives the environment that leads a worker to them."""
    var, static = tmp_path_factory.mktemp("var"), tmp_path_factory.mktemp("static")
    environment = {"VAR_DIR": str(var), "SECRET_KEY": settings.SECRET_KEY}
    caches = settings.CACHES
    if settings.REDIS_URL:
        number = 0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1
        url = urlsplit(settings.REDIS_URL)._replace(path=f"/{number}").geturl()
        environment["REDIS_URL"] = url
        celery_app.conf.update(broker_url=url)
        caches = {alias: {**cache, "LOCATION": url} for alias, cache in caches.items()}
    else:
        options = dict(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
        for option in ("data_folder_in", "data_folder_out"):
            folder = var / "queue" / Path(options[option]).name
            folder.mkdir(parents=True, exist_ok=True)
            options[option] = str(folder)
        celery_app.conf.update(broker_transport_options=options)
        own = folder_caches(var)
        caches = {alias: {**cache, **own[alias]} for alias, cache in caches.items()}
    # Pages find their assets without a collectstatic; `make run` is tested with the hashed names of real use.
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Nobody guesses the passwords of tests: a hash need not be slow.
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests look at what is computed, tests/api/test_answers.py at what is kept; and they ask more than a visitor may.
    with override_settings(
        CACHES=caches,
        STORAGES=storages,
        STATIC_ROOT=str(static),
        PASSWORD_HASHERS=hashers,
        ANSWERS_SECONDS=0,
        API_LIMIT=1_000_000,
        VISITOR_SECONDS=1_000_000,
    ):
        yield environment


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], object]], None]:
    """Waits until the given function returns something true; fails the test after WAIT_SECONDS."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.05)

    return wait


@pytest.fixture
def celery_worker_process(
    transactional_db: None,  # noqa: ARG001  (the worker sees only what is committed)
    queue: dict[str, str],
    eventually: Callable[[Callable[[], object]], None],
    tmp_path: Path,
) -> Iterator[Path]:
    """A real worker process on this test's database and queue; gives the file that it logs to.

    It ends with the test: it would work off what other tests leave in the queue, and in their database.
    """
    celery_app.control.purge()
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--quiet", "--app", "config", "worker", "--pool", "solo"),
                *("--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "INFO"),
                *("--queues", "celery,forecast,outbound"),
            ],
            cwd=settings.BASE_DIR,
            env={**os.environ, **queue, "DATABASE_URL": _database_url(), "LOG_FORMAT": "json"},
            stdout=output,
            stderr=output,
            preexec_fn=partial(end_with_parent, signal.SIGKILL),  # noqa: PLW1509  (nothing in the child but prctl)
        )
    eventually(lambda: " ready." in log.read_text() or process.poll() is not None)
    yield log
    assert process.poll() is None, f"The worker ended: {log.read_text()}"
    process.kill()
    process.wait()


def _database_url() -> str:
    """The test database's address, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return postgres_url(name)


@pytest.fixture(scope="session")
def started(once: Once, eventually: Callable[[Callable[[], object]], None]) -> Path:
    """The folder of a site as its first start leaves it, to be copied: database, keys, assets."""

    def make(draft: Path) -> None:
        run = Run(draft, eventually)
        with run.running() as start:
            eventually(lambda: "celery" in " ".join(run.processes().values()))
            os.killpg(start.pid, signal.SIGINT)  # what Ctrl-C does in a terminal
            start.wait()
            assert run.processes() == {}, run.log.read_text()

    return once("started", make)


@pytest.fixture(scope="session")
def chromium(shelf: "Shelf", django_db_blocker: DjangoDbBlocker) -> Iterator[Browser]:
    """Debian's Chromium; the test is skipped where there is none, and fails so in CI."""
    program = chromium_program()
    if program is None:
        missing = "Chromium is not installed (Debian: apt-get install chromium-headless-shell)."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    # Playwright keeps an event loop in this thread, which Django would take for an asynchronous view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # The loop also gives the thread another connection: what is on the shelf must not stay behind on the first.
    with django_db_blocker.unblock():
        shelf.hold(None)
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with sync_playwright() as playwright:
        # Nobody watches: one thread is enough for the pixels, which are drawn without a graphics card anyhow.
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--num-raster-threads=1"]
        )
        yield browser
        browser.close()
        with django_db_blocker.unblock():
            shelf.hold(None)


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page on the live server; the test fails on a console message, a missing asset or an outside address."""
    with quiet_page(chromium, live_server.url) as page:
        yield page
