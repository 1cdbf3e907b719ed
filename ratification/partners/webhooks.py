"""Webhooks: deliver each change to partner sites, in order, signed, with retries for a day, without losing any.

The changes of the status are the outbox: rows that the job has committed. A subscription's position moves on only after
the partner has confirmed a change, so the next worker continues where one has died. A change may arrive twice (if the
worker died between the response and its record); its id is the same then, and the order is kept.

Signatures follow the Standard Webhooks specification: HMAC-SHA256 over id, time stamp and body.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from common.http_client import Client, Limits, OutboundError
from common.leases import has_come
from ratification.models import Change, Delivery, Subscription
from ratification.status.changes import change_document, changes_of
from treaty.models import Treaty

PREFIX = "whsec_"
GIVE_UP = timedelta(days=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_DELAY = timedelta(days=1)
"""Longest time for which a partner's Retry-After is honoured."""
OVERLAP = timedelta(days=7)
"""How long earlier secrets still sign beside a new one."""
EARLIER = 4
"""How many of them do: a partner that changes over may hold any of those given out within the overlap."""
LEASE = timedelta(minutes=2)
"""Longest time that one run can hold a subscription; longer than LONGEST_RUN and a request."""
SECONDS = 15
AT_ONCE = 20
LONGEST_RUN = timedelta(seconds=10)
"""Most deliveries of one run, and the time after which it begins no other: partners take turns."""
_SUCCESS = range(200, 300)
_GONE = 410


@dataclass(frozen=True, slots=True)
class Receipt:
    """Response of a partner site; `error` is empty if it confirmed. `wait` is what its Retry-After asks for."""

    status: int | None
    error: str
    wait: timedelta = timedelta()


Send = Callable[[Subscription, Change, datetime], Receipt]


def subscribe(name: str, treaty: Treaty, url: str, *, now: datetime) -> Subscription:
    """Subscribe a URL to the future changes of a treaty, with a secret of its own.

    Raises:
        OutboundError: if the URL may not be called.
    """
    client_for(url).check(url)
    last = Change.objects.filter(treaty=treaty).order_by("-number").values_list("number", flat=True).first()
    return Subscription.objects.create(
        name=name,
        treaty=treaty,
        url=url,
        secret=_new_secret(),
        position=last or 0,
        created_at=now,
    )


def resume(subscription: Subscription, **columns: Any) -> None:  # noqa: ANN401 - a column's
    """Deliver from now on as if nothing had failed: no delay is left, and the day until giving up begins anew."""
    Subscription.objects.filter(pk=subscription.pk).update(
        **{**columns, "attempts": 0, "failing_since": None, "next_attempt_at": None, "active": True}
    )


def replay(subscription: Subscription, *, after: int = 0) -> None:
    """Repeat every change after a number from now on, and reactivate a subscription whose deliveries were given up."""
    resume(subscription, position=after)


@transaction.atomic
def rotate(subscription: Subscription, *, now: datetime) -> None:
    """Give a subscription a new secret; those that sign now do so for a while, so that no delivery is refused."""
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    row.earlier_secret = " ".join(_signing(row, now)[:EARLIER])
    row.secret, row.earlier_secret_until = _new_secret(), now + OVERLAP
    row.save(update_fields=["secret", "earlier_secret", "earlier_secret_until"])


