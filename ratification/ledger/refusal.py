"""The refusal of the ledger."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ratification.rules.doubts import Doubt

if TYPE_CHECKING:
    from ratification.models import Action, Report, TreatyFact


class LedgerError(Exception):
    """A refusal by the ledger; the message tells the user what is refused and why.

    `doubts` are the doubts about the entry, where they are the reason; `column` is the column of a wrong value.
    """

    def __init__(self, message: str, doubts: Sequence[Doubt] = (), *, column: str = "") -> None:
        super().__init__(message)
        self.doubts = tuple(doubts)
        self.column = column


class AlreadyDraftedError(LedgerError):
    """A refusal of what its author has drafted with the same content: `draft` has it."""

    def __init__(self, draft: "Action | Report | TreatyFact") -> None:
        super().__init__(f"You have drafted this already: {draft} ({draft.get_state_display()}).")
        self.draft = draft
