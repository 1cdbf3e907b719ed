"""From the bytes of a status document to its rows, or to every reason why not.

No schema of the format is published, so elements are found by their local names: `Participants` holds the table,
`Thead` the headings, `Tbody` the rows, whatever stands between. What cannot be understood is reported by row and
column; nothing is guessed. docs/depositary.md describes the format as met.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, EntitiesForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import iterparse

from ratification.depositary.cells import CellError, holds_date, read_cell
from ratification.depositary.document import Document, DocumentError, DocumentProblem, DocumentRow, ListedAct
from ratification.depositary.headings import Heading, Role, read_heading

MAX_BYTES = 10_000_000
"""The longest status documents (with the texts of all declarations) have a tenth of this."""
MAX_DEPTH = 40
MAX_CELLS = 200_000

_MARKED = re.compile(r"<(superscript|sup)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]{0,200}>")
_BARE_MARKS = re.compile(r"(?<=\D) (\d{1,2}(?:, ?\d{1,2})*)$")
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XHTML = "html"
_HEADLINE = ("treatyno", "titlesect", "signatories", "parties", "labeltext")


@dataclass(slots=True)
class _Raw:
    """The text of the document's parts, before anything is understood."""

    headline: dict[str, str] = field(default_factory=dict)
    headings: list[list[Element]] = field(default_factory=list)
    rows: list[list[Element]] = field(default_factory=list)
    cells: int = 0


def parse(content: bytes) -> Document:
    """Read a status document.

    Args:
        content: the file: XML in any encoding that it declares (the depositary's is ISO-8859-1).

    Returns:
        The document: headline, headings, and one line a participant.

    Raises:
        DocumentError: if it is empty, too large, not XML, cut off, defines entities, has no table of participants, or
            has anything in the table that cannot be read; with every problem found, by row and column.
    """
    raw = _read(content)
    if not raw.headings:
        raise DocumentError(DocumentProblem("it has no table of participants"))
    if len(raw.headings) > 1:
        raise DocumentError(DocumentProblem(f"it has {len(raw.headings)} rows of headings, not one"))
    headings = tuple(read_heading(_text(entry)[0]) for entry in raw.headings[0])
    names = [number for number, heading in enumerate(headings) if heading.role == Role.NAME]
    if names != [0]:
        raise DocumentError(
            DocumentProblem(
                f"the first of its headings must be 'Participant', and only that: {_listed(headings)}"
            )
        )
    if not raw.rows:
        raise DocumentError(DocumentProblem("its table has no row"))
    lines, problems, remarks = _lines(raw.rows, headings)
    if problems:
        raise DocumentError(*problems)
    headline = raw.headline
    return Document(
        title=headline.get("titlesect", ""),
        number=headline.get("treatyno", ""),
        in_force=headline.get("labeltext", ""),
        signatories=headline.get("signatories", ""),
        parties=headline.get("parties", ""),
        headings=headings,
        lines=tuple(lines),
        remarks=tuple(remarks),
    )


def _listed(headings: tuple[Heading, ...]) -> str:
    return "; ".join(repr(heading.text) for heading in headings)


def _read(content: bytes) -> _Raw:
    """Walk the XML under the limits, keeping the headline and the table."""
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
    raw = _Raw()
    try:
        _walk(content, raw)
    except EntitiesForbidden as error:
        raise DocumentError(
            DocumentProblem(f"it defines the entity {error.name!r}, which is refused")
        ) from error
    except ExternalReferenceForbidden as error:
        raise DocumentError(
            DocumentProblem("it refers to something outside itself, which is refused")
        ) from error
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise DocumentError(DocumentProblem(f"it is not complete, well-formed XML: {error}")) from error
    return raw


def _walk(content: bytes, raw: _Raw) -> None:
    path: list[str] = []
    take: dict[str, Callable[[Element], None]] = {
        "thead": lambda row: raw.headings.append(_entries(row)),
        "tbody": lambda row: raw.rows.append(_entries(row)),
    }
    for event, element in iterparse(BytesIO(content), events=("start", "end")):
        name = _local(element)
        if event == "start":
            path.append(name)
            if len(path) == 1 and name == _XHTML:
                raise DocumentError(DocumentProblem("it is an HTML page, not a status document"))
            if len(path) > MAX_DEPTH:
                raise DocumentError(DocumentProblem(f"its elements are nested more than {MAX_DEPTH} deep"))
            continue
        path.pop()
        if name == "row" and "participants" in path:
            part = next((part for part in reversed(path) if part in take), None)
            if part is not None:
                take[part](element)
                raw.cells += len(element)
        elif name in _HEADLINE and "participants" not in path and name not in raw.headline:
            raw.headline[name] = _text(element)[0]
        elif "participants" not in path:
            element.clear()
        if raw.cells > MAX_CELLS:
            raise DocumentError(DocumentProblem(f"its table has more than {MAX_CELLS:,} cells"))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2].casefold() if isinstance(element.tag, str) else ""


