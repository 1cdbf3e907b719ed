"""Text of a depositary notification (C.N.), in English or French, read by a closed grammar into proposed entries.

The Secretary-General's notifications have fixed phrases: a reference, the title, `STATE: ACT`, the day on which the
action was effected, statements under headings of their own, entry into force for the participant, the notification's
date. What these phrases say is proposed with the words that it was read from; a line that is none of them is returned
as unread. Nothing is guessed: a name or an act that is not known leaves its field empty.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ratification.intake.printed import read_days, read_provisions
from ratification.rules.dates import Span
from states.models import Participant
from states.names import normalise
from treaty.clauses import ActionKind

_ACTS: dict[str, ActionKind] = {
    "signature": ActionKind.SIGNATURE,
    "definitive signature": ActionKind.DEFINITIVE_SIGNATURE,
    "signature definitive": ActionKind.DEFINITIVE_SIGNATURE,
    "ratification": ActionKind.RATIFICATION,
    "acceptance": ActionKind.ACCEPTANCE,
    "acceptation": ActionKind.ACCEPTANCE,
    "approval": ActionKind.APPROVAL,
    "approbation": ActionKind.APPROVAL,
    "accession": ActionKind.ACCESSION,
    "adhesion": ActionKind.ACCESSION,
    "formal confirmation": ActionKind.FORMAL_CONFIRMATION,
    "confirmation formelle": ActionKind.FORMAL_CONFIRMATION,
    "succession": ActionKind.SUCCESSION,
    "denunciation": ActionKind.DENUNCIATION,
    "denonciation": ActionKind.DENUNCIATION,
    "provisional application": ActionKind.PROVISIONAL_APPLICATION,
    "application provisoire": ActionKind.PROVISIONAL_APPLICATION,
    "territorial application": ActionKind.TERRITORIAL_APPLICATION,
    "application territoriale": ActionKind.TERRITORIAL_APPLICATION,
    "territorial exclusion": ActionKind.TERRITORIAL_EXCLUSION,
    "exclusion territoriale": ActionKind.TERRITORIAL_EXCLUSION,
    "reservation": ActionKind.RESERVATION,
    "reserve": ActionKind.RESERVATION,
    "declaration": ActionKind.DECLARATION,
    "interpretative declaration": ActionKind.DECLARATION,
    "declaration interpretative": ActionKind.DECLARATION,
    "understanding": ActionKind.UNDERSTANDING,
    "objection": ActionKind.OBJECTION,
    "communication": ActionKind.COMMUNICATION,
    "notification": ActionKind.NOTIFICATION,
    "withdrawal of reservation": ActionKind.WITHDRAWAL_OF_STATEMENT,
    "withdrawal of declaration": ActionKind.WITHDRAWAL_OF_STATEMENT,
    "withdrawal of objection": ActionKind.WITHDRAWAL_OF_STATEMENT,
    "retrait de reserve": ActionKind.WITHDRAWAL_OF_STATEMENT,
    "retrait de declaration": ActionKind.WITHDRAWAL_OF_STATEMENT,
    "retrait d objection": ActionKind.WITHDRAWAL_OF_STATEMENT,
    "modification of reservation": ActionKind.MODIFICATION_OF_STATEMENT,
    "modification of declaration": ActionKind.MODIFICATION_OF_STATEMENT,
    "modification de reserve": ActionKind.MODIFICATION_OF_STATEMENT,
    "modification de declaration": ActionKind.MODIFICATION_OF_STATEMENT,
}
"""Acts as subject lines and headings print them, in lower case without accents, in the singular."""

_LANGUAGES = {
    "arabic": "ar", "arabe": "ar", "chinese": "zh", "chinois": "zh", "english": "en", "anglais": "en",
    "french": "fr", "francais": "fr", "russian": "ru", "russe": "ru", "spanish": "es", "espagnol": "es",
    "azerbaijani": "az", "portuguese": "pt", "portugais": "pt", "german": "de", "allemand": "de",
    "vietnamese": "vi", "vietnamien": "vi", "italian": "it", "italien": "it", "dutch": "nl", "neerlandais": "nl",
}  # fmt: skip

_REFERENCE = re.compile(r"C\.\s?N\.\s?(\d{1,5})\.\s?(\d{4})\.\s?TREATIES-([IVXL]+(?:[.-][0-9A-Za-z]+)*)")
_SUBJECT = re.compile(r"^(?P<who>[^\W\d_][^:]{1,90}?)\s?:\s?(?P<acts>\D{4,200}|.{4,200})$")
_EFFECTED = re.compile(
    r"(?:the above action was effected on|l['\u2019]action (?:susmentionnée|ci-dessus)"
    r"(?: mentionnée)? a été effectuée le)\s+(?P<day>(?:1er|\d{1,2})\s+\S+\s+\d{4})",
    re.IGNORECASE,
)
_IN_FORCE = re.compile(
    r"(?:will enter into force for|entrera en vigueur (?:pour|à l['\u2019]égard d[eu]))\s+"
    r"(?P<who>.{2,90}?)\s+(?:on|le)\s+(?P<day>(?:1er|\d{1,2})\s+\S+\s+\d{4})",
    re.IGNORECASE,
)
_DATE_LINE = re.compile(r"^(?:le )?(?:1er|\d{1,2}) [^\W\d_]+\.? \d{4}$", re.IGNORECASE)
_HEADING = re.compile(
    r"^(?P<act>[^\W\d_][^\d:()]{3,60}?)"
    r"(?:\s+(?:under|pursuant to|in accordance with|made under|with respect to|concerning|en vertu d[eu]|au titre d[eu]"
    r"|conformément (?:au|à)|concernant|relative? à)\s+(?:l['\u2019])?(?P<about>.{1,80}?))?"
    r"\s*:?\s*(?P<marks>(?:[(\[][^()\[\]\d]{3,60}[)\]]\s*)*)$",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(r"original\s?:\s?(?P<language>[^\W\d_]+)", re.IGNORECASE)
_MARKS_ALONE = re.compile(r"^(?:[(\[][^()\[\]]{3,60}[)\]]\s*)+$")
_BOILERPLATE = re.compile(
    r"^(?:reference|référence)\s?:|^united nations|^nations unies|^postal address|^adresse postale|^cable address"
    r"|^adresse télégraphique|^the secretary-general|^le secrétaire général|^attention\s?:|^à l['\u2019]attention"
    r"|which reads as follows|ainsi conçu|^\(?(?:depositary notification|notification dépositaire)\)?"
    r"|acting in his capacity|agissant en sa qualité",
    re.IGNORECASE,
)


@dataclass(slots=True)
class NotifiedAct:
    """One act that the notification tells: an instrument, or a statement with its text."""

    kind: ActionKind
    words: str
    provisions: list[str] = field(default_factory=list)
    language: str = ""
    is_translation: bool = False
    text: str = ""


@dataclass(slots=True)
class Notification:
    """Proposed fields of a notification. Each empty one was not found, or could not be read for certain."""

    number: str = ""
    reference: str = ""
    participant: Participant | None = None
    named: str = ""
    effected: Span | None = None
    in_force_on: date | None = None
    notified_on: date | None = None
    acts: list[NotifiedAct] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read_notification(text: str, names: Mapping[str, Participant]) -> Notification:
    """Read the text of a notification.

    Args:
        text: as pasted; lines may be broken anywhere but in the subject line and in headings.
        names: participants by normalised name.
    """
    found = Notification()
    lines = [" ".join(line.split()) for line in _unwrapped(text).splitlines()]
    _read_phrases(found, " ".join(line for line in lines if line))
    current: NotifiedAct | None = None
    is_quoted = False  # the clause, which follows the sentence on entry into force
    for line in filter(None, lines):
        if _is_fixed(found, line):
            is_quoted = bool(_IN_FORCE.search(line)) or (is_quoted and not _DATE_LINE.match(line))
            current = None if is_quoted or _ends_statement(line) else current
        elif found.acts and (statement := _heading(line)):
            is_quoted, current = False, _same(found, statement) or statement
            if current is statement:
                found.acts.append(statement)
        elif is_quoted:
            continue
        elif not found.acts:
            found.acts = _subject(found, line, names)
            if not found.acts and ":" in line:
                found.unread.append(line)
        elif current is not None:
            _add_line(current, line)
        else:
            found.unread.append(line)
    return found


def _unwrapped(text: str) -> str:
    """Return the text with each fixed phrase on a line of its own, however the lines were broken."""
    text = text.replace("\u00a0", " ")
    for pattern in (_EFFECTED, _IN_FORCE):
        loose = re.compile(
            pattern.pattern.replace(" ", r"\s+").replace("(?P<who>.", r"(?P<who>[\s\S]"), re.IGNORECASE
        )
        text = loose.sub(lambda match: " ".join(match[0].split()), text)
    return text


def _add_line(act: NotifiedAct, line: str) -> None:
    if not act.text and _MARKS_ALONE.match(line):
        _read_marks(act, line)
    else:
        act.text = f"{act.text}\n{line}".strip()


def _read_phrases(found: Notification, whole: str) -> None:
    """Read the phrases that can stand anywhere: reference, day of the action, entry into force."""
    if match := _REFERENCE.search(whole):
        found.number = f"C.N.{match[1]}.{match[2]}.TREATIES-{match[3]}"
        found.reference = match[3].replace(".", "-")
        found.words["number"] = match[0]
    if match := _EFFECTED.search(whole):
        found.effected = _span(match["day"])
        found.words["effected"] = match[0]
    if match := _IN_FORCE.search(whole):
        span = _span(match["day"])
        found.in_force_on = span.on if span else None
        found.words["in_force_on"] = match[0]


def _is_fixed(found: Notification, line: str) -> bool:
    """Return whether a line is a fixed phrase; a date alone on its line is the notification's own."""
    if _DATE_LINE.match(line):
        span = _span(line)
        found.notified_on = span.on if span else None
        found.words["notified_on"] = line
        return True
    return bool(
        _BOILERPLATE.search(line)
        or _REFERENCE.search(line)
        or _EFFECTED.search(line)
        or _IN_FORCE.search(line)
    )


