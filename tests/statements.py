"""Which tests run in both shapes: enough of them that each statement of the site reaches both databases.

A statement is what the site asks of the database, the cache or the queue, without its values, and whether the database
refuses it; what a test asks by itself, to see what was done, is none. With STATEMENTS=compare a run fails that sends a
statement in none but tests of this shape alone. With STATEMENTS=write it chooses tests that send them all, the cheapest
first, and adds them to `tests/both_shapes.txt`.
"""

import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from celery.app.task import Task
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper

MODE = os.environ.get("STATEMENTS", "")
LIST = Path(__file__).with_name("both_shapes.txt")
DIFFERENT = {
    *("middleware", "models", "run", "test_archive", "test_caches", "test_collection_scale", "test_contract"),
    *("test_database_roles", "test_shape", "test_upgrades"),
}
"""The folders and modules of tests of what differs between databases or caches: triggers, roles, plans, restoring."""
UNNOTED = {"test_calls", "test_pinned"}
"""Modules of which nothing is noted: one counts each call, of this module too; one is a walk too long for both."""

_CACHE = ("get", "set", "add", "incr", "touch", "delete", "clear", "get_many", "set_many", "delete_many")
_ROOT, _TESTS = f"{settings.BASE_DIR}{os.sep}", str(Path(__file__).parent)
_LIBRARIES = f"{_ROOT}.venv"
_SHORTER = [
    (re.compile(r'"?s\d+_x\d+"?'), "a_savepoint"),
    (re.compile(r"\s+"), " "),
    (re.compile(r"\b([TUVW])\d+\b"), r"\1"),
    (re.compile(r" = (?:NULL|TRUE|FALSE|true|false)\b"), " = %s"),
    (re.compile(r"\b\d+\b"), "%s"),
    (re.compile(r"(?:%s|NULL|DEFAULT)(?:, (?:%s|NULL|DEFAULT))*"), "%s"),
    (re.compile(r"\(%s\)(?:, \(%s\))+"), "(%s)"),
    (re.compile(r"( WHEN \([^()]*\) THEN %s)+"), " WHEN (%s) THEN %s"),
]


@cache
def in_both() -> frozenset[str]:
    """Return the tests of the list."""
    return frozenset(LIST.read_text().splitlines()) if LIST.exists() else frozenset()


def in_one_by_mark(item: pytest.Item) -> bool:
    """Whether a mark set by hand keeps a test in one shape."""
    return bool(item.get_closest_marker("production") or item.get_closest_marker("embedded"))


def runs_in_both(item: pytest.Item) -> bool:
    """Whether a test runs in both shapes: it is on the list, or is about what differs between databases."""
    if in_one_by_mark(item):
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    marker = item.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in fixtures
    about_databases = bool(DIFFERENT & {item.path.parent.name, item.path.stem}) and touches_database(item)
    return item.nodeid in in_both() or (commits and "chromium" not in fixtures) or about_databases


def is_tried(item: pytest.Item) -> bool:
    """Whether a test runs in the production shape for once, so that it can be chosen."""
    chromium = "chromium" in getattr(item, "fixturenames", ())
    return MODE == "write" and touches_database(item) and not in_one_by_mark(item) and not chromium


def touches_database(item: pytest.Item) -> bool:
    """Whether a test uses the database or the queue."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"})


def without_values(statement: str) -> str:
    """Return a statement as it is whatever the values are, and however many."""
    for pattern, short in _SHORTER:
        statement = pattern.sub(short, statement)
    return statement


class Sent:
    """The statements of one process, by the test or the shared fixture that they were sent in."""

    def __init__(self) -> None:
        self.by_test: dict[str, set[str]] = {}
        self.seconds: dict[str, float] = {}
        self.alone: list[str] = []
        self.marked: list[str] = []
        self.tests: set[str] = set()
        self._by_fixture: dict[object, set[str]] = {}
        self._now: list[set[str]] = []
        self._short: dict[str, str] = {}

    @contextmanager
    def into(self, place: set[str]) -> Iterator[None]:
        """Note here what is sent meanwhile."""
        self._now.append(place)
        try:
            yield
        finally:
            self._now.pop()

    def note(self, what: str) -> None:
        """Note a statement, unless it is the test's own."""
        if self._now and what not in self._now[-1] and (sender := caller()):
            self._now[-1].add(what if what.startswith("SQL ") else f"{what} in {sender}")

    def short(self, statement: object) -> str:
        """Return a statement without values; each is shortened once."""
        text = str(statement)
        if text not in self._short:
            self._short[text] = f"SQL {without_values(text)}"
        return self._short[text]

    def fixture(self, fixture: object) -> set[str]:
        """Return the place of a fixture that tests share, whichever of them asks first."""
        return self._by_fixture.setdefault(fixture, set())

    def shared_by(self, item: pytest.Function) -> set[str]:
        """Return what was sent in the fixtures that a test shares with others."""
        fixtures = (each for those in item._fixtureinfo.name2fixturedefs.values() for each in those)  # noqa: SLF001 - no public way
        return set().union(*(self._by_fixture.get(each, set()) for each in fixtures))


def caller() -> str:
    """Return the function of the site that sends; empty if it is a test."""
    frame = sys._getframe(2)  # noqa: SLF001 - documented
    while frame := frame.f_back:  # type: ignore[assignment]  # None ends it
        file = frame.f_code.co_filename
        if file.startswith(_ROOT) and not file.startswith(_LIBRARIES):
            return "" if file.startswith(_TESTS) else f"{file.removeprefix(_ROOT)} {frame.f_code.co_name}"
    return ""


SENT = Sent()


@contextmanager
def unnoted() -> Iterator[None]:
    """Note nothing: what a run does once, in whichever test comes first."""
    with SENT.into(set()):
        yield


