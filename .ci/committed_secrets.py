"""Looks for committed secrets: detect-secrets' hook, on the files in which one of its detectors finds anything.

The hook searches the parameters of each filter and detector anew for each line, which was most of its time. Its filters
only take away from what the detectors find: a file in which these find nothing holds nothing for them to judge. A file
that has passed is known by its digest and not searched again.
"""

import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import _get_lines_from_file  # the hook's own, so that both read alike
from detect_secrets.pre_commit_hook import main

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detect_secrets.plugins.base import BasePlugin

KINDS: "Iterable[type[BasePlugin]]" = get_mapping_from_secret_type_to_class().values()
DETECTORS = [kind() for kind in KINDS]
PASSED = Path(".venv/without_secrets.txt")
"""The digests of the files that have passed, where there is such a folder."""
SEARCH = version("detect-secrets").encode() + Path(__file__).read_bytes()


def digest(name: str) -> str:
    """Return what the finding in a file depends on, in short: the search, the file's name and its content."""
    return sha256(SEARCH + name.encode() + b"\0" + Path(name).read_bytes()).hexdigest()


def suspect(name: str) -> bool:
    """Return whether a detector finds anything in a file, read in each of the ways in which the hook reads it."""
    return any(
        detector.analyze_line(filename=name, line=line.rstrip(), line_number=number)
        for lines in _get_lines_from_file(name)
        for number, line in enumerate(lines, 1)
        for detector in DETECTORS
    )


def search(names: list[str]) -> int:
    """Return 0 where no file holds a secret, and note that all have passed; else the hook prints what it found."""
    passed = set(PASSED.read_text().split()) if PASSED.exists() else set()
    digests = {name: digest(name) for name in names}
    found = main([name for name in names if digests[name] not in passed and suspect(name)])
    if not found and PASSED.parent.exists():
        PASSED.write_text("\n".join(digests.values()))
    return found


if __name__ == "__main__":
    sys.exit(search(sys.argv[1:]))
