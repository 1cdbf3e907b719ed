"""The refusal of the ledger."""

from collections.abc import Sequence

from ratification.rules.doubts import Doubt


class LedgerError(Exception):
    """A refusal by the ledger; the message tells the user what is refused and why.

    `doubts` are the doubts about the entry, where they are the reason; `column` is the column of a wrong value.
    """

    def __init__(self, message: str, doubts: Sequence[Doubt] = (), *, column: str = "") -> None:
        super().__init__(message)
        self.doubts = tuple(doubts)
        self.column = column