@contextmanager
def noting() -> Iterator[None]:
    """Note statements, calls of the cache and messages for the queue meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("execute", "executemany"):
            patch.setattr(CursorWrapper, name, _sql(getattr(CursorWrapper, name)))
        for backend in {type(caches[alias]) for alias in settings.CACHES}:
            for name in _CACHE:
                patch.setattr(backend, name, _call(f"cache {name}", getattr(backend, name)))
        patch.setattr(Task, "apply_async", _call("queue", Task.apply_async))
        yield


def _sql(plain: Callable[..., Any]) -> Callable[..., Any]:
    def send(self: CursorWrapper, sql: object, *more: Any) -> Any:  # noqa: ANN401 - Django's signature
        short = SENT.short(sql)
        SENT.note(short)
        try:
            return plain(self, sql, *more)
        except DatabaseError as error:
            SENT.note(f"{short} refused: {type(error).__name__}")
            raise

    return send


def _call(what: str, plain: Callable[..., Any]) -> Callable[..., Any]:
    def send(self: object, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever is asked
        SENT.note(what)
        return plain(self, *given, **named)

    return send


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note the names of all tests, before any is deselected."""
    SENT.tests.update(item.nodeid for item in items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Function) -> Generator[None, object, object]:
    """Note what a test sends, with its fixtures, and what it costs."""
    if item.path.stem in UNNOTED or {"chromium", "live_server"} & set(item.fixturenames):
        return (yield)
    ContentType.objects.clear_cache()  # else the first test of a process alone would ask for them
    begun, place = time.process_time(), set[str]()
    with noting(), SENT.into(place):
        result = yield
    SENT.by_test[item.nodeid] = place | SENT.shared_by(item)
    SENT.seconds[item.nodeid] = time.process_time() - begun
    if not runs_in_both(item):
        SENT.alone.append(item.nodeid)
    if in_one_by_mark(item):
        SENT.marked.append(item.nodeid)
    return result


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    """Keep apart what is sent in a fixture that tests share."""
    if fixturedef.scope == "function":
        return (yield)
    with SENT.into(SENT.fixture(fixturedef)):
        return (yield)


class SentByAll:
    """What all processes of a run have sent."""

    def __init__(self) -> None:
        self.by_test: dict[str, frozenset[str]] = {}
        self.seconds: dict[str, float] = {}
        self.alone: set[str] = set()
        self.marked: set[str] = set()
        """Tests that a mark keeps in one shape, so that they cannot be chosen."""
        self.unknown: set[str] = set()
        """Names on the list that no test has."""

    def add(self, output: dict[str, Any]) -> None:
        """Add what one process has sent."""
        names = output["statements"]
        self.by_test |= {
            test: frozenset(names[number] for number in those) for test, those in output["by_test"].items()
        }
        self.seconds |= output["seconds"]
        self.alone |= set(output["alone"])
        self.marked |= set(output["marked"])
        self.unknown |= set(output["unknown"])

    def lacking(self) -> dict[str, list[str]]:
        """Return the statements that no test of both shapes sends, each with the tests that do."""
        sent = set().union(*(self.by_test[test] for test in self.by_test if test not in self.alone))
        lacking: dict[str, list[str]] = defaultdict(list)
        for test in sorted(self.alone & self.by_test.keys()):
            for statement in self.by_test[test] - sent:
                lacking[statement].append(test)
        return lacking

    def cheapest(self) -> set[str]:
        """Return tests that send whatever is lacking, as far as tests can be chosen."""
        of_test: dict[str, set[str]] = defaultdict(set)
        for statement, tests in self.lacking().items():
            for test in set(tests) - self.marked:
                of_test[test].add(statement)
        chosen: set[str] = set()
        while left := set().union(*of_test.values()) - set().union(*(of_test[test] for test in chosen)):
            worth = {test: len(those & left) / (self.seconds[test] + 0.02) for test, those in of_test.items()}
            chosen.add(max(sorted(worth), key=worth.__getitem__))
        for test in sorted(chosen, key=lambda test: (-self.seconds[test], test)):
            if of_test[test] <= set().union(*(of_test[other] for other in chosen - {test})):
                chosen.remove(test)
        return chosen


ALL = SentByAll()


def _output() -> dict[str, Any]:
    names = sorted(set().union(*SENT.by_test.values()))
    numbers = {name: number for number, name in enumerate(names)}
    return {
        "statements": names,
        "by_test": {test: [numbers[each] for each in those] for test, those in SENT.by_test.items()},
        "seconds": SENT.seconds,
        "alone": SENT.alone,
        "marked": SENT.marked,
        "unknown": sorted(in_both() - SENT.tests) if SENT.tests else [],
    }


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - xdist has no types
    """Take what a process of the run has sent."""
    if "sent" in getattr(node, "workeroutput", {}):
        ALL.add(node.workeroutput["sent"])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give the run's other process what was sent; or compare, and fail the run."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["sent"] = _output()
        return
    ALL.add(_output())
    if MODE == "write" and ALL.by_test:
        LIST.write_text("".join(f"{test}\n" for test in sorted((in_both() - ALL.unknown) | ALL.cheapest())))
    elif (ALL.lacking() or ALL.unknown) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which statements reach one database alone, and what to do."""
    if MODE == "write":
        return
    lines = [
        f"Sent in this shape alone, by {', '.join(tests[:3])}: {statement}"
        for statement, tests in sorted(ALL.lacking().items())
    ]
    lines += [f"No test has this name: {name}" for name in sorted(ALL.unknown)]
    for line in lines:
        terminalreporter.write_line(line)
    if lines:
        terminalreporter.write_line(
            f"{len(lines)} to mend in {LIST.name}: STATEMENTS=write does, but for marks (docs/development.md)."
        )
