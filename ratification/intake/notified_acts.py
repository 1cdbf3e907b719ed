"""Acts as the subject lines and headings of notifications print them, in English or French, read by a closed grammar.

An act is a known name (`withdrawal of reservation`), alone or with what it is about: provisions, a territory, or the
State whose statement it answers. Words that are none of these leave the whole act unread.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ratification.intake.printed import read_provisions
from ratification.rules.dates import Span
from ratification.rules.statements.kinds import TERRITORIAL
from states.models import Participant
from states.names import normalise
from treaty.clauses import ActionKind

_SMALL = frozenset(
    {"the", "of", "a", "an", "its", "his", "la", "le", "les", "l", "des", "de", "du", "d", "sa", "ses"}
)
_PRINTED = {
    ActionKind.SIGNATURE: "signature",
    ActionKind.DEFINITIVE_SIGNATURE: "definitive signature / signature definitive",
    ActionKind.RATIFICATION: "ratification",
    ActionKind.ACCEPTANCE: "acceptance / acceptation",
    ActionKind.APPROVAL: "approval / approbation",
    ActionKind.ACCESSION: "accession / adhesion",
    ActionKind.FORMAL_CONFIRMATION: "formal confirmation / confirmation formelle",
    ActionKind.SUCCESSION: "succession / notification of succession / notification de succession",
    ActionKind.DENUNCIATION: "denunciation / notification of denunciation / denonciation"
    " / notification de denonciation",
    ActionKind.WITHDRAWAL: "withdrawal of denunciation / retrait de denonciation / withdrawal of signature"
    " / retrait de signature / withdrawal of instrument of ratification / withdrawal of notification of denunciation",
    ActionKind.PROVISIONAL_APPLICATION: "provisional application / application provisoire",
    ActionKind.TERRITORIAL_APPLICATION: "territorial application / notification of territorial application"
    " / declaration of territorial application / application territoriale / declaration d application territoriale"
    " / notification d application territoriale",
    ActionKind.TERRITORIAL_EXCLUSION: "territorial exclusion / exclusion territoriale"
    " / declaration of territorial exclusion / declaration d exclusion territoriale",
    ActionKind.RESERVATION: "reservation / reserve",
    ActionKind.CONFIRMATION_OF_RESERVATION: "confirmation of reservation / confirmation de reserve",
    ActionKind.DECLARATION: "declaration / interpretative declaration / declaration interpretative",
    ActionKind.UNDERSTANDING: "understanding",
    ActionKind.OBJECTION: "objection",
    ActionKind.COMMUNICATION: "communication",
    ActionKind.NOTIFICATION: "notification / designation of authority / designation of central authority"
    " / designation d autorite / designation d autorite centrale",
    ActionKind.WITHDRAWAL_OF_STATEMENT: "withdrawal of reservation / withdrawal of declaration"
    " / withdrawal of objection / retrait de reserve / retrait de declaration / retrait d objection",
    ActionKind.MODIFICATION_OF_STATEMENT: "modification of reservation / modification of declaration"
    " / modification de reserve / modification de declaration",
}
_LINK = (
    r"(?:under|pursuant to|in accordance with|in respect of|with respect to|with regard to|concerning|regarding"
    r"|relating to|on|to|for|en vertu d[eu]s?|au titre d[eu]s?|conform[ée]ment (?:à|au|aux)|concernant"
    r"|relative?s? (?:à|au|aux)|à l'[ée]gard d[eu]s?|sur|à|au|aux|de)"
)
_MADE = r"(?:made |formulated |formul[ée]e?s? |faite?s? )?"
_ABOUT = re.compile(rf"^{_MADE}{_LINK}\s+(?:the |la |le |les |l')?(?P<about>.+)$", re.IGNORECASE)
_STEP = (
    r"(?:(?:up)?on|lors de|au moment de) (?:its |la |l'|sa |son )?"
    r"(?:ratification|accession|adh[ée]sion|signature|acceptance|acceptation|approval|approbation)"
)
_TAIL = re.compile(
    rf"\s*,?\s*{_MADE}{_STEP}(?:,? (?:and|et) (?:confirmed|confirm[ée]e?s?) {_STEP})?\s*$"
    r"|\s+(?:of|to|[àa]|de) (?:the |la |l')convention\s*$",
    re.IGNORECASE,
)
_PROVISION = re.compile(r"\d+(\(\w+\))*")
_ANSWERED = re.compile(
    r"^(?:reservations?|declarations?|r[ée]serves?|d[ée]clarations?|interpretative declarations?)\s+"
    r"(?:(?:to|aux?|à|relatives? aux?|concerning|under)\s+(?P<to>(?:the\s|l')?"
    r"(?:paragraph|paragraphe|article|art\.)s?\s.{1,80}?)\s+"
    r"(?=(?:made|formulated|entered|formul|fait|[ée]mis)))?"
    r"(?:(?:made|formulated|entered|formul[ée]e?s?|faite?s?|[ée]mise?s?)\s+)?(?:by|of|par|de)\s+"
    r"(?:the |la |le |les |l')?(?P<who>.+)$",
    re.IGNORECASE,
)
_ANSWERS = frozenset({ActionKind.OBJECTION, ActionKind.COMMUNICATION})
_SPLIT = re.compile(r"\s*(?:[,;]|\b(?:and|with|et|avec)\b)\s*", re.IGNORECASE)


def plain(words: str) -> str:
    """Return words in lower case, without accents and small words, each in the singular."""
    spaced = re.sub(r"['\u2019\u02bc]", " ", words)
    return " ".join(
        re.sub(r"(?<=[a-z]{3})s$", "", word) for word in normalise(spaced).split() if word not in _SMALL
    )


_KINDS = {plain(name): kind for kind, names in _PRINTED.items() for name in names.split(" / ")}


@dataclass(frozen=True, slots=True)
class PrintedAct:
    """One act as it is printed: its kind, and what it is about."""

    kind: ActionKind
    words: str
    provisions: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)
    answered: Participant | None = None
    """The participant whose statement it answers."""
    unread: str = ""
    """Words about a territory or another participant that were not understood."""


@dataclass(slots=True)
class TextVersion:
    """One version of a statement's words. An empty language is not known."""

    language: str
    is_translation: bool
    text: str = ""


