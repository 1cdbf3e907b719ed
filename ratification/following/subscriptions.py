"""Subscriptions by mail: asked for, confirmed through a link, changed and ended through a signed link.

There are no accounts and no passwords. Whether an address is known is never told: each request gets the same answer,
and what is true goes to the address itself.
"""

import hashlib
import re
from contextlib import suppress as suppress_errors
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from common.languages import LANGUAGES
from common.sealing import digests, open_sealed, reseal_rows, seal
from ratification.following.question import ChangeQuestion
from ratification.models import Change, Mail, MailSubscription, Suppression
from treaty.models import Treaty

CONFIRM_WITHIN = timedelta(days=3)
"""Time after which a subscription that was not confirmed is deleted."""
MOST_OF_ADDRESS = 20
"""Most subscriptions of one address."""
PER_ADDRESS, PER_NETWORK, IN_ALL = 3, 20, 500
"""Most requests in an hour: for one address, from one network, and in all."""
CONFIRMATION = "confirmation"
"""Key of the mail that asks for confirmation."""
HOUR = 3600
_SALT = "follow"
_IS_ADDRESS = EmailValidator(allowlist=[])  # not even localhost: that is the mail server itself
_NETWORKS = {4: 24, 6: 48}
"""Bits of an address that stand for its network."""


class FollowError(Exception):
    """A request that cannot be taken; the message says why and what to do."""


class TooManyError(FollowError):
    """More requests than are taken in an hour."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Request of a follower: the changes, by mail to an address."""

    treaty: Treaty
    question: ChangeQuestion
    frequency: str
    address: str
    language: str = "en"


def subscribe(asked: Asked, *, site: str, visitor: str, now: datetime) -> None:
    """Keep a subscription and put the mail that asks for its confirmation into the outbox.

    Nothing is kept for an address that gets no mail any more, and no second mail is made for a subscription that was
    confirmed; the caller is told the same.

    Raises:
        FollowError: if the address is none, or too much was asked for in this hour.
        SealError: if the site has no key to seal addresses with.
    """
    address = normalized(asked.address)
    known = known_digests(address)
    _spend(visitor, known[0], now)
    if Suppression.objects.filter(digest__in=known).exists():
        return
    own = MailSubscription.objects.filter(digest__in=known)
    with transaction.atomic():
        same = own.filter(treaty=asked.treaty, question=asked.question.query).first()
        if same is None:
            if own.count() >= MOST_OF_ADDRESS:
                return
            # Another request for the same may have come between.
            same, _ = MailSubscription.objects.get_or_create(
                treaty=asked.treaty,
                question=asked.question.query,
                digest=known[0],
                defaults={
                    "frequency": asked.frequency,
                    "language": asked.language,
                    "sealed": seal(address),
                    "site": site,
                    "created_at": now,
                },
            )
        if same.confirmed_at is None:
            # Who asks again before confirming may want it otherwise, and has the days of the new message for it.
            own.filter(pk=same.pk, confirmed_at=None).update(
                frequency=asked.frequency, language=asked.language, site=site, created_at=now
            )
            key = f"{CONFIRMATION}:{int(now.timestamp())}"
            Mail.objects.get_or_create(subscription=same, key=key, defaults={"created_at": now})


def confirm(key: UUID, *, now: datetime) -> MailSubscription | None:
    """Confirm a subscription: it tells what changes from now on, and what ends in as many days as asked for from today.

    None if it was ended or ran out; idempotent.
    """
    with transaction.atomic():
        row = MailSubscription.objects.select_for_update().filter(key=key).first()
        if row is None or (row.confirmed_at is None and now - row.created_at > CONFIRM_WITHIN):
            return None
        if row.confirmed_at is None:
            row.confirmed_at, row.position = now, _latest(row.treaty)
            row.told_at, row.reminded_on = now, row.treaty.legal_day(now) - timedelta(days=1)
            row.save()
    return row


def change(row: MailSubscription, question: ChangeQuestion, frequency: str, language: str) -> None:
    """Change what a subscription asks for, and the language in which it is answered.

    Raises:
        FollowError: if there is no such frequency or language, or the same address asks for this already.
    """
    if frequency not in MailSubscription.Frequency.values:
        raise FollowError(gettext("Choose how often messages are sent."))
    if language not in LANGUAGES:
        raise FollowError(gettext("Choose the language of the messages."))
    same = MailSubscription.objects.filter(treaty=row.treaty, question=question.query, digest=row.digest)
    if same.exclude(pk=row.pk).exists():
        raise FollowError(gettext("You have another subscription that asks for exactly this."))
    row.question, row.frequency, row.language = question.query, frequency, language
    row.save(update_fields=["question", "frequency", "language"])


