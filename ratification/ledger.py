"""The only writer of the ledger: draft, submit, reject, publish, correct, retract, and record for whole files.

    draft --submit--> in review --publish--> published
      ^                   |
      +------reject-------+

A published entry is never changed: `correct` and `retract` draft a new entry that supersedes it and takes the same way.
Each publication takes the next revision of the treaty's record, in the transaction that writes it; the job that computes
the status is asked for when that transaction commits. Nothing is lost if the queue does not answer then: the periodic
sweep finds every treaty whose status is behind its record.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction

from ratification.models import Action, Record
from ratification.rules.dates import Span
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Source, Treaty

logger = logging.getLogger(__name__)


class LedgerError(Exception):
    """A request that the ledger refuses; the message says what and why, for the person who made it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What an entry says happened; the ledger adds who wrote it, who reviewed it, and when."""

    participant: Participant
    kind: ActionKind
    taken: Span
    effective: Span | None = None
    relates_to: Action | None = None
    provisions: Sequence[str] = ()
    summary: str = ""
    notification: str = ""
    source: Source | None = None
    confidence: str = Source.Confidence.SECONDARY
    note: str = ""
    override: str = ""
    origin: str = ""

    def as_fields(self) -> dict[str, object]:
        """Return the columns of an Action that carry this statement."""
        return {
            "participant": self.participant,
            "kind": self.kind.value,
            "taken_earliest": self.taken.earliest,
            "taken_latest": self.taken.latest,
            "effective_earliest": self.effective and self.effective.earliest,
            "effective_latest": self.effective and self.effective.latest,
            "relates_to": self.relates_to,
            "provisions": list(self.provisions),
            "summary": self.summary,
            "notification": self.notification,
            "source": self.source,
            "confidence": self.confidence,
            "note": self.note,
            "override": self.override,
            "origin": self.origin,
        }


@transaction.atomic
def draft(treaty: Treaty, statement: Statement, *, author: User, now: datetime) -> Action:
    """Write a draft of a new entry. Drafts are invisible to readers and to the computation."""
    return _write(treaty, statement, author=author, now=now)


@transaction.atomic
def correct(entry: Action, statement: Statement, *, author: User, reason: str, now: datetime) -> Action:
    """Draft an entry that will supersede the published `entry` and say `statement` in its place.

    Raises:
        LedgerError: if `entry` is not published or already superseded, or no reason is given.
    """
    _check_supersedable(entry, reason)
    return _write(
        entry.treaty,
        statement,
        author=author,
        now=now,
        supersedes=entry,
        reason=reason,
        entry=Action.Entry.CORRECTION,
    )


@transaction.atomic
def retract(entry: Action, *, author: User, reason: str, now: datetime) -> Action:
    """Draft an entry that will take the published `entry` back: what it says did not happen.

    Raises:
        LedgerError: as for `correct`.
    """
    _check_supersedable(entry, reason)
    return _write(
        entry.treaty,
        statement_of(entry),
        author=author,
        now=now,
        supersedes=entry,
        reason=reason,
        entry=Action.Entry.RETRACTION,
    )


@transaction.atomic
def submit(entry: Action, *, by: User) -> Action:
    """Hand a draft to the reviewers.

    Raises:
        LedgerError: if it is not a draft of `by`, or has no source.
    """
    entry = _locked(entry, Action.State.DRAFT)
    if entry.author_id != by.pk:
        raise LedgerError("Only its author can submit a draft.")
    if entry.source_id is None:
        raise LedgerError("A draft needs a source before it can be submitted.")
    entry.state = Action.State.IN_REVIEW
    entry.save(update_fields=["state"])
    return entry


@transaction.atomic
def reject(entry: Action, *, reviewer: User, reason: str) -> Action:
    """Return an entry in review to its author as a draft.

    Raises:
        LedgerError: if it is not in review, the reviewer is its author, or no reason is given.
    """
    entry = _locked(entry, Action.State.IN_REVIEW)
    _check_reviewer(entry, reviewer)
    if not reason.strip():
        raise LedgerError("A rejection needs a reason, so that the author knows what to mend.")
    entry.state = Action.State.DRAFT
    entry.review_note = reason
    entry.save(update_fields=["state", "review_note"])
    return entry


@transaction.atomic
def publish(entry: Action, *, reviewer: User, now: datetime) -> Action:
    """Publish an entry in review under the next revision.

    Raises:
        LedgerError: if it is not in review, the reviewer is its author, what it supersedes has been superseded
            meanwhile, or the record as it now stands no longer admits it.
    """
    record = _lock(entry.treaty)
    entry = _locked(entry, Action.State.IN_REVIEW)
    _check_reviewer(entry, reviewer)
    if (
        entry.supersedes_id
        and Action.objects.filter(supersedes=entry.supersedes_id, revision__isnull=False).exists()
    ):
        raise LedgerError(
            "The entry that this one supersedes has been superseded meanwhile; correct its successor."
        )
    entry.state = Action.State.PUBLISHED
    entry.reviewer = reviewer
    entry.published_at = now
    entry.revision = record.revision + 1
    entry.save()
    _advance(record, 1, now)
    return entry


@transaction.atomic
def record(
    treaty: Treaty, statements: Sequence[Statement], *, author: User, reviewer: User, now: datetime
) -> list[Action]:
    """Publish many original entries at once, in order, each under a revision of its own: for files that load whole.

    `author` stands for the file and `reviewer` for whoever vouches for it. The caller has checked the statements.
    """
    if not statements:
        return []
    head = _lock(treaty)
    entries = Action.objects.bulk_create(
        Action(
            treaty=treaty,
            author=author,
            reviewer=reviewer,
            created_at=now,
            published_at=now,
            state=Action.State.PUBLISHED,
            revision=head.revision + number,
            **statement.as_fields(),
        )
        for number, statement in enumerate(statements, 1)
    )
    _advance(head, len(entries), now)
    return entries


def statement_of(entry: Action) -> Statement:
    """Return what an entry says, for an entry that repeats or amends it."""
    return Statement(
        participant=entry.participant,
        kind=ActionKind(entry.kind),
        taken=entry.taken,
        effective=entry.effective,
        relates_to=entry.relates_to,
        provisions=entry.provisions,
        summary=entry.summary,
        notification=entry.notification,
        source=entry.source,
        confidence=entry.confidence,
        note=entry.note,
    )


def _write(treaty: Treaty, statement: Statement, *, author: User, now: datetime, **columns: object) -> Action:
    return Action.objects.create(
        treaty=treaty, author=author, created_at=now, **statement.as_fields(), **columns
    )


def _lock(treaty: Treaty) -> Record:
    """Lock the treaty's record first, always, so that writers queue up instead of deadlocking."""
    Record.objects.get_or_create(treaty=treaty)
    return Record.objects.select_for_update().get(treaty=treaty)


