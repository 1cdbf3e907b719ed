"""Deliveries to a real receiver: in order, signed, through failures and killed workers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from common.http_client import OutboundError
from config.celery import app as celery_app
from ratification import tasks
from ratification.models import Change, Delivery, Subscription
from ratification.partners import webhooks
from ratification.status.changes import changes_of
from tests.api.receiver import Receiver, running
from tests.conftest import WAIT_SECONDS, _database_url
from treaty.models import Treaty

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the specification's examples  # pragma: allowlist secret


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def receiver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime, settings: Settings
) -> Iterator[Receiver]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    with running(tmp_path, monkeypatch) as receiver:
        receiver.now = now
        yield receiver


@pytest.fixture
def subscription(computed_hanoi: Treaty, receiver: Receiver, now: datetime) -> Subscription:
    """Subscribed before the last seven changes."""
    subscription = webhooks.subscribe("University", computed_hanoi, receiver.url, now=now)
    receiver.secret = subscription.secret
    last = changes_of(computed_hanoi).reverse()[7]
    Subscription.objects.filter(pk=subscription.pk).update(position=last.number)
    return subscription


def expected(subscription: Subscription) -> list[int]:
    return list(changes_of(subscription.treaty).reverse().values_list("number", flat=True)[:7])[::-1]


def test_a_receiver_that_fails_five_times_gets_each_change_once_and_in_order(
    subscription: Subscription, receiver: Receiver, clock: Clock
) -> None:
    receiver.failures = 5
    waits = []
    while webhooks.due(clock()) or len(receiver.confirmed) < 7:
        webhooks.deliver(subscription.pk, clock=clock)
        subscription.refresh_from_db()
        if subscription.next_attempt_at:
            waits.append(subscription.next_attempt_at - clock.now)
            assert webhooks.deliver(subscription.pk, clock=clock) == 0  # not before its time
            clock.now = receiver.now = subscription.next_attempt_at
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16)]
    assert receiver.refused == 5
    assert [change["id"] for change in receiver.confirmed] == expected(subscription)
    assert receiver.genuine == [True] * 12
    log = Delivery.objects.filter(subscription=subscription).order_by("pk")
    assert [row.status for row in log] == [503] * 5 + [200] * 7
    assert webhooks.deliver(subscription.pk, clock=clock) == 0


@pytest.mark.parametrize("moment", ["next_attempt_at", "leased_until"])
def test_a_clock_that_was_ahead_keeps_no_delivery_back(
    subscription: Subscription, receiver: Receiver, clock: Clock, moment: str
) -> None:
    Subscription.objects.filter(pk=subscription.pk).update(**{moment: clock() + timedelta(days=370)})
    assert webhooks.due(clock()) == [subscription.pk]
    assert webhooks.deliver(subscription.pk, clock=clock) == 7
    assert [change["id"] for change in receiver.confirmed] == expected(subscription)


def test_partners_take_turns(subscription: Subscription, clock: Clock) -> None:
    """A partner that takes its time over each change leaves the worker to the others after some seconds."""

    def slow(_subscription: Subscription, _change: object, _now: datetime) -> webhooks.Receipt:
        clock.now += timedelta(seconds=4)
        return webhooks.Receipt(200, "")

    assert [webhooks.deliver(subscription.pk, clock=clock, send=slow) for _ in range(4)] == [3, 3, 1, 0]


def test_a_partner_whose_turn_has_ended_gets_another(
    subscription: Subscription, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until a turn confirms nothing: all is told, or the partner fails and is asked again later."""
    again: list[int] = []
    monkeypatch.setattr(tasks.tell, "delay", again.append)
    monkeypatch.setattr(webhooks, "AT_ONCE", 5)
    receiver.now = datetime.now(UTC)
    for turns in (1, 2, 2):
        tasks.tell(subscription.pk)
        assert again == [subscription.pk] * turns
    assert [change["id"] for change in receiver.confirmed] == expected(subscription)


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.usefixtures("transactional_db")  # commits are counted
def test_one_change_costs_one_commit(subscription: Subscription, clock: Clock) -> None:
    """A burst is told as fast as the disk commits: three commits for each change took three times as long."""
    with CaptureQueriesContext(connection) as asked:
        assert webhooks.deliver(subscription.pk, clock=clock, send=lambda *_: webhooks.Receipt(200, "")) == 7
    commits, within = 0, False
    for statement in (query["sql"] for query in asked):
        verb = statement.split(" ", 1)[0]
        within = verb == "BEGIN" or (within and verb != "COMMIT")
        commits += verb == "COMMIT" or (verb in {"INSERT", "UPDATE", "DELETE"} and not within)
    assert commits == 7 + 2, "each change, and the lease taken and given back"


