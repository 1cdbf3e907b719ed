"""Results of the rules: frozen, complete with the working, ready for pages, API and command line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from ratification.rules.dates import Span
from ratification.rules.declared import NOTHING_DECLARED, Declared
from treaty.clauses import ActionKind


class StandingKind(StrEnum):
    """Standing of a participant, from least to most; unknown where the list of acts ends before the day."""

    UNKNOWN = "unknown"
    NONE = "none"
    WITHDRAWN = "withdrawn"
    SIGNATORY = "signatory"
    CONTRACTING = "contracting"
    PARTY = "party"


class WindowKind(StrEnum):
    """Why a stretch of days matters."""

    SIGNATURE = "signature"
    ENTRY_INTO_FORCE = "entry_into_force"
    LATER_PARTY = "later_party"
    DOMESTIC_APPROVAL = "domestic_approval"
    DENUNCIATION = "denunciation"
    AMENDMENT = "amendment"
    OBJECTION = "objection"

    @property
    def label(self) -> str:
        """The kind as words: `entry into force`."""
        return self.value.replace("_", " ")


WindowState = Literal["not_yet_open", "open", "closed", "uncertain"]


@dataclass(frozen=True, slots=True)
class Count:
    """A number of participants: those that are certain, and the most that open dates permit."""

    certain: int
    possible: int


@dataclass(frozen=True, slots=True)
class CountedConsent:
    """One consent in the working: whether it counts toward the threshold and why.

    Deposits of one day share their rank, `rank_first` to `rank_last`; open dates widen it. Both are None if
    not counted. `counted` is what is certain, `may_count` what open dates permit.
    """

    fact: str
    participant: str
    kind: ActionKind
    deposited: Span
    counted: bool
    may_count: bool
    reason: str
    rank_first: int | None = None
    rank_last: int | None = None


ConditionKind = Literal[
    "instruments",
    "required_participants",
    "subset",
    "share",
    "amount",
    "ratio",
    "event",
    "day",
    "objections",
]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the threshold: the number required, the number reached, and the participants still missing.

    `words` say to people what the subject is, where it is the file of a table.
    """

    kind: ConditionKind
    subject: str
    required: Decimal
    held: Decimal
    met: bool
    missing: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Threshold of entry into force, and how much of it is reached.

    `required` is the number of instruments, or of participants of a set where the text sets no number of instruments;
    None where it sets neither. `counted` are those that count toward it. `remaining` is the least number of further
    instruments that could complete it, None where it waits for something else. `branch` says which alternative of the
    condition was met, where it has alternatives.
    `reached` is None if it cannot have been reached; its latest day is `NEVER` if that is not certain. From
    then on the entries are frozen: they say who was counted on that day.
    """

    required: int | None
    counted: Count
    remaining: int | None
    reached: Span | None
    decisive: tuple[str, ...]
    conditions: tuple[Condition, ...]
    entries: tuple[CountedConsent, ...]
    branch: str = ""


@dataclass(frozen=True, slots=True)
class EntryIntoForceOutcome:
    """General entry into force: the day if it follows, the article, the arithmetic, and a sentence.

    `ended` is the day on which the treaty ceases to be in force because too few parties are left, if it does. `caveat`
    says why the list leaves the day open, "" where it does not.
    """

    on: Span | None
    decisive: tuple[str, ...]
    article: str
    rule: str
    steps: tuple[str, ...]
    reason: str
    ended: Span | None = None
    caveat: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantStanding:
    """Standing of one participant, with the reason.

    `kind` is what is certain, the least of `possible`. `signed` and `consented` may be open; `in_force` is
    the day of entry into force for it, None if it does not follow. `ended` is when the consent or signature
    shown ends or was taken back, None while that does not follow. `may_be_earlier` says that an act that is not
    recorded could make `in_force` an earlier day (`ratification.rules.caveats`).
    """

    participant: str
    kind: StandingKind
    possible: tuple[StandingKind, ...]
    signed: Span | None
    consent: ActionKind | None
    consented: Span | None
    in_force: Span | None
    ended: Span | None
    counted: bool
    reason: str
    may_be_earlier: bool = False


@dataclass(frozen=True, slots=True)
class LegalWindow:
    """A stretch of days with a meaning. `closes` is its last day, included; None if it stays open.

    `basis` is the provision, or for a `reported` window the claim. `days_left` counts from the day asked
    about to the last day, while it is open and that day is known. `may_be_earlier` says that one of the days follows
    from an entry into force that an act that is not recorded could make earlier (`ratification.rules.caveats`).
    """

    kind: WindowKind
    participant: str | None
    opens: Span
    closes: Span | None
    state: WindowState
    days_left: int | None
    basis: str
    reported: bool
    may_be_earlier: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredFor:
    """The day that the depositary declares for a participant, and the computed one, None where no such day follows.

    `has_consent` is whether the record has a consent from which a day could follow.
    """

    participant: str
    declared: date
    computed: Span | None
    has_consent: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """State of a treaty on a day.

    `known_until` is the day until which its list of acts is known, None for one that is kept up to date. `unknown` are
    the participants without a known signature or consent whose standing is not known past that day. `declared` is what
    the depositary declares; `entry_into_force` is the computed day all the same, and `general` the one that leads.
    `declared_for` compares the days that it declares for participants with the computed ones. `ended` has the day on
    which each consent or signature that stands no longer ended, by the id of its fact, and each provisional application
    that entry into force has ended.
    """

    as_of: date
    signatories: Count
    contracting: Count
    parties: Count
    threshold: Threshold
    entry_into_force: EntryIntoForceOutcome
    standings: tuple[ParticipantStanding, ...]
    windows: tuple[LegalWindow, ...]
    known_until: date | None = None
    unknown: tuple[str, ...] = ()
    declared: Declared = NOTHING_DECLARED
    general: Span | None = None
    declared_for: tuple[DeclaredFor, ...] = ()
    ended: Mapping[str, Span] = field(default_factory=dict)

    @property
    def not_known_since(self) -> date | None:
        """Last day that the list of acts covers, where the day asked about lies after it."""
        return self.known_until if self.known_until and self.known_until < self.as_of else None
