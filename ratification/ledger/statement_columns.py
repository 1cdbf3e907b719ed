"""Checks of the columns that only some kinds of act have: texts, territories, predecessor, effect."""

import re

from ratification.ledger.characters import fault_of
from ratification.ledger.lookups import Lookups
from ratification.ledger.refusal import LedgerError
from ratification.models import Action
from ratification.rules.reasons import words_with_article
from ratification.rules.statements.kinds import TERRITORIAL
from treaty.clauses import ActionKind

TEXT_STATUS = {
    "authentic": "authentic text",
    "official": "official translation",
    "own": "this project's own translation",
}
"""Authority of a version of a statement's text."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TERRITORIES_IN = TERRITORIAL | {ActionKind.WITHDRAWAL_OF_STATEMENT, ActionKind.COMMUNICATION}
_HAS_PREDECESSOR = frozenset({ActionKind.SUCCESSION, ActionKind.SUCCESSION_TO_SIGNATURE})


def check_statement_columns(entry: Action, known: Lookups) -> None:
    """Refuse values in columns that an act of this kind does not have.

    Raises:
        LedgerError: naming the column and the reason.

    """
    kind = words_with_article(entry.get_kind_display())
    if entry.excludes is not None and entry.kind != ActionKind.RESERVATION:
        raise LedgerError(
            f"Excludes: only a reservation excludes or modifies provisions, not {kind}.", column="excludes"
        )
    if entry.precludes is not None and entry.kind != ActionKind.OBJECTION:
        raise LedgerError(
            f"Precludes: only an objection precludes entry into force, not {kind}.", column="precludes"
        )
    if entry.predecessor and entry.kind not in _HAS_PREDECESSOR:
        raise LedgerError(f"Predecessor: only a succession has one, not {kind}.", column="predecessor")
    _check_territories(entry, known)
    _check_texts(entry)


def _check_territories(entry: Action, known: Lookups) -> None:
    if not entry.territories:
        return
    if entry.kind not in _TERRITORIES_IN:
        raise LedgerError(
            f"Territories: {words_with_article(entry.get_kind_display())} names none.", column="territories"
        )
    missing = set(entry.territories) - known.territories
    if missing or len(set(entry.territories)) < len(entry.territories):
        named = ", ".join(sorted(missing))
        raise LedgerError(
            f"Territories: no territory has the code {named}."
            if missing
            else "Territories: one is named twice."
        )


def _check_texts(entry: Action) -> None:
    for text in entry.texts:
        if not isinstance(text, dict) or set(text) != {"language", "status", "text"}:
            raise LedgerError(
                "Texts: each has a language, a status and a text, and nothing else.", column="texts"
            )
        if not _LANGUAGE.fullmatch(str(text["language"])):
            raise LedgerError(
                f'Texts: "{text["language"]}" is no language tag; write az, fr or zh-Hans.', column="texts"
            )
        if text["status"] not in TEXT_STATUS:
            raise LedgerError(
                f'Texts: "{text["status"]}" is none of {", ".join(TEXT_STATUS)}.', column="texts"
            )
        if not isinstance(text["text"], str) or not text["text"].strip():
            raise LedgerError(f"Texts: the version in {text['language']} is empty.", column="texts")
        if fault := fault_of(text["text"]):
            raise LedgerError(f"Texts: the version in {text['language']} contains {fault}.", column="texts")


def words_of_effect(entry: Action) -> str:
    """Return in words what an act says of its effect; empty where it says nothing."""
    if entry.excludes is not None:
        return "excludes the provisions" if entry.excludes else "modifies the provisions"
    if entry.precludes is not None:
        verb = "precludes" if entry.precludes else "does not preclude"
        return f"{verb} entry into force between the two"
    return ""
