"""Changes of statements for the change feed: one made, withdrawn, confirmed or objected to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from ratification.rules.statements import Statement, statements_on
from ratification.rules.statements.kinds import OF_STATEMENTS
from ratification.rules.statements.provisions import words_of
from treaty.clauses import ActionKind


@dataclass(frozen=True, slots=True)
class StatementState:
    """A statement as the change feed shows it: its maker's code, its value, and when the acts behind it were taken."""

    participant: str
    value: dict[str, Any]
    spans: tuple[Span, ...]


def statement_states(known: Iterable[Fact], day: date) -> dict[str, StatementState]:
    """Return the statements among facts as of a day, by the id of the fact that made each."""
    held = list(known)
    if not any(fact.kind in OF_STATEMENTS for fact in held):
        return {}
    return {
        key: StatementState(
            statement.fact.participant,
            _summary(statement),
            tuple(fact.taken for fact in (statement.fact, *statement.acts)),
        )
        for key, statement in statements_on(held, day).by_id.items()
    }


def _summary(statement: Statement) -> dict[str, Any]:
    return {
        "kind": statement.fact.kind.value,
        "taken": statement.fact.taken.edtf,
        "state": statement.state.value,
        "provisions": {each.name: each.state.value for each in statement.provisions},
        "objections": sorted({fact.participant for fact in statement.objections}),
    }


def statement_sentence(who: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """Return the change of a statement as a sentence."""
    said = after or before or {}
    kind = ActionKind(said["kind"]).label
    about = words_of(said["provisions"])
    if after is None:
        return f"The {kind} of {who} on {about} is no longer in the record."
    if before is None:
        made = "an" if kind[0] in "aeiou" else "a"
        waiting = f"; it is {_words(said['state'])}" if said["state"].startswith("awaiting") else ""
        return f"{who} made {made} {kind} on {about}{waiting}."
    subject = f"The {kind} of {who} on {about} is"
    changed: dict[str, list[str]] = {}
    for name, state in after["provisions"].items():
        if before["provisions"].get(name) != state:
            changed.setdefault(state, []).append(name)
    parts = [
        _words(state) if len(names) == len(after["provisions"]) else f"{_words(state)} for {words_of(names)}"
        for state, names in changed.items()
    ]
    if before["objections"] != after["objections"]:
        by = ", ".join(after["objections"])
        parts.append(f"objected to by {by}" if by else "objected to no longer")
    return f"{subject} {'; '.join(parts) or 'corrected'}."


def _words(state: str) -> str:
    return state.replace("_", " ")
