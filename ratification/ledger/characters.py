"""Characters that no entry has: some databases cannot store them, and others show a reviewer another text."""

import re

_FAULTS = (
    (re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"), "a control character"),
    (re.compile(r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"), "a code that is no character"),
    (re.compile(r"[\u202d\u202e]"), "a character that turns the order of the letters"),
    (re.compile(r"[\U000e0000-\U000e007f]"), "an invisible character"),
)

_BREAKS = re.compile(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Ends of pages and lines, as documents give them to what is pasted."""


def fault_of(text: str) -> str:
    """Return what a text must not contain, in words with the code; empty for a sound text."""
    for pattern, what in _FAULTS:
        if match := pattern.search(text):
            return f"{what} (U+{ord(match[0]):04X})"
    return ""


def clean_text(text: str) -> str:
    """Return a pasted text with a line's end for each end of a page, without the characters that no entry has."""
    text = _BREAKS.sub("\n", text)
    for pattern, _ in _FAULTS:
        text = pattern.sub("", text)
    return text
