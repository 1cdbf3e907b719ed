"""Statements of a status document's sections: declarations, objections, notifications, territorial applications.

A participant's item is divided at its dates and its headings. What the text leaves open (the day, or whether a
declaration is a reservation) stays open, with a sentence that says so.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ratification.depositary.cells import day_in, holds_date
from ratification.depositary.document import Document, DocumentRow, DocumentSection, SectionItem
from ratification.depositary.markup import plain
from ratification.depositary.provisions import provisions_in
from ratification.depositary.stated import Stated
from states.names import normalise
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind

_KINDS = {
    "declarations": ActionKind.DECLARATION,
    "declarationsunderarticle": ActionKind.DECLARATION,
    "objections": ActionKind.OBJECTION,
    "notifications": ActionKind.NOTIFICATION,
    "territorialapplications": ActionKind.TERRITORIAL_APPLICATION,
}
_LABELS = {
    "declarations": "declarations",
    "declarationsunderarticle": "declarations under an article",
    "objections": "objections",
    "notifications": "notifications",
    "territorialapplications": "territorial applications",
}
# Headings that begin a statement; others ("Article 1", "[Original: French]") belong to its text.
_BEGINS = re.compile(
    r"declar|reserv|statement|understanding|objection|communicat|notificat|\bupon\b|in respect|with re(?:gard|spect)"
    r"|regarding|concerning|withdraw|confirm|interpret|^\W*articles?\b|territor|designat|authorit",
    re.IGNORECASE,
)
_OCCASION = re.compile(
    r"\b(?:upon|on|at the time of|when)\s(?:the\s|its\s)?"
    r"(definitive signature|signature|signing|ratif\w+|access\w+|acced\w+|accept\w+|approv\w+|success\w+|succeed\w+"
    r"|formal confirmation)",
    re.IGNORECASE,
)
_OCCASIONS = (
    ("definitive", frozenset({ActionKind.DEFINITIVE_SIGNATURE})),
    ("sign", SIGNATURES - CONSENTS),
    ("ratif", frozenset({ActionKind.RATIFICATION})),
    ("acce", frozenset({ActionKind.ACCESSION, ActionKind.ACCEPTANCE})),
    ("appro", frozenset({ActionKind.APPROVAL})),
    ("succ", frozenset({ActionKind.SUCCESSION})),
    ("formal", frozenset({ActionKind.FORMAL_CONFIRMATION})),
)
OBJECTED = frozenset({ActionKind.RESERVATION, ActionKind.DECLARATION})
_NAMED = {
    ActionKind.RESERVATION: re.compile(r"\breserv", re.IGNORECASE),
    ActionKind.DECLARATION: re.compile(r"\bdeclar|\bstatement|\binterpret", re.IGNORECASE),
    ActionKind.UNDERSTANDING: re.compile(r"\bunderstandings?\b", re.IGNORECASE),
}
_COMMUNICATION = re.compile(r"^(?!.*objection)\W*communications?\b", re.IGNORECASE)
_SHORT = 60
_REFERENCE = re.compile(r"\W*see\b[^.;]*(?:\.\w+)*\W*", re.IGNORECASE)
"""A text that says where the statement stands, and nothing else: [See chapter V.2.]"""
_INDICATED = re.compile(r"unless otherwise indicated", re.IGNORECASE)


@dataclass(slots=True)
class _Passage:
    """A statement while it is read: its day or its occasion, its headings and its text."""

    on: date | None = None
    dated: str = ""
    occasion: str = ""
    headings: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()


def statements_of(document: Document) -> list[Stated]:
    """Return every statement of a document's sections, in its order."""
    rows = {normalise(line.name): line for line in document.lines}
    return [stated for section in document.sections for stated in _of_section(section, rows, document.title)]


def _of_section(section: DocumentSection, rows: dict[str, DocumentRow], title: str) -> Iterator[Stated]:
    usual = " ".join(section.titles)
    indicated = _INDICATED.search(usual)
    number, maker = 0, ""
    for item in section.items:
        # A participant's further territories stand under its name without repeating it.
        maker = item.printed or maker
        row = rows.get(normalise(maker))
        for passage in _passages(item, section.name):
            number += 1
            part = f"{_LABELS[section.name]}, {number}"
            meant = usual[indicated.end() :] if indicated else ""
            yield _statement(section, part, maker, passage, row, usual=meant, title=title)


def _passages(item: SectionItem, section: str) -> Iterator[_Passage]:
    """Divide an item at its dates and at the headings that begin a statement."""
    if section == "territorialapplications":
        dates = " ".join(text for kind, text in item.paragraphs if kind == "datenotification")
        territories = tuple(text for kind, text in item.paragraphs if kind != "datenotification")
        yield _Passage(on=day_in(plain(dates)), dated=plain(dates), paragraphs=territories)
        return
    now = _Passage()
    for kind, text in item.paragraphs:
        words = plain(text)
        day = day_in(words)
        if day or (kind == "text" and holds_date(words)):
            if now.paragraphs:
                yield now
                now = _Passage()
            # A day after another without a text between them: the later one is the statement's.
            now = replace(now, on=day, dated=words)
        elif _is_heading(kind, words):
            occasion = words if _OCCASION.search(words) and not _answered(words, section) else ""
            if now.paragraphs:
                yield now
                kept = _Passage(now.on, now.dated, now.occasion)
                now = _Passage(occasion=occasion) if occasion else kept
            elif occasion:
                now = replace(now, occasion=occasion)
            now = replace(now, headings=(*now.headings, words))
        else:
            now = replace(now, paragraphs=(*now.paragraphs, text))
    if now.paragraphs or now.headings:
        yield now