def _ends_statement(line: str) -> bool:
    return bool(
        _IN_FORCE.search(line) or _DATE_LINE.match(line) or re.match(r"attention", line, re.IGNORECASE)
    )


def _subject(found: Notification, line: str, names: Mapping[str, Participant]) -> list[NotifiedAct]:
    """Read a line such as `PERU: RATIFICATION`; nothing if its acts are not known."""
    match = _SUBJECT.match(line)
    if match is None or (acts := _acts_of(match["acts"])) is None:
        return []
    found.named, found.participant = match["who"], names.get(normalise(match["who"]))
    found.words["participant"] = match["who"]
    return [NotifiedAct(kind, match["acts"], provisions) for kind, provisions in acts]


def _acts_of(words: str) -> list[tuple[ActionKind, list[str]]] | None:
    """Read the acts of a subject line; None unless every one of them is known."""
    acts = []
    for part in re.split(r"\s*(?:,|;|\band\b|\bwith\b|\bet\b|\bavec\b)\s*", words, flags=re.IGNORECASE):
        if not part:
            continue
        heading = _HEADING.match(part)
        kind = _ACTS.get(_plain(heading["act"])) if heading else None
        if kind is None:
            return None
        acts.append((kind, _provisions(heading["about"]) if heading else []))
    return acts or None


