"""Preconditions of each step in the life of an entry: its state under a lock, its owner, its reviewer, its doubts."""

from collections.abc import Iterable
from typing import cast

from django.contrib.auth.models import User
from django.db.models import Manager

from ratification.ledger.checks import unexplained
from ratification.ledger.content import AnyEntry, E
from ratification.ledger.people import has_written, is_same_person
from ratification.ledger.refusal import LedgerError
from ratification.models import Action
from ratification.models.second_factors import lacks_second_factor
from ratification.rules.doubts import Doubt
from treaty.models import Source

LONGEST_REASON = 5_000
"""Characters of a reason. No form cuts what is typed at a number of its own."""


def rows(entry: E) -> Manager[E]:
    """Return the manager of an entry's table."""
    return cast("Manager[E]", type(entry)._default_manager)  # noqa: SLF001 - Django's documented API


def locked(entry: E, state: str) -> E:
    """Re-read an entry under a lock and check its state: the page of the request may be old."""
    current = rows(entry).select_for_update().filter(pk=entry.pk).order_by().first()
    if current is None:
        raise LedgerError("The draft was deleted meanwhile: somebody was faster.")
    if current.state != state:
        raise LedgerError(f"The entry {stand_of(current)}: somebody was faster. Open it again.")
    return current


def stand_of(entry: AnyEntry) -> str:
    """Return in words where an entry stands and by whom, for who sends a page that is old."""
    if entry.revision is not None:
        return f"was published by {entry.reviewer} as revision {entry.revision}"
    if entry.state == Action.State.IN_REVIEW:
        return f"waits for review, submitted by {entry.author}"
    return f"is a draft of {entry.author}{', returned by its reviewer' if entry.review_note else ''}"


def check_reason(reason: str, lacking: str) -> None:
    """Refuse a reason that says nothing, with the sentence on what lacks it, and one that is too long."""
    if not reason.strip():
        raise LedgerError(lacking)
    check_length_of_reason(reason)


def check_length_of_reason(reason: str) -> None:
    """Refuse a reason that is longer than any that is kept."""
    if len(reason) > LONGEST_REASON:
        raise LedgerError(
            f"The reason has {len(reason):,} characters; at most {LONGEST_REASON:,} are kept. Shorten it."
        )


def take_over(entry: AnyEntry, by: User) -> None:
    """Check that a draft belongs to the user; one of a closed account passes to the user."""
    if entry.author_id != by.pk and entry.author.is_active:
        raise LedgerError(f"Only its author, {entry.author}, can change, submit, recall or delete {entry}.")
    entry.author = by


def check_doubts(entry: AnyEntry, doubts: Iterable[Doubt]) -> None:
    """Raise LedgerError for impossible content, and for unusual content without an explanation."""
    if against := unexplained(entry, doubts):
        sentences = " ".join(doubt.sentence for doubt in against)
        advice = "" if against[0].impossible else " If it is right all the same, say why (override)."
        raise LedgerError(sentences + advice, against)


def check_reviewer(entry: AnyEntry, reviewer: User) -> None:
    """Refuse an author as the reviewer of the own entry, and a reviewer without a second factor."""
    if is_same_person(entry.author, reviewer):
        raise LedgerError("An entry is reviewed by somebody other than its author.")
    if has_written(entry, reviewer):
        raise LedgerError("You wrote this entry before it was handed over: somebody else reviews it.")
    if lacks_second_factor(reviewer):
        raise LedgerError(
            "Reviewing takes a second factor: set up an authenticator app or a passkey (Second factor, at the top),"
            " then review."
        )


def check_source(source: Source | None) -> None:
    """Refuse an entry without a source."""
    if source is None:
        raise LedgerError("A draft needs a source before it can be submitted.")


def check_not_superseded(entry: E | None) -> None:
    """Refuse to supersede an entry a second time."""
    if entry and rows(entry).filter(supersedes=entry, revision__isnull=False).exists():
        raise LedgerError("The entry has been superseded already; correct its successor.")
