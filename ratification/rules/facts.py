"""Input of the rules: treaty actions, participants and memberships, indexed once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from ratification.rules.dates import Span
from treaty.clauses import ActionKind

ORGANIZATIONS = frozenset({"reio", "organization"})
TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class Fact:
    """A treaty action of the record.

    `taken` is the day of signature or of deposit; `withdrawn` the day on which it was itself taken back;
    `effective` the day from which it takes effect where the record says so (a succession, a denunciation);
    `target` the id of the fact that a withdrawal takes back (else the participant's latest instrument or signature) or
    that a denunciation ends (else the instruments deposited before it); `notified` the day of the depositary's
    notification of it; `articles` the provisions that it is about; `territories` the codes of those that it covers or
    excludes; `predecessor` whose consent a successor takes over. `precludes` says of an objection whether it precludes
    entry into force between the two, and `excludes` of a reservation whether it excludes the provisions or modifies
    them; None where that is not said.
    """

    id: str
    participant: str
    kind: ActionKind
    taken: Span
    withdrawn: Span | None = None
    effective: Span | None = None
    target: str = ""
    notified: Span | None = None
    articles: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    predecessor: str = ""
    precludes: bool | None = None
    excludes: bool | None = None


@dataclass(frozen=True, slots=True)
class ParticipantFact:
    """A State or organization that can act. It exists from `valid_from` until the day before `valid_until`.

    `kind` is `reio`, `organization`, `territory`, or any kind of State.
    """

    iso3: str
    kind: str = "state"
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class MembershipFact:
    """A participant belongs to a group, half-open in time."""

    group: str
    iso3: str
    valid_from: date | None = None
    valid_until: date | None = None

    def on(self, day: date) -> bool:
        """Whether the membership holds on that day."""
        return not (self.valid_from and day < self.valid_from) and not (
            self.valid_until and self.valid_until <= day
        )


Parties = Mapping[str, tuple[tuple[Span, Span | None], ...]]
"""Participants bound by a treaty, each with the days on which that begins and ends."""


@dataclass(frozen=True, slots=True)
class FactRecord:
    """All facts about one treaty. `FactRecord.of` indexes them; the order of entry does not matter.

    `awaited` is the entry into force of the last of the treaties that the clause waits for, where there are such.
    """

    facts: Mapping[str, tuple[Fact, ...]]
    participants: Mapping[str, ParticipantFact]
    groups: Mapping[str, Mapping[str, tuple[MembershipFact, ...]]]
    organisations: Mapping[str, str]
    parties: Mapping[str, Parties] = field(default_factory=dict)
    events: Mapping[str, Span] = field(default_factory=dict)
    awaited: Span | None = None

    @classmethod
    def of(
        cls,
        facts: Iterable[Fact],
        participants: Iterable[ParticipantFact] = (),
        memberships: Iterable[MembershipFact] = (),
        organisations: Mapping[str, str] | None = None,
        *,
        parties: Mapping[str, Parties] | None = None,
        events: Mapping[str, Span] | None = None,
    ) -> Self:
        """Index the facts by participant in order of time, and the memberships by group.

        A participant that is not described is a State that always existed. `organisations` gives for an
        organization the group of its member States, `parties` for another treaty that the clause names who is bound by
        it and when, `events` the days of events that the clause waits for.
        """
        of_participant: dict[str, list[Fact]] = defaultdict(list)
        for fact in sorted(
            facts, key=lambda fact: (fact.taken.earliest, fact.taken.latest, fact.kind, fact.id)
        ):
            of_participant[fact.participant].append(fact)
        groups: dict[str, dict[str, list[MembershipFact]]] = defaultdict(lambda: defaultdict(list))
        for membership in memberships:
            groups[membership.group][membership.iso3].append(membership)
        return cls(
            facts={iso3: tuple(of_participant[iso3]) for iso3 in sorted(of_participant)},
            participants={participant.iso3: participant for participant in participants},
            groups={
                group: {iso3: tuple(held) for iso3, held in members.items()}
                for group, members in groups.items()
            },
            organisations=organisations or {},
            parties=parties or {},
            events=events or {},
        )

    def participant(self, iso3: str) -> ParticipantFact:
        """Give the participant; one that is not described is a State that always existed."""
        return self.participants.get(iso3) or ParticipantFact(iso3)

    def fact(self, key: str) -> Fact | None:
        """Give the fact of an id, if it is there."""
        return next((fact for own in self.facts.values() for fact in own if fact.id == key), None)

    def is_member(self, group: str, iso3: str, day: date) -> bool:
        """Whether the participant belongs to the group on that day."""
        return any(held.on(day) for held in self.groups.get(group, {}).get(iso3, ()))
