"""Basis of drafting: what drafts of one author are held against, read once for any number of them."""

from datetime import date
from typing import Generic

from django.contrib.auth.models import User

from ratification.ledger.checks import Scrutiny
from ratification.ledger.content import E
from ratification.ledger.doubling import Waiting
from ratification.ledger.lookups import Lookups
from ratification.ledger.refusal import AlreadyDraftedError
from ratification.models import Action
from ratification.record.entries import latest_revision
from ratification.rules.doubts import Doubt
from treaty.models import Treaty

_UNSAVED = 10**15
"""Numbers of drafts that are not saved yet begin here, beyond those of rows."""


class DraftingBasis(Generic[E]):
    """The record with the author's own drafts in it, the drafts of everybody, and the rows that entries name."""

    def __init__(self, treaty: Treaty, model: type[E], author: User, *, beside: E | None = None) -> None:
        """Read the drafts; the record is read when it is first needed.

        Args:
            treaty: the treaty.
            model: the kind of entry.
            author: of the drafts.
            beside: as for `Waiting`.

        """
        revision = latest_revision(treaty)
        self.lookups = Lookups(treaty)
        self._waiting = Waiting(treaty, model, beside=beside)
        self.state = (revision, self._waiting.state)
        """Equal for two between which nothing was drafted, changed or published."""
        self._scrutiny = Scrutiny(treaty, with_pending_of=author.pk)
        self._added = 0

    def check_single(self, entry: E) -> None:
        """Refuse a draft of which the author has one already, with the same content: a form is sent twice."""
        if twin := self._waiting.twin_of(entry):
            raise AlreadyDraftedError(twin)

    def doubts_about(self, entry: E, today: date) -> list[Doubt]:
        """Return the doubts about a draft; a signature and the ratification after it can be drafted together."""
        return [*self._scrutiny.doubts_about(entry, today), *self._waiting.doubts_about(entry)]

    def add(self, entry: E) -> None:
        """Add a draft that is not saved yet, so that the next are held against it too; it gets a number for that."""
        entry.pk = _UNSAVED + self._added
        self._added += 1
        self._waiting.add(entry)
        if isinstance(entry, Action):
            self._scrutiny.add(entry)
