"""A card of a page as it stands in the page's HTML, in parts that a picture or a table can be made of.

Pages say what a card shows once, in their templates; what is taken away is read from there, so that it never says
anything else. Forms, navigation, folded parts and words for screen readers are left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from itertools import islice
from xml.etree.ElementTree import Element, TreeBuilder

from common.punctuation import in_brackets, semicolon

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "wbr"})
_LEFT_OUT = frozenset({"button", "details", "form", "nav", "output", "script", "style", "svg", "template"})
_INLINE = frozenset({"b", "span", "strong", "time"})
_CLASSES_LEFT_OUT = frozenset({"for-readers", "card-reuse", "chart-narrow", "if-wide"})
_BLOCKS = frozenset(
    {"div", "dl", "figcaption", "figure", "h3", "h4", "li", "ol", "p", "pre", "section", "table", "ul"}
    | {"article", "blockquote", "fieldset"}
)
_WIDE_DRAWING = re.compile(r'class="chart-wide">\s*(<svg.*?</svg>)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph: `soft` for a remark, `strong` for a heading, `item` for one of a list."""

    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Terms with what stands for each; as `figures` numbers with their words."""

    rows: Sequence[tuple[str, str]]
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Places:
    """Numbered places, each with its look: `taken`, `maybe`, or empty."""

    places: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its heading row, and its rows, with the day where a cell is one."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    days: Sequence[Sequence[date | None]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as the page's SVG."""

    svg: str


Part = Words | Pairs | Places | Table | Drawing


@dataclass(frozen=True, slots=True)
class Card:
    """A card: its heading, the remark beside it, and its parts."""

    title: str
    note: str
    parts: Sequence[Part]

    @property
    def table(self) -> Table | None:
        """The first table of the card."""
        return next((part for part in self.parts if isinstance(part, Table)), None)


def card_of(page: str, key: str) -> Card | None:
    """Read the card whose heading has the id `key`; None if the page has none."""
    reader = _CardReader(key)
    reader.feed(page)
    if reader.card is None:
        return None
    heading, *rest = reader.card
    drawings = iter(_WIDE_DRAWING.findall(page, reader.begin, reader.end))
    remarks = [part for part in heading if part.tag == "small" and part.find(".//a") is None]
    title = heading.find("h2")
    return Card(
        title="" if title is None else _words(title),
        note=" ".join(map(_words, remarks)),
        parts=[part for child in rest for part in _parts(child, drawings)],
    )


class _CardReader(HTMLParser):
    """Reads the section that a heading names into a tree."""

    def __init__(self, key: str) -> None:
        super().__init__(convert_charrefs=True)
        self.card: Element | None = None
        self.begin = self.end = 0
        self._key = key
        self._builder: TreeBuilder | None = None
        self._depth = 0
        self._lines: list[int] = []

    def feed(self, data: str) -> None:
        self._lines = [0, *(found.end() for found in re.finditer("\n", data))]
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._builder is None:
            if self.card is not None or tag != "section" or dict(attrs).get("aria-labelledby") != self._key:
                return
            self._builder, self.begin = TreeBuilder(), self._offset()
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._builder.end(tag)
        else:
            self._depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._builder is not None:
            self._builder.start(tag, {name: value or "" for name, value in attrs})
            self._builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._builder is None or tag in _VOID:
            return
        self._builder.end(tag)
        self._depth -= 1
        if not self._depth:
            self.card, self.end, self._builder = self._builder.close(), self._offset(), None

    def handle_data(self, data: str) -> None:
        if self._builder is not None:
            self._builder.data(data)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def _is_left_out(element: Element) -> bool:
    return (
        element.tag in _LEFT_OUT
        or bool(_classes(element) & _CLASSES_LEFT_OUT)
        or "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
    )


def _words(element: Element) -> str:
    """Return the words of an element as a line; what the style sheet sets apart has a space before it."""
    return re.sub(r"\s+", " ", "".join(_texts(element))).strip()


