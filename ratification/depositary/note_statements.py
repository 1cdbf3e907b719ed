"""Statements that the end notes of a status document tell: of territories, with an instrument, and communications.

A note stands at an act of the table, whose day is that of a statement made with it. As with acts, a closed set of
sentences is read. What follows a colon or a quotation mark is the statement's text.
"""

import re
from collections.abc import Iterator
from datetime import date

from ratification.depositary.cells import days_in
from ratification.depositary.document import Document, DocumentNote
from ratification.depositary.note_marks import act_told, marked, marked_rows, spelt_out
from ratification.depositary.stated import Stated
from ratification.rules.statements.kinds import TERRITORIAL
from states.names import normalise
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind

_DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"
_TEXT = r"(?:said |present )?(?:Convention|Protocol|Agreement|Covenant|Treaty|Statute|Amendments?|Annex)"
_ACT = (
    r"(?:definitive signature|signature|signing|ratif\w+|acce(?:ssion|ding)|acceptance|accepting|approv\w+"
    r"|succe(?:ssion|eding)|formal confirmation|provisional application)"
)
_KINDS = (
    ("definitive", frozenset({ActionKind.DEFINITIVE_SIGNATURE})),
    ("sign", SIGNATURES - CONSENTS),
    ("ratif", frozenset({ActionKind.RATIFICATION})),
    ("accept", frozenset({ActionKind.ACCEPTANCE})),
    ("acce", frozenset({ActionKind.ACCESSION})),
    ("appro", frozenset({ActionKind.APPROVAL})),
    ("succ", frozenset({ActionKind.SUCCESSION, ActionKind.SUCCESSION_TO_SIGNATURE})),
    ("formal", frozenset({ActionKind.FORMAL_CONFIRMATION})),
    ("provisional", frozenset({ActionKind.PROVISIONAL_APPLICATION})),
)
_NAME = r"(?:(?:the )?Government of )?(?:the )*(?P<name>(?!Secretary-General|Governments?\b)[A-Z][^,.;:“\"]{2,60}?)"
# "For the Kingdom in Europe and Aruba." "The instrument of acceptance extends to Tokelau."
_SCOPE = re.compile(
    r"^(?:For|On behalf of|In respect of|Applicable to|With (?:a )?territorial application (?:in respect of|to)"
    r"|With a declaration of application to"
    rf"|The (?:{_TEXT}|instrument of \w+|{_ACT})(?: of the {_TEXT})? (?:(?:shall|will) )?(?:also )?"
    rf"(?:appl(?:y|ies)|extends?) to) (?P<where>[^:;“\"]+?)\.?$"
)
_EXCLUDED = re.compile(
    r"^[“\"]?(?:Excluding|With (?:a |the following )?territorial exclusions?"
    r"(?: (?:in respect of|with (?:regard|respect) to|as regards|for))?"
    r"|With (?:a )?reservation (?:of|for the) application to|With a declaration of non-application to"
    rf"|(?:Until further notice,? )?[Tt]he {_TEXT} shall not apply to)(?P<where> [^:;“\"]+?)?(?:\.?[”\"]?$|: ?)"
)
# Later, as in "On 17 October 2006: extension to Aruba."
_LATER = re.compile(
    rf"^(?:Subsequently, |Further, )?(?:[Oo]n|As from) (?P<day>{_DAY})(?:: ?|, | )"
    rf"(?:(?:extension (?:of the {_TEXT} )?to"
    rf"|[Ff]or|[Ii]n respect of|[Oo]n behalf of) |(?<=: ))(?P<where>[^:;“\"]+?)\.?$"
)
_SMALL = frozenset(
    {"of", "the", "and", "in", "part", "parts", "under", "territorial", "sovereignty", "island", "islands"}
)
# Whose act it was, and not for which territory.
_MAKERS = re.compile(
    r"\bformer\b|^(?:the )?Kingdom of \w+$|^(?:the )?(?:\w+ )*Republic of|^(?:the )?Union\b|German Dem"
)
# Made with the act: "With the following declaration: ...", "Subject to the reservation ..."
_WITH = re.compile(
    r"^(?:With|Subject to) (?:a |an |the )?(?:following )?(?:interpretative )?"
    r"(?P<what>declaration|reservation|statement|understanding)s?\b"
)
_STATED = {
    "declaration": ActionKind.DECLARATION,
    "statement": ActionKind.DECLARATION,
    "reservation": ActionKind.RESERVATION,
    "understanding": ActionKind.UNDERSTANDING,
}
# "Upon depositing its instrument of ratification, the Government of Switzerland declared that ..."
_UPON = re.compile(
    r"^(?:Upon|On|When|At the time of|In)\s(?:(?:depositing|the deposit of|deposit of|making|submitting)\s)?"
    rf"(?:its|the|this)?\s?(?:(?:said )?(?:instrument|notification) of )?(?P<act>{_ACT})\b"
    rf"(?P<middle>[^,;:.“\"]{{0,80}}?),? {_NAME}(?:,? (?:has|had|also|further|in addition))* "
    r"(?P<verb>declared|stated|specified|made the following|notified|informed|communicated|indicated|withdrew)\b"
    r"(?P<told>[^:“\"]*)"
)
_VERBS = {
    "notified": ActionKind.NOTIFICATION,
    "informed": ActionKind.COMMUNICATION,
    "communicated": ActionKind.COMMUNICATION,
    "indicated": ActionKind.COMMUNICATION,
}
_NOT_APPLIED = re.compile(
    r"(?:shall|will|would|does) not (?:apply|extend) to|territorial exclusion|exclusion of"
)
_APPLIED = re.compile(
    r"(?:shall|will|would)(?: also)? (?:be extended|be applicable) to"
    r"|\b(?:also )?(?:appl(?:y|ies)|extends?) (?:to|throughout)"
    rf"|(?:extend(?:s|ed|ing)? the (?:application of the )?(?:{_TEXT})|(?:extension|application) of the {_TEXT}) to"
    r"|[Tt]erritorial [Aa]pplication in respect of"
)
_TAKES_BACK = re.compile(r"withdr[ae]w")
_STATEMENT = re.compile(r"reservation|declaration")
# "In a communication received on 10 October 1957, the Government of X declared ...", "On 7 July 1999, X informed ..."
_TOLD_US = re.compile(
    rf"^(?:Subsequently, |Further, |Thereafter, )?(?:(?:In|By) (?:a|another|its) (?P<what>communication|note|letter)"
    rf"(?: received)?(?: by the Secretary-General)?(?: on|,? dated| of)? (?P<received>{_DAY})|[Oo]n (?P<day>{_DAY})),? "
    rf"{_NAME} (?P<verb>declared|stated|specified|notified|informed|communicated|clarified|indicated"
    r"|made a communication)\b(?P<told>[^:“\"]*)"
)
# What else may be told so: an act, of which no communication is made.
_ACTS = re.compile(
    r"withdr|denounc|denunciation|terminat|accept|acce[ds]|ratif|succ[ei]|\bsign|approv|object|reserv|continu|revok"
    r"|bound|reappli|provisional"
)
# An act in the participant's own words.
_ACTS_QUOTED = re.compile(
    r"withdr|denounc|terminat|no longer|\b(?:hereby )?(?:accepts|ratifies|accedes|extends)\b|(?:shall|will) extend"
)
_OPENING = 400
# Received, as in "The Secretary-General received from the Government of X, on 12 April 1994, a communication ..."
_RECEIVED = re.compile(
    r"^[^:“\"]{0,260}?\bSecretary-General,? (?:had )?(?:also )?received\b(?P<told>[^:“\"]*)(?P<colon>:?)",
    re.DOTALL,
)
_COMMUNICATION = re.compile(r"\b(?:communications?|interpretative note|notes?)\b")
_FROM = re.compile(
    r"\bfrom (?:the )?(?:Governments? of (?:the )*)?(?P<names>[A-Z].*?)"
    r"(?=,? (?:on|the following|a |an |regarding|concerning|with (?:regard|respect)|in re|to the effect|which"
    rf"|respectively|stating|declaring|dated)\b|,? \(|[,.;:]? ?$| {_DAY})"
)
_INDICATED = re.compile(
    r"(?:following|several|other) States?\b.*dates? indicated|dates? indicated (?:here|below)"
)
_ITEM = re.compile(rf"(?:^|(?<=[:.”\"\s]))(?P<name>[A-Z][^:;.()“”\"]{{2,60}}?) \((?P<day>{_DAY})\) ?:")
# "The former Yugoslavia applied the Annex as from 23 November 1951."
_APPLIED_ANNEX = re.compile(rf"^{_NAME} applied the Annex as from ?(?:on )?(?P<day>{_DAY})\.?$")
_OUTSIDE = re.compile(
    rf"(?<=[.”\"])\s+(?=(?:Subsequently|Thereafter|Further|See|In (?:a|another) communication|The Secretary-General)\b"
    rf"|(?:By|On) {_DAY}|On (?:that|the same) )"
)
_QUOTE = re.compile(r"[:“\"]")
_QUOTES = (("“", "”"), ('"', '"'))
_OPEN_DAY = "Its day is not known: the table has no single act at which the note stands."


