"""Changes of statements for the change feed: one made, withdrawn, confirmed or objected to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ratification.models import TreatyStatus
from ratification.record.entries import entries_at, facts_of
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.rules.statements import Statement, statements_on
from ratification.rules.statements.kinds import OF_STATEMENTS
from ratification.rules.statements.provisions import words_of
from treaty.clauses import ActionKind


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A statement before and after, the code of its maker, and when the acts behind the change were taken."""

    participant: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    spans: tuple[Span, ...]


def statement_changes(view: View, stored: TreatyStatus | None) -> Iterator[StatementChange]:
    """Yield the statements that differ from those under the status stored before.

    No query where the record holds no statement; else one where the revision has moved on, and one more where an entry
    is a correction.
    """
    if not any(entry.kind in OF_STATEMENTS for entry in view.recorded):
        return
    old = dict(_stored(view, stored)) if stored else {}
    new = dict(_by_id(statements_on(view.facts, view.as_of).by_id))
    for key in sorted(old.keys() | new.keys(), key=lambda key: (len(key), key)):
        before, after = old.get(key), new.get(key)
        if (shown := after or before) and (before and before[1]) != (after and after[1]):
            yield StatementChange(
                shown[0].fact.participant,
                before[1] if before else None,
                after[1] if after else None,
                tuple(fact.taken for fact in (shown[0].fact, *shown[0].acts)),
            )


def _stored(view: View, stored: TreatyStatus) -> Iterator[tuple[str, tuple[Statement, dict[str, Any]]]]:
    """Yield the statements of the revision and day of the stored status."""
    if stored.revision == view.revision:
        entries = list(view.recorded)
    else:
        entries = list(entries_at(view.treaty, stored.revision))
    yield from _by_id(statements_on(facts_of(view.treaty, entries), stored.as_of).by_id)


def _by_id(by_id: Mapping[str, Statement]) -> Iterator[tuple[str, tuple[Statement, dict[str, Any]]]]:
    for key, statement in by_id.items():
        yield key, (statement, _summary(statement))


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