def test_staff_stop_a_run_at_the_next_change(subscription: Subscription, clock: Clock) -> None:
    told: list[int] = []

    def send(_subscription: Subscription, change: Change, _now: datetime) -> webhooks.Receipt:
        told.append(change.number)
        if len(told) == 3:
            Subscription.objects.filter(pk=subscription.pk).update(active=False)
        if len(told) == 5:
            webhooks.replay(subscription, after=told[0])
        return webhooks.Receipt(200, "")

    first, second, third, *others = expected(subscription)
    assert webhooks.deliver(subscription.pk, clock=clock, send=send) == 3
    assert webhooks.deliver(subscription.pk, clock=clock, send=send) == 0
    Subscription.objects.filter(pk=subscription.pk).update(active=True)
    webhooks.deliver(subscription.pk, clock=clock, send=send)
    assert webhooks.deliver(subscription.pk, clock=clock, send=send) == 6
    assert told == [first, second, third, *others[:2], second, third, *others]


def test_what_calls_other_hosts_has_a_queue_of_its_own() -> None:
    """A slow host must not keep the status from being computed."""
    routed = {
        name: celery_app.amqp.router.route({}, f"ratification.tasks.{name}")["queue"].name
        for name in ("tell", "send_test_event", "fetch_depositary", "recompute", "recompute_stale", "beat")
    }
    outbound = {name for name, queue in routed.items() if queue == "outbound"}
    assert outbound == {"tell", "send_test_event", "fetch_depositary"}


@pytest.mark.production  # other tests send SQLite the same statements
def test_it_gives_up_after_a_day_and_a_replay_loses_nothing(
    subscription: Subscription, receiver: Receiver, clock: Clock
) -> None:
    receiver.failures = 1000
    start = clock.now
    while webhooks.due(clock()):
        webhooks.deliver(subscription.pk, clock=clock)
        subscription.refresh_from_db()
        clock.now = receiver.now = subscription.next_attempt_at or clock.now
    assert not subscription.active
    assert timedelta(days=1) <= clock.now - start <= timedelta(days=1, hours=2)
    receiver.failures = 0
    webhooks.replay(subscription, after=subscription.position)
    assert webhooks.deliver(subscription.pk, clock=clock) == 7
    assert [change["id"] for change in receiver.confirmed] == expected(subscription)
    webhooks.replay(subscription, after=expected(subscription)[3])
    assert webhooks.deliver(subscription.pk, clock=clock) == 3


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_status_confirms_whatever_comes_with_it(
    subscription: Subscription, receiver: Receiver, clock: Clock
) -> None:
    """A page of welcome, huge or cut off: docs/api.md promises that the status confirms."""
    receiver.promised = 10**9
    assert webhooks.deliver(subscription.pk, clock=clock) == 7
    assert [change["id"] for change in receiver.confirmed] == expected(subscription)