def _is_heading(kind: str, words: str) -> bool:
    """Whether a title, or a short paragraph that ends with a colon, begins a statement; one in brackets is a text."""
    if words.startswith(("[", "“", '"')):
        return False
    if kind == "title":
        return bool(_BEGINS.search(words))
    return len(words) < _SHORT and words.endswith(":") and any(each.search(words) for each in _NAMED.values())


def _answered(heading: str, section: str) -> bool:
    """Whether the occasion in a heading is that of the statement which an objection answers."""
    return section == "objections" or bool(re.search(r"made by|in respect of", heading, re.IGNORECASE))


def _statement(
    section: DocumentSection,
    part: str,
    maker: str,
    passage: _Passage,
    row: DocumentRow | None,
    *,
    usual: str,
    title: str,
) -> Stated:
    heading, text = " ".join(passage.headings), "\n".join(passage.paragraphs)
    kind, open_kind = _kind(section, passage.headings, plain(text))
    on, open_day = passage.on, ""
    if on is None:
        on, open_day = _day_of(row, passage, usual)
    confirmed = "The heading says that it was confirmed on a later occasion." if _confirms(heading) else ""
    elsewhere = "Its text stands elsewhere: read it there." if _REFERENCE.fullmatch(plain(text)) else ""
    named = provisions_in(heading, title) if kind != ActionKind.OBJECTION else ()
    return Stated(
        part=part,
        maker=maker,
        kind=kind,
        on=on,
        heading=heading,
        text=text,
        provisions=_nearest(named, provisions_in(plain(text), title)),
        answers=f"{heading}\n{plain(text)}" if kind == ActionKind.OBJECTION else "",
        doubts=tuple(doubt for doubt in (open_kind, open_day, confirmed, elsewhere) if doubt),
    )


def _nearest(named: Sequence[str], told: Sequence[str]) -> tuple[str, ...]:
    """Return the provisions of the heading, or those of the text, where each of these is a part of one of those."""
    parts = {whole for whole in named for each in told if each.startswith(f"{whole}(")}
    inside = all(any(each == whole or each.startswith(f"{whole}(") for whole in named) for each in told)
    return tuple(told if not named or (inside and parts == set(named)) else named)


def _confirms(heading: str) -> bool:
    return bool(re.search(r"signature.*confirm|confirm.*(?:ratif|accept|approv)", heading, re.IGNORECASE))


def _kind(section: DocumentSection, headings: tuple[str, ...], text: str) -> tuple[ActionKind, str]:
    """Return the kind that the nearest heading names, and a sentence where the document leaves it open."""
    kind = _KINDS[section.name]
    if any(re.search(r"\bwithdraw", heading, re.IGNORECASE) for heading in headings):
        return ActionKind.WITHDRAWAL_OF_STATEMENT, ""
    if section.name == "objections" and any(_COMMUNICATION.search(heading) for heading in headings):
        return ActionKind.COMMUNICATION, ""
    if kind != ActionKind.DECLARATION:
        return kind, ""
    titles = (title for title in section.titles if not title.startswith("("))  # those say when, not what
    for words in (*reversed(headings), *_opening(text), *titles):
        named = {
            of
            for of, pattern in _NAMED.items()
            if pattern.search(words) and (of in OBJECTED or words in headings)
        }
        if len(named & OBJECTED) == 1 or len(named) == 1:
            return next(iter(named & OBJECTED or named)), ""
    return kind, "The document does not say whether it is a declaration or a reservation."


def _opening(text: str) -> Iterable[str]:
    """Return the first sentence, where it names one kind alone."""
    first = re.split(r"(?<=[.;:])\s", text, maxsplit=1)[0]
    return [first] if len(first) < 600 else []  # noqa: PLR2004 - longer ones name more than one thing


def _day_of(row: DocumentRow | None, passage: _Passage, usual: str) -> tuple[date | None, str]:
    """Return the day of the act with which a statement was made, from the maker's row; or why it is not known."""
    if passage.dated:
        return None, f"Its day is not known: the text has {passage.dated!r}."
    if row is None:
        return None, "Its day is not known: the table has no row of its maker."
    said = passage.occasion or usual
    if not said:
        return None, "Its day is not known: the document does not say with which act it was made."
    kinds = _kinds_in(said) if passage.occasion else CONSENTS
    acts = [entry for entry in row.entries if entry.kinds & kinds]
    # An act that was withdrawn is meant only where no other stands: a statement was made with it all the same.
    days = {entry.on for entry in acts if not entry.bracketed} or {entry.on for entry in acts}
    if len(days) == 1:
        return days.pop(), ""
    what = "several acts" if days else "no act"
    return None, f"Its day is not known: the row has {what} of the kind that is named."


def _kinds_in(said: str) -> frozenset[ActionKind]:
    """Return the kinds of the first occasion that a heading names."""
    found = _OCCASION.search(said)
    word = found[1].lower() if found else ""
    for stem, kinds in _OCCASIONS:
        if word.startswith(stem):
            return frozenset(kinds) | ({ActionKind.CONSENT_TO_BE_BOUND} if stem != "sign" else frozenset())
    return CONSENTS
