"""Kinds of act as a form offers them: those that the treaty admits, and apart those that have to be explained."""

from ratification.record.evaluation import clause_of
from ratification.rules.admissibility import is_admitted
from treaty.clauses import ActionKind
from treaty.models import Treaty

OTHERS = "Other kinds, to be explained"
Choice = tuple[str, str]


def kind_choices(treaty: Treaty | None) -> list[Choice | tuple[str, list[Choice]]]:
    """Return the choices of the field of kinds, the others as a group of their own."""
    clause = clause_of(treaty) if treaty else None
    offered: list[Choice] = [("", "---------")]
    others: list[Choice] = []
    for kind in ActionKind:
        (offered if is_admitted(kind, clause) else others).append((kind.value, kind.label))
    return [*offered, (OTHERS, others)] if others else [*offered]
