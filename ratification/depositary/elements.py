"""The elements of a status document as plain text: head, tables, statements and notes, before anything is understood.

No schema of the format is published, so elements are found by their local names, in any case of letters and whatever
stands between. docs/depositary.md describes the format as met.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import iterparse

from common.spreadsheets import visible_text
from ratification.depositary.damage import mend
from ratification.depositary.document import (
    DocumentError,
    DocumentNote,
    DocumentProblem,
    DocumentSection,
    SectionItem,
)

MAX_BYTES = 10_000_000
"""The longest status documents (with the texts of all declarations) have a seventh of this."""
MAX_DEPTH = 40
MAX_CELLS = 200_000

CellText = tuple[str, tuple[str, ...]]
"""A text without markup, and the footnote marks that were taken out of it."""

_STRUCK = re.compile(r"<(s|strike|del)\b[^>]{0,200}>(.{0,2000}?)</\1\s{0,9}>", re.IGNORECASE | re.DOTALL)
STRUCK_OUT = "(struck out)"
"""Stands before what is struck out: such a date is none, and whoever struck it out knows what it means."""
_MARKED = re.compile(r"<(superscript|sup)\b[^>]{0,200}>(.{0,200}?)</\1\s{0,9}>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]{0,200}>")
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XHTML = "html"
# Sections of statements, with the element of each of their items.
_SECTIONS = {
    "declarations": "declaration",
    "declarationsunderarticle": "declaration",
    "objections": "objection",
    "notifications": "notification",
    "territorialapplications": "application",
}
_HEAD = ("titlesect", "subtitlesect", "numsect", "subnumsect", "signatories", "parties", "customtext")
# Elements that are read when they end, with all that they hold; their own text is released then.
_WHOLE = {"row", "table", "note", "eif", *_SECTIONS.values()}
_FURTHER = ("specialtables", "lon")


@dataclass(frozen=True, slots=True)
class FurtherTable:
    """Any table but that of participants, as those of the League of Nations: title, headings, rows."""

    part: str
    title: str
    headings: tuple[CellText, ...]
    rows: tuple[tuple[CellText, ...], ...]


@dataclass(slots=True)
class DocumentElements:
    """The text of a document's parts. `head` is by the element's name, "chapter" and "eif" among them."""

    remarks: list[DocumentProblem] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    headings: list[list[CellText]] = field(default_factory=list)
    rows: list[list[CellText]] = field(default_factory=list)
    tables: list[FurtherTable] = field(default_factory=list)
    titles: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, list[SectionItem]] = field(default_factory=dict)
    notes: list[DocumentNote] = field(default_factory=list)
    cells: int = 0

    @property
    def sections(self) -> tuple[DocumentSection, ...]:
        """The sections of statements that have something in them."""
        return tuple(
            DocumentSection(name, tuple(self.titles.get(name, ())), tuple(items))
            for name, items in self.items.items()
        )


def read_elements(content: bytes) -> DocumentElements:
    """Walk a document under the limits of size, depth and cells.

    Raises:
        DocumentError: if it is empty, too large, an HTML page, not XML, cut off, or has a document type declaration.
    """
    if not content.strip():
        raise DocumentError(DocumentProblem("it is empty"))
    if len(content) > MAX_BYTES:
        raise DocumentError(DocumentProblem(f"it has more than {MAX_BYTES:,} bytes"))
    if _HTML.match(content[:10_000]):
        raise DocumentError(
            DocumentProblem(
                "it is an HTML page, not a status document; the depositary answers so when there is none"
            )
        )
    mended = mend(content)
    found = DocumentElements(remarks=list(mended.remarks))
    try:
        _walk(mended.text, found)
    except DTDForbidden as error:
        raise DocumentError(
            DocumentProblem(
                "it has a document type declaration (DTD), which can define entities and is refused"
            )
        ) from error
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise DocumentError(DocumentProblem(f"it is not complete, well-formed XML: {error}")) from error
    return found


def _walk(text: str, found: DocumentElements) -> None:
    path: list[str] = []
    for event, element in iterparse(BytesIO(text.encode()), events=("start", "end"), forbid_dtd=True):
        name = _local(element)
        if event == "start":
            path.append(name)
            if len(path) == 1 and name == _XHTML:
                raise DocumentError(DocumentProblem("it is an HTML page, not a status document"))
            if len(path) > MAX_DEPTH:
                raise DocumentError(DocumentProblem(f"its elements are nested more than {MAX_DEPTH} deep"))
            continue
        path.pop()
        _take(name, element, path, found)
        if not _WHOLE.intersection(path):
            element.clear()
        if found.cells > MAX_CELLS:
            raise DocumentError(DocumentProblem(f"its tables have more than {MAX_CELLS:,} cells"))


def _take(name: str, element: Element, path: list[str], found: DocumentElements) -> None:
    """Keep what an element that has ended says, by its name and the elements around it."""
    parent = path[-1] if path else ""
    if "participants" in path:
        if name == "row":
            _take_row(element, path, found)
    elif name == "table" and (part := next((part for part in _FURTHER if part in path), "")):
        found.tables.append(_further(element, part))
        found.cells += sum(len(row) for row in found.tables[-1].rows)
    elif section := next((part for part in reversed(path) if part in _SECTIONS), ""):
        _take_of_section(name, element, section, path, found)
    elif name == "note" and "endnotes" in path:
        index = next((text_of(child)[0] for child in element if _local(child) == "index"), "")
        texts = [markup_of(child) for child in element if _local(child) != "index"]
        found.notes.append(DocumentNote(index, tuple(text for text in texts if text)))
    elif name == "header" and parent in ("chapter", "subchapter"):
        found.head.setdefault(parent, text_of(element)[0])
    elif name == "eif":
        labels = [text_of(child)[0] for child in element if _local(child) == "labeltext"]
        found.head.setdefault(name, " ".join(labels))
    elif name in _HEAD and not any(part in path for part in (*_FURTHER, "endnotes")):
        found.head.setdefault(name, text_of(element)[0])


def _take_of_section(
    name: str, element: Element, section: str, path: list[str], found: DocumentElements
) -> None:
    item = _SECTIONS[section]
    if name == item:
        found.items.setdefault(section, []).append(_item(element))
    elif name == "title" and item not in path:  # those within an item are its own
        found.titles.setdefault(section, []).append(text_of(element)[0])


def _take_row(row: Element, path: list[str], found: DocumentElements) -> None:
    part = next((part for part in reversed(path) if part in ("thead", "tbody")), None)
    if part is None:
        return
    cells = [text_of(child) for child in row if _local(child) == "entry"]
    (found.headings if part == "thead" else found.rows).append(cells)
    found.cells += len(row)
    row.clear()


def _further(table: Element, part: str) -> FurtherTable:
    titles = [text_of(child)[0] for child in table if _local(child) == "title"]
    headings: tuple[CellText, ...] = ()
    rows: list[tuple[CellText, ...]] = []
    for element in table.iter():
        match _local(element):
            case "tableheader":
                headings = tuple(text_of(child) for child in element)
            case "row" | "ratification" | "signature":
                rows.append(tuple(text_of(child) for child in element))
    return FurtherTable(part, " ".join(title for title in titles if title), headings, tuple(rows))


def _item(element: Element) -> SectionItem:
    printed = ""
    paragraphs: list[tuple[str, str]] = []
    for child in element:
        name = _local(child)
        if name == "participant":
            printed = markup_of(child)
        elif text := markup_of(child):
            paragraphs.append((child.get("type", name) if name == "text" else name, text))
    return SectionItem(*_plain(printed), tuple(paragraphs))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2].casefold() if isinstance(element.tag, str) else ""


def text_of(element: Element) -> CellText:
    """Return an element's text with white space collapsed, and the footnote marks that were taken out of it.

    Markup stands in the text escaped, once or twice, or as elements.
    """
    return _plain("".join(_pieces(element)))


def markup_of(element: Element) -> str:
    """Return an element's text with white space collapsed and its markup in it, as printed: it is not safe."""
    return " ".join("".join(_pieces(element)).split())


def _plain(markup: str) -> CellText:
    text = _STRUCK.sub(rf" {STRUCK_OUT} \2 ", visible_text(html.unescape(markup)))
    marks = tuple(" ".join(match[2].split()) for match in _MARKED.finditer(text))
    return " ".join(_TAG.sub(" ", _MARKED.sub(" ", text)).split()), marks


_WRITTEN = {"superscript": "sup", "sup": "sup", "s": "s", "strike": "s", "del": "s"}


def _pieces(element: Element) -> Iterator[str]:
    """Give the text, with elements of footnotes and of what is struck out written as the escaped ones are."""
    yield element.text or ""
    for child in element:
        mark = _WRITTEN.get(_local(child), "")
        yield f"<{mark}>" if mark else ""
        yield from _pieces(child)
        yield f"</{mark}>" if mark else ""
        yield child.tail or ""
