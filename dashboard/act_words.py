"""Kinds of act and states of statements in the language of the page."""

from collections.abc import Mapping
from functools import lru_cache

from django.utils.functional import lazy
from django.utils.translation import get_language

from common.messages import Text
from ratification.rules.statements import ProvisionState
from ratification.status.day_text import translated
from treaty.clauses import ActionKind


def kind_words(kind: ActionKind) -> str:
    """Name a kind of act."""
    return _kind_words(kind, get_language())


@lru_cache(maxsize=256)  # all kinds in all languages
def _kind_words(kind: ActionKind, _language: str | None) -> str:
    return translated(kind.label)


def state_words(state: ProvisionState) -> str:
    """Name the state of a provision of a statement."""
    return translated(state.label)


KINDS: Mapping[ActionKind, Text] = {kind: lazy(kind_words, str)(kind) for kind in ActionKind}
"""All kinds with their names, for the options of forms."""
STATES: Mapping[ProvisionState, Text] = {state: lazy(state_words, str)(state) for state in ProvisionState}
"""All states with their names, for the options of forms."""