def end(key: UUID) -> None:
    """Delete a subscription with its address and its mail; idempotent."""
    MailSubscription.objects.filter(key=key).delete()


def suppress(address: str, reason: str, *, now: datetime) -> None:
    """Send an address nothing any more, and delete its subscriptions."""
    known = known_digests(normalized(address))
    with transaction.atomic():
        MailSubscription.objects.filter(digest__in=known).delete()
        if not Suppression.objects.filter(digest__in=known).exists():
            Suppression.objects.create(digest=known[0], reason=reason[:200], created_at=now)


def expire(now: datetime) -> int:
    """Delete subscriptions that were not confirmed in time, and mail that was sent or given up a month ago."""
    old = now - timedelta(days=30)
    rows = (
        MailSubscription.objects.filter(confirmed_at=None, created_at__lt=now - CONFIRM_WITHIN),
        Mail.objects.filter(Q(sent_at__lt=old) | Q(given_up_at__lt=old)),
    )
    return sum(found.delete()[0] for found in rows)


def reseal() -> int:
    """Seal each address with the current key, and digest it with that; return how many.

    Raises:
        SealError: if one was sealed with no known key; nothing is changed then.
    """
    with transaction.atomic():
        resealed = reseal_rows(MailSubscription.objects.all())
        rows = list(MailSubscription.objects.all())
        for row in rows:
            address = open_sealed(row.sealed)
            as_kept = row.digest in digests(address)  # by an earlier release, in the letters that were typed
            row.digest = digests(address)[0] if as_kept else known_digests(address)[0]
        MailSubscription.objects.bulk_update(rows, ["digest"], batch_size=500)
    return resealed


def token_of(row: MailSubscription) -> str:
    """Return the signed text by which its links name a subscription."""
    return signing.Signer(salt=_SALT).sign(row.key.hex)


def key_in(token: str) -> UUID | None:
    """Return the key that a link names; None if it was not signed here."""
    try:
        return UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def normalized(address: str) -> str:
    """Return an address as it is compared: its host in small letters.

    Raises:
        FollowError: if it is none.
    """
    address = address.strip()
    try:
        _IS_ADDRESS(address)
    except ValidationError as error:
        raise FollowError(gettext("Give one e-mail address, such as name@example.org.")) from error
    if re.search(r"[\x00-\x20\x7f]", address) or address.endswith("]"):
        raise FollowError(gettext("Give one e-mail address, such as name@example.org."))
    name, _, host = address.rpartition("@")
    return f"{name}@{host.lower()}"


def known_digests(address: str) -> list[str]:
    """Return the digests by which an address is found, the one of new rows first.

    Servers take a mailbox in small and capital letters, and a host in letters of any script or as ASCII, for the same.
    """
    name, _, host = address.rpartition("@")
    with suppress_errors(UnicodeError):
        host = host.encode("idna").decode("ascii")
    return list(dict.fromkeys([*digests(f"{name}@{host}".lower()), *digests(address)]))


def _latest(treaty: Treaty) -> int:
    numbers = Change.objects.filter(treaty=treaty).order_by("-number").values_list("number", flat=True)
    return numbers.first() or 0


def _spend(visitor: str, digest: str, now: datetime) -> None:
    """Count a request. Networks are counted by a digest, so that the cache names none.

    Raises:
        TooManyError: beyond the limits of the hour.
    """
    hour = int(now.timestamp()) // HOUR
    for what, whose, most in (
        ("network", _network(visitor), PER_NETWORK),
        ("address", digest, PER_ADDRESS),
        ("all", "", IN_ALL),
    ):
        name = hashlib.sha256(f"{what}:{whose}:{hour}".encode()).hexdigest()
        key = f"follow-limit:{name}"
        cache.add(key, 0, timeout=2 * HOUR)
        try:
            used = cache.incr(key)
        except ValueError:  # it has just run out
            used = 1
        if used is not None and used > most:
            raise TooManyError(gettext("Too many subscriptions were asked for. Try again in an hour."))


def _network(visitor: str) -> str:
    try:
        address = ip_address(visitor)
    except ValueError:
        return visitor
    return str(ip_network(f"{address}/{_NETWORKS[address.version]}", strict=False))