@dataclass(slots=True)
class NotifiedAct:
    """One act that the notification tells: an instrument, or a statement with its text."""

    kind: ActionKind
    words: str
    named: str
    participant: Participant | None = None
    effected: Span | None = None
    effected_words: str = ""
    provisions: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)
    provision_words: str = ""
    """Words of the heading that named provisions or territories, where the subject line did not."""
    answered: Participant | None = None
    language: str = ""
    """Of the original, where the notification says which it is."""
    versions: list[TextVersion] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words of the first version."""
        return self.versions[0].text if self.versions else ""


@dataclass(slots=True)
class PrintedForce:
    """The day of entry into force for a participant that the notification prints."""

    participant: Participant
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A field that was read, and the words that it was read from."""

    line: int
    """Number of the act, from 1; 0 for what the notification says of itself."""
    field: str
    value: str
    words: str


@dataclass(slots=True)
class PrintedNotification:
    """Proposed fields of a notification. Each empty one was not found, or could not be read for certain."""

    number: str = ""
    number_words: str = ""
    language: str = ""
    notified_on: date | None = None
    notified_words: str = ""
    acts: list[NotifiedAct] = field(default_factory=list)
    in_force: list[PrintedForce] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """Phrases that fields were read from, as they stand in the text but for blanks."""
    unread: list[str] = field(default_factory=list)

    def leave_open_what_differs(self) -> None:
        """Leave the day of entry into force open for a participant for whom two are printed."""
        days: dict[Participant, set[date]] = {}
        for each in self.in_force:
            days.setdefault(each.participant, set()).add(each.on)
        differing = [each.words for each in self.in_force if len(days[each.participant]) > 1]
        self.in_force = [each for each in self.in_force if len(days[each.participant]) == 1]
        self.unread += differing
        self.words = [words for words in self.words if words not in differing]

    def origins(self) -> list[Origin]:
        """Return each field that was read, with its words."""
        head = [
            Origin(0, "number", self.number, self.number_words),
            Origin(0, "dated", self.notified_on.isoformat() if self.notified_on else "", self.notified_words),
            *(
                Origin(0, "entry into force", f"{each.participant}: {each.on}", each.words)
                for each in self.in_force
            ),
        ]
        found = [origin for origin in head if origin.value]
        for number, act in enumerate(self.acts, 1):
            values = {
                "participant": (str(act.participant or ""), act.named),
                "kind": (act.kind.label, act.words),
                "effected on": (act.effected.edtf if act.effected else "", act.effected_words),
                "provisions": (", ".join(act.provisions), act.provision_words or act.words),
                "territories": (", ".join(act.territories), act.provision_words or act.words),
                "about a statement of": (str(act.answered or ""), act.words),
            }
            found += [Origin(number, name, value, words) for name, (value, words) in values.items() if value]
        return found