@pytest.mark.production  # other tests send SQLite the same statements
def test_an_address_that_is_gone_is_told_no_more(
    subscription: Subscription, receiver: Receiver, clock: Clock
) -> None:
    receiver.failures, receiver.failure = 1, 410
    assert webhooks.deliver(subscription.pk, clock=clock) == 0
    subscription.refresh_from_db()
    assert not subscription.active
    clock.now += timedelta(days=30)
    assert webhooks.due(clock()) == []
    webhooks.replay(
        subscription, after=subscription.position
    )  # the staff can begin again, and nothing is lost
    receiver.now = clock.now
    assert webhooks.deliver(subscription.pk, clock=clock) == 7


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("given", "wait"),
    [
        ("1800", timedelta(minutes=30)),
        ("7", timedelta(minutes=1)),  # not sooner than after any failure
        ("Sat, 21 Nov 2026 14:30:00 GMT", timedelta(hours=2, minutes=30)),
        ("9" * 400, timedelta(days=1)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=1)),
        ("Sat, 21 Nov 2020 14:30:00 GMT", timedelta(minutes=1)),
        ("soon", timedelta(minutes=1)),
        ("-5", timedelta(minutes=1)),
    ],
)
def test_a_partner_says_when_to_come_again(
    subscription: Subscription, receiver: Receiver, clock: Clock, given: str, wait: timedelta
) -> None:
    assert clock.now.isoformat() == "2026-11-21T12:00:00+00:00"
    receiver.failures, receiver.failure, receiver.retry_after = 1, 429, given
    webhooks.deliver(subscription.pk, clock=clock)
    subscription.refresh_from_db()
    assert subscription.next_attempt_at == clock.now + wait
    clock.now = receiver.now = subscription.next_attempt_at - timedelta(seconds=1)
    assert webhooks.due(clock()) == []
    clock.now = receiver.now = subscription.next_attempt_at
    assert webhooks.deliver(subscription.pk, clock=clock) == 7


def test_both_secrets_sign_while_one_is_replaced(
    subscription: Subscription, receiver: Receiver, clock: Clock
) -> None:
    earlier = subscription.secret
    webhooks.rotate(subscription, now=clock())
    subscription.refresh_from_db()
    assert subscription.secret != earlier
    assert not webhooks.send_test(
        subscription, now=clock()
    ).error  # the receiver has the earlier secret still
    receiver.secret = subscription.secret
    assert webhooks.deliver(subscription.pk, clock=clock) == 7
    assert receiver.genuine == [True] * 8
    receiver.secret = earlier
    clock.now = receiver.now = clock.now + webhooks.OVERLAP
    webhooks.send_test(subscription, now=clock())
    assert receiver.genuine[8:] == [False]


def test_a_secret_that_is_replaced_twice_within_the_week_goes_on_signing(
    subscription: Subscription, receiver: Receiver, clock: Clock
) -> None:
    """The partner may hold the first or the second still."""
    given = [subscription.secret]
    for _ in range(webhooks.EARLIER):
        clock.now = receiver.now = clock.now + timedelta(days=1)
        webhooks.rotate(subscription, now=clock())
        subscription.refresh_from_db()
        given.append(subscription.secret)
    for receiver.secret in given:
        assert not webhooks.send_test(subscription, now=clock()).error
    clock.now = receiver.now = clock.now + webhooks.OVERLAP
    webhooks.rotate(subscription, now=clock())
    last = subscription.secret
    subscription.refresh_from_db()
    assert subscription.earlier_secret == last, "those whose week is over sign no more"


