"""The collected assets: collected where they or their sources have changed, from the start where one is damaged."""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MAKERS = ("config/settings.py", "requirements/run.txt")
"""Files that say how assets are collected: the settings, and the versions of the packages."""


def collect(folder: Path, digest_file: Path) -> None:
    """Collect the assets into a folder, and write the digests of sources and folder to a file beside it.

    A copy that a killed start has cut short, or that a failing disk has torn, is newer than its source: it would be
    taken for finished, and served, for ever. Where nothing has changed, nothing is done: packing takes a second.

    Raises:
        OSError: if the folder or the file cannot be written.
    """
    sources = _digest_of_sources()
    kept = digest_file.read_text().split() if digest_file.exists() else []
    is_whole = kept[1:] == [_digest_of_folder(folder)]
    if is_whole and kept[0] == sources:
        return
    digest_file.unlink(missing_ok=True)
    if not is_whole and folder.exists():
        shutil.rmtree(folder)  # not `--clear`, which reads the list of assets before it removes it
    call_command("collectstatic", "--no-input", "--verbosity", "0")
    digest_file.write_text(f"{sources} {_digest_of_folder(folder)}")


def _digest_of_sources() -> str:
    """Return the digest of all files that are collected, and of what says how."""
    found = [
        (name, Path(storage.path(name))) for finder in get_finders() for name, storage in finder.list([])
    ]
    return _digest([*found, *((name, settings.BASE_DIR / name) for name in MAKERS)])


def _digest_of_folder(folder: Path) -> str:
    """Return the digest of all files of a folder; that of nothing where one cannot be read."""
    try:
        return _digest((str(path.relative_to(folder)), path) for path in folder.rglob("*") if path.is_file())
    except OSError:
        return ""


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    """Return the digest of names and contents."""
    digest = hashlib.sha256()
    for name, path in sorted(files):
        digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
