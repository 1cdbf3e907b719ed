"""The folder is moved, cannot be written, is full; a backup is restored where a site serves."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults_embedded.conftest import Start
from tests.faults_embedded.damage import OBEYING
from tests.running import finished


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own for a folder."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("Only root can mount a small disk.")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.long
def test_folder_may_be_moved_to_a_path_of_any_characters(site: Start, figures: Callable[..., None]) -> None:
    run = site()
    with run.running():
        run.settles()
    moved = run.var.with_name("vär mit Leerzeichen % 'und' \"mehr\"")
    run.var.rename(moved)
    run.var = moved
    with run.running():
        figures("folder moved, odd path", seconds=run.settles())
        finished(run.publish(1))
        run.settles()
        assert run.status_of("/charts/over-time.png") == 200


@pytest.mark.long
def test_folder_that_cannot_be_written_is_said(site: Start, figures: Callable[..., None]) -> None:
    run = site()
    run.prefix = OBEYING
    with run.running():
        run.settles()
        files = [run.var, *(path for path in run.var.rglob("*") if "static" not in path.parts)]
        rights = {path: path.stat().st_mode for path in files}
        for path in files:
            path.chmod(rights[path] & 0o555)
        run.eventually(lambda: "disk" in run.problems())
        assert run.status_of("/") == 200
        for path in files:
            path.chmod(rights[path])
        finished(run.publish(1))
        figures("read-only folder, given back at work", seconds=run.settles())
    for path in files:
        if path.exists():
            path.chmod(rights[path] & 0o555)
    assert "Cannot start" in run.refusal() or "cannot be used" in run.refusal()
    for path in files:
        if path.exists():
            path.chmod(rights[path])
    with run.running():
        run.settles()


def test_full_disk_is_said_and_nothing_is_lost(
    site: Start, figures: Callable[..., None], prepared: Path, tmp_path: Path
) -> None:
    size = sum(path.stat().st_size for path in prepared.rglob("*") if path.is_file()) // 1_000_000
    with small_disk(tmp_path / "disk", size + 60):
        run = site("disk/var")
        with run.running():
            run.settles()
            ballast = tmp_path / "disk" / "ballast"
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while file.write(b"x" * 4096):
                    pass
            run.eventually(lambda: "disk" in run.problems())
            writer = run.publish(2)
            assert run.status_of("/") == 200
            assert run.status_of("/charts/over-time.png") in {200, 503}
            with contextlib.suppress(subprocess.TimeoutExpired):
                writer.wait(5)  # it comes back where it is refused, as a person would
            ballast.unlink()
            finished(writer)
            figures("full disk, space made", seconds=run.settles())
        assert list(run.var.rglob("*.draft")) == []


@pytest.mark.long
def test_nothing_is_restored_under_a_site_that_serves(site: Start, tmp_path: Path) -> None:
    run = site()
    with run.running():
        run.settles()
        before = run.get("/api/v1/treaties/hanoi/status/")[1]
        run.manage("backup", str(tmp_path / "archive.zip"))
        with pytest.raises(AssertionError, match="The database is not empty"):
            run.manage("restore", str(tmp_path / "archive.zip"))
        assert run.readiness()["ready"]
        assert run.get("/api/v1/treaties/hanoi/status/")[1] == before
        assert run.wrong() == []
    fresh = site("fresh")
    shutil.rmtree(fresh.var)
    fresh.var.mkdir(mode=0o700)
    fresh.manage("migrate", "--verbosity", "0")
    fresh.manage("restore", str(tmp_path / "archive.zip"))
    with fresh.running():
        fresh.settles()
        assert fresh.get("/api/v1/treaties/hanoi/status/")[1] == before
    assert os.listdir(fresh.var)  # noqa: PTH208 - its names are enough