@pytest.mark.production  # other tests send SQLite the same statements
def test_partners_are_told_as_soon_as_the_job_has_found_changes(
    subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their deliveries begin first, and not behind jobs that wait in the queue of the others."""
    begun: list[str] = []
    for name in ("tell", "draw", "forecast"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda *_args, name=name: begun.append(name))
    tasks.recompute(subscription.treaty_id)  # the real day is not that of the fixture: windows have moved
    assert begun == ["tell", "draw", "forecast"]
    tasks.recompute(subscription.treaty_id)
    assert len(begun) == 3, "nothing differs"


def test_a_test_event_moves_nothing(subscription: Subscription, receiver: Receiver, clock: Clock) -> None:
    subscription.refresh_from_db()
    position = subscription.position
    receiver.failures = 1
    assert webhooks.send_test(subscription, now=clock()).error == "The address answered with status 503."
    assert not webhooks.send_test(subscription, now=clock()).error
    subscription.refresh_from_db()
    assert (subscription.position, subscription.attempts) == (position, 0)
    (sent,) = receiver.confirmed
    assert sent == {"event": "test", "treaty": "hanoi", "sent_at": "2026-11-21T12:00:00Z"}
    assert [str(row) for row in Delivery.objects.order_by("pk")] == [
        "University: test event, The address answered with status 503.",
        "University: test event, 200",
    ]
    assert webhooks.deliver(subscription.pk, clock=clock) == 7


@pytest.mark.slow
@pytest.mark.usefixtures("transactional_db")  # another process reads it too
def test_a_killed_worker_loses_nothing(
    subscription: Subscription, receiver: Receiver, clock: Clock, queue: dict[str, str]
) -> None:
    """A worker is killed while the receiver holds its request: the lease ends, and another one goes on."""
    code = (
        "import django; django.setup(); from django.utils import timezone; from ratification.partners import webhooks; "
        f"webhooks.deliver({subscription.pk}, clock=timezone.now)"
    )
    environment = {**os.environ, **queue, "DATABASE_URL": _database_url(), "WEBHOOKS_TO_LOOPBACK": "true"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    receiver.hold.clear()
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment)
    assert receiver.entered.wait(WAIT_SECONDS)
    worker.kill()
    worker.wait()
    subscription.refresh_from_db()
    assert subscription.leased_until is not None
    clock.now = subscription.leased_until - timedelta(seconds=1)
    assert webhooks.due(clock()) == []
    clock.now = receiver.now = subscription.leased_until
    receiver.hold.set()
    assert webhooks.due(clock()) == [subscription.pk]
    assert webhooks.deliver(subscription.pk, clock=clock) == 7
    identifiers = [change["id"] for change in receiver.confirmed]
    assert list(dict.fromkeys(sorted(identifiers))) == expected(subscription)  # each change, once by its id
    assert identifiers[-7:] == expected(subscription)


def test_two_workers_never_tell_one_subscription_at_once(subscription: Subscription, clock: Clock) -> None:
    inner: list[int] = []

    def send(*_args: object) -> webhooks.Receipt:
        inner.append(webhooks.deliver(subscription.pk, clock=clock))
        return webhooks.Receipt(200, "")

    assert webhooks.deliver(subscription.pk, clock=clock, send=send) == 7
    assert inner == [0] * 7


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/",
        "https://127.0.0.1/",
        "https://localhost:8443/",
        "https://user@partner.example/",
    ],
)
def test_only_public_https_addresses_are_called(computed_hanoi: Treaty, now: datetime, url: str) -> None:
    def reach() -> None:
        webhooks.client_for(webhooks.subscribe("Partner", computed_hanoi, url, now=now).url).call(url)

    with pytest.raises(OutboundError):
        reach()


def test_the_database_takes_https_addresses_only(subscription: Subscription) -> None:
    with transaction.atomic(), pytest.raises(IntegrityError):
        Subscription.objects.filter(pk=subscription.pk).update(url="http://partner.example/")


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "192.168.1.1"])
def test_a_name_that_leads_to_a_private_address_is_not_called(
    subscription: Subscription, clock: Clock, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    Subscription.objects.filter(pk=subscription.pk).update(url="https://partner.example/hook")
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_kwargs: [(2, 1, 6, "", (address, 443))])
    assert webhooks.deliver(subscription.pk, clock=clock) == 0
    assert "not a public address" in Delivery.objects.get().error


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification's own test vectors."""
    given = webhooks.signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_forged_or_old_delivery_is_not_genuine(now: datetime) -> None:
    secret, stamp = SECRET, str(int(now.timestamp()))
    given = webhooks.signature(secret, "1", stamp, b"{}")
    check: Callable[..., bool] = webhooks.verify
    assert check(secret, "1", stamp, b"{}", given, now=now)
    assert not check(secret, "1", stamp, b"{ }", given, now=now)
    assert not check(secret, "2", stamp, b"{}", given, now=now)
    assert not check(secret, "1", stamp, b"{}", given, now=now + timedelta(minutes=6))
    assert not check(secret, "1", "soon", b"{}", given, now=now)
