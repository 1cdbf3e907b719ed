"""Ways in which a file is lost, and a site whose user obeys the rights of files."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

OBEYING = (
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
)
"""Takes from root, as whom tests may run, the right to read and write whatever it likes."""


def torn(path: Path) -> None:
    """Keep the first half, as a power failure does, and noise for the rest."""
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + os.urandom(len(whole) - len(whole) // 2))


def emptied(path: Path) -> None:
    """Leave nothing in it."""
    path.write_bytes(b"")


def unreadable(path: Path) -> None:
    """Take every right away."""
    path.chmod(0)


DAMAGES: Mapping[str, Callable[[Path], None]] = {"torn": torn, "emptied": emptied, "unreadable": unreadable}
FILES: Mapping[str, str] = {
    "database": "tracker.sqlite3",
    "database's log": "tracker.sqlite3-wal",
    "database's index": "tracker.sqlite3-shm",
    "secret key": "secret-key",
    "contact key": "contact-key",
    "lock": "lock",
    "list of assets": "static/staticfiles.json",
    "asset": "static/*/*.css",
    "packed asset": "static/*/*.gz",
    "drawing": "drawings/*.cache",
    "message": "queue/messages/*.msg",
}
"""Every kind of file in the folder of the embedded shape, by a pattern."""
