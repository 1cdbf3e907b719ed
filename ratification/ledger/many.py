"""Many drafts of one author at once: tried first, while nobody waits, and then written by a few statements."""

from collections.abc import Iterable
from datetime import datetime
from typing import Generic

from django.contrib.auth.models import User
from django.db import transaction

from ratification.ledger.basis import DraftingBasis
from ratification.ledger.content import E, EntryContent
from ratification.ledger.notifications import keep_of
from ratification.ledger.preconditions import check_source, rows
from ratification.ledger.refusal import LedgerError
from ratification.ledger.writing import check, in_turn
from ratification.models import Action
from treaty.models import Treaty


class Drafts(Generic[E]):
    """A draft or a refusal for each content, each checked against the record and the drafts before it."""

    def __init__(
        self,
        treaty: Treaty,
        contents: Iterable[EntryContent[E]],
        *,
        author: User,
        now: datetime,
        submitted: bool = False,
        parked: bool = False,
    ) -> None:
        """Try the contents, and write nothing.

        Args:
            treaty: the treaty.
            contents: those of the drafts, all of a kind.
            author: the drafts' author.
            now: the moment of writing.
            submitted: whether the drafts go to review at once, as by `submit`.
            parked: whether they are checked only when they are submitted.

        """
        self._contents = list(contents)
        self._treaty, self._author, self._now = treaty, author, now
        self._is_submitted, self._is_parked = submitted, parked
        self.outcomes: list[E | LedgerError] = []
        if self._contents:
            self._basis = self._read()
            self._try()

    def write(self) -> list[E]:
        """Write the drafts; the caller decides whether a refusal undoes all.

        They are tried again if something was drafted, changed or published since. Otherwise a thousand drafts take as
        few statements as one, so that other writers hardly wait.
        """
        if not self._contents:
            return []
        with transaction.atomic():
            in_turn(self._author)
            since = self._read()
            if since.state != self._basis.state:
                self._basis = since
                self._try()
            drafts = [outcome for outcome in self.outcomes if not isinstance(outcome, LedgerError)]
            for entry in drafts:
                entry.pk = None
            if drafts:
                rows(drafts[0]).bulk_create(drafts)
            keep_of(drafts)
        return drafts

    def _read(self) -> DraftingBasis[E]:
        return DraftingBasis(self._treaty, type(self._contents[0].begin()), self._author)

    def _try(self) -> None:
        self.outcomes = [self._outcome(content) for content in self._contents]

    def _outcome(self, content: EntryContent[E]) -> E | LedgerError:
        state = Action.State.IN_REVIEW if self._is_submitted else Action.State.DRAFT
        try:
            if self._is_submitted:
                check_source(content.source)
            entry = content.begin(treaty=self._treaty, author=self._author, created_at=self._now, state=state)
            check(entry, content, self._now, self._basis, parked=self._is_parked)
        except LedgerError as refusal:
            return refusal
        self._basis.add(entry)
        return entry
