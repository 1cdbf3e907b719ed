"""Tree of conditions under which a treaty enters into force, as frozen data without any rule of law in it.

Leaves count deposits (`AtLeast`), add up a table of values (`SumOf`, `RatioOf`), or wait for an event or a day;
`AllOf`, `AnyOf`, `After` and `Unless` join them. The keys `instruments`, `required_participants`, `share` and `subset`
of a `treaty.toml` are a short form of the same tree (`short_form`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from common.messages import message
from treaty.clauses.delays import Delay
from treaty.clauses.kinds import ActionKind


@dataclass(frozen=True, slots=True)
class GroupMember:
    """Participant that belongs to a group given by the definition itself, half-open in time."""

    iso3: str
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Among:
    """Set of participants whose deposits a leaf counts.

    * `everyone`: every participant that the article counts;
    * `named`: the `members` listed in the condition itself;
    * `own_group`: the `members` of the group `name` that the definition gives;
    * `group`: the members of the group `name` of the reference data;
    * `parties`: the parties to the treaty `name`.

    Membership is that of the day of counting, or of the day `on` where the text fixes one.
    """

    kind: Literal["everyone", "named", "own_group", "group", "parties"] = "everyone"
    name: str = ""
    members: tuple[GroupMember, ...] = ()
    on: date | None = None


EVERYONE = Among()


@dataclass(frozen=True, slots=True)
class ValueTable:
    """Amounts by participant, such as emissions or tonnage: one column, or one for each year from its first day on.

    `years` holds (year, amounts) in order; the year is None where the table does not change. `total` is what
    percentages refer to where the table does not list everyone; else it is the sum of the amounts. `name` is the
    file's; `what` and `source` say to people what the amounts are, and where they stand.
    """

    name: str
    years: tuple[tuple[int | None, Mapping[str, Decimal]], ...]
    total: Decimal | None = None
    what: str = ""
    source: str = ""

    @property
    def words(self) -> str:
        """What the amounts are, with their source; that it is not recorded where the definition does not say it."""
        if not self.what:
            return message(
                "amounts whose source is not recorded (%(name)s)", name=self.name.partition(".")[0]
            )
        return message("%(what)s (source: %(source)s)", what=self.what, source=self.source)

    @property
    def codes(self) -> frozenset[str]:
        """Participants that the table lists."""
        return frozenset(code for _, amounts in self.years for code in amounts)


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts hold at once."""

    parts: tuple["ConditionNode", ...]
    article: str = ""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the parts holds."""

    parts: tuple["ConditionNode", ...]
    article: str = ""


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many participants of a set have acted: a number, or a fraction of the members of the set `part_of`.

    `more_than` says that the fraction must be exceeded, as by a majority. The acts are those that the article on entry
    into force counts, or `acts`, made `under` an article where one is named (declarations under article 41 of a
    covenant).
    """

    number: int | None
    among: Among = EVERYONE
    fraction: Fraction | None = None
    part_of: Among | None = None
    acts: tuple[ActionKind, ...] = ()
    under: str = ""
    article: str = ""
    more_than: bool = False


@dataclass(frozen=True, slots=True)
class SumOf:
    """Those counted hold at least a limit of a table, or more than it: a percentage of its total, or an amount."""

    table: ValueTable
    limit: Decimal
    percent: bool = True
    more_than: bool = False
    among: Among = EVERYONE
    article: str = ""


@dataclass(frozen=True, slots=True)
class RatioOf:
    """What those counted hold of one table is at least a percentage, or more than it, of what they hold of another."""

    table: ValueTable
    of: ValueTable
    limit: Decimal
    more_than: bool = False
    article: str = ""


@dataclass(frozen=True, slots=True)
class EventHappened:
    """A named event has happened: a decision, a notification of the depositary, an agreement of those concerned."""

    name: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class DayReached:
    """The day has come."""

    day: date
    article: str = ""


@dataclass(frozen=True, slots=True)
class After:
    """The delay has passed since the condition was first met; what happens to it later does not matter."""

    delay: Delay
    condition: "ConditionNode"
    article: str = ""


@dataclass(frozen=True, slots=True)
class Unless:
    """The day `by` has come and the condition was not met on it: acceptance unless enough parties object."""

    condition: "ConditionNode"
    by: date
    article: str = ""


ConditionNode = AllOf | AnyOf | AtLeast | SumOf | RatioOf | EventHappened | DayReached | After | Unless
Leaf = AtLeast | SumOf | RatioOf | EventHappened | DayReached | Unless


def nodes_of(node: ConditionNode) -> Iterator[ConditionNode]:
    """Yield the node and all nodes under it, in the order of the text."""
    yield node
    if isinstance(node, AllOf | AnyOf):
        for part in node.parts:
            yield from nodes_of(part)
    elif isinstance(node, After | Unless):
        yield from nodes_of(node.condition)


def amongs_of(node: ConditionNode) -> Iterator[Among]:
    """Yield the sets of participants that the tree counts."""
    for each in nodes_of(node):
        if isinstance(each, AtLeast | SumOf):
            yield each.among
        if isinstance(each, AtLeast) and each.part_of:
            yield each.part_of


def tables_of(node: ConditionNode) -> Iterator[ValueTable]:
    """Yield the tables that the tree adds up."""
    for each in nodes_of(node):
        if isinstance(each, SumOf | RatioOf):
            yield each.table
        if isinstance(each, RatioOf):
            yield each.of


def needed_together(node: ConditionNode) -> Iterator[Leaf]:
    """Yield the leaves that have to hold in every case: those under no alternative."""
    if isinstance(node, AllOf):
        for part in node.parts:
            yield from needed_together(part)
    elif isinstance(node, After):
        yield from needed_together(node.condition)
    elif not isinstance(node, AnyOf):
        yield node


def named(codes: tuple[str, ...]) -> Among:
    """Return the set of participants listed one by one."""
    return Among("named", members=tuple(GroupMember(code) for code in codes))


def short_form(
    instruments: int | None = None,
    required: tuple[str, ...] = (),
    shares: tuple[SumOf, ...] = (),
    subsets: tuple[AtLeast, ...] = (),
) -> ConditionNode:
    """Return the tree that the short keys of `[entry_into_force]` stand for: all of what they ask for."""
    parts: list[ConditionNode] = []
    if instruments is not None:
        parts.append(AtLeast(instruments))
    if required:
        parts.append(AtLeast(len(required), named(required)))
    parts += [*shares, *subsets]
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))
