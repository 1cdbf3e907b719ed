"""`make run` on this machine: it serves, it ends without a trace, and a second start changes nothing."""

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.running import Run, parent

Eventually = Callable[[Callable[[], object]], None]
pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="finds processes in /proc (Linux)")


@pytest.fixture
def run(tmp_path: Path, eventually: Eventually) -> Iterator[Run]:
    run = Run(tmp_path / "var", eventually)
    yield run
    nothing_is_left(run)


def nothing_is_left(run: Run) -> None:
    left = run.processes()
    for process in left:
        os.kill(process, signal.SIGKILL)
    assert left == {}, run.log.read_text()


def copied(started: Path, run: Run) -> Run:
    """Give it the folder that an earlier start has prepared."""
    shutil.copytree(started, run.var, ignore=shutil.ignore_patterns("lock"))
    return run


@pytest.fixture
def run_again(run: Run, started: Path) -> Run:
    return copied(started, run)


class AtWork(NamedTuple):
    """A site that serves, and what further starts said while it prepared."""

    run: Run
    make: subprocess.Popen[bytes]
    on_its_folder: tuple[int, str]
    on_its_port: tuple[int, str]


@pytest.fixture(scope="module")
def at_work(
    tmp_path_factory: pytest.TempPathFactory, started: Path, eventually: Eventually
) -> Iterator[AtWork]:
    """One start for the tests that only look at it; the last of them ends it."""
    folder = tmp_path_factory.mktemp("at_work")
    run = copied(started, Run(folder / "var", eventually))
    on_its_folder, on_its_port = Run(run.var, eventually), Run(folder / "other", eventually)
    on_its_folder.log = folder / "second.log"
    on_its_port.port = run.port
    make = run.start()
    eventually(lambda: (run.var / "lock").exists() and (run.var / "lock").read_text())
    others = [(each.start(), each.log) for each in (on_its_folder, on_its_port)]
    ends = [(process.wait(), log.read_text()) for process, log in others]
    eventually(lambda: run.serves() or make.poll() is not None)
    yield AtWork(run, make, *ends)
    run.stop(make)
    nothing_is_left(run)


def test_second_start_on_the_same_folder_is_refused(at_work: AtWork) -> None:
    """Also while the first one still prepares: its lock is the first thing that it takes."""
    status, said = at_work.on_its_folder
    assert status != 0
    assert f"{at_work.run.var} is in use by another start of the site" in said
    assert "Traceback" not in said


def test_second_start_on_the_same_port_is_refused_while_the_first_prepares(at_work: AtWork) -> None:
    """Granian shares its address: both would serve, and answer in turn."""
    status, said = at_work.on_its_port
    assert status != 0
    assert f"Cannot serve on 127.0.0.1:{at_work.run.port}: Address already in use." in said


def test_assets_have_hashed_names_and_are_served(at_work: AtWork) -> None:
    run = at_work.run
    page = run.get("/admin/login/")[1]
    assets = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert assets
    for asset in assets:
        assert re.search(r"\.[0-9a-f]{12}\.", asset), "assets have hashed names"
        assert run.get(asset)[0] == 200


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root becomes another")
def test_other_accounts_of_the_machine_read_nothing_of_the_record(at_work: AtWork) -> None:
    """Finding 5: anybody on the machine took sessions and password hashes out of the database's file."""
    run = at_work.run
    for folder in run.var.parents[:4]:
        folder.chmod(0o755)
    run.eventually(lambda: run.status_of("/readyz") == 200)
    as_other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for file in ("tracker.sqlite3", "tracker.sqlite3-wal", "secret-key", "contact-key"):
        assert (run.var / file).exists()
        read = subprocess.run([*as_other, "cat", run.var / file], capture_output=True, check=False)
        assert (read.returncode, read.stdout) == (1, b""), file
    # Also where the folder itself is opened again, nothing in it is for others but the public assets.
    written = (path for path in run.var.rglob("*") if run.var / "static" not in path.parents)
    assert [path for path in written if path.lstat().st_mode & 0o077] == []


def test_a_process_that_dies_is_started_again_and_none_outlives_the_start(at_work: AtWork) -> None:
    """One that is killed leaves the site as it was; where the start itself is killed, nothing goes on without it."""
    run = at_work.run
    run.eventually(lambda: len(run.of_procfile()) == 4)
    before = run.of_procfile()
    for process in before.values():
        os.kill(process, signal.SIGKILL)
    run.eventually(lambda: run.of_procfile().keys() == before.keys())
    run.eventually(run.serves)
    assert not set(before.values()) & set(run.of_procfile().values())
    start = parent(next(iter(run.of_procfile().values())), above=2)
    os.kill(start, signal.SIGKILL)
    at_work.make.wait()
    run.eventually(lambda: run.processes() == {})


def test_a_second_start_changes_nothing_and_ends_however_it_is_ended(run_again: Run) -> None:
    """Ctrl-C has ended the first one, without a trace (the fixture `started`)."""
    run = run_again
    assert (run.var / "secret-key").stat().st_mode & 0o777 == 0o600
    before, key = run.record(), (run.var / "secret-key").read_text()

    make = run.start()
    run.eventually(lambda: "Serving" in run.log.read_text())  # the processes are only just being started
    make.send_signal(signal.SIGTERM)
    make.wait()
    assert run.processes() == {}, run.log.read_text()
    assert (run.record(), (run.var / "secret-key").read_text()) == (before, key)

    make = run.start()
    run.eventually(run.serves)
    make.kill()
    make.wait()
    run.eventually(lambda: run.processes() == {})


def test_damaged_database_is_one_sentence(run: Run) -> None:
    run.var.mkdir()
    (run.var / "tracker.sqlite3").write_bytes(b"This is no database." * 1000)
    assert run.start().wait() != 0
    said = run.log.read_text()
    assert "tracker.sqlite3 cannot be used: file is not a database. Nothing was served" in said
    assert "Traceback" not in said


def test_port_in_use_is_one_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", run.port)):
        assert run.start().wait() != 0
    assert f"Cannot serve on 127.0.0.1:{run.port}: Address already in use." in run.log.read_text()
    assert not (run.var / "tracker.sqlite3").exists(), "nothing was begun"
