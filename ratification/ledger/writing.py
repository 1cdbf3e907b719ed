"""The only writer of the ledger: draft, revise, submit, reject, publish, correct, retract; record for whole files.

    draft --submit--> in review --publish--> published
    |   ^                 |
    |   +-reject, recall--+
    +--revise, discard (its author)

An entry is a treaty action, a report or a treaty fact; one row of revisions numbers them all. Each is checked
against the record when it is written (unless it is parked), submitted and published: impossible content is refused,
unusual content needs an explanation (`ledger.checks`). A published entry is never changed: `correct` and `retract`
draft a new entry that supersedes it and takes the same way. Each publication takes the next revision of the treaty's
record, in the transaction that writes it; the job that computes the status is queued when that transaction commits.
If the queue does not answer then, the periodic sweep finds every treaty whose status is behind its record.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError

from ratification.ledger.appending import append, lock, moment_after
from ratification.ledger.basis import DraftingBasis
from ratification.ledger.content import (
    ActionContent,
    AnyEntry,
    E,
    EntryContent,
    ReportContent,
    TreatyFactContent,
    clean,
    content_of,
    facts_in,
    fill,
)
from ratification.ledger.notifications import forget_empty, keep_of
from ratification.ledger.preconditions import (
    check_doubts,
    check_length_of_reason,
    check_not_superseded,
    check_reason,
    check_reviewer,
    check_source,
    locked,
    rows,
    take_over,
)
from ratification.ledger.publishing import publish, publish_together
from ratification.ledger.refusal import LedgerError
from ratification.ledger.shown import Shown, check_shown, digest_of
from ratification.models import Action, Report
from ratification.rules.dates import NEVER
from treaty.models import Treaty

__all__ = [
    "ActionContent",
    "LedgerError",
    "ReportContent",
    "TreatyFactContent",
    "content_of",
    "correct",
    "discard",
    "draft",
    "hand_over",
    "publish",
    "publish_together",
    "recall",
    "record",
    "reject",
    "retract",
    "revise",
    "submit",
]


@transaction.atomic
def draft(
    treaty: Treaty, content: EntryContent[E], *, author: User, now: datetime, parked: bool = False
) -> E:
    """Write a draft of a new entry. Drafts are invisible to readers and to the computation.

    A parked draft is checked when it is submitted, and not before.

    Raises:
        LedgerError: if a column cannot hold the content; and unless it is parked, if the content is impossible, or is
            unusual and `override` does not explain it: it is checked against the record and the author's own drafts.

    """
    new = content.begin(treaty=treaty, author=author, created_at=now)
    return _write(new, content, now, parked=parked)


@transaction.atomic
def correct(
    entry: E, content: EntryContent[E], *, author: User, reason: str, now: datetime, parked: bool = False
) -> E:
    """Draft an entry with `content` that will supersede the published `entry`.

    Raises:
        LedgerError: if `entry` is not published or already superseded, no reason is given, nothing differs, or the
            content is refused as for `draft`.

    """
    how = Action.Entry.CORRECTION
    return _supersede(entry, how, content, author=author, reason=reason, now=now, parked=parked)


@transaction.atomic
def retract(entry: E, *, author: User, reason: str, now: datetime) -> E:
    """Draft a retraction of the published `entry`: its content did not happen.

    Raises:
        LedgerError: as for `correct`; also if `entry` is itself a retraction, which is undone by correcting it, or if
            other entries relate to it.

    """
    if entry.entry == Action.Entry.RETRACTION:
        raise LedgerError("A retraction is not retracted: correct it, and say what holds after all.")
    return _supersede(
        entry, Action.Entry.RETRACTION, content_of(entry), author=author, reason=reason, now=now
    )


@transaction.atomic
def revise(
    entry: E, content: EntryContent[E], *, by: User, now: datetime, reason: str = "", parked: bool = False
) -> E:
    """Change a draft; `reason`, of a correction or retraction, stays as it is unless a new one is given.

    Raises:
        LedgerError: if it is not a draft, not one of `by` (a draft left by a closed account becomes theirs), or the
            content is refused as for `draft`.

    """
    entry = locked(entry, Action.State.DRAFT)
    take_over(entry, by)
    check_not_superseded(entry.supersedes)
    if entry.entry == Action.Entry.RETRACTION and facts_in(content) != facts_in(content_of(entry)):
        raise LedgerError("A retraction repeats what it takes back; only its reason can be changed.")
    check_length_of_reason(reason)
    entry.reason = reason.strip() or entry.reason
    number = _number(entry)
    written = _write(entry, content, now, parked=parked)
    if number != _number(written):
        forget_empty(entry.treaty, number)
    return written


@transaction.atomic
def discard(entry: E, *, by: User) -> None:
    """Delete a draft.

    Raises:
        LedgerError: if it is not a draft, not one of `by` or of a closed account, or another draft relates to it.

    """
    entry = locked(entry, Action.State.DRAFT)
    take_over(entry, by)
    try:
        entry.delete()
    except ProtectedError as error:
        raise LedgerError("Something else relates to this draft; delete or change that first.") from error
    forget_empty(entry.treaty, _number(entry))


@transaction.atomic
def submit(entry: E, *, by: User, now: datetime | None = None) -> E:
    """Hand a draft to the reviewers.

    Without `now` its day is not held against the clock: that was done when it was written, unless it was parked.

    Raises:
        LedgerError: if it is not a draft of `by` or of a closed account, has no source, or would be refused as for
            `draft` now.

    """
    entry = locked(entry, Action.State.DRAFT)
    take_over(entry, by)
    check_source(entry.source)
    check_not_superseded(entry.supersedes)
    today = entry.treaty.legal_day(now) if now else NEVER
    basis = DraftingBasis(entry.treaty, type(entry), entry.author, beside=entry)
    check_doubts(entry, basis.doubts_about(entry, today))
    entry.state = Action.State.IN_REVIEW
    entry.save(update_fields=["author", "state"])
    return entry


@transaction.atomic
def recall(entry: E, *, by: User) -> E:
    """Take an entry back from review as a draft.

    Raises:
        LedgerError: if it is not in review, or not one of `by` or of a closed account.

    """
    entry = locked(entry, Action.State.IN_REVIEW)
    take_over(entry, by)
    entry.state = Action.State.DRAFT
    entry.save(update_fields=["author", "state"])
    return entry


@transaction.atomic
def hand_over(entry: E, *, to: User) -> E:
    """Make a draft another person's; the caller decides who may.

    Raises:
        LedgerError: if it is not a draft, or the other person's account is closed.

    """
    entry = locked(entry, Action.State.DRAFT)
    if not to.is_active:
        raise LedgerError(f"The account of {to} is closed.")
    entry.author = to
    entry.save(update_fields=["author"])
    return entry


@transaction.atomic
def reject(entry: E, *, reviewer: User, reason: str, shown: Shown | None = None) -> E:
    """Return an entry in review to its author as a draft; `shown` as for `publish`.

    Raises:
        LedgerError: if it is not in review, the reviewer is its author, or no reason is given.
    """
    entry = locked(entry, Action.State.IN_REVIEW)
    check_reviewer(entry, reviewer)
    check_shown(entry, shown, reviewer)
    check_reason(reason, "A rejection needs a reason, so that the author knows what to mend.")
    entry.state = Action.State.DRAFT
    entry.review_note = clean("review note", reason)
    entry.save(update_fields=["state", "review_note"])
    return entry


@transaction.atomic
def record(
    treaty: Treaty, contents: Sequence[EntryContent[E]], *, author: User, reviewer: User, now: datetime
) -> list[E]:
    """Publish many original entries of a kind at once, in order, each under a revision: for files that load whole.

    `author` stands for the file, `reviewer` for the person who vouches for it. The caller has checked the contents.
    """
    if not contents:
        return []
    head = lock(treaty)
    moment = moment_after(head, now)
    entries = [
        content.begin(
            treaty=treaty,
            author=author,
            reviewer=reviewer,
            created_at=now,
            published_at=moment,
            state=Action.State.PUBLISHED,
            revision=head.revision + number,
            **content.as_fields(),
        )
        for number, content in enumerate(contents, 1)
    ]
    append(head, [(entry, digest_of(entry)) for entry in entries], moment)
    rows(entries[0]).bulk_create(entries)
    keep_of(entries)
    return entries


def _supersede(
    entry: E,
    how: Action.Entry,
    content: EntryContent[E],
    *,
    author: User,
    reason: str,
    now: datetime,
    parked: bool = False,
) -> E:
    current = rows(entry).get(pk=entry.pk)
    if current.state != Action.State.PUBLISHED:
        raise LedgerError("Only a published entry is corrected or retracted; a draft is edited or deleted.")
    check_not_superseded(current)
    check_reason(reason, "A correction or retraction needs a reason.")
    new = content.begin(
        treaty=current.treaty, author=author, created_at=now, supersedes=current, reason=reason, entry=how
    )
    return _write(new, content, now, parked=parked)


def _write(entry: E, content: EntryContent[E], now: datetime, *, parked: bool = False) -> E:
    """Give an entry its content, and write it unless a doubt stands against it; a parked one is not checked yet."""
    if not entry.pk:
        in_turn(entry.author)
    check(entry, content, now, parked=parked)
    entry.save()
    keep_of([entry])
    return entry


def check(
    entry: E,
    content: EntryContent[E],
    now: datetime,
    basis: DraftingBasis[E] | None = None,
    *,
    parked: bool = False,
) -> None:
    """Give an entry its content without writing it.

    Raises:
        LedgerError: as for `draft`.

    """
    fill(entry, content, basis.lookups if basis else None)
    before = entry.supersedes
    if entry.entry == Action.Entry.CORRECTION and before and _says_the_same(entry, before):
        raise LedgerError("The correction says the same as the entry that it corrects.")
    basis = basis or DraftingBasis(entry.treaty, type(entry), entry.author, beside=entry)
    if not entry.pk:
        basis.check_single(entry)
    if not parked:
        check_doubts(entry, basis.doubts_about(entry, entry.treaty.legal_day(now)))


def in_turn(author: User) -> None:
    """Lock a person until the transaction ends: of two requests at once with the same draft, the second finds it."""
    User.objects.select_for_update(no_key=True).get(pk=author.pk)


def _number(entry: AnyEntry) -> str:
    return "" if isinstance(entry, Report) else entry.notification


def _says_the_same(correction: E, before: E) -> bool:
    """Whether a correction changes nothing. A correction of a retraction always changes something."""
    return before.entry != Action.Entry.RETRACTION and facts_in(content_of(correction)) == facts_in(
        content_of(before)
    )
