"""Notifications as the ledger keeps them: one row for each number of a treaty, whichever way its entries came in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from ratification.ledger.content import AnyEntry, clean
from ratification.ledger.refusal import LedgerError
from ratification.models import Action, Notification, Report
from treaty.models import Source, Treaty

_FILLED = ("notified_on", "language", "source", "text", "in_force")
"""Columns that a later entry may fill where they are empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotificationHead:
    """A notification apart from its lines, with its text as pasted."""

    treaty: Treaty
    number: str
    notified_on: date | None = None
    language: str = ""
    source: Source | None = None
    text: str = ""
    in_force: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def keep(head: NotificationHead, *, by: User, now: datetime) -> Notification:
    """Write a notification, or fill what the stored one of its number lacks.

    Raises:
        LedgerError: naming the column in which the stored one says something else.
    """
    columns = {name: getattr(head, name) for name in _FILLED}
    columns["text"] = clean("text", head.text)
    stored, is_new = Notification.objects.select_for_update().get_or_create(
        treaty=head.treaty,
        number=head.number,
        defaults={**columns, "entered_by": by, "entered_at": now},
    )
    if is_new:
        return stored
    for name, value in columns.items():
        before = getattr(stored, name)
        if name == "in_force":
            setattr(stored, name, {**before, **value})
        elif value and not before:
            setattr(stored, name, value)
        elif value and before != value and name != "source":  # entries can cite further sources
            told = "another text" if name == "text" else f"“{before}”"
            raise LedgerError(f"{stored} is kept with {told}: change it on its own page.", column=name)
    stored.save(update_fields=_FILLED)
    return stored


@transaction.atomic
def change(notification: Notification, head: NotificationHead) -> Notification:
    """Change a notification, none of whose lines waits for review or is published.

    Raises:
        LedgerError: if a line has left its author's hands, or another notification has the number.
    """
    stored = Notification.objects.select_for_update().filter(pk=notification.pk).first()
    if stored is None:
        raise LedgerError("The notification was deleted meanwhile: somebody was faster.")
    if any(entry.state != Action.State.DRAFT for entry in (*stored.lines, *stored.facts)):
        raise LedgerError("A line of it waits for review or is published: its head stays as it is.")
    if Notification.objects.filter(treaty=head.treaty, number=head.number).exclude(pk=stored.pk).exists():
        raise LedgerError(f"{head.number} is entered already.", column="number")
    for name in ("treaty", "number", *_FILLED):
        setattr(stored, name, getattr(head, name))
    stored.text = clean("text", head.text)
    stored.save()
    return stored


def keep_of(entries: Iterable[AnyEntry]) -> None:
    """Write the notifications that entries name and that are not kept yet: their number, date and source."""
    told: dict[tuple[int, str], Notification] = {}
    for entry in entries:
        if isinstance(entry, Report) or not entry.notification:
            continue
        made = Notification(
            treaty_id=entry.treaty_id,
            number=entry.notification,
            notified_on=entry.notified_on,
            source=entry.source,
            entered_by_id=entry.author_id,
            entered_at=entry.created_at,
        )
        told.setdefault((entry.treaty_id, entry.notification), made)
    if told:
        Notification.objects.bulk_create(told.values(), ignore_conflicts=True)


def forget_empty(treaty: Treaty, number: str) -> None:
    """Delete a notification without text and without lines, which a mistyped number leaves behind."""
    for stored in Notification.objects.filter(treaty=treaty, number=number, text=""):
        if not stored.lines.exists() and not stored.facts.exists():
            stored.delete()
