"""Whether two accounts are one person's, and who has written an entry: what two people do, one must not do alone."""

import unicodedata

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from ratification.ledger.content import AnyEntry

HANDED_OVER = "Handed over from {before} to {to}."
"""Line of the audit log about a draft that was handed over."""


def mailbox_of(address: str) -> str:
    """Return the mailbox that an e-mail address leads to: without case, and without what follows a plus sign."""
    name, _, host = unicodedata.normalize("NFKC", address).strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{host}" if name else ""


def is_same_person(one: User, other: User) -> bool:
    """Return whether two accounts are known to be one person's: the same account, or accounts of one mailbox."""
    mailbox = mailbox_of(one.email)
    return one.pk == other.pk or (bool(mailbox) and mailbox == mailbox_of(other.email))


def has_written(entry: AnyEntry, person: User) -> bool:
    """Return whether a person wrote an entry before it became its author's, by the audit log."""
    about = Q(content_type=ContentType.objects.get_for_model(entry), object_id=str(entry.pk))
    handed = HANDED_OVER.partition("{to}")[0].format(before=person)
    told = Q(user=person, action_flag=ADDITION) | Q(change_message__contains=handed)
    return LogEntry.objects.filter(about, told).exists()
