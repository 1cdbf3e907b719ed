"""A column's heading, read by its own legend: which acts it lists, and which letter marks which act.

`Ratification, Accession(a), Succession(d)` lists three acts: a date followed by `a` is an accession, by `d` a
succession, and a date without a letter the act that has none. docs/depositary.md has every heading met and how it is
read.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from treaty.clauses import CONSENTS, SIGNATURES, ActionKind


class Role(StrEnum):
    """Kind of content of a column."""

    NAME = "name"
    ACTS = "acts"
    NOTES = "notes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HeadingAct:
    """One act of a heading's legend: the letter that marks it (or none), its kind, and the heading's own words.

    `covers` are kinds that the depositary lists under the same words: an entry of one of them agrees.
    """

    letter: str
    kind: ActionKind
    phrase: str
    covers: frozenset[ActionKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as printed, its column's kind of content, and the acts of its legend."""

    text: str
    role: Role
    acts: tuple[HeadingAct, ...] = ()

    def acts_marked(self, letter: str) -> tuple[HeadingAct, ...]:
        """Return the acts that a date followed by `letter` ("" for none) can mean: one where the legend is clear.

        Where a heading has a single act, a date without a letter can mean that act alone.
        """
        found = tuple(act for act in self.acts if act.letter == letter)
        return self.acts if not found and not letter and len(self.acts) == 1 else found

    @property
    def signs(self) -> bool:
        """Whether this is a column of signatures."""
        return bool(self.acts) and all(act.kind in SIGNATURES for act in self.acts)

    @property
    def consents(self) -> bool:
        """Whether this is a column of consents to be bound."""
        return bool(self.acts) and all(act.kind in CONSENTS for act in self.acts)


# The words of an act. What may follow them ("of the Protocol") says to which text, never another kind of act.
_KINDS = {
    "succession to signature": ActionKind.SUCCESSION_TO_SIGNATURE,
    # A signature ad referendum, once confirmed, is a full one (VCLT 12(2)(b)). That is consent where the list has it
    # beside definitive signatures, and none where ratification still follows.
    "confirmation of signature ad referendum": ActionKind.NOTIFICATION,
    "confirmation of signature": ActionKind.DEFINITIVE_SIGNATURE,
    "definitive signature": ActionKind.DEFINITIVE_SIGNATURE,
    "signature ad referendum": ActionKind.SIGNATURE,
    "signature": ActionKind.SIGNATURE,
    "definitive acceptance": ActionKind.ACCEPTANCE,
    "ratification": ActionKind.RATIFICATION,
    "acceptance": ActionKind.ACCEPTANCE,
    "approval": ActionKind.APPROVAL,
    "accession": ActionKind.ACCESSION,
    "succession": ActionKind.SUCCESSION,
    "formal confirmation": ActionKind.FORMAL_CONFIRMATION,
    "consent to be bound": ActionKind.CONSENT_TO_BE_BOUND,
    "participation": ActionKind.PARTICIPATION,
    "simplified procedure": ActionKind.SIMPLIFIED_PROCEDURE,
    "application": ActionKind.APPLICATION,
    "provisional application": ActionKind.PROVISIONAL_APPLICATION,
    "undertaking of provisional application": ActionKind.PROVISIONAL_APPLICATION,
    # Met only beside "Definitive acceptance", so no consent yet: read as application for the time being (uncertain).
    "provisional acceptance/accession": ActionKind.PROVISIONAL_APPLICATION,
    "provisional acceptance": ActionKind.PROVISIONAL_APPLICATION,
    "notification of non-provisional application": ActionKind.NOTIFICATION,
    "notification": ActionKind.NOTIFICATION,
}
# Two acts under one name and without letters: the date alone cannot say which, only that it is a consent.
_EITHER = {
    "definitive signature or acceptance": (ActionKind.DEFINITIVE_SIGNATURE, ActionKind.ACCEPTANCE),
    "definitive signature or participation": (ActionKind.DEFINITIVE_SIGNATURE, ActionKind.PARTICIPATION),
}
_ACTS = {words: (kind,) for words, kind in _KINDS.items()} | _EITHER
_BY_LENGTH = sorted(_ACTS, key=len, reverse=True)
_NAME = frozenset({"participant", "participants"})
# Columns about the papers, not about what the participant did; and the extension of an accession to further chapters
# of its treaty (list II-1, empty in every list met). A date in them is reported, and is never an act.
_NOTES = frozenset(
    {
        "extension",
        "resolution",
        "date of adoption",
        "registration date",
        "registration number",
        "unts volume",
        "unts page",
    }
)
# A letter in brackets ends a phrase, "Accession(a)" or "notification (n)"; in "article 7 (1) (b)" it belongs to the
# article.
_LETTER = re.compile(r"(?<!\) )\(([A-Za-z]{1,2})\)$")
# A new act begins with a capital; "..., as amended(A)" goes on.
_NEXT_ACT = re.compile(r",\s*(?=[A-Z])")
_ANY_BREAK = re.compile(r"\s*[,;]\s*|\s+and\s+")

