"""Changes of statements for the change feed: one made, withdrawn, confirmed or objected to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from common.messages import listed
from common.punctuation import semicolon
from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from ratification.rules.statements import ProvisionState, Statement, statements_on
from ratification.rules.statements.kinds import OF_STATEMENTS, TERRITORIAL
from ratification.rules.statements.provisions import words_of
from ratification.status.change_values import states_of_provisions
from ratification.status.day_text import on_day, translated
from states.naming import name_for
from treaty.clauses import ActionKind

_AT_FIRST = frozenset({ProvisionState.STANDING, ProvisionState.CONFIRMED})
"""States of a statement of which its making says enough."""


@dataclass(frozen=True, slots=True)
class StatementState:
    """A statement as the change feed shows it: its maker's code, its value, and when the acts behind it were taken.

    `acts` has the days of the statement itself and of the acts that concern it, by the ids of their facts; `objections`
    are those that stand; `ended` is when it ended with the consent to which it belonged.
    """

    participant: str
    value: dict[str, Any]
    acts: Mapping[str, Span]
    objections: frozenset[str] = frozenset()
    ended: tuple[Span, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """When all that is behind it happened."""
        return (*self.acts.values(), *self.ended)


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
            {fact.id: fact.taken for fact in (statement.fact, *statement.acts)},
            frozenset(fact.id for fact in statement.objections),
            tuple(each.ended for each in statement.provisions[:1] if each.ended),
        )
        for key, statement in statements_on(held, day, ended).by_id.items()
    }


def spans_between(
    was: StatementState | None,
    now: StatementState | None,
    others: Mapping[str, StatementState],
    passed: date | None,
) -> tuple[Span, ...]:
    """Return when what a statement's change follows from happened: the acts that are new, or an objection's end.

    Args:
        was: the statement before; None where it is new.
        now: the statement after; None where it is no longer in the record.
        others: all statements after, by the ids of their facts: an objection's own state has its withdrawal.
        passed: the day that passed, where the change follows from that alone.
    """
    if was is None or now is None:
        shown = now or was
        return shown.spans if shown else ()
    gone = [others[key] for key in was.objections - now.objections if key in others]
    found = (
        *(span for key, span in now.acts.items() if key not in was.acts),
        *(span for objection in gone for span in objection.spans),
        *(now.ended if now.ended != was.ended else ()),
    )
    if passed is not None:
        return tuple(span for span in now.spans if span.latest == passed)
    return found or now.spans


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
    if after is None:
        words = gettext("The %(statement)s is no longer in the record.")
        return words % {"statement": _named(who, said)}
    if before is None:
        return _made(who, said)
    changed: dict[str, list[str]] = {}
    for name, state in states_of_provisions(after).items():
        if before["provisions"].get(name) != state:
            changed.setdefault(state, []).append(name)
    parts = [
        _state_words(said, state, [] if len(names) == len(after["provisions"]) else names)
        for state, names in changed.items()
    ]
    if before["objections"] != after["objections"]:
        by = translated(listed([name_for(iso3) for iso3 in after["objections"]], "and"))
        parts.append(
            gettext("objected to by %(participants)s") % {"participants": by}
            if by
            else gettext("objected to no longer")
        )
    states = semicolon().join(parts) or gettext("corrected")
    return gettext("The %(statement)s is %(states)s.") % {"statement": _named(who, said), "states": states}


def _made(who: str, said: dict[str, Any]) -> str:
    """Return that a statement was made; when, where the record has it only since something else became of it."""
    state = ProvisionState(said["state"])
    values = {
        "participant": who,
        "statement": _with_article(said),
        "state": translated(state.label),
        "when": on_day(Span.of_edtf(said["taken"])),
    }
    if state in _AT_FIRST:
        words = gettext("%(participant)s made %(statement)s.")
    elif state.value.startswith("awaiting"):
        words = gettext("%(participant)s made %(statement)s; it is %(state)s.")
    else:
        words = gettext("%(participant)s made %(statement)s %(when)s; it is %(state)s.")
    return words % values


def _with_article(said: dict[str, Any]) -> str:
    """Return a statement and what it is about: `a reservation on article 14`. English has two articles."""
    kind, about = ActionKind(said["kind"]).label, _about(said)
    vowel = kind[0] in "aeiou"
    if not about:
        words = gettext("an %(statement)s") if vowel else gettext("a %(statement)s")
    elif _is_of_territories(said):
        words = gettext("a %(statement)s for %(territories)s")
    else:
        words = (
            gettext("an %(statement)s on %(provisions)s")
            if vowel
            else gettext("a %(statement)s on %(provisions)s")
        )
    return words % {"statement": translated(kind), "provisions": about, "territories": about}


def _named(who: str, said: dict[str, Any]) -> str:
    """Return a statement by its maker and what it is about: `reservation of Qatar on article 14`."""
    about = _about(said)
    if not about:
        words = gettext("%(statement)s of %(participant)s")
    elif _is_of_territories(said):
        words = gettext("%(statement)s of %(participant)s for %(territories)s")
    else:
        words = gettext("%(statement)s of %(participant)s on %(provisions)s")
    kind = translated(ActionKind(said["kind"]).label)
    return words % {"participant": who, "statement": kind, "provisions": about, "territories": about}


def _is_of_territories(said: dict[str, Any]) -> bool:
    """Whether the provisions of a statement are the codes of territories."""
    return ActionKind(said["kind"]) in TERRITORIAL


def _about(said: dict[str, Any], provisions: Iterable[str] = ()) -> str:
    """Return provisions in words, or the names of territories: of all, unless some are given. Empty for none."""
    named = [provision for provision in provisions or states_of_provisions(said) if provision]
    if _is_of_territories(said):
        return translated(listed([name_for(code) for code in named], "and"))
    return translated(words_of(named)) if named else ""


def _state_words(said: dict[str, Any], state: str, provisions: list[str]) -> str:
    """Name a state, and the provisions that have it where they are not all."""
    words = translated(ProvisionState(state).label)
    if state == ProvisionState.ENDED and said["kind"] != ActionKind.PROVISIONAL_APPLICATION:
        words = gettext("no longer in force, because the consent has ended")
    if not provisions:
        return words
    return gettext("%(state)s for %(provisions)s") % {"state": words, "provisions": _about(said, provisions)}