def _texts(element: Element) -> Iterator[str]:
    yield element.text or ""
    before: Element | None = None
    for child in element:
        if not _is_left_out(child):
            yield " · " if before is not None and _is_set_apart(before, child) else ""
            before = child
            beside = "tag" in _classes(child) and _is_beside(child, element)
            if beside:
                yield in_brackets("".join(_texts(child)))
            else:
                if child.tag in {"small", "br", "dt", "dd"} or child.tag in _BLOCKS:
                    yield " "
                yield from _texts(child)
        yield child.tail or ""


def _is_set_apart(before: Element, child: Element) -> bool:
    """Whether the style sheet sets two elements apart between which nothing is written."""
    if before.tag in _VOID or (before.tail or "").strip():
        return False
    return not before.tail or {before.tag, child.tag} <= _INLINE


def _is_beside(tag: Element, element: Element) -> bool:
    """Whether an element has other words than those of its tag."""
    others = [
        element.text,
        *(each.tail for each in element),
        *(_words(each) for each in element if each is not tag),
    ]
    return any(text and text.strip() for text in others)


def _parts(element: Element, drawings: Iterator[str]) -> Iterator[Part]:
    """Yield the parts that an element is made of."""
    classes = _classes(element)
    if _is_left_out(element):
        return
    if "chart-wide" in classes:
        yield from map(Drawing, islice(drawings, 1))
    elif element.tag == "table":
        yield _table(element)
    elif element.tag == "dl":
        yield Pairs(list(_pairs(element)), figures="numbers" in classes)
    elif "places" in classes:
        yield Places([_place(each) for each in element])
    elif any(child.tag in _BLOCKS for child in element.iter() if child is not element):
        yield from _mixed(element, drawings)
    elif text := _words(element):
        look = "item" if element.tag == "li" else "strong" if element.tag in {"h3", "h4"} else ""
        is_remark = bool(classes & {"soft", "source", "when"}) or element.tag == "figcaption"
        yield Words(text, look or ("soft" if is_remark else ""))


def _mixed(element: Element, drawings: Iterator[str]) -> Iterator[Part]:
    """Yield the parts of an element that has paragraphs in it, and the words between these as one each."""
    between = Element("p")
    between.text = element.text
    for child in element:
        if child.tag not in _BLOCKS and "when" not in _classes(child):
            between.append(child)
            continue
        if text := _words(between):
            yield Words(text)
        yield from _parts(child, drawings)
        between = Element("p")
        between.text = child.tail
    if text := _words(between):
        yield Words(text)


def _pairs(element: Element) -> Iterator[tuple[str, str]]:
    term, meanings = "", list[str]()
    for each in element.iter():
        if each.tag == "dt":
            if term or meanings:
                yield term, semicolon().join(meanings)
            term, meanings = _words(each), []
        elif each.tag == "dd" and (text := _words(each)):
            meanings.append(text)
    if term or meanings:
        yield term, semicolon().join(meanings)


def _place(element: Element) -> tuple[str, str]:
    return _words(element), element.get("class", "").strip()


def _table(element: Element) -> Table:
    lines = [
        [cell for cell in row if cell.tag in {"td", "th"}]
        for row in element.iter("tr")
        if not _is_left_out(row)
    ]
    is_heading = bool(lines) and all(cell.tag == "th" for cell in lines[0])
    headings = [_words(cell) for cell in lines[0]] if is_heading else []
    rows = lines[is_heading:]
    return Table(
        headings,
        [[_words(cell) for cell in row] for row in rows],
        [[_day(cell) for cell in row] for row in rows],
    )


def _day(cell: Element) -> date | None:
    """Return the day of a cell that shows nothing else."""
    found = cell.find("time")
    if found is None or _words(found) != _words(cell):
        return None
    try:
        return date.fromisoformat(found.get("datetime", ""))
    except ValueError:  # a month, or an interval
        return None
