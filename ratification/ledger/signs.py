"""Signs that no text of an entry has: some databases cannot store them, and others show a reviewer another text."""

import re

_FAULTS = (
    (re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"), "a control character"),
    (re.compile(r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"), "a code that is no character"),
    (re.compile(r"[\u202d\u202e]"), "a sign that turns the order of the letters"),
    (re.compile(r"[\U000e0000-\U000e007f]"), "a sign that is not seen"),
)


def fault_of(text: str) -> str:
    """Return what a text must not contain, in words with the code; empty for a sound text."""
    for pattern, what in _FAULTS:
        if match := pattern.search(text):
            return f"{what} (U+{ord(match[0]):04X})"
    return ""