def send_test(subscription: Subscription, *, now: datetime) -> Receipt:
    """Send the test event at once and log it; the position and the delays stay as they are."""
    document = {"event": "test", "treaty": subscription.treaty.slug, "sent_at": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
    receipt = _post(subscription, f"test-{subscription.pk}-{int(now.timestamp())}", document, now)
    Delivery.objects.create(
        subscription=subscription, attempted_at=now, status=receipt.status, error=receipt.error
    )
    return receipt


def due(now: datetime) -> list[int]:
    """Return the ids of the subscriptions with changes to deliver now."""
    waiting = Change.objects.filter(treaty=OuterRef("treaty"), number__gt=OuterRef("position"))
    return list(
        Subscription.objects.filter(_ready(now), Exists(waiting)).order_by("pk").values_list("pk", flat=True)
    )


def deliver(subscription_id: int, *, clock: Callable[[], datetime], send: Send | None = None) -> int:
    """Deliver the unconfirmed changes of a subscription, in order, until one fails.

    A worker holds a lease on the subscription meanwhile (compare and set), so two workers never deliver at once. A
    second run after a complete one sends nothing. A run reads its changes in one query and commits once for each, since
    the disk sets the speed of a burst. It ends where staff have moved or deactivated the subscription meanwhile.

    Args:
        subscription_id: the subscription.
        clock: gives the moment of each step; deliveries take time.
        send: the function that sends one change; an HTTPS request if not given.

    Returns:
        The number of changes confirmed.
    """
    begun = clock()
    lease = begun + LEASE
    row = Subscription.objects.filter(pk=subscription_id)
    if not row.filter(_ready(begun)).update(leased_until=lease):
        return 0
    held = row.filter(leased_until=lease)
    subscription = row.select_related("treaty").get()
    confirmed = 0
    for change in changes_of(subscription.treaty).filter(number__gt=subscription.position)[:AT_ONCE]:
        now = clock()
        if now - begun > LONGEST_RUN or not held.filter(position=subscription.position, active=True).exists():
            break
        receipt = (send or _send)(subscription, change, now)
        _note(held, subscription, change, receipt, clock())
        if receipt.error:
            break
        subscription.position = change.number
        confirmed += 1
    held.update(leased_until=None)
    return confirmed


def signature(secret: str, identifier: str, timestamp: str, body: bytes) -> str:
    """Return the value of `webhook-signature`: `v1,` and the base64 of the HMAC-SHA256 over id, time stamp and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join([identifier.encode(), timestamp.encode(), body])
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def verify(secret: str, identifier: str, timestamp: str, body: bytes, given: str, *, now: datetime) -> bool:
    """Return whether a delivery is genuine and not older than five minutes: the receiver's check."""
    try:
        fresh = abs(now.timestamp() - int(timestamp)) <= timedelta(minutes=5).total_seconds()
        expected = signature(secret, identifier, timestamp, body)
    except (ValueError, binascii.Error):
        return False
    return fresh and any(hmac.compare_digest(expected, each) for each in given.split(" "))


def client_for(url: str) -> Client:
    """Return the client for a URL: any public host, and loopback hosts if the setting allows them."""
    host = urlsplit(url).netloc
    if settings.WEBHOOKS_TO_LOOPBACK and (urlsplit(url).hostname or "") in {"localhost", "127.0.0.1"}:
        return Client(
            hosts={host}, limits=Limits(seconds=SECONDS), allows=lambda address: address.startswith("127.")
        )
    return Client(hosts=None, limits=Limits(seconds=SECONDS))


def wait_after(attempts: int) -> timedelta:
    """Return the delay after consecutive failures: one minute, two, four, ..., at most an hour."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 6)), LONGEST_WAIT)


def _ready(now: datetime) -> Q:
    """Return the condition of a subscription that no worker holds and no delay keeps back."""
    return (
        Q(active=True)
        & has_come("next_attempt_at", now, LONGEST_DELAY)
        & has_come("leased_until", now, LEASE)
    )


def _new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _signing(subscription: Subscription, now: datetime) -> list[str]:
    """Return the secrets that sign at a moment, the present one first."""
    until = subscription.earlier_secret_until
    earlier = subscription.earlier_secret.split() if until and now < until else []
    return [subscription.secret, *earlier]


def _send(subscription: Subscription, change: Change, now: datetime) -> Receipt:
    """Send one change to its address."""
    return _post(subscription, str(change.number), change_document(change), now)


def _post(subscription: Subscription, identifier: str, document: dict[str, Any], now: datetime) -> Receipt:
    """Send a document, signed with the secret, and with earlier ones while they are being replaced."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(
            signature(secret, identifier, timestamp, body) for secret in _signing(subscription, now)
        ),
    }
    try:
        client = client_for(subscription.url)
        answer = client.call(
            subscription.url, method="POST", body=body, headers=headers, reads_body=False
        )  # a status confirms, whatever page an address shows with it
    except OutboundError as error:
        return Receipt(None, str(error))
    if answer.status in _SUCCESS:
        return Receipt(answer.status, "")
    sentence = f"The address answered with status {answer.status}."
    return Receipt(answer.status, sentence, _retry_after(answer.headers.get("retry-after", ""), now))


def _retry_after(text: str, now: datetime) -> timedelta:
    """Read Retry-After (RFC 9110, 10.2.3): seconds, or a moment; none for anything else."""
    try:
        wait = (
            timedelta(seconds=int(text[:9]))
            if text.isascii() and text.isdecimal()
            else parsedate_to_datetime(text) - now
        )
    except (ValueError, TypeError, OverflowError):  # no date, or one without a zone
        return timedelta()
    return min(max(wait, timedelta()), LONGEST_DELAY)


def _note(
    held: QuerySet[Subscription], subscription: Subscription, change: Change, receipt: Receipt, now: datetime
) -> None:
    """Log the attempt and move the position or set a delay, unless a replay has changed the position meanwhile.

    A failing subscription is deactivated after a day, and at once by 410 (Gone), which asks for no more deliveries.
    """
    row = held.filter(position=subscription.position)
    with transaction.atomic():
        Delivery.objects.create(
            subscription=subscription,
            change=change,
            attempted_at=now,
            status=receipt.status,
            error=receipt.error,
        )
        if not receipt.error:
            row.update(position=change.number, attempts=0, failing_since=None, next_attempt_at=None)
            return
        since = subscription.failing_since or now
        row.update(
            attempts=F("attempts") + 1,
            failing_since=since,
            next_attempt_at=now + max(wait_after(subscription.attempts + 1), receipt.wait),
            active=now - since < GIVE_UP and receipt.status != _GONE,
        )