def statement_in(rest: str, length: int, note: DocumentNote, document: Document) -> tuple[list[Stated], int]:
    """Return the statements that a sentence tells, and how many characters they take with their text.

    Args:
        rest: the note from the sentence on.
        length: the sentence's length.
        note: the note.
        document: its document.
    """
    sentence = rest[:length]
    found = list(_territorial(sentence, note, document))
    if found and not _EXCLUDED.match(sentence):
        return found, length
    found = found or [
        *_with_an_act(sentence, note, document),
        *_communicated(sentence, rest, note, document),
    ]
    return found, _end_of_text(rest, length, listed=bool(_INDICATED.search(sentence))) if found else 0


def _end_of_text(rest: str, length: int, *, listed: bool) -> int:
    """Return where a statement's text ends: at its last quotation mark, else before a sentence of the depositary."""
    if listed:
        return len(rest)
    for opening, closing in _QUOTES:
        begun = rest.find(opening, 0, length + 3)
        if begun >= 0:
            end = rest.rfind(closing, begun + 1)
            return max(length, end + 1 if end >= 0 else len(rest))
    if ":" not in rest[: length + 1]:
        return length
    outside = _OUTSIDE.search(rest, length)
    return outside.start() if outside else len(rest)


def _territorial(sentence: str, note: DocumentNote, document: Document) -> Iterator[Stated]:
    """Return the territories of a marked act, included or excluded, and later ones."""
    if applied := _APPLIED_ANNEX.match(sentence):
        yield act_told(note, applied["name"], ActionKind.APPLICATION, days_in(applied["day"])[0])
        return
    scope, excluded, later = _SCOPE.match(sentence), _EXCLUDED.match(sentence), _LATER.match(sentence)
    if (
        scope
        and _are_places(scope["where"])
        and not (sentence.startswith("On behalf") and not _several(scope["where"]))
    ):
        yield from _at_marks(note, document, ActionKind.TERRITORIAL_APPLICATION)
    elif excluded and (not excluded["where"] or _are_places(excluded["where"])):
        yield from _at_marks(note, document, ActionKind.TERRITORIAL_EXCLUSION)
    elif later and _are_places(later["where"]):
        rows = marked_rows(note, document)
        if len(rows) == 1:
            day = days_in(later["day"])[0]
            yield act_told(note, rows[0].name, ActionKind.TERRITORIAL_APPLICATION, day)


