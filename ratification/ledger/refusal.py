"""The refusal of the ledger."""

from collections.abc import Sequence

from ratification.rules.doubts import Doubt


class LedgerError(Exception):
    """A refusal by the ledger; the message tells the user what is refused and why.

    `doubts` are the doubts about the entry, where they are the reason.
    """

    def __init__(self, message: str, doubts: Sequence[Doubt] = ()) -> None:
        super().__init__(message)
        self.doubts = tuple(doubts)
