"""Cipher of details that neither the database nor an archive tells: contact points, second factors, mail addresses.

The key (`CONTACT_KEY`) is kept apart from both. While it is replaced, what an earlier one sealed stays readable.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from common.lazy import lazy_module

if TYPE_CHECKING:
    from cryptography import fernet
else:
    fernet = lazy_module("cryptography.fernet")


class SealError(Exception):
    """Details that cannot be sealed or opened; the message gives the reason and no part of the details."""


def seal(text: str) -> str:
    """Encrypt a text with the current key.

    Raises:
        SealError: if there is no key.
    """
    return _box().encrypt(text.encode()).decode()


def open_sealed(sealed: str) -> str:
    """Decrypt a text with the current key or an earlier one.

    Raises:
        SealError: if there is no key, or none of the keys is the one.
    """
    try:
        return _box().decrypt(sealed.encode()).decode()
    except fernet.InvalidToken as error:
        raise SealError(
            "CONTACT_KEY is not the one that these details were sealed with; none of the keys that are set is."
        ) from error


def reseal(sealed: str) -> str:
    """Encrypt what was sealed with any known key with the current one.

    Raises:
        SealError: as for `open_sealed`.
    """
    return seal(open_sealed(sealed))


def reseal_rows(rows: QuerySet[Any]) -> int:
    """Encrypt the column `sealed` of rows with the current key, from any known key; return their number.

    Raises:
        SealError: naming the row, if there is no key, or none of the keys is the one; then nothing is changed.
    """
    with transaction.atomic():
        found = list(rows.select_for_update())
        for row in found:
            try:
                row.sealed = reseal(row.sealed)
            except SealError as error:
                raise SealError(f"{row}: {error} Nothing was changed.") from error
        rows.bulk_update(found, ["sealed"], batch_size=500)
    return len(found)


def digests(text: str) -> list[str]:
    """Return digests by which a sealed text is found again, the current key's first: without a key none can be made.

    Raises:
        SealError: if there is no key.
    """
    _box()
    keys = (settings.CONTACT_KEY, *settings.CONTACT_KEY_FALLBACKS)
    return [hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest() for key in keys]


def _box() -> "fernet.MultiFernet":
    if not settings.CONTACT_KEY:
        raise SealError(
            "No key is set (CONTACT_KEY): details of contact points and second factors can be neither kept nor read."
        )
    return fernet.MultiFernet(
        fernet.Fernet(urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
        for key in (settings.CONTACT_KEY, *settings.CONTACT_KEY_FALLBACKS)
    )