def _are_places(where: str) -> bool:
    """Return whether words are names of places alone, and not the name of who acted."""
    words = re.findall(r"[\w'’.-]+", where.strip())
    named = [word for word in words if word.lower() not in _SMALL]
    return bool(named) and all(word[0].isupper() for word in named) and not _MAKERS.search(where.strip())


def _several(where: str) -> bool:
    return bool(re.search(r",| and (?!Northern)|\bin Europe\b", where))


def _at_marks(note: DocumentNote, document: Document, kind: ActionKind) -> Iterator[Stated]:
    """Return a statement for each row at which the note stands, of the day of the only act that bears its mark."""
    for row in marked_rows(note, document):
        acts = [act for line, act in marked(note, document) if line is row]
        if kind in TERRITORIAL:  # for territories a State is bound by its consent, not by its signature
            acts = [act for act in acts if act.kinds & CONSENTS] or acts
        days = {act.on for act in acts}
        on = days.pop() if len(days) == 1 else None
        yield act_told(note, row.name, kind, on, doubts=() if on else (_OPEN_DAY,))


def _with_an_act(sentence: str, note: DocumentNote, document: Document) -> Iterator[Stated]:
    """Return what was stated with an instrument: "With the following declaration:", "Upon ratification, X declared"."""
    if stated := _WITH.match(sentence):
        kind = _STATED[stated["what"]]
        if kind == ActionKind.DECLARATION and _APPLIED.search(_QUOTE.split(sentence, maxsplit=1)[0]):
            kind = ActionKind.TERRITORIAL_APPLICATION
        yield from _at_marks(note, document, kind)
        return
    upon = _UPON.match(sentence)
    if upon is None:
        return
    own = kind_told(upon["verb"], upon["told"])
    if own is None:
        return
    days = days_in(upon["middle"])
    on = days[0] if len(days) == 1 else _day_of(upon["act"].lower(), upon["name"], note, document)
    about = upon["told"] if own == ActionKind.WITHDRAWAL_OF_STATEMENT else ""
    yield act_told(note, upon["name"], own, on, doubts=() if on else (_OPEN_DAY,), about=about)


