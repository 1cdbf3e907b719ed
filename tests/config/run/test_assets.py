"""The collected assets: nothing is done where nothing has changed, and no damage stays."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from config.run.assets import MAKERS, collect


@pytest.fixture
def sources(tmp_path: Path, settings: Settings) -> Path:
    """The folder of the only sources; what says how they are collected stands beside it."""
    folder = tmp_path / "sources"
    for name in (*MAKERS, "sources/page.css", "sources/page.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"/* {name} */")
    settings.BASE_DIR = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "static"
    return folder


@pytest.fixture
def collects(sources: Path) -> Callable[[], bool]:
    """Starts once more; whether assets were collected, which writes the digests anew."""
    folder, digests = sources.with_name("static"), sources.with_name("static.sha256")

    def start() -> bool:
        if digests.exists():
            os.utime(digests, (0, 0))  # two times of change may be one to the system's clock
        collect(folder, digests)
        assert {path.name: path.read_text() for path in folder.iterdir()} == {
            path.name: path.read_text() for path in sources.iterdir()
        }
        return digests.stat().st_mtime_ns != 0

    return start


def test_assets_are_collected_once(collects: Callable[[], bool]) -> None:
    assert collects()
    assert not collects()


@pytest.mark.parametrize("changed", ["sources/page.css", "sources/new.css", *MAKERS])
def test_assets_are_collected_anew_after_a_change(
    sources: Path, collects: Callable[[], bool], changed: str
) -> None:
    collects()
    (sources.parent / changed).write_text("/* other */")
    later = time.time() + 60  # Django compares times of change, in seconds
    os.utime(sources.parent / changed, (later, later))
    assert collects()
    assert not collects()


@pytest.mark.parametrize("damaged", ["static/page.css", "static.sha256"])
def test_damage_is_healed(sources: Path, collects: Callable[[], bool], damaged: str) -> None:
    """Also of a copy that is newer than its source."""
    collects()
    (sources.parent / damaged).write_text("")
    assert collects()
    assert not collects()
    (sources.parent / damaged).unlink()
    assert collects()
