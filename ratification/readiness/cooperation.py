"""Treaties in force between two participants on a day, as bases for mutual legal assistance and extradition."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from django.utils.translation import gettext

from ratification.record import kept
from ratification.record.evaluation import Directory, clause_of, cooperation_of, outcome_of_facts
from ratification.record.heads import shown_revision, with_head
from ratification.record.selectors import View
from ratification.record.statements import RecordedStatement, RecordedStatements, recorded
from ratification.rules.dates import Span, later_of
from ratification.rules.facts import Fact
from ratification.rules.outcome import Outcome, ParticipantStanding, StandingKind
from ratification.rules.pairs import Shared, shared_by
from ratification.rules.statements.effects import (
    Effect,
    EffectKind,
    effects_between,
    precluded_pairs,
    resumed_between,
)
from states.models import Participant
from treaty.clauses import ActionKind, Cooperation
from treaty.models import Treaty

_STATEMENTS = frozenset({ActionKind.RESERVATION, ActionKind.DECLARATION, ActionKind.UNDERSTANDING})


@dataclass(frozen=True)
class CooperationTreaty:
    """A treaty that provides for cooperation, as it stood on a day."""

    treaty: Treaty
    cooperation: Cooperation
    as_of: date
    revision: int
    facts: tuple[Fact, ...]
    outcome: Outcome

    @cached_property
    def standings(self) -> dict[str, ParticipantStanding]:
        """The standings by participant."""
        return {standing.participant: standing for standing in self.outcome.standings}

    @property
    def not_known_since(self) -> date | None:
        """Last day that the list of acts covers, where the day asked about lies after it."""
        return self.outcome.not_known_since

    @cached_property
    def recorded(self) -> RecordedStatements:
        """The statements under the treaty, as they stand on the day."""
        held = kept.entries_of(self.treaty, self.revision).entries
        known = [entry for entry in held if entry.taken_earliest <= self.as_of]
        return recorded(known, self.facts, self.as_of, self.outcome.ended)

    @cached_property
    def precluded(self) -> Mapping[frozenset[str], bool]:
        """The pairs between which an objection precludes entry into force, and whether for certain (VCLT 20(4)(b))."""
        return precluded_pairs(self.recorded.statements) if self._may_preclude else {}

    @cached_property
    def _may_preclude(self) -> bool:
        return any(fact.precludes for fact in self.facts)

    def resumed(self, one: str, other: str) -> Span | None:
        """Return the day on which what had precluded entry into force between two was withdrawn, if anything had."""
        return resumed_between(self.recorded.statements, one, other) if self._may_preclude else None

    def shared_by(self, one: str, other: str) -> Shared | None:
        """Return what two participants share under the treaty; None if nothing."""
        first, second = self.standings.get(one), self.standings.get(other)
        shared = shared_by(first, second) if first and second else None
        precluded = self.precluded.get(frozenset({one, other}))
        if shared is None or precluded:
            return None
        resumed = self.resumed(one, other)
        since = later_of(shared.since, resumed) if resumed else shared.since
        return Shared(since, shared.certain and precluded is None and since.by(self.as_of))

    @property
    def has_statements(self) -> bool:
        """Whether the record of the treaty holds any reservation or declaration."""
        return any(fact.kind in _STATEMENTS for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of cooperation with its articles, and both sides' reservations and declarations on them."""

    name: str
    articles: tuple[str, ...]
    statements: tuple[RecordedStatement, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """One treaty between two participants: the shared basis, if any, the status of each, and what reservations do.

    `resumed` says that it was not in force between them until an objection, or what it answers, was withdrawn.
    """

    basis: CooperationTreaty
    shared: Shared | None
    subjects: tuple[Subject, ...]
    effects: tuple[Effect, ...]
    standings: tuple[ParticipantStanding | None, ParticipantStanding | None]
    resumed: bool = False

    @property
    def not_known_since(self) -> date | None:
        """Day since which it is not known whether the treaty is shared; None where it is shared, or known not to be.

        It is known not to be where an objection precludes that, and in a treaty in force until the deposit of one of
        them takes effect.
        """
        general = self.basis.outcome.general
        waits = (
            general is not None
            and general.by(self.basis.as_of)
            and any(each and each.possible == (StandingKind.CONTRACTING,) for each in self.standings)
        )
        precluded = any(each.kind == EffectKind.PRECLUDED for each in self.effects)
        return None if self.shared or waits or precluded else self.basis.not_known_since


@dataclass(frozen=True, slots=True)
class Partner:
    """Another participant, with the state of each shared basis, in the order of the bases."""

    participant: Participant
    shared: tuple[Shared | None, ...]


def cooperation_treaties(view: View) -> list[CooperationTreaty]:
    """Return the treaties that name articles on cooperation, that of the view first.

    The view's own treaty stands as the view has it. The others stand as of the same day, each at its latest revision:
    their entry into force is a fact about the world, not about this record.
    """
    own = cooperation_of(view.treaty)
    bases = (
        [CooperationTreaty(view.treaty, own, view.as_of, view.revision, view.facts, view.outcome)]
        if own
        else []
    )
    others = Treaty.objects.exclude(pk=view.treaty.pk).filter(definition__has_key="cooperation")
    return bases + list(_elsewhere(with_head(others, None), view.as_of, view.directory))


def _elsewhere(treaties: Iterable[Treaty], as_of: date, people: Directory) -> Iterator[CooperationTreaty]:
    """Yield other treaties with their status on a day, at the latest revision of each.

    One query, and those of `kept.facts_elsewhere`.
    """
    others = list(treaties)
    known = kept.facts_elsewhere(others)
    for treaty in others:
        articles, (recorded_facts, treaty_facts) = cooperation_of(treaty), known[treaty.slug]
        facts = tuple(fact for fact in recorded_facts if fact.taken.earliest <= as_of)
        evaluate = partial(outcome_of_facts, treaty, facts, as_of, people, treaty_facts=treaty_facts)
        outcome = kept.outcome_of(treaty, shown_revision(treaty), as_of, evaluate)
        if articles:
            yield CooperationTreaty(treaty, articles, as_of, shown_revision(treaty), facts, outcome)


def partners_of(iso3: str, bases: Sequence[CooperationTreaty], people: Directory) -> list[Partner]:
    """Return the participants that share one of the treaties with a given one, ordered by name."""
    partners = []
    for code, participant in people.participants.items():
        shared = tuple(basis.shared_by(iso3, code) for basis in bases)
        if code != iso3 and any(shared):
            partners.append(Partner(participant, shared))
    return partners


def ties_of(one: str, other: str, bases: Iterable[CooperationTreaty]) -> Iterator[Tie]:
    """Yield, for each treaty, the relation of two participants under it, shared or not."""
    for basis in bases:
        first, second = basis.standings.get(one), basis.standings.get(other)
        bound = shared_by(first, second) if first and second else None
        clause = clause_of(basis.treaty)
        rule = clause.reservations if clause else None
        effects = effects_between(basis.recorded.statements, one, other, rule) if bound else ()
        shared = basis.shared_by(one, other)
        subjects = _subjects(basis, {one, other}) if shared else ()
        resumed = bool(bound and shared and bound.since != shared.since)
        yield Tie(basis, shared, subjects, effects, (first, second), resumed)


def _subjects(basis: CooperationTreaty, pair: set[str]) -> tuple[Subject, ...]:
    standing = _standing_statements(basis, pair)
    named = {
        gettext("mutual legal assistance"): basis.cooperation.mutual_legal_assistance,
        gettext("extradition"): basis.cooperation.extradition,
    }
    return tuple(
        Subject(name, articles, tuple(each for each in standing if _touches(each, articles)))
        for name, articles in named.items()
    )


def _standing_statements(basis: CooperationTreaty, pair: set[str]) -> list[RecordedStatement]:
    """Return the reservations and declarations of a pair of which something stands, or may (VCLT 22)."""
    return [
        each
        for each in basis.recorded.by_entry.values()
        if each.entry.kind in _STATEMENTS and each.entry.participant.iso3 in pair and each.statement.may_stand
    ]


def _touches(each: RecordedStatement, articles: tuple[str, ...]) -> bool:
    return any(provision.partition("(")[0] in articles for provision in each.statement.may_stand)
