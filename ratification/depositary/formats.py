"""Formats of depositaries' status documents: each recognises its files and reads them into a `Document`.

A further format is a module with these two functions and a line in `FORMATS`; docs/depositary.md lists them.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from common.file_kinds import foreign_kind
from common.spreadsheets import SpreadsheetError, read_csv
from ratification.depositary import council_of_europe
from ratification.depositary.document import Document, DocumentError, DocumentProblem
from ratification.depositary.elements import MAX_BYTES
from ratification.depositary.parse import parse

_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, what it is, how its files are recognised by their content, and how they are read."""

    name: str
    description: str
    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Document]


def _is_markup(content: bytes) -> bool:
    for mark in _MARKS:
        content = content.removeprefix(mark)
    return content.lstrip(b"\x00 \t\r\n").startswith(b"<")


FORMATS = (
    Format(
        "united-nations", "status document of the United Nations Treaty Collection, XML", _is_markup, parse
    ),
    Format(
        "council-of-europe",
        "chart of signatures and ratifications of the Council of Europe, CSV or XLSX",
        council_of_europe.is_chart,
        council_of_europe.read_chart,
    ),
)


def read_document(content: bytes, name: str = "") -> Document:
    """Read a status document of any known format.

    Args:
        content: the file.
        name: the format; "" for the one that recognises the file.

    Raises:
        DocumentError: if it is empty, too large, of no known format, or cannot be read.
    """
    if not content.strip():
        raise DocumentError(DocumentProblem("it is empty"))
    if len(content) > MAX_BYTES:
        raise DocumentError(DocumentProblem(f"it has more than {MAX_BYTES:,} bytes"))
    for each in FORMATS:
        if name == each.name or (not name and each.recognises(content)):
            return each.read(content)
    known = "; ".join(f"{each.name} ({each.description})" for each in FORMATS)
    what = f"the format {name!r} is not known" if name else f"it is {_unknown(content)}"
    raise DocumentError(DocumentProblem(f"{what}. Known are: {known}"))


def _unknown(content: bytes) -> str:
    """Return what a file of no known format is, as far as that can be told."""
    if kind := foreign_kind(content):
        return kind
    try:
        deque(read_csv(content), maxlen=0)
    except SpreadsheetError as error:
        return f"of no known format: the file {error}"
    return "of no known format"
