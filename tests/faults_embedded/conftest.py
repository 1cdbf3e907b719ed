"""What the cases share: a prepared folder, copied for each; and a place for the figures.

`make test-all` runs the short form: one case of each kind. `make test-faults-embedded` (FAULTS=long) runs all.
"""

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.running import LONG, Run, finished
from tests.templates import Once

Eventually = Callable[[Callable[[], object]], None]
Start = Callable[..., Run]
MEASURED = pytest.StashKey[dict[str, dict[str, object]]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the cases marked `long` to the long form."""
    for item in items:
        if not LONG and item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="in `make test-faults-embedded`"))


@pytest.fixture(scope="session")
def prepared(once: Once, started: Path, eventually: Eventually) -> Path:
    """A folder as a power failure leaves it: entries published, charts drawn, a message waiting, logs not folded in."""

    def make(draft: Path) -> None:
        run = Run(draft, eventually, WEBHOOKS_TO_LOOPBACK="true")
        shutil.copytree(started, run.var)
        with run.running() as process:
            finished(run.publish(3))
            run.settles()
            run.eventually(lambda: list((run.var / "drawings").glob("*")))
            run.pause("outbound")
            run.script("partner.py", "https://localhost:1/changes")
            finished(run.publish(1, 1, 2))
            run.eventually(lambda: list((run.var / "queue" / "messages").glob("*.outbound.msg")))
            run.kill_all(process)

    return once("prepared", make)


@pytest.fixture
def site(prepared: Path, tmp_path: Path, eventually: Eventually) -> Iterator[Start]:
    """Makes a site on a copy of the prepared folder; nothing of it is left at the end."""
    made: list[Run] = []

    def make(name: str = "var", **more: str) -> Run:
        run = Run(tmp_path / name, eventually, **more)
        shutil.copytree(prepared, run.var)
        made.append(run)
        return run

    yield make
    for run in made:
        left = run.processes()
        for process in left:
            os.kill(process, signal.SIGKILL)
        assert left == {}, run.log.read_text()


@pytest.fixture
def figures(pytestconfig: pytest.Config) -> Callable[..., None]:
    """Keeps what a case measured; shown at the end of the long form, for docs/reliability.md."""

    def keep(case: str, **measured: object) -> None:
        pytestconfig.stash.setdefault(MEASURED, {})[case] = measured

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show what was measured."""
    if LONG:
        terminalreporter.section("figures")
        terminalreporter.write_line(json.dumps(config.stash.get(MEASURED, {}), indent=1))
