"""Acts, events and memberships on which the condition of a clause depends, each with its days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ratification.rules.dates import Span
from ratification.rules.facts import FactRecord
from ratification.rules.holdings import Amounts
from treaty.clauses import AtLeast, ConditionNode, ValueTable

Stream = tuple[tuple[str, ...], str]
"""Kinds of act that a leaf counts, and the article they are made under."""

COUNTED: Stream = ((), "")
"""Stream that the clause itself counts."""


def stream_of(node: AtLeast) -> Stream:
    """Return the stream that a leaf counts."""
    return node.acts, node.under


@dataclass(frozen=True, slots=True)
class Stay:
    """Days on which an instrument can count, for one participant or for the members of an organization."""

    number: int
    participants: tuple[str, ...]
    since: Span
    until: Span | None


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that a condition depends on, in the order of time up to the day asked about.

    `leave_out` are participants that belong to no set because their acts do not count, `events` the days of the events
    that the condition waits for.
    """

    condition: ConditionNode
    record: FactRecord
    stays: Mapping[Stream, Sequence[Stay]]
    leave_out: frozenset[str]
    events: Mapping[str, Span]
    as_of: date
    _amounts: dict[tuple[str, Decimal | None], Amounts] = field(default_factory=dict)

    def amounts(self, table: ValueTable) -> Amounts:
        """Return the amounts of a table, which many leaves can ask for; each leaf can give it a total of its own."""
        key = table.name, table.total
        if key not in self._amounts:
            self._amounts[key] = Amounts(table)
        return self._amounts[key]
