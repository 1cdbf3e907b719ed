"""The final clauses of a treaty as data: frozen, typed, without any rule of law in them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from treaty.clauses.conditions import (
    EVERYONE,
    AtLeast,
    ConditionNode,
    EventHappened,
    amongs_of,
    needed_together,
    nodes_of,
)
from treaty.clauses.delays import Delay
from treaty.clauses.kinds import ActionKind


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


OrganizationsCount = Literal["none", "one", "members", "binding"]
"""How an organization's instrument counts: not at all, as one, as those of its member States of the day, or as one that
also binds its member States."""


@dataclass(frozen=True, slots=True)
class FixedDay:
    """Day of entry into force named by the text, provided that the condition is met by the end of the day `by`."""

    day: date
    by: date


@dataclass(frozen=True, slots=True)
class EntryIntoForce:
    """What must happen before the treaty enters into force in general, and how long after that it does.

    `delay` counts from the day on which `condition` is first met, unless `fixed` applies. Acts of the kinds
    `counted_acts` count, made `under` an article where they are declarations. `succession_basis` says why successions
    count although the text does not name them, where the depositary counts them. `former_states_count` says whether
    the instrument of a State that has since ceased to exist still counts, `former_states_listed` that the list has the
    acts of such States, `territories_count` whether territories and jurisdictions count. `members_not_bound` are member
    States that an organization's instrument does not bind.
    """

    article: str
    counted_acts: tuple[ActionKind, ...]
    condition: ConditionNode
    delay: Delay
    organizations: OrganizationsCount = "none"
    fixed: FixedDay | None = None
    not_before: date | None = None
    after_treaties: tuple[str, ...] = ()
    under: str = ""
    succession_basis: str = ""
    former_states_count: bool = True
    former_states_listed: bool = False
    territories_count: bool = False
    members_not_bound: tuple[str, ...] = ()

    @property
    def instruments(self) -> int | None:
        """Number of instruments needed in every case; None where there is none."""
        for leaf in needed_together(self.condition):
            if isinstance(leaf, AtLeast) and leaf.among == EVERYONE and not leaf.acts:
                return leaf.number
        return None

    @property
    def groups(self) -> frozenset[str]:
        """Groups of the reference data whose members the condition counts."""
        return frozenset(among.name for among in amongs_of(self.condition) if among.kind == "group")

    @property
    def treaties(self) -> frozenset[str]:
        """Treaties whose parties the condition counts."""
        return frozenset(among.name for among in amongs_of(self.condition) if among.kind == "parties")

    @property
    def by_number_alone(self) -> bool:
        """Whether a number of instruments is the whole condition."""
        return self.instruments is not None and isinstance(self.condition, AtLeast)


@dataclass(frozen=True, slots=True)
class LaterParties:
    """When the treaty enters into force for a participant that consents too late to be counted.

    `delay` counts from deposit, or from the depositary's notification of it (`counted_from`); `by_kind` holds the
    delays of kinds of act that have their own. Those are later parties that deposit `after` the threshold was reached,
    or after entry into force. `not_before_general` records that the text itself adds "or general entry into force,
    whichever is later".
    """

    article: str
    delay: Delay
    not_before_general: bool
    by_kind: tuple[tuple[ActionKind, Delay], ...] = ()
    counted_from: Literal["deposit", "notification"] = "deposit"
    after: Literal["threshold", "entry_into_force"] = "threshold"

    def delay_of(self, kind: ActionKind) -> Delay:
        """Return the delay that applies to an act of this kind."""
        return dict(self.by_kind).get(kind, self.delay)


@dataclass(frozen=True, slots=True)
class NoticePeriods:
    """Periods in which a denunciation can be given.

    The first begins `first` after entry into force, in general or for the party itself (`counted_from`). Where the
    text says how long a period is open (`open_for`), the next begins `every` so often after the first.
    """

    first: Delay
    counted_from: Literal["general", "party"] = "general"
    open_for: Delay | None = None
    every: Delay | None = None


@dataclass(frozen=True, slots=True)
class Denunciation:
    """How long after the notice is received a denunciation takes effect, and when a notice can be given.

    `organization_article` is the provision by which an organization ceases to be a party when all of its member States
    have denounced the treaty.
    """

    article: str
    delay: Delay
    periods: NoticePeriods | None = None
    organization_article: str = ""


@dataclass(frozen=True, slots=True)
class AdmittedActs:
    """Kinds of signature and consent that the treaty provides for, and provisional application where it does."""

    article: str
    kinds: tuple[ActionKind, ...]


PermittedReservations = Literal["none", "only", "except"]
"""None, those to named provisions only, or all except those to named provisions."""


@dataclass(frozen=True, slots=True)
class ReservationRule:
    """Which reservations the treaty permits (VCLT 19(a), (b)): none, those to `provisions` only, or all except those.

    A treaty that says nothing has no rule; then a reservation must not defeat its object and purpose (VCLT 19(c)).
    """

    article: str
    permitted: PermittedReservations
    provisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Termination:
    """When the treaty ceases to be in force, whichever comes first.

    When it has `fewer_than` so many parties; `on` a day; so long `after` its entry into force; or when the named
    `event` happens, such as a decision of its parties to end it.
    """

    article: str
    fewer_than: int | None = None
    on: date | None = None
    after: Delay | None = None
    event: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredEvent:
    """Event that a condition waits for, with the days on which it may have happened and the source that says so."""

    name: str
    earliest: date
    latest: date
    source: str


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
    """Everything in a treaty's final clauses from which dates are computed.

    `adopted_on` is when the treaty was concluded. `depositaries` names them where there are several: a participant may
    then deposit with each, and the earliest deposit counts.
    """

    entry_into_force: EntryIntoForce
    signature: SignatureWindow | None = None
    organizations: Organizations | None = None
    later_parties: LaterParties | None = None
    denunciation: Denunciation | None = None
    termination: Termination | None = None
    amendment: Amendment | None = None
    domestic_approval: DomesticApproval | None = None
    events: tuple[DeclaredEvent, ...] = ()
    depositaries: tuple[str, ...] = ()
    acts: AdmittedActs | None = None
    reservations: ReservationRule | None = None
    adopted_on: date | None = None

    @property
    def admits_accession(self) -> bool:
        """Whether the clause says that a State can accede: among the acts admitted or, without these, those counted."""
        kinds = self.acts.kinds if self.acts else self.entry_into_force.counted_acts
        return ActionKind.ACCESSION in kinds

    @property
    def awaited_events(self) -> frozenset[str]:
        """Names of the events that the condition or the termination waits for."""
        nodes = nodes_of(self.entry_into_force.condition)
        names = {node.name for node in nodes if isinstance(node, EventHappened)}
        ended_by = self.termination.event if self.termination else ""
        return frozenset(names | ({ended_by} if ended_by else set()))


@dataclass(frozen=True, slots=True)
class Cooperation:
    """The articles by which parties give each other legal assistance and extradite, the general one first."""

    mutual_legal_assistance: tuple[str, ...]
    extradition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextAddress:
    """Address at which a text of the treaty stands, with its title: `Arabic`, `certified true copy`."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A treaty as its `treaty.toml` describes it.

    `record_as_of` is the day of the participant list that comes with it, where that is not kept current; `known_until`
    the day until which the list of acts can be vouched for, with the key of the source that says so.
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
    known_until: date | None = None
    known_until_source: str = ""
    depositary_timezone: str = "UTC"
    texts: tuple[TextAddress, ...] = ()
    about: str = ""
