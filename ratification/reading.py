"""From rows to the input of the rules: which entries hold at a revision, and the record that they make.

Every reader (ledger, status, selectors) goes through here, so that an entry is visible to all of them or to none.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from django.db.models import Exists, OuterRef, QuerySet

from ratification.models import Action
from ratification.rules import facts
from states.models import Group, Membership, Participant
from treaty.clauses import ActionKind, Definition, definition_from_json
from treaty.models import Treaty


def entries_at(treaty: Treaty, revision: int) -> QuerySet[Action]:
    """Return the entries of `treaty` that hold at `revision`: published by then, not superseded by then, not retractions."""
    superseding = Action.objects.filter(supersedes=OuterRef("pk"), revision__lte=revision)
    return (
        Action.objects.filter(treaty=treaty, revision__lte=revision)
        .exclude(entry=Action.Entry.RETRACTION)
        .filter(~Exists(superseding))
        .order_by("revision")
    )


def roots_of(treaty: Treaty) -> dict[int, int]:
    """Map each published entry to the first of its chain of corrections, so that references survive a correction."""
    earlier = dict(Action.objects.filter(treaty=treaty, revision__isnull=False).values_list("pk", "supersedes"))

    def root(pk: int) -> int:
        while (before := earlier.get(pk)) is not None:
            pk = before
        return pk

    return {pk: root(pk) for pk in earlier}


def facts_of(entries: Iterable[Action], roots: dict[int, int]) -> list[facts.Fact]:
    """Turn entries into facts; a withdrawal is folded into the fact that it takes back."""
    entries = list(entries)
    withdrawals = {
        roots[entry.relates_to_id]: entry.taken
        for entry in entries
        if entry.kind == ActionKind.WITHDRAWAL and entry.relates_to_id is not None
    }
    return [
        facts.Fact(
            id=entry.pk,
            participant=entry.participant.iso3,
            kind=ActionKind(entry.kind),
            taken=entry.taken,
            withdrawn=withdrawals.get(roots[entry.pk]),
            effective=entry.effective,
        )
        for entry in entries
        if entry.kind != ActionKind.WITHDRAWAL
    ]
