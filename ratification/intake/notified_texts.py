"""Texts of statements in notifications: their quotation marks, and an original in another script below."""

import re

from ratification.intake.notified_acts import NotifiedAct, TextVersion
from ratification.intake.notified_phrases import EFFECTED, FOOT, MARKS, OWN_VOICE, QUOTE, QUOTE_ENDS

ORIGINAL_MARKED = re.compile(
    r"[(\uff08][^()]*(?:الأصل|原文|подлинн|оригинал)[^()]*[)\uff09]\s*$", re.IGNORECASE
)
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u052f\u0590-\u06ff\u0750-\u077f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_LATIN = re.compile(r"[A-Za-z]")
_CLOSES = {"\u201c": "\u201d", "\u00ab": "\u00bb", "\u201e": "\u201c\u201d", '"': '"'}


def foreign_from(lines: list[str]) -> int:
    """Return the number of the first line from which all are written in another script; 0 or the count for none."""
    start = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        foreign, latin = len(_OTHER_SCRIPT.findall(lines[number])), len(_LATIN.findall(lines[number]))
        if foreign > latin:
            start = number
        elif foreign or latin:
            break
    return start


def is_open(text: str) -> bool:
    """Return whether the quotation mark with which a text begins is not closed in it."""
    closes = _CLOSES.get(text[:1])
    if closes is None:
        return False
    if closes == '"':
        return text.count('"') % 2 == 1
    return text.count(text[0]) > sum(map(text.count, closes))


def closes_below(lines: list[str]) -> bool:
    """Return whether the quotation marks of a statement are closed in the lines that follow.

    They can quote an act of somebody else; closing marks behind others that open are those of the next statement.
    """
    quotes_an_act = False
    for line in lines:
        if MARKS.search(line) or FOOT.search(line) or (quotes_an_act and QUOTE.match(line)):
            return False
        quotes_an_act = quotes_an_act or bool(EFFECTED.search(line))
        if QUOTE_ENDS.search(line):
            return True
    return False


def ends_before(text: str, line: str) -> bool:
    """Return whether a statement ends before a paragraph: it was closed, or the depositary speaks for itself."""
    is_whole = bool(QUOTE.match(text)) and not is_open(text) and bool(QUOTE_ENDS.search(text))
    return bool(OWN_VOICE.match(line)) or (is_whole and not QUOTE.match(line))


def parted(act: NotifiedAct) -> tuple[list[TextVersion], list[str]]:
    """Return the versions of a statement, an original parted from the translation above it, and the marks between."""
    versions, marks = [], []
    for version in act.versions:
        lines = version.text.strip().split("\n")
        start = foreign_from(lines) if version.is_translation else len(lines)
        if not 0 < start < len(lines):
            versions.append(version)
            continue
        original = lines[start:]
        if ORIGINAL_MARKED.search(original[0]):
            marks.append(original.pop(0))
        version.text = "\n".join(lines[:start])
        versions += [version, TextVersion(act.language, is_translation=False, text="\n".join(original))]
    for version in versions:
        version.text = version.text.strip()
    return [version for version in versions if version.text], marks
