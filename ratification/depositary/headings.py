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
    """What a column holds."""

    NAME = "name"
    ACTS = "acts"
    NOTES = "notes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HeadingAct:
    """One act of a heading's legend: the letter that marks it (or none), its kind, and the heading's own words."""

    letter: str
    kind: ActionKind
    phrase: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as printed, what its column holds, and the acts of its legend."""

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


# The words with which an act begins, longest first where one begins another. What follows them ("of the Protocol",
# "to the Convention as amended") says to which text, never another kind of act.
_KINDS = {
    "succession to signature": ActionKind.SUCCESSION_TO_SIGNATURE,
    # A signature ad referendum, once confirmed, is a full one (VCLT 12(2)(b)). That is consent where the list has it
    # beside definitive signatures, and none where ratification still follows.
    "confirmation of signature ad referendum": ActionKind.NOTIFICATION,
    "confirmation of signature": ActionKind.DEFINITIVE_SIGNATURE,
    "definitive signature": ActionKind.DEFINITIVE_SIGNATURE,
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
    "provisional acceptance": ActionKind.PROVISIONAL_APPLICATION,
    "notification": ActionKind.NOTIFICATION,
}
# Two acts under one name and without letters: the date alone cannot say which, only that it is a consent.
_EITHER = {
    "definitive signature or acceptance": (ActionKind.DEFINITIVE_SIGNATURE, ActionKind.ACCEPTANCE),
    "definitive signature or participation": (ActionKind.DEFINITIVE_SIGNATURE, ActionKind.PARTICIPATION),
}
_BY_LENGTH = sorted(_KINDS, key=len, reverse=True)
_NAME = frozenset({"participant", "participants"})
# What a participant's row says about the papers, not about what the participant did.
_NOTES = frozenset(
    {
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


@lru_cache(maxsize=512)
def read_heading(text: str) -> Heading:
    """Read a heading by its legend.

    Args:
        text: the heading with white space collapsed.

    Returns:
        The heading. Its role is UNKNOWN where a phrase of it is no act and no note known here: dates under it cannot be
        read.
    """
    plain = text.casefold()
    if plain in _NAME:
        return Heading(text, Role.NAME)
    if plain in _NOTES:
        return Heading(text, Role.NOTES)
    acts: list[HeadingAct] = []
    for part in _NEXT_ACT.split(text):
        found = _acts(part.strip())
        if not found:
            return Heading(text, Role.UNKNOWN)
        acts += found
    return Heading(text, Role.ACTS, tuple(acts))


def _acts(text: str) -> list[HeadingAct]:
    letter = _LETTER.search(text)
    mark = letter[1] if letter else ""
    phrase = text[: letter.start()].strip() if letter else text
    plain = phrase.casefold()
    for words, kinds in _EITHER.items():
        if _begins(plain, words):
            return [HeadingAct(mark, kind, phrase) for kind in kinds]
    return next(
        ([HeadingAct(mark, _KINDS[words], phrase)] for words in _BY_LENGTH if _begins(plain, words)), []
    )


def _begins(plain: str, words: str) -> bool:
    """Whether the phrase begins with these whole words."""
    return plain.startswith(words) and not plain[len(words) : len(words) + 1].isalnum()
