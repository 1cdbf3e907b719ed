"""Names, telephone numbers and addresses of contact points: sealed at rest, shown to staff with the right alone.

Whether an authority is designated is public and stands in the record. Who answers there is not: it is kept apart from
the record, encrypted with a key that neither the database nor an archive holds (`CONTACT_KEY`), and every look at it is
logged before it is shown.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from common.sealing import SealError, open_sealed, reseal_rows, seal
from ratification.models import Contact, ContactLookup
from states.models import Participant
from treaty.models import Measure

MAY_LOOK_UP = "ratification.read_contact"


class ContactError(Exception):
    """The details cannot be encrypted or decrypted; the message gives the reason and no part of the details."""


@dataclass(frozen=True, slots=True)
class Details:
    """Personal details of a contact point. The representation is empty, so that no log shows them."""

    name: str = ""
    telephone: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return "Details(...)"

    def __bool__(self) -> bool:
        """Whether any detail is given."""
        return bool(self.name or self.telephone or self.address)


@transaction.atomic
def keep(participant: Participant, measure: Measure, details: Details, *, by: User, now: datetime) -> Contact:
    """Encrypt the details of a contact point, replacing earlier ones.

    Raises:
        ContactError: if there is no key, or the measure is no authority or contact point.
    """
    if measure.theme != Measure.Theme.AUTHORITIES:
        raise ContactError(f"{measure} has no contact point.")
    try:
        sealed = seal(json.dumps(asdict(details)))
    except SealError as error:
        raise ContactError(str(error)) from error
    contact, _ = Contact.objects.update_or_create(
        participant=participant,
        measure=measure,
        defaults={"sealed": sealed, "entered_by": by, "entered_at": now},
    )
    return contact


@transaction.atomic
def look_up(contact: Contact, *, by: User, now: datetime) -> Details:
    """Log the access, then decrypt the details.

    Raises:
        PermissionDenied: if the person has not the right; that is not logged here, because nothing is shown.
        ContactError: if there is no key, or it is not the one that they were sealed with.
    """
    if not by.has_perm(MAY_LOOK_UP):
        raise PermissionDenied
    try:
        opened = json.loads(open_sealed(contact.sealed))
    except SealError as error:
        raise ContactError(str(error)) from error
    ContactLookup.objects.create(contact=contact, user=by, looked_at=now)
    return Details(**opened)


def reseal() -> int:
    """Encrypt all details with the current key, from any known key; return their number.

    Raises:
        ContactError: if there is no key, or none of the keys is the one; then nothing is changed.
    """
    try:
        return reseal_rows(Contact.objects.all())
    except SealError as error:
        raise ContactError(str(error)) from error
