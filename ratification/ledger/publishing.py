"""Publication of entries in review: one, or several as one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from ratification.ledger.appending import append, lock, moment_after
from ratification.ledger.checks import Scrutiny, doubts_of
from ratification.ledger.content import AnyEntry, E
from ratification.ledger.preconditions import check_doubts, check_not_superseded, check_reviewer, locked
from ratification.ledger.refusal import LedgerError
from ratification.ledger.shown import Shown, check_shown, digest_of
from ratification.models import Action


@transaction.atomic
def publish(entry: E, *, reviewer: User, now: datetime, shown: Shown | None = None) -> E:
    """Publish an entry in review under the next revision.

    `shown` is what the reviewer read (`ledger.shown`); None where a program publishes. Its digest stands in the
    revision, which the database demands.

    Raises:
        LedgerError: if it is not in review, the reviewer is its author, it is not what was shown, what it supersedes
            has been superseded meanwhile, or the record as it now stands no longer admits it.

    """
    return publish_together([(entry, shown)], reviewer=reviewer, now=now)[0]


@transaction.atomic
def publish_together(entries: Sequence[tuple[E, Shown | None]], *, reviewer: User, now: datetime) -> list[E]:
    """Publish entries in review of one treaty, of whichever kinds, as one publication: all of them, or none.

    They take consecutive revisions at one moment; only the last is a state of the record that can be asked for, so
    that no status lies between the lines of a notification. They are published in the order of their days, an entry
    that others relate to before these.

    Raises:
        LedgerError: as for `publish`, naming the entry if there are several; if they are of different treaties.

    """
    if len({entry.treaty_id for entry, _ in entries}) != 1:
        raise LedgerError("Entries are published together for one treaty at a time.")
    head = lock(entries[0][0].treaty)
    moment = moment_after(head, now)
    scrutiny: Scrutiny | None = None
    done: list[tuple[E, str]] = []
    shown_of_entry = {(type(entry), entry.pk): shown for entry, shown in entries}
    for number, given in enumerate(in_order([entry for entry, _ in entries]), head.revision + 1):
        try:
            entry = locked(given, Action.State.IN_REVIEW)
            check_reviewer(entry, reviewer)
            check_shown(entry, shown_of_entry[type(entry), entry.pk], reviewer)
            check_not_superseded(entry.supersedes)
            _check_related(entry, done)
            if isinstance(entry, Action):
                scrutiny = scrutiny or Scrutiny(entry.treaty)
                check_doubts(entry, scrutiny.doubts_about(entry, head.treaty.legal_day(now)))
                scrutiny.add(entry)
            else:
                check_doubts(entry, doubts_of(entry, today=head.treaty.legal_day(now)))
        except LedgerError as refusal:
            if len(entries) == 1:
                raise
            raise LedgerError(f"{given}: {refusal}", refusal.doubts, column=refusal.column) from refusal
        digest = digest_of(entry)
        entry.state = Action.State.PUBLISHED
        entry.reviewer, entry.published_at, entry.revision = reviewer, moment, number
        done.append((entry, digest))
    append(head, done, moment, as_one=True)
    for entry, _ in done:
        entry.save()
    return [entry for entry, _ in done]


def in_order(entries: Iterable[E]) -> list[E]:
    """Return entries in the order of their days; one that others relate to stands before these."""
    left = sorted(
        entries,
        key=lambda entry: (entry.taken_earliest, entry.taken_latest, type(entry) is not Action, entry.pk),
    )
    ordered: list[E] = []
    while left:
        waiting = {entry.pk for entry in left if isinstance(entry, Action)}
        ready = next((each for each in left if getattr(each, "relates_to_id", None) not in waiting), left[0])
        left.remove(ready)
        ordered.append(ready)
    return ordered


def _check_related(entry: AnyEntry, before: Sequence[tuple[AnyEntry, str]]) -> None:
    """Check that what an entry relates to is published, or is published before it in the same publication."""
    if not isinstance(entry, Action) or entry.relates_to is None or entry.relates_to.revision is not None:
        return
    about = next((other for other, _ in before if other.pk == entry.relates_to_id), None)
    if not isinstance(about, Action):
        raise LedgerError("What the entry relates to is not published yet; publish that first.")
    entry.relates_to = about  # the row under its revision
