"""Looks for committed secrets: detect-secrets' hook, on the files in which one of its detectors finds anything.

The hook searches the parameters of each filter and detector anew for each line, which was most of its time. Its filters
only take away from what the detectors find: a file in which these find nothing holds nothing for them to judge.
"""

import sys
from typing import TYPE_CHECKING, cast

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.scan import _get_lines_from_file  # the hook's own, so that both read alike
from detect_secrets.pre_commit_hook import main

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin

DETECTORS = [
    cast("type[BasePlugin]", detector)() for detector in get_mapping_from_secret_type_to_class().values()
]


def suspect(name: str) -> bool:
    """Return whether a detector finds anything in a file, read in each of the ways in which the hook reads it."""
    return any(
        detector.analyze_line(filename=name, line=line.rstrip(), line_number=number)
        for lines in _get_lines_from_file(name)
        for number, line in enumerate(lines, 1)
        for detector in DETECTORS
    )


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if suspect(name)]))