# Words that may follow an act: they name the text, the provision, or the cause. The list is closed: any other word
# makes the heading unknown ("Signature withdrawn", "Ratification pending", "Approval not required"). So does a second
# act, unless it is the cause of the first ("Participation by virtue of accession to the Protocol").
_OPENS = re.compile(r"of|to|in|under|by|after|pursuant|ipso")
_CAUSE = "by virtue of"
_CAUSES = re.compile(r"signature|ratification|acceptance|approval|accession|succession|adoption|notification")
_WORDS = re.compile(
    r"""of|to|in|under|by|after|pursuant|ipso|facto|virtue|respect|accordance|thereto|the|a|and|or|as|from|on|with|its
    |entry|into|force|members|regional|non|amended|extended|revised|modified|unamended|additional|optional
    |(?:convention|agreement|protocol|statute|constitution|charter|treaty|covenant|act|annex|amendment)s?|annexes
    |(?:article|paragraph|section|resolution|chapter|part)s?|[ivxlc]+
    |january|february|march|april|may|june|july|august|september|october|november|december""",
    re.VERBOSE,
)
_TOKEN = re.compile(r" *(?:([a-z]+)|\d[\d-]*|\([\da-z]{1,4}\)|[,-])")


@lru_cache(maxsize=512)
def read_heading(text: str) -> Heading:
    """Read a heading by its legend.

    Args:
        text: the heading with white space collapsed.

    Returns:
        The heading. Its role is UNKNOWN where a part of it is no act or note known here, or where more follows an act
        than the text that it is about: dates under it cannot be read.
    """
    plain = text.casefold()
    if plain in _NAME:
        return Heading(text, Role.NAME)
    if plain in _NOTES:
        return Heading(text, Role.NOTES)
    acts = _all_acts(_NEXT_ACT.split(text)) or _lettered(_ANY_BREAK.split(text))
    return Heading(text, Role.ACTS, acts) if acts else Heading(text, Role.UNKNOWN)


def _lettered(parts: list[str]) -> tuple[HeadingAct, ...]:
    """Return the acts of parts divided in another way, "Ratification and accession(a)": their letters must differ."""
    acts = _all_acts(parts)
    return acts if len({act.letter for act in acts}) == len(acts) else ()


def _all_acts(parts: list[str]) -> tuple[HeadingAct, ...]:
    """Return the acts of all parts; none where one of the parts is no act."""
    found = [_acts(part.strip()) for part in parts]
    return tuple(act for acts in found for act in acts) if all(found) else ()


def _acts(text: str) -> list[HeadingAct]:
    letter = _LETTER.search(text)
    mark = letter[1] if letter else ""
    phrase = text[: letter.start()].strip() if letter else text
    plain = phrase.casefold()
    words = next((words for words in _BY_LENGTH if plain.startswith(words)), "")
    if not words or not _says_of_what(plain[len(words) :]):
        return []
    return [HeadingAct(mark, kind, phrase) for kind in _ACTS[words]]


def _says_of_what(rest: str) -> bool:
    """Return whether the words after an act name only its text, its provision or its cause."""
    if rest and not rest.startswith(" "):
        return False
    position, first = 0, True
    while position < len(rest):
        token = _TOKEN.match(rest, position)
        if token is None or (first and not _OPENS.fullmatch(token[1] or "")):
            return False
        word = token[1] or "the"
        if not _WORDS.fullmatch(word) and not (_CAUSES.fullmatch(word) and _CAUSE in rest[:position]):
            return False
        position, first = token.end(), False
    return True
