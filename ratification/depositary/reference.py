"""The depositary's number of a treaty: as a document's head prints it, as a file's name says it, as a treaty has it."""

import re
from collections.abc import Mapping

from ratification.depositary.document import DocumentError, DocumentProblem
from treaty.models import Treaty

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_CHAPTERS = 39


def _roman(chapter: int) -> str:
    signs = ""
    for value, sign in _ROMAN:
        signs += sign * (chapter // value)
        chapter %= value
    return signs


# XXVI-9, XI-A-1, XXVII-7-d, III-2-12a: chapter, perhaps its part, number, perhaps the number under it. Chapters also
# in figures.
_IN_FIGURES = {_roman(number): str(number) for number in range(1, _CHAPTERS + 1)}
_CHAPTER = {figures: roman for roman, figures in _IN_FIGURES.items()} | {
    roman: roman for roman in _IN_FIGURES
}
_NUMBER = r"(?P<number>[1-9]\d{0,2}(?:-\d{0,3}[a-z]{0,2})*)"
_FILE = re.compile(
    rf"(?P<chapter>\d{{1,2}}|[ivx]+)(?P<part>-[a-z])?-{_NUMBER}(?:\.[a-z]{{2}})?\.xml", re.IGNORECASE
)
_HEAD_CHAPTER = re.compile(r"(?:chapter )?(\d{1,2}|[ivx]+)", re.IGNORECASE)


def reference_of(file: str) -> str:
    """Return the depositary's number that a file's name means: `XXVII-7-d.en.xml` is XXVII-7-d, `10-2-a.xml` X-2-a.

    Raises:
        DocumentError: if the name is not of this form.
    """
    match = _FILE.fullmatch(file)
    chapter = _CHAPTER.get(match["chapter"].upper()) if match else None
    if match is None or chapter is None:
        raise DocumentError(
            DocumentProblem(
                f"the name {file!r} is not of the form XVIII-12.en.xml or 18-12.en.xml (chapter, number)"
            )
        )
    return f"{chapter}{(match['part'] or '').upper()}-{match['number'].lower()}"


def reference_in(head: Mapping[str, str]) -> str:
    """Return the number that a document's head prints, in the form of `reference_of`; "" where it prints none."""
    number = head.get("numsect", "")
    match = _HEAD_CHAPTER.fullmatch(head.get("chapter", ""))
    chapter = _CHAPTER.get(match[1].upper()) if match else None
    if not chapter or not number:
        return ""
    parts = [chapter, head.get("subchapter", "").upper(), number.lower(), head.get("subnumsect", "").lower()]
    return "-".join(part for part in parts if part)


def sort_key(reference: str) -> str:
    """Return a number with its chapter in figures: XXVI-9 as 26-9."""
    chapter, hyphen, rest = reference.partition("-")
    return f"{_IN_FIGURES.get(chapter, chapter)}{hyphen}{rest}"


def check_reference(printed: str, meant: str) -> None:
    """Refuse a document whose head prints another number than the one that is meant.

    One without a number passes: its title is doubted where it is another (`suspicion`).

    Raises:
        DocumentError: naming both.
    """
    if printed and meant and _words(printed) != _words(meant):
        raise DocumentError(
            DocumentProblem(f"it is the document of the treaty {printed}, not of {meant}, which is meant")
        )


_PLACE_AND_DAY = re.compile(r"\. +[^.]{0,60}\d{1,2} [A-Z][a-z]+ \d{4}\.?$")
"""The place and day of adoption that end the depositary's titles, as in "Title. Place, 15 November 2000"."""


def without_place(title: str) -> str:
    """Return a document's title without the place and day of adoption that stand at its end."""
    return _PLACE_AND_DAY.sub("", title)


def is_title_of(printed: str, treaty: Treaty) -> bool:
    """Whether a document's title is one of a treaty's, place and signs aside."""
    titles = (treaty.title, treaty.short_title, treaty.popular_name)
    return _words(without_place(printed)) in [_words(without_place(title)) for title in titles if title]


def check_depositary(printed: str, meant: str) -> None:
    """Refuse a document of one depositary for a treaty of another. One that is of no single depositary passes.

    Raises:
        DocumentError: naming both.
    """
    if printed and printed.casefold() not in meant.casefold():
        raise DocumentError(
            DocumentProblem(f"it is a document of the {printed}, and the treaty's depositary is the {meant}")
        )


def _words(reference: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|\d+", reference.lower())
