"""The final clauses of a treaty as data: frozen, typed, without any rule of law in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from treaty.clauses.kinds import ActionKind


@dataclass(frozen=True, slots=True)
class Delay:
    """A time from one day to another: one unit, and optionally on to the first day of the next month.

    "First day of the sixth month after the month of deposit" is five months, then `first-of-next-month`.
    """

    days: int = 0
    months: int = 0
    years: int = 0
    then: Literal["", "first-of-next-month"] = ""

    def __str__(self) -> str:
        """Words for people: `90 days`, `3 months, then the first of the next month`."""
        given = ((self.years, "year"), (self.months, "month"), (self.days, "day"))
        amount, unit = next((pair for pair in given if pair[0]), given[-1])
        words = f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"
        return f"{words}, then the first of the next month" if self.then else words


@dataclass(frozen=True, slots=True)
class SignatureWindow:
    """When the treaty is open for signature. `closes_on` is the last day, included; None if it stays open."""

    article: str
    opens_on: date
    closes_on: date | None


@dataclass(frozen=True, slots=True)
class Organizations:
    """When a regional economic integration organization may act: `after_member_state`, only once a member State has.

    It signs after one of its member States has signed, and consents after one has consented.
    """

    article: str
    after_member_state: bool


@dataclass(frozen=True, slots=True)
class Share:
    """Those counted must hold at least `percent` of the total of `values` (participant to amount)."""

    table: str
    percent: Decimal
    values: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Subset:
    """So many of those counted must be members of the group on the day."""

    group: str
    instruments: int


@dataclass(frozen=True, slots=True)
class EntryIntoForce:
    """What must be deposited before the treaty enters into force in general, and how long after that it does.

    `instruments` is None where the treaty sets no number, only named participants or a share.
    """

    article: str
    instruments: int | None
    counted_acts: tuple[ActionKind, ...]
    organisations_count: bool
    delay: Delay
    not_before: date | None = None
    after_treaty: str = ""
    required_participants: tuple[str, ...] = ()
    shares: tuple[Share, ...] = ()
    subsets: tuple[Subset, ...] = ()


@dataclass(frozen=True, slots=True)
class LaterParties:
    """When the treaty enters into force for those that deposit after the threshold was reached.

    `not_before_general` records that the text itself adds "or general entry into force, whichever is later".
    """

    article: str
    delay: Delay
    not_before_general: bool


@dataclass(frozen=True, slots=True)
class Denunciation:
    """How long after the notification is received a denunciation takes effect."""

    article: str
    delay: Delay


@dataclass(frozen=True, slots=True)
class Amendment:
    """How long after general entry into force amendments may be proposed, and after deposit take effect."""

    article: str
    proposal_after: Delay
    delay: Delay


@dataclass(frozen=True, slots=True)
class DomesticApproval:
    """A time limit for approval at home that was reported but is not in the text. Never a legal rule."""

    delay: Delay
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Clause:
    """Everything in a treaty's final clauses from which dates are computed."""

    entry_into_force: EntryIntoForce
    signature: SignatureWindow | None = None
    organizations: Organizations | None = None
    later_parties: LaterParties | None = None
    denunciation: Denunciation | None = None
    amendment: Amendment | None = None
    domestic_approval: DomesticApproval | None = None


@dataclass(frozen=True, slots=True)
class Cooperation:
    """The articles by which parties give each other legal assistance and extradite, the general one first."""

    mutual_legal_assistance: tuple[str, ...]
    extradition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A treaty as its `treaty.toml` describes it.

    `record_as_of` is the day of the participant list that comes with it, where that is not kept current.
    """

    slug: str
    title: str
    short_title: str
    popular_name: str
    depositary: str
    depositary_reference: str
    adopted_on: date
    adopted_by: str
    record_as_of: date | None
    clause: Clause
    cooperation: Cooperation | None = None
