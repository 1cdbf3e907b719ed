"""The collected assets: copied and compressed again from the start where one of them is not as it was left."""

import hashlib
import shutil
from pathlib import Path

from django.core.management import call_command


def collect(folder: Path, digest_file: Path) -> None:
    """Collect the assets into a folder, and write its digest to a file beside it.

    A copy that a killed start has cut short, or that a failing disk has torn, is newer than its source: it would be
    taken for finished, and served, for ever.

    Raises:
        OSError: if the folder or the file cannot be written.
    """
    whole = digest_file.exists() and digest_file.read_text() == _digest(folder)
    digest_file.unlink(missing_ok=True)
    if not whole and folder.exists():
        shutil.rmtree(folder)  # not `--clear`, which reads the list of assets before it removes it
    call_command("collectstatic", "--no-input", "--verbosity", "0")
    digest_file.write_text(_digest(folder))


def _digest(folder: Path) -> str:
    """Return the digest of all files of a folder; that of nothing where one cannot be read."""
    digest = hashlib.sha256()
    try:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(folder)} {content}\n".encode())
    except OSError:
        return ""
    return digest.hexdigest()
