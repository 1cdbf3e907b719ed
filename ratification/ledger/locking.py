"""Reading an entry under a lock before a step of its life, and the owner of a draft."""

from typing import cast

from django.contrib.auth.models import User
from django.db.models import Manager

from ratification.ledger.content import AnyEntry, E
from ratification.ledger.refusal import LedgerError
from ratification.models import Action


def rows(entry: E) -> Manager[E]:
    """Return the manager of an entry's table."""
    return cast("Manager[E]", type(entry)._default_manager)  # noqa: SLF001 - Django's documented API


def locked(entry: E, state: str) -> E:
    """Re-read an entry under a lock and check its state: the page of the request may be old."""
    current = rows(entry).select_for_update().get(pk=entry.pk)
    if current.state != state:
        raise LedgerError(
            f"The entry is {current.get_state_display()}, not {Action.State(state).label}: somebody was faster."
        )
    return current


def take_over(entry: AnyEntry, by: User) -> None:
    """Check that a draft belongs to the user; one of a closed account passes to the user."""
    if entry.author_id != by.pk and entry.author.is_active:
        raise LedgerError("Only its author can change, submit or delete a draft.")
    entry.author = by
