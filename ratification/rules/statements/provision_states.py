"""States of a provision of a statement, with their words."""

from enum import StrEnum

from common.messages import message


class ProvisionState(StrEnum):
    """State of a provision of a statement on a day. That it is objected to is said beside it.

    A statement has ended where the consent or signature to which it belonged has.
    """

    STANDING = "standing"
    CONFIRMED = "confirmed"
    MODIFIED = "modified"
    PARTLY_WITHDRAWN = "partly_withdrawn"
    PARTLY_REPLACED = "partly_replaced"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    ENDED = "ended"
    NOT_ACCEPTED = "not_accepted"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state as words: `awaiting confirmation`; a statement that stands is `maintained`."""
        return _LABELS[self]

    @property
    def stands(self) -> bool:
        """Whether the statement has not been taken back, replaced or refused."""
        return self not in _OVER

    @property
    def has_effect(self) -> bool:
        """Whether the statement is made for good: one that awaits something has no effect yet."""
        return self.stands and self not in _AWAITS


_LABELS = {
    ProvisionState.STANDING: message("maintained"),
    ProvisionState.CONFIRMED: message("confirmed"),
    ProvisionState.MODIFIED: message("modified"),
    ProvisionState.PARTLY_WITHDRAWN: message("partly withdrawn"),
    ProvisionState.PARTLY_REPLACED: message("partly replaced"),
    ProvisionState.AWAITING_ACCEPTANCE: message("awaiting acceptance"),
    ProvisionState.AWAITING_CONFIRMATION: message("awaiting confirmation"),
    ProvisionState.ENDED: message("ended"),
    ProvisionState.NOT_ACCEPTED: message("not accepted"),
    ProvisionState.REPLACED: message("replaced"),
    ProvisionState.WITHDRAWN: message("withdrawn"),
}
_OVER = frozenset(
    {
        ProvisionState.WITHDRAWN,
        ProvisionState.REPLACED,
        ProvisionState.NOT_ACCEPTED,
        ProvisionState.ENDED,
    }
)
_AWAITS = frozenset({ProvisionState.AWAITING_CONFIRMATION, ProvisionState.AWAITING_ACCEPTANCE})
