"""Appending to a treaty's record: the lock of its writers, the revisions with their chain, the job that follows."""

import logging
from collections.abc import Sequence
from datetime import datetime

from celery import current_app
from django.db import transaction

from ratification.ledger.content import AnyEntry
from ratification.models import Action, Record, Report, Revision, TreatyFact
from ratification.record import chain
from treaty.models import Treaty

TYPES: dict[type[AnyEntry], str] = {Action: "action", Report: "report", TreatyFact: "treaty_fact"}
"""Types of entries, as revisions name them."""

logger = logging.getLogger(__name__)


def lock(treaty: Treaty) -> Record:
    """Lock the treaty's record; every writer does so first, so that none deadlock."""
    return Record.objects.select_for_update().get_or_create(treaty=treaty)[0]


def moment_after(record: Record, now: datetime) -> datetime:
    """Return the moment of the next revision; `now` was read before the lock, and others may have published since."""
    return max(now, record.published_at or now)


def append(
    record: Record, entries: Sequence[tuple[AnyEntry, str]], moment: datetime, *, as_one: bool = False
) -> None:
    """Append the revisions of entries that are about to be written as published, and have the status computed.

    Args:
        record: the treaty's record, locked.
        entries: the entries, complete but for the rows, in the order of their revisions; each with the digest of what
            the reviewer was shown.
        moment: when they are published.
        as_one: whether they are one publication, whose last revision alone is a state that can be asked for.
    """
    previous = _head(record)
    treaty = {name: getattr(record.treaty, name) for name in chain.TREATY}
    treaty_digest = chain.row_digest(treaty, chain.TREATY)
    revisions = []
    for number, (entry, shown) in enumerate(entries, record.revision + 1):
        text = _text(entry, previous, shown, treaty_digest)
        previous = chain.digest(text)
        revisions.append(
            Revision(
                treaty=record.treaty,
                number=number,
                recorded_at=moment,
                shown=shown,
                text=text,
                hash=previous,
                ends_publication=not as_one or number == record.revision + len(entries),
            )
        )
    Revision.objects.bulk_create(revisions)
    record.revision += len(revisions)
    record.published_at = moment
    record.save(update_fields=["revision", "published_at"])
    treaty_id = record.treaty_id
    transaction.on_commit(lambda: _ask_for_status(treaty_id))


def _head(record: Record) -> str:
    """Return the hash of the record's last revision."""
    if not record.revision:
        return chain.GENESIS
    return Revision.objects.values_list("hash", flat=True).get(
        treaty=record.treaty_id, number=record.revision
    )


def _text(entry: AnyEntry, previous: str, shown: str, treaty_digest: str) -> str:
    if entry.source is None or entry.revision is None or entry.published_at is None:
        raise ValueError(f"{entry} is not complete: source, revision or moment is missing.")
    reference = {"treaty": treaty_digest}
    if entry.participant:
        reference["participant"] = chain.row_digest(vars(entry.participant), chain.PARTICIPANT)
    if isinstance(entry, Report):
        reference["measure"] = chain.row_digest(vars(entry.measure), chain.MEASURE)
    return chain.text_of(
        treaty=entry.treaty.slug,
        revision=entry.revision,
        recorded_at=entry.published_at,
        previous=previous,
        shown=shown,
        kind=TYPES[type(entry)],
        entry=vars(entry),
        refers=refers_of(entry),
        source=vars(entry.source),
        reference=reference,
    )


def refers_of(entry: AnyEntry) -> dict[str, object]:
    """Return what an entry refers to, as its revision names it: codes of participants, revisions, a measure's slug."""
    refers: dict[str, object] = {
        "participant": entry.participant.iso3 if entry.participant else None,
        "supersedes": entry.supersedes.revision if entry.supersedes else None,
    }
    if isinstance(entry, Report):
        refers["measure"] = entry.measure.slug
    elif isinstance(entry, Action):
        refers["relates_to"] = entry.relates_to.revision if entry.relates_to else None
        if entry.predecessor:
            refers["predecessor"] = entry.predecessor.iso3
    return refers


def _ask_for_status(treaty_id: int) -> None:
    """Queue the recomputation. A queue that is down must not undo a publication: the sweep asks again."""
    try:
        current_app.send_task("ratification.tasks.recompute", args=[treaty_id], retry=False)
    except Exception as error:  # noqa: BLE001  (whatever the queue's client raises)
        logger.warning(
            "The queue did not take the recomputation of treaty %s; the sweep will: %s", treaty_id, error
        )
