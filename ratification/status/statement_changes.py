"""Changes of statements for the change feed: one made, withdrawn, confirmed or objected to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from ratification.rules.statements import ProvisionState, Statement, statements_on
from ratification.rules.statements.kinds import OF_STATEMENTS
from ratification.rules.statements.provisions import words_of
from ratification.status.day_text import translated
from treaty.clauses import ActionKind


@dataclass(frozen=True, slots=True)
class StatementState:
    """A statement as the change feed shows it: its maker's code, its value, and when the acts behind it were taken."""

    participant: str
    value: dict[str, Any]
    spans: tuple[Span, ...]


def statement_states(
    known: Iterable[Fact], day: date, ended: Mapping[str, Span]
) -> dict[str, StatementState]:
    """Return the statements among facts as of a day, by the id of the fact that made each.

    `ended` are the consents and signatures that ended, with which statements end (`Outcome.ended`).
    """
    held = list(known)
    if not any(fact.kind in OF_STATEMENTS for fact in held):
        return {}
    return {
        key: StatementState(
            statement.fact.participant,
            _summary(statement),
            (
                *(fact.taken for fact in (statement.fact, *statement.acts)),
                *(each.ended for each in statement.provisions[:1] if each.ended),
            ),
        )
        for key, statement in statements_on(held, day, ended).by_id.items()
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
    values = {
        "participant": who,
        "statement": translated(kind),
        "provisions": translated(words_of(said["provisions"])),
        "state": translated(ProvisionState(said["state"]).label),
    }
    if after is None:
        words = gettext("The %(statement)s of %(participant)s on %(provisions)s is no longer in the record.")
        return words % values
    if before is None:
        return _made(values, vowel=kind[0] in "aeiou", waits=said["state"].startswith("awaiting"))
    changed: dict[str, list[str]] = {}
    for name, state in after["provisions"].items():
        if before["provisions"].get(name) != state:
            changed.setdefault(state, []).append(name)
    parts = [
        _state_words(state, [] if len(names) == len(after["provisions"]) else names)
        for state, names in changed.items()
    ]
    if before["objections"] != after["objections"]:
        by = ", ".join(after["objections"])
        parts.append(
            gettext("objected to by %(participants)s") % {"participants": by}
            if by
            else gettext("objected to no longer")
        )
    states = "; ".join(parts) or gettext("corrected")
    words = gettext("The %(statement)s of %(participant)s on %(provisions)s is %(states)s.")
    return words % {**values, "states": states}


def _made(values: dict[str, str], *, vowel: bool, waits: bool) -> str:
    """Return that a statement was made; English has two articles."""
    if waits and vowel:
        words = gettext("%(participant)s made an %(statement)s on %(provisions)s; it is %(state)s.")
    elif waits:
        words = gettext("%(participant)s made a %(statement)s on %(provisions)s; it is %(state)s.")
    elif vowel:
        words = gettext("%(participant)s made an %(statement)s on %(provisions)s.")
    else:
        words = gettext("%(participant)s made a %(statement)s on %(provisions)s.")
    return words % values


def _state_words(state: str, provisions: list[str]) -> str:
    """Name a state, and the provisions that have it where they are not all."""
    words = translated(ProvisionState(state).label)
    if state == ProvisionState.ENDED:
        words = gettext("no longer in force, because the consent has ended")
    if not provisions:
        return words
    return gettext("%(state)s for %(provisions)s") % {
        "state": words,
        "provisions": translated(words_of(provisions)),
    }