def _locked(entry: Action, state: str) -> Action:
    """Re-read an entry under a lock and insist on its state: a person may have acted on an older page."""
    current = Action.objects.select_for_update().get(pk=entry.pk)
    if current.state != state:
        raise LedgerError(
            f"The entry is {current.get_state_display()}, not {Action.State(state).label}: somebody was faster."
        )
    return current


def _check_reviewer(entry: Action, reviewer: User) -> None:
    if entry.author_id == reviewer.pk:
        raise LedgerError("An entry is reviewed by somebody other than its author.")


def _check_supersedable(entry: Action, reason: str) -> None:
    if entry.state != Action.State.PUBLISHED:
        raise LedgerError("Only a published entry is corrected or retracted; a draft is edited or deleted.")
    if Action.objects.filter(supersedes=entry, revision__isnull=False).exists():
        raise LedgerError("The entry has already been superseded; correct its successor.")
    if not reason.strip():
        raise LedgerError("A correction or retraction needs a reason.")


def _advance(record: Record, entries: int, now: datetime) -> None:
    record.revision += entries
    record.published_at = now
    record.save()
    treaty_id = record.treaty_id
    transaction.on_commit(lambda: _ask_for_status(treaty_id))


def _ask_for_status(treaty_id: int) -> None:
    """Ask the queue for the job. A queue that is down must not undo a publication: the sweep asks again."""
    try:
        current_app.send_task("ratification.tasks.recompute", args=[treaty_id], retry=False)
    except Exception:  # noqa: BLE001 - each transport has its own errors, and none may reach the person publishing
        logger.warning(
            "The queue did not take the recomputation of treaty %s; the sweep will.", treaty_id, exc_info=True
        )
