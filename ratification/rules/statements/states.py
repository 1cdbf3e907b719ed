"""Statements on a day, each with the state of its provisions."""

from collections.abc import Mapping
from dataclasses import dataclass

from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from ratification.rules.statements.provision_states import ProvisionState
from ratification.rules.statements.provisions import covers

_ORDER = list(ProvisionState)


@dataclass(frozen=True, slots=True)
class StatedObjection:
    """An objection to a provision of a reservation: whether it stands on a day, and whether it can have an effect.

    `stands` is None where an open date leaves that open, also whether it came in time; `late` says that it came when
    the reservation counted as accepted by its maker (VCLT 20(5)); `over` is the day on which it was withdrawn. `parts`
    are what it names of the provision, empty where it is about all of it.
    """

    objection: Fact
    stands: bool | None
    late: bool = False
    over: Span | None = None
    parts: tuple[str, ...] = ()

    @property
    def may_count(self) -> bool:
        """Whether it has, or may have, an effect on the day."""
        return self.stands is not False and not self.late


@dataclass(frozen=True, slots=True)
class StatedProvision:
    """One provision of a statement on a day.

    `by` is the act that gave it the state, on the day `since`; `parts` are what has been withdrawn or replaced of it;
    `objections` the objections that stand against it, and `answers` all that were made. `certain` is False where an
    open date leaves it open whether an act had happened by the day; `made_good` says of a reservation that it was made
    with consent, or confirmed.
    """

    name: str
    state: ProvisionState
    certain: bool
    by: Fact
    parts: tuple[str, ...] = ()
    objections: tuple[Fact, ...] = ()
    ended: Span | None = None
    answers: tuple[StatedObjection, ...] = ()
    made_good: bool = True

    @property
    def since(self) -> Span:
        """The day on which it came into this state."""
        return self.ended or self.by.taken

    @property
    def objected_parts(self) -> tuple[str, ...]:
        """The parts that the objections to it name; empty where one is about all of it, and without objections."""
        named = [each.parts for each in self.answers if each.objection in self.objections]
        return tuple(dict.fromkeys(part for parts in named for part in parts)) if all(named) else ()

    @property
    def may_have_effect(self) -> bool:
        """Whether it has an effect, or may have one still because the day on which it was taken back is open."""
        open_still = self.state == ProvisionState.WITHDRAWN and not self.certain and self.made_good
        return self.state.has_effect or open_still


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
    def may_stand(self) -> tuple[str, ...]:
        """The provisions that stand, and those of which that is open."""
        return tuple(each.name for each in self.provisions if each.state.stands or each.may_have_effect)

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