def read_acts(words: str, names: Mapping[str, Participant]) -> list[PrintedAct] | None:
    """Read acts joined by commas, "and", "with"; None unless every one of them is known."""
    words = re.sub(r"\((with|avec) ([^()]*)\)", r"\1 \2", words.strip(" .;,"), flags=re.IGNORECASE)
    if act := read_act(words, names):
        return [act]
    for joint in _SPLIT.finditer(words):
        first = read_act(words[: joint.start()], names)
        rest = words[joint.end() :]
        others = read_acts(rest, names) if rest.strip() else []
        if first and others is not None:
            return [first, *others]
    return None


def read_act(words: str, names: Mapping[str, Participant]) -> PrintedAct | None:
    """Read one act; None where its name or what it is about is not known."""
    words = re.sub(r"['\u2019\u02bc]", "'", " ".join(words.split()))
    parts = words.split(" ")
    for end in range(len(parts), 0, -1):
        name, rest = " ".join(parts[:end]), " ".join(parts[end:])
        if (kind := _KINDS.get(plain(name))) and plain(parts[end - 1]) and not re.search(r"\d", name):
            return _with_about(kind, words, _TAIL.sub("", f" {rest}").strip(), names)
    return None


def _with_about(
    kind: ActionKind, words: str, rest: str, names: Mapping[str, Participant]
) -> PrintedAct | None:
    if not rest:
        return PrintedAct(kind, words)
    match = _ABOUT.match(rest)
    about = match["about"] if match else ""
    if provisions := _provisions(about):
        return PrintedAct(kind, words, provisions)
    if about and kind in TERRITORIAL:
        codes = _territories(about, names)
        return PrintedAct(kind, words, territories=codes, unread="" if codes else about)
    if kind in _ANSWERS and (answered := _ANSWERED.match(about)):
        maker = names.get(normalise(_TAIL.sub("", answered["who"])))
        provisions = _provisions(answered["to"] or "")
        if answered["to"] and not provisions:
            return None
        return PrintedAct(kind, words, provisions, answered=maker, unread="" if maker else answered["who"])
    return None


def _provisions(words: str) -> list[str]:
    """Return the provisions that words name; none where one of them is not known."""
    try:
        provisions = read_provisions(words.lower())
    except ValueError:  # it can be read in two ways
        return []
    return provisions if all(_PROVISION.fullmatch(part) for part in provisions) else []


def _territories(words: str, names: Mapping[str, Participant]) -> list[str]:
    """Return the codes of the territories that words name; none where one of them is not known."""
    whole = names.get(normalise(words))
    found = [whole] if whole else [names.get(normalise(part)) for part in _SPLIT.split(words)]
    codes = [each.iso3 for each in found if each and each.kind == Participant.Kind.TERRITORY]
    return codes if len(codes) == len(found) else []


_PEOPLE = re.compile(r"\s*(?:,|/|\band\b|\bet\b)\s*", re.IGNORECASE)


def people_of(words: str, names: Mapping[str, Participant]) -> list[Participant]:
    """Return those whom words name, joined by commas and "and", which names have too; none unless all are known."""
    if whole := names.get(normalise(words)):
        return [whole]
    for joint in reversed(list(_PEOPLE.finditer(words))):
        first = names.get(normalise(words[: joint.start()]))
        if first and (others := people_of(words[joint.end() :], names)):
            return [first, *others]
    return []


def is_capital(line: str) -> bool:
    """Return whether a line is printed in capitals."""
    letters = [sign for sign in line if sign.isalpha()]
    return bool(letters) and all(unicodedata.category(sign) != "Ll" for sign in letters)
