"""Doubled drafts: what waits for publication, and says the same as a new draft."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Generic, cast

from ratification.ledger.content import E, content_of, facts_in
from ratification.models import Action, Report, TreatyFact
from ratification.models.entry import LedgerEntry
from ratification.rules.doubts import Doubt
from treaty.clauses import CONSENTS, SIGNATURES
from treaty.models import Treaty

if TYPE_CHECKING:
    from django.db.models import Manager, QuerySet


_NAMED: dict[type[LedgerEntry], tuple[str, ...]] = {
    Action: ("relates_to", "predecessor"),
    Report: ("measure",),
    TreatyFact: (),
}
"""Rows that entries of a kind name, besides their participant, source and author."""


class Waiting(Generic[E]):
    """Entries of a kind that are not published yet, read once, against which any number of drafts are held."""

    def __init__(self, treaty: Treaty, model: type[E], *, beside: E | None = None) -> None:
        """Read the entries.

        Args:
            treaty: the treaty.
            model: the kind of entry.
            beside: the only draft that will be held against them, where there is only one: what it cannot double is not
                read then.

        """
        entries = cast("Manager[E]", model._default_manager)  # noqa: SLF001 - Django's documented API
        found: QuerySet[E] = entries.filter(treaty=treaty, revision__isnull=True)
        if beside is not None:
            column, value = _group(beside)
            found = found.filter(**{column: value})
            if beside.pk:
                found = found.filter(pk__lt=beside.pk)
        self._groups: dict[object, list[E]] = defaultdict(list)
        self._own: dict[object, list[E]] = defaultdict(list)
        self.state: list[object] = []
        """Content and place of each entry: equal as long as nothing changes."""
        for entry in found.order_by("pk").prefetch_related("participant", "source", "author", *_NAMED[model]):
            self.add(entry)
            self.state.append((entry.pk, entry.state, entry.author_id, entry.override, content_of(entry)))

    def add(self, entry: E) -> None:
        """Add a draft, so that the next are held against it too."""
        self._groups[_group(entry)].append(entry)
        self._own[_sent(entry)].append(entry)

    def twin_of(self, entry: E) -> E | None:
        """Return the draft of the same author with the same content: a form is sent twice."""
        facts = facts_in(content_of(entry))
        return next(
            (other for other in self._own[_sent(entry)] if facts_in(content_of(other)) == facts), None
        )

    def doubts_about(self, entry: E) -> list[Doubt]:
        """Return the doubts about a draft that another author has drafted before; the second author explains.

        Two drafts are the same if they correct the same entry, report the same stage, are both signatures or both
        consents of a participant, or are statements of a kind about the same provisions.
        """
        return [
            Doubt(
                "doubling",
                f"Drafted already: {other} ({other.get_state_display()}, {other.author}).",
                impossible=False,
            )
            for other in self._groups[_group(entry)]
            if other.author_id != entry.author_id
            and not (entry.pk and entry.pk <= other.pk)
            and (entry.supersedes_id is not None or _sameness(other) == _sameness(entry))
        ]


def _group(entry: E) -> tuple[str, Any]:
    """Return the column and value that two drafts of the same share: the entry they supersede, or the participant."""
    if entry.supersedes_id is not None:
        return "supersedes", entry.supersedes_id
    return "participant", entry.participant_id


def _sent(entry: E) -> tuple[object, ...]:
    """Return what two drafts share at least, if one person has sent one form twice."""
    return _group(entry), entry.author_id, entry.entry, entry.taken_earliest


def _sameness(entry: E) -> tuple[object, ...]:
    if isinstance(entry, TreatyFact):
        return (entry.kind,)
    if not isinstance(entry, Action):
        return entry.measure_id, entry.stage
    for alike in (CONSENTS, SIGNATURES):
        if entry.kind in alike:
            return (alike,)
    return entry.kind, tuple(entry.provisions), entry.relates_to_id