def _heading(line: str) -> NotifiedAct | None:
    """Read a heading above a statement: its kind, provisions, language; None for any other line."""
    match = _HEADING.match(line)
    kind = _ACTS.get(_plain(match["act"])) if match else None
    if match is None or kind is None:
        return None
    act = NotifiedAct(kind, line, _provisions(match["about"]))
    _read_marks(act, match["marks"])
    return act


def _read_marks(act: NotifiedAct, marks: str) -> None:
    """Read `(Translation) (Original: Spanish)`."""
    act.is_translation = act.is_translation or bool(
        re.search(r"translation|traduction", marks, re.IGNORECASE)
    )
    if original := _ORIGINAL.search(marks):
        act.language = _LANGUAGES.get(normalise(original["language"]), "")


def _same(found: Notification, statement: NotifiedAct) -> NotifiedAct | None:
    """Return the act of the subject line that a heading repeats, with what the heading adds; None for a further act."""
    for act in found.acts:
        if act.kind == statement.kind and not act.text and not (act.provisions and statement.provisions):
            act.provisions = act.provisions or statement.provisions
            act.language, act.is_translation = statement.language, statement.is_translation
            return act
    return None


def _provisions(about: str | None) -> list[str]:
    """Return the provisions of a heading; none unless every part of it is a provision."""
    provisions = read_provisions(about or "")
    return provisions if all(part[0].isdigit() for part in provisions) else []


def _plain(words: str) -> str:
    """Return words in lower case, without accents, each in the singular."""
    return " ".join(re.sub(r"(?<=[a-z]{3})s$", "", word) for word in normalise(words).split())


def _span(text: str) -> Span | None:
    try:
        return read_days(text)
    except ValueError:
        return None
