"""State of each provision of each statement on a day, from the acts alone.

A statement is about provisions, and each of them has a state of its own: a State may withdraw one article of a
reservation and keep the rest (VCLT 22). The acts are applied in the order of their days, whatever the order in which
they were entered, so that a past day is computed as any other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ratification.rules.consents import standing_among
from ratification.rules.dates import Span, add
from ratification.rules.facts import Fact
from ratification.rules.statements.kinds import CHANGES, ENDS, STATEMENTS
from ratification.rules.statements.provision_states import ProvisionState
from ratification.rules.statements.provisions import WHOLE, covers
from treaty.clauses import CONSENTS, ActionKind, Delay

ACCEPTANCE = Delay(months=12)
"""The period in which a late reservation is accepted unless somebody objects (practice of the Secretary-General)."""


_ORDER = list(ProvisionState)


@dataclass(frozen=True, slots=True)
class StatedProvision:
    """One provision of a statement on a day.

    `by` is the act that gave it the state; `parts` are what has been withdrawn of it; `objections` the objections that
    stand against it. `certain` is False where an open date leaves it open whether an act had happened by the day.
    """

    name: str
    state: ProvisionState
    certain: bool
    by: Fact
    parts: tuple[str, ...] = ()
    objections: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement on a day: its provisions, and in order of time the acts that concern it.

    `late` says that a reservation came after the consent; until `acceptance` ends others can object to it.
    """

    fact: Fact
    provisions: tuple[StatedProvision, ...]
    acts: tuple[Fact, ...] = ()
    late: bool = False
    acceptance: Span | None = None

    @property
    def state(self) -> ProvisionState:
        """The state of the statement: that of its provisions, or partly withdrawn where some are over."""
        states = {provision.state for provision in self.provisions}
        standing = {state for state in states if state.stands}
        if not standing:
            return min(states, key=_ORDER.index)
        if len(standing) < len(states):
            return ProvisionState.PARTLY_WITHDRAWN
        return max(standing, key=_ORDER.index)

    @property
    def stands(self) -> bool:
        """Whether any provision of it stands."""
        return any(provision.state.stands for provision in self.provisions)

    @property
    def certain(self) -> bool:
        """Whether its state is certain for every provision."""
        return all(provision.certain for provision in self.provisions)

    @property
    def standing(self) -> tuple[str, ...]:
        """The provisions that stand."""
        return tuple(provision.name for provision in self.provisions if provision.state.stands)

    @property
    def objections(self) -> tuple[Fact, ...]:
        """The objections that stand against any of it, each once."""
        found = {fact.id: fact for provision in self.provisions for fact in provision.objections}
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements under a treaty on a day, by id, and the acts that change none (`idle`)."""

    by_id: Mapping[str, Statement]
    idle: tuple[Fact, ...]

    def of(self, participant: str) -> tuple[Statement, ...]:
        """Return the statements of one participant."""
        return tuple(each for each in self.by_id.values() if each.fact.participant == participant)

    def about(self, article: int | str) -> tuple[Statement, ...]:
        """Return the statements that name an article or a part of it."""
        return tuple(
            each
            for each in self.by_id.values()
            if any(covers(str(article), name) for name in each.fact.articles)
        )


@dataclass(slots=True)
class _Provision:
    """A provision while the acts are applied to it."""

    name: str
    over: tuple[ProvisionState, Fact] | None = None
    parts: dict[str, Fact] = field(default_factory=dict)
    modified: Fact | None = None
    confirmed: Fact | None = None
    certain: bool = True

    def covers(self, named: str) -> bool:
        """Whether a named provision stands within this one."""
        return (
            self.over is None
            and covers(self.name, named)
            and not any(covers(part, named) for part in self.parts)
        )

    def answers(self, name: str) -> bool:
        """Whether an objection in which this provision stands answers a statement on another one."""
        return (
            self.over is None
            and (covers(self.name, name) or covers(name, self.name))
            and not any(covers(part, name) for part in self.parts)
        )

    def apply(self, act: Fact, named: str | None) -> bool:
        """Apply an act to the whole provision, or to the part of it that is named; return whether it changes it."""
        if self.over is not None or (named is not None and not self.covers(named)):
            return False
        part = named if named not in {None, self.name} else None
        if act.kind in ENDS and part is not None:
            self.parts[part] = act
        elif act.kind in ENDS:
            self.over = (ProvisionState.WITHDRAWN, act)
        elif act.kind == ActionKind.MODIFICATION_OF_STATEMENT:
            self.modified = act
        elif act.kind == ActionKind.NOTIFICATION:
            if part is not None:
                return False
            self.over = (ProvisionState.REPLACED, act)
        elif part is None and self.confirmed is None:
            self.confirmed = act
        else:
            return False
        return True


@dataclass(slots=True)
class _Statement:
    """A statement while the acts are applied to it."""

    fact: Fact
    provisions: list[_Provision]
    awaits: bool
    late: bool
    acts: list[Fact] = field(default_factory=list)
    objections: list["_Statement"] = field(default_factory=list)


def statements_on(facts: Iterable[Fact], as_of: date) -> Statements:
    """Return the statements that may have been made by a day, with the state of each provision on it.

    Args:
        facts: all acts under the treaty, in any order; signatures and consents say what awaits confirmation.
        as_of: the day. What certainly comes later is left out.

    """
    return _Reading(facts, as_of).result()


class _Reading:
    """The acts under a treaty, read up to a day."""

    def __init__(self, facts: Iterable[Fact], as_of: date) -> None:
        self._as_of = as_of
        self._facts = sorted((fact for fact in facts if fact.taken.may_be_by(as_of)), key=_in_time)
        self._consents: dict[str, list[Fact]] = defaultdict(list)
        for fact in self._facts:
            if fact.kind in CONSENTS or fact.kind in _ENDS_CONSENT:
                self._consents[fact.participant].append(fact)
        self._read = {fact.id: self._begin(fact) for fact in self._facts if fact.kind in STATEMENTS}
        self._idle = [fact for fact in self._facts if fact.kind in _NAMES and not self._apply(fact)]

    def result(self) -> Statements:
        """Return what was read."""
        states = {key: self._state(each) for key, each in self._read.items()}
        return Statements(states, tuple(fact for fact in self._idle if _is_idle(fact)))

    def _begin(self, fact: Fact) -> _Statement:
        names = list(dict.fromkeys(subjects_of(fact))) or [WHOLE]
        certain = fact.taken.by(self._as_of)
        provisions = [_Provision(name, certain=certain) for name in names]
        if fact.withdrawn and fact.withdrawn.may_be_by(self._as_of):
            for provision in provisions:
                provision.over = (ProvisionState.WITHDRAWN, fact)
                provision.certain = certain and fact.withdrawn.by(self._as_of)
        reserves = fact.kind == ActionKind.RESERVATION
        standing = self._consents_at(fact) if reserves else []
        return _Statement(
            fact,
            provisions,
            awaits=reserves and not standing,
            late=bool(standing) and all(each.taken.latest < fact.taken.earliest for each in standing),
        )

    def _consents_at(self, fact: Fact) -> list[Fact]:
        """Return the consents of its maker that stand, or may stand, on the day of an act."""
        earlier = [
            each for each in self._consents[fact.participant] if each.taken.may_be_by(fact.taken.latest)
        ]
        return standing_among(CONSENTS, earlier)

    def _root(self, target: str) -> _Statement | None:
        """Return the statement that an act names, also through an act that has changed it."""
        for _ in range(len(self._facts)):
            if (found := self._read.get(target)) is not None:
                return found
            change = self._changes.get(target)
            if change is None:
                return None
            target = change.target
        return None

    @cached_property
    def _changes(self) -> dict[str, Fact]:
        return {fact.id: fact for fact in self._facts if fact.kind in CHANGES}

    def _named_by(self, act: Fact) -> _Statement | None:
        """Return the statement that an act is about, if it can be: of the same maker, or of another for a reply."""
        if act.kind == ActionKind.END_OF_PROVISIONAL_APPLICATION and not act.target:
            return next((each for each in reversed(self._read.values()) if _is_applied(each, act)), None)
        statement = self._root(act.target) if act.target else None
        if statement is None or act.taken.latest < statement.fact.taken.earliest:
            return None
        own = statement.fact.participant == act.participant
        fits = act.kind == ActionKind.COMMUNICATION or own != (act.kind == ActionKind.OBJECTION)
        return statement if fits else None

    def _apply(self, act: Fact) -> bool:
        """Apply an act to the statement that it names; return whether it changes it."""
        statement = self._named_by(act)
        if statement is None or not _fits(act, statement):
            return False
        if act.kind in _REPLIES:
            statement.acts.append(act)
            if act.kind == ActionKind.OBJECTION:
                statement.objections.append(self._read[act.id])
            return True
        if act.kind == ActionKind.CONFIRMATION_OF_RESERVATION and not self._consents_at(act):
            return False
        # A list, not a generator: each of the provisions named must be tried.
        changed = [
            provision.apply(act, named)
            for provision in statement.provisions
            for named in (subjects_of(act) or (None,))
            if self._take(provision, act, named)
        ]
        if any(changed):
            statement.acts.append(act)
        return any(changed)

    def _take(self, provision: _Provision, act: Fact, named: str | None) -> bool:
        """Whether an act can concern a provision; if it does, the state is as certain as the act."""
        if provision.over is not None or (named is not None and not provision.covers(named)):
            return False
        provision.certain = provision.certain and act.taken.by(self._as_of)
        return True

    def _state(self, read: _Statement) -> Statement:
        opens = read.fact.notified or read.fact.taken
        acceptance = (
            Span(add(ACCEPTANCE, opens.earliest), add(ACCEPTANCE, opens.latest)) if read.late else None
        )
        acts = sorted(read.acts, key=_in_time)
        provisions = tuple(self._provision(each, read, acceptance) for each in read.provisions)
        return Statement(read.fact, provisions, tuple(acts), read.late, acceptance)

    def _provision(self, read: _Provision, statement: _Statement, acceptance: Span | None) -> StatedProvision:
        against = [
            objection.fact
            for objection in statement.objections
            if any(each.answers(read.name) for each in objection.provisions)
        ]
        in_time = [fact for fact in against if acceptance and fact.taken.earliest <= acceptance.latest]
        state, by = ProvisionState.STANDING, statement.fact
        certain = read.certain
        if read.over is not None:
            state, by = read.over
        elif in_time:
            state, by = ProvisionState.NOT_ACCEPTED, in_time[0]
            certain = certain and by.taken.by(self._as_of)
        elif statement.awaits and read.confirmed is None:
            state = ProvisionState.AWAITING_CONFIRMATION
        elif acceptance and self._as_of <= acceptance.latest:
            state = ProvisionState.AWAITING_ACCEPTANCE
            certain = certain and self._as_of <= acceptance.earliest
        elif read.parts:
            state, by = ProvisionState.PARTLY_WITHDRAWN, list(read.parts.values())[-1]
        elif read.modified is not None:
            state, by = ProvisionState.MODIFIED, read.modified
        elif read.confirmed is not None:
            state, by = ProvisionState.CONFIRMED, read.confirmed
        return StatedProvision(read.name, state, certain, by, tuple(read.parts), tuple(against))


_ENDS_CONSENT = frozenset({ActionKind.WITHDRAWAL, ActionKind.DENUNCIATION})
_REPLIES = frozenset({ActionKind.OBJECTION, ActionKind.COMMUNICATION})
_NAMES = CHANGES | _REPLIES | {ActionKind.NOTIFICATION}


def subjects_of(fact: Fact) -> tuple[str, ...]:
    """Return what a statement or an act about one names: its provisions, else its territories."""
    return fact.articles or fact.territories


def _in_time(fact: Fact) -> tuple[date, date, int, str]:
    """Order acts by their days, and acts of one day as they were entered: ids are numbers."""
    return fact.taken.earliest, fact.taken.latest, len(fact.id), fact.id


def _is_idle(fact: Fact) -> bool:
    """Whether an act that changes no statement should have changed one: an objection may answer something else."""
    return fact.kind in CHANGES or (fact.kind == ActionKind.OBJECTION and bool(fact.target))


def _fits(act: Fact, statement: _Statement) -> bool:
    """Whether a statement of this kind can be the subject of an act of that kind."""
    kind = statement.fact.kind
    if act.kind == ActionKind.CONFIRMATION_OF_RESERVATION:
        return statement.awaits
    if act.kind == ActionKind.NOTIFICATION:
        return kind == ActionKind.NOTIFICATION and statement.fact.id != act.id
    if act.kind == ActionKind.END_OF_PROVISIONAL_APPLICATION:
        return kind == ActionKind.PROVISIONAL_APPLICATION
    return True


def _is_applied(statement: _Statement, act: Fact) -> bool:
    """Whether a statement is the provisional application that an act without a target ends."""
    fact = statement.fact
    return (
        fact.kind == ActionKind.PROVISIONAL_APPLICATION
        and fact.participant == act.participant
        and fact.taken.earliest <= act.taken.latest
        and any(provision.over is None for provision in statement.provisions)
    )