def kind_told(verb: str, told: str) -> ActionKind | None:
    """Return the kind of statement that a sentence tells, None for an act or what is not certain."""
    if verb == "withdrew" or _TAKES_BACK.search(told):
        return ActionKind.WITHDRAWAL_OF_STATEMENT if _STATEMENT.search(told) else None
    if _NOT_APPLIED.search(told):
        return ActionKind.TERRITORIAL_EXCLUSION
    if _APPLIED.search(told):
        return ActionKind.TERRITORIAL_APPLICATION
    if verb == "made the following":
        return next((kind for word, kind in _STATED.items() if word in told), None)
    if _ACTS.search(told) and verb not in {"declared", "stated"}:
        return None
    return _VERBS.get(verb, ActionKind.DECLARATION)


def _day_of(act: str, name: str, note: DocumentNote, document: Document) -> date | None:
    """Return the day of the act with which a statement was made, at the note's mark or in the maker's row."""
    kinds = next(kinds for stem, kinds in _KINDS if act.startswith(stem)) | {ActionKind.CONSENT_TO_BE_BOUND}
    acts = [(line, entry) for line in document.lines for entry in line.entries]
    own = [(line, entry) for line, entry in acts if normalise(line.name) == normalise(name)]
    at_mark = list(marked(note, document))
    # Of a former State only the mark tells where its act stands.
    for some in ([each for each in own if each in at_mark], own or at_mark):
        days = {entry.on for _, entry in some if entry.kinds & kinds}
        if len(days) == 1:
            return days.pop()
    return None


def _communicated(sentence: str, rest: str, note: DocumentNote, document: Document) -> Iterator[Stated]:
    """Return what participants communicated to the depositary outside any instrument."""
    if told := _TOLD_US.match(sentence):
        yield from _of_a_day(told, rest[told.end() : told.end() + _OPENING], note)
    elif (received := _RECEIVED.match(sentence)) and _COMMUNICATION.search(received[0]):
        if _INDICATED.search(received[0]):
            for item in _ITEM.finditer(rest):
                yield act_told(note, item["name"], ActionKind.COMMUNICATION, days_in(item["day"])[0])
        else:
            yield from _received(received, note, document)


def _of_a_day(told: re.Match[str], quoted: str, note: DocumentNote) -> Iterator[Stated]:
    """Return what a participant told on a day: about a territory, or what is no act."""
    day = days_in(told["received"] or told["day"])[0]
    kind = kind_told(told["verb"], told["told"])
    if kind in {ActionKind.TERRITORIAL_APPLICATION, ActionKind.TERRITORIAL_EXCLUSION}:
        yield act_told(note, told["name"], kind, day)
    elif told["verb"] == "made a communication" or not (
        _ACTS.search(told["told"]) or (quoted.startswith((":", "“", '"')) and _ACTS_QUOTED.search(quoted))
    ):
        yield act_told(note, told["name"], ActionKind.COMMUNICATION, day)


def _received(received: re.Match[str], note: DocumentNote, document: Document) -> Iterator[Stated]:
    """Return a communication of each maker that a sentence with one day names, unless it may communicate an act."""
    days, makers = days_in(spelt_out(received[0])), _names(received["told"], document)
    content = re.split(r"to the effect|declaring|stating|\bthat\b", received["told"], maxsplit=1)
    kind = kind_told("informed", content[1]) if len(content) > 1 else ActionKind.COMMUNICATION
    if kind not in {ActionKind.COMMUNICATION, *TERRITORIAL}:
        return  # it communicates an act
    if len(days) > 1 and "respectively" in received[0] and len(days) == len(makers):
        yield from (act_told(note, maker, kind, day) for maker, day in zip(makers, days, strict=True))
    elif len(days) == 1:
        yield from (act_told(note, maker, kind, days[0]) for maker in makers)


def _names(told: str, document: Document) -> list[str]:
    """Return the makers that a sentence names after "from"; names of the table that have "and" in them are one."""
    found = _FROM.search(told)
    if found is None:
        return []
    names = found["names"]
    joined = [line.name for line in document.lines if " and " in line.name] + [
        "Great Britain and Northern Ireland"
    ]
    for name in joined:
        names = names.replace(name, name.replace(" and ", "\0"))
    return [
        name.replace("\0", " and ").removeprefix("the ").strip()
        for name in re.split(r",? and (?:of )?|, ", names)
        if name.strip()
    ]