def _entries(row: Element) -> list[Element]:
    return [child for child in row if _local(child) == "entry"]


def _text(element: Element) -> tuple[str, tuple[str, ...]]:
    """Return the element's text with white space collapsed, and the footnote marks that were taken out of it.

    Markup stands in the text escaped, once or twice, or as elements.
    """
    text = html.unescape("".join(_pieces(element)))
    marks = tuple(" ".join(match[2].split()) for match in _MARKED.finditer(text))
    return " ".join(_TAG.sub(" ", _MARKED.sub(" ", text)).split()), marks


def _pieces(element: Element) -> Iterator[str]:
    """Give the text, with footnote elements written as the escaped ones are."""
    yield element.text or ""
    for child in element:
        mark = _local(child) in ("superscript", "sup")
        yield "<sup>" if mark else ""
        yield from _pieces(child)
        yield "</sup>" if mark else ""
        yield child.tail or ""


def _lines(
    rows: list[list[Element]], headings: tuple[Heading, ...]
) -> tuple[list[DocumentRow], list[DocumentProblem], list[DocumentProblem]]:
    """Read every row; return the lines, what cannot be read, and what a person should know of."""
    problems: list[DocumentProblem] = []
    remarks: list[DocumentProblem] = []
    lines: dict[str, DocumentRow] = {}
    for number, row in enumerate(rows, 1):
        texts = [_text(cell) for cell in row]
        while len(texts) > len(headings) and not texts[-1][0]:
            texts.pop()
        if len(texts) != len(headings):
            problems.append(DocumentProblem(f"{len(texts)} cells under {len(headings)} headings", number))
            continue
        line = _line(number, texts, headings, problems, remarks)
        earlier = lines.setdefault(line.name, line)
        if earlier is line:
            continue
        if [text for text, _marks in texts[1:]] == list(earlier.cells[1:]):
            remarks.append(
                DocumentProblem(
                    f"{line.name} stands in row {earlier.number} already, with the same dates", number
                )
            )
        else:
            problems.append(
                DocumentProblem(
                    f"{line.name} stands in row {earlier.number} already, with other dates", number
                )
            )
    return list(lines.values()), problems, remarks


def _line(
    number: int,
    texts: list[tuple[str, tuple[str, ...]]],
    headings: tuple[Heading, ...],
    problems: list[DocumentProblem],
    remarks: list[DocumentProblem],
) -> DocumentRow:
    printed, marks = texts[0]
    bare = _BARE_MARKS.search(printed)
    name = printed[: bare.start()] if bare else printed
    if not name or holds_date(name) or not any(sign.isalpha() for sign in name):
        problems.append(DocumentProblem(f"{printed!r} is no participant's name", number, 1))
    entries: list[ListedAct] = []
    for column, ((text, _marks), heading) in enumerate(zip(texts, headings, strict=True), 1):
        if heading.role == Role.ACTS:
            try:
                found = read_cell(text, heading, column)
            except CellError as error:
                problems.append(DocumentProblem(str(error), number, column))
                continue
            entries += found
            remarks += [_open(entry, number) for entry in found if len(entry.kinds) > 1]
        elif heading.role == Role.UNKNOWN and text:
            problems.append(
                DocumentProblem(
                    f"{text!r} stands under the heading {heading.text!r}, which is not known", number, column
                )
            )
        elif heading.role == Role.NOTES and holds_date(text):
            remarks.append(
                DocumentProblem(
                    f"{text!r} under {heading.text!r} is no act of the participant", number, column
                )
            )
    return DocumentRow(
        number=number,
        printed=printed,
        name=name,
        footnotes=marks + ((bare[1],) if bare else ()),
        entries=tuple(entries),
        cells=tuple(text for text, _marks in texts),
    )


def _open(entry: ListedAct, row: int) -> DocumentProblem:
    return DocumentProblem(
        f"the legend leaves open which act it is, so it is read as consent to be bound: {entry.words}",
        row,
        entry.column,
    )
