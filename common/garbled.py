"""Texts that a program has spoilt: UTF-8 that was read as Windows-1252, and characters that were lost."""

import re

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_WRITTEN = re.compile(
    r"[\u00a0-\u017f\u0400-\u045f\u0620-\u064a\u2010-\u203a\u20ac\u3001\u3002\u4e00-\u9fff\uff08-\uff1b]+"
)
"""Characters of the six languages of the United Nations, as which garbled ones are recognised."""
_UNASSIGNED = {code: bytes([code]) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
"""Bytes without a character in Windows-1252; programs keep them as they are."""


def damage_of(text: str) -> str:
    """Return how a text is damaged, as the end of a sentence about it; empty for a sound one."""
    if "\ufffd" in text:
        return "has a character that a program has lost (U+FFFD)"
    runs = _BEYOND_ASCII.findall(text)
    if runs and all(_WRITTEN.fullmatch(_read_as_utf8(run)) for run in runs):
        return f"is garbled: it has {runs[0]!r} where {_read_as_utf8(runs[0])!r} was; save the table as UTF-8 once more"
    return ""


def _read_as_utf8(run: str) -> str:
    """Return the text of which some characters are the bytes; empty if they are none."""
    try:
        return b"".join(_UNASSIGNED.get(ord(each)) or each.encode("cp1252") for each in run).decode()
    except UnicodeError:
        return ""
