"""State of each provision of each statement on a day, from the acts alone.

A statement is about provisions, and each of them has a state of its own: a State may withdraw one article of a
reservation and keep the rest (VCLT 22). The acts are applied in the order of their days, whatever the order in which
they were entered, so that a past day is computed as any other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce

from ratification.rules.consents import ENDS_CONSENT, standing_among
from ratification.rules.dates import NEVER, Span, add, earlier_of, later_of
from ratification.rules.facts import Fact
from ratification.rules.statements.in_time import ACCEPTANCE, last_day_to_object
from ratification.rules.statements.kinds import CHANGES, ENDS, REPLIES, STATEMENTS
from ratification.rules.statements.provision_states import ProvisionState
from ratification.rules.statements.provisions import WHOLE, covers
from ratification.rules.statements.states import StatedObjection, StatedProvision, Statement, Statements
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind

_NOTHING_ENDED: Mapping[str, Span] = {}


@dataclass(slots=True)
class _Provision:
    """A provision while the acts are applied to it."""

    name: str
    over: tuple[ProvisionState, Fact] | None = None
    over_on: Span | None = None
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

    def answers(self, name: str, until: date = NEVER, *, perhaps: bool = False) -> bool:
        """Whether an objection in which this provision stands, or stood on a day, answers one of a statement.

        `perhaps` asks whether it may: where the day of its withdrawal is open, it may have stood still.
        """

        def is_gone(ends: Span) -> bool:
            return ends.by(until) if perhaps else ends.may_be_by(until)

        gone = (part for part, act in self.parts.items() if is_gone(act.taken))
        return (
            not (self.over_on and is_gone(self.over_on))
            and self.meets(name)
            and not any(covers(part, name) for part in gone)
        )

    def meets(self, name: str) -> bool:
        """Whether this provision contains another one, or is contained in it."""
        return covers(self.name, name) or covers(name, self.name)

    def gone_on(self, name: str) -> Span | None:
        """Return the day on which an objection in which this provision stands was taken back for one of a statement."""
        parts = (act.taken for part, act in self.parts.items() if covers(part, name))
        return self.over_on or next(parts, None)

    def is_reached(self, act: Fact, named: str | None) -> bool:
        """Whether an act concerns the provision: it names it, or what stands of it; a new notification also more."""
        if self.over is not None:
            return False
        wider = act.kind == ActionKind.NOTIFICATION and named is not None and covers(named, self.name)
        return named is None or wider or self.covers(named)

    def apply(self, act: Fact, named: str | None) -> bool:
        """Apply an act to the whole provision, or to the part of it that is named; return whether it changes it."""
        if not self.is_reached(act, named):
            return False
        part = named if named is not None and not covers(named, self.name) else None
        if part is not None and (act.kind in ENDS or act.kind == ActionKind.NOTIFICATION):
            self.parts[part] = act
        elif act.kind in ENDS:
            self.over, self.over_on = (ProvisionState.WITHDRAWN, act), act.taken
        elif act.kind == ActionKind.MODIFICATION_OF_STATEMENT:
            self.modified = act
        elif act.kind == ActionKind.NOTIFICATION:
            self.over, self.over_on = (ProvisionState.REPLACED, act), act.taken
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
    ends: Span | None = None
    acts: list[Fact] = field(default_factory=list)
    objections: list["_Statement"] = field(default_factory=list)


def statements_on(
    facts: Iterable[Fact], as_of: date, ended: Mapping[str, Span] = _NOTHING_ENDED
) -> Statements:
    """Return the statements that may have been made by a day, with the state of each provision on it.

    Args:
        facts: all acts under the treaty, in any order; signatures and consents say what awaits confirmation.
        as_of: the day. What certainly comes later is left out.
        ended: the days on which consents and signatures ended, by id (`Outcome.ended`); statements end with them.

    """
    return _Reading(facts, as_of, ended).result()


class _Reading:
    """The acts under a treaty, read up to a day."""

    def __init__(self, facts: Iterable[Fact], as_of: date, ended: Mapping[str, Span]) -> None:
        self._as_of = as_of
        self._ended = ended
        self._facts = sorted((fact for fact in facts if fact.taken.may_be_by(as_of)), key=_in_time)
        self._consents: dict[str, list[Fact]] = defaultdict(list)
        self._bases: dict[str, list[Fact]] = defaultdict(list)
        for fact in self._facts:
            if fact.kind in CONSENTS or fact.kind in ENDS_CONSENT:
                self._consents[fact.participant].append(fact)
            if fact.kind in CONSENTS or fact.kind in SIGNATURES:
                self._bases[fact.participant].append(fact)
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
                provision.over, provision.over_on = (ProvisionState.WITHDRAWN, fact), fact.withdrawn
                provision.certain = certain and fact.withdrawn.by(self._as_of)
        reserves = fact.kind == ActionKind.RESERVATION
        standing = self._consents_at(fact) if reserves else []
        return _Statement(
            fact,
            provisions,
            awaits=reserves and not standing,
            late=bool(standing) and all(each.taken.latest < fact.taken.earliest for each in standing),
            ends=self._end_of(fact),
        )

    def _end_of(self, fact: Fact) -> Span | None:
        """Return the day on which a statement ends, because the consent to which it belongs does.

        It belongs to the last consent of its day or before that had not ended by then, else to the next one; to a
        signature where there is no consent. Provisional application ends with entry into force too. What is said on
        another's act belongs to none.
        """
        if not self._ended or fact.kind == ActionKind.COMMUNICATION:
            return None
        own = self._bases[fact.participant]
        own = [each for each in own if each.kind in CONSENTS] or own
        left = [
            each
            for each in own
            if (ends := self._ended.get(each.id)) is None or ends.latest > fact.taken.earliest
        ]
        before = [each for each in left if each.taken.earliest <= fact.taken.latest]
        base = before[-1] if before else left[0] if left else None
        ends = self._ended.get(base.id) if base else None
        ends = earlier_of(ends, self._ended.get(fact.id))
        return ends if ends and ends.may_be_by(self._as_of) else None

    def _consents_at(self, fact: Fact) -> list[Fact]:
        """Return the consents of its maker that stand, or may stand, on the day of an act."""
        return consents_standing(self._consents[fact.participant], fact.taken.latest, self._ended)

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
        if statement.ends and statement.ends.latest <= act.taken.earliest:
            return False
        if act.kind in REPLIES:
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
        if not provision.is_reached(act, named):
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
            if not (objection.ends and objection.ends.by(self._as_of))
            and any(each.answers(read.name) for each in objection.provisions)
        ]
        in_time = self._in_time_against(read.name, statement, acceptance) if acceptance else []
        state, by = ProvisionState.STANDING, statement.fact
        certain, ended = read.certain, None
        if read.over is not None:
            state, by = read.over
        elif statement.ends is not None:
            state, ended = ProvisionState.ENDED, statement.ends
            certain = certain and ended.by(self._as_of)
        elif acceptance and in_time:
            sure = [each.fact for each in in_time if self._is_surely_in_time(read.name, each, acceptance)]
            state, by = ProvisionState.NOT_ACCEPTED, (sure or [each.fact for each in in_time])[0]
            certain = certain and bool(sure)
        elif statement.awaits and read.confirmed is None:
            state = ProvisionState.AWAITING_CONFIRMATION
        elif acceptance and self._as_of <= acceptance.latest:
            state = ProvisionState.AWAITING_ACCEPTANCE
            certain = certain and self._as_of <= acceptance.earliest
        elif read.parts:
            by = list(read.parts.values())[-1]
            replaced = by.kind == ActionKind.NOTIFICATION
            state = ProvisionState.PARTLY_REPLACED if replaced else ProvisionState.PARTLY_WITHDRAWN
        elif read.modified is not None:
            state, by = ProvisionState.MODIFIED, read.modified
        elif read.confirmed is not None:
            state, by = ProvisionState.CONFIRMED, read.confirmed
        made_good = not statement.late and not (statement.awaits and read.confirmed is None)
        answers = tuple(self._answers(read.name, statement))
        return StatedProvision(
            read.name, state, certain, by, tuple(read.parts), tuple(against), ended, answers, made_good
        )

    def _answers(self, name: str, statement: _Statement) -> Iterator[StatedObjection]:
        """Yield the objections to a provision, whether or not they still stand."""
        for objection in statement.objections:
            meeting = [each for each in objection.provisions if each.meets(name)]
            gone = [each.gone_on(name) for each in meeting]
            left = [each.name for each in meeting if not (each.over_on and each.over_on.by(self._as_of))]
            parts = () if any(covers(each, name) for each in left) else tuple(left)
            ends, over = objection.ends, None
            if gone and None not in gone:
                over = reduce(later_of, (day for day in gone if day))
            if not meeting or (ends and ends.by(self._as_of)):
                continue
            taken = objection.fact.taken
            consents = self._consents_at(objection.fact)
            last = last_day_to_object(statement.fact, consents) if consents else None
            late = last is not None and last.latest < taken.earliest
            sure = (
                taken.by(self._as_of)
                and not ends
                and not over
                and (late or not last or taken.by(last.earliest))
            )
            stands = False if over and over.by(self._as_of) else sure or None
            yield StatedObjection(objection.fact, stands, late, over, parts)

    def _in_time_against(self, name: str, statement: _Statement, acceptance: Span) -> list[_Statement]:
        """Return the objections of contracting States within the period of acceptance that may have stood at its end.

        A reservation that was not accepted then is not accepted later because an objection is withdrawn.
        """
        closes, until = acceptance.latest, min(acceptance.latest, self._as_of)
        return [
            objection
            for objection in statement.objections
            if objection.fact.taken.earliest <= closes
            and not (objection.ends and objection.ends.by(until))
            and any(each.answers(name, until, perhaps=True) for each in objection.provisions)
            and self._consents_at(objection.fact)
        ]

    def _is_surely_in_time(self, name: str, objection: _Statement, acceptance: Span) -> bool:
        """Whether an objection stood at the end of the twelve months, whatever the open days were."""
        taken, until = objection.fact.taken, min(acceptance.latest, self._as_of)
        return (
            taken.by(min(acceptance.earliest, self._as_of))
            and not (objection.ends and objection.ends.may_be_by(until))
            and any(each.answers(name, until) for each in objection.provisions)
            and any(each.taken.by(taken.earliest) for each in self._consents_at(objection.fact))
        )


_NAMES = CHANGES | REPLIES | {ActionKind.NOTIFICATION}


def consents_standing(own: Iterable[Fact], day: date, ended: Mapping[str, Span]) -> list[Fact]:
    """Return the consents of a participant that stand, or may stand, on a day.

    One that has been denounced stands until that takes effect; `ended` says when.
    """
    earlier = [each for each in own if each.taken.may_be_by(day)]
    standing = {each.id for each in standing_among(CONSENTS, earlier, day)}
    standing |= {key for key, ends in ended.items() if ends.earliest > day}
    standing -= {key for key, ends in ended.items() if ends.by(day)}
    return [each for each in earlier if each.kind in CONSENTS and each.id in standing]


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
