"""Statements of a predecessor that its successor may maintain.

A newly independent State that succeeds to a treaty is considered as maintaining the reservations that applied to its
territory, unless it says otherwise or makes one on the same subject (VCSST 20(1)); for other successors the treaty
itself continues in force (VCSST 31, 34). The record does not decide which of them applies: what a successor maintains
is entered as its own.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from ratification.rules.facts import Fact
from ratification.rules.statements.life import statements_on
from ratification.rules.statements.provisions import WHOLE, covers
from ratification.rules.statements.states import Statement
from treaty.clauses import ActionKind

_TAKEN_OVER = frozenset({ActionKind.RESERVATION, ActionKind.DECLARATION})


def not_said_of(successor: str, facts: Sequence[Fact], as_of: date) -> Iterator[Statement]:
    """Yield the predecessor's statements of which a successor has not said whether it maintains them.

    They stood when it succeeded, and it has made none of the kind on the same provisions itself.

    Args:
        successor: the code of the successor.
        facts: all acts under the treaty.
        as_of: the day asked about.

    """
    own = [fact for fact in facts if fact.participant == successor and fact.taken.may_be_by(as_of)]
    for succession in own:
        if not succession.predecessor:
            continue
        for statement in statements_on(facts, succession.taken.latest).of(succession.predecessor):
            if statement.fact.kind in _TAKEN_OVER and statement.stands and not _is_said(statement, own):
                yield statement


def _is_said(statement: Statement, own: Sequence[Fact]) -> bool:
    """Whether a successor's own statements of the kind touch each provision that stands."""
    said = [name for fact in own if fact.kind == statement.fact.kind for name in (fact.articles or (WHOLE,))]
    return all(any(covers(name, one) or covers(one, name) for name in said) for one in statement.standing)
