"""The outbox of mail: rows made from changes, reminders and forecasts, and sent until the server has taken each.

A row is made in the transaction that moves the subscription's position on, so that each change is told once, whatever
the broker loses. Whichever process sends takes a lease on a few rows, sends each and marks it at once. The worker sends
from a process of its own (sender.py), so that its death falls between no answer of the server and its mark.

A refusal for good (5xx) can be about the address, the message or the site itself: a relay that does not know the site
refuses every address. So it counts once the server has taken another message after it, or says that the address is bad.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from uuid import uuid4

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import override

from common.leases import has_come
from common.sealing import SealError, open_sealed
from ratification.following.asked_changes import is_about, select
from ratification.following.letters import Line, lines_of, message_of
from ratification.following.question import ChangeQuestion, stored_question
from ratification.following.subscriptions import suppress
from ratification.models import Change, Forecast, Mail, MailSubscription, Window
from ratification.record.entries import latest_revision
from ratification.status.changes import changes_of
from ratification.status.feeds import news_in
from states import naming
from states.models import Membership
from treaty.models import Treaty

logger = logging.getLogger(__name__)

AT_ONCE = 50
LEASE = timedelta(minutes=2)
"""Mail that a worker takes at a time, and how long nobody else takes it."""
LONGEST_HOLD = timedelta(seconds=20)
"""No mail of a lease is begun later, so that the last one has come to its end before the lease does."""
PATIENCE = 45
"""Seconds that a server has for the opening of a connection, and for each message: one that checks a message before it
takes it would otherwise get the message again and again."""
LONGEST_RUN = timedelta(seconds=50)
MOST_FAILURES = 3
"""A run ends after so many failures of the connection in a row: the server is away."""
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP = timedelta(days=3)
QUARTER = timedelta(days=91)
ALONE = 7
"""Attempts, over an hour, after which the only mail that waits is given up when it is refused for good."""
_REFUSED_FOR_GOOD = {*range(500, 600)} - {552}
"""Codes that no later attempt changes; 552 is mostly a full mailbox."""
_PUT_OFF = {*range(400, 500), 552}
_CLOSES = 421
_OF_ADDRESSES = {550, 551, 553}
"""Refusals of a recipient that are about its address, where no status says otherwise (RFC 5321, 4.2.2)."""
_STATUS = re.compile(rb"5\.\d{1,3}\.\d{1,3}(?= |$)")
_BAD_ADDRESS = re.compile(rb"5\.1\.(?![78]\b)\d")
"""Statuses by which an address is not there (RFC 3463); 5.1.7 and 5.1.8 are about the sender's."""
_DISABLED = b"5.2.1"

Clock = Callable[[], datetime]


def make(now: datetime) -> int:
    """Put into the outbox what confirmed subscriptions are to be told by now; return how much.

    Idempotent: a second run finds nothing new.
    """
    confirmed = MailSubscription.objects.filter(confirmed_at__isnull=False)
    treaties = Treaty.objects.filter(pk__in=confirmed.values("treaty"))
    return sum(_make_for(treaty, confirmed.filter(treaty=treaty), now) for treaty in treaties)


def _make_for(treaty: Treaty, rows: QuerySet[MailSubscription], now: datetime) -> int:
    today = treaty.legal_day(now)
    numbers = Change.objects.filter(treaty=treaty).order_by("-number").values_list("number", flat=True)
    latest = numbers.first() or 0
    made = 0
    due = rows.filter(_due(now)).exclude(position=latest)
    for text, position in due.order_by().values_list("question", "position").distinct():
        question = stored_question(text)
        same = due.filter(question=text, position=position)
        news = news_in(changes_of(treaty).filter(number__gt=position), counts=bool(question.thresholds))
        chosen = [change.number for change in select(news.filter(number__lte=latest), question)]
        with transaction.atomic():
            ids = list(same.select_for_update().values_list("pk", flat=True))
            if chosen:
                made += _add(ids, f"changes:{position}-{latest}", now, changes=chosen)
            MailSubscription.objects.filter(pk__in=ids).update(position=latest, told_at=now)
    for text in rows.exclude(reminded_on__gte=today).order_by().values_list("question", flat=True).distinct():
        made += _remind(treaty, rows.filter(question=text), stored_question(text), now)
    return made + _tell_forecast(treaty, rows, now)


def _due(now: datetime) -> Q:
    """Return the condition of a subscription that is due: at once, or with the day's or the week's first run."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    week = day - timedelta(days=day.weekday())
    frequency = MailSubscription.Frequency
    return (
        Q(frequency=frequency.AT_ONCE)
        | Q(frequency=frequency.DAILY, told_at__lt=day)
        | Q(frequency=frequency.WEEKLY, told_at__lt=week)
    )


def _add(ids: list[int], key: str, now: datetime, **content: list[object] | list[int]) -> int:
    """Add a mail to each subscription that has none under the key; return how many."""
    mails = [Mail(subscription_id=pk, key=key, created_at=now, **content) for pk in ids]
    Mail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=1000)
    return len(mails)


def _remind(treaty: Treaty, rows: QuerySet[MailSubscription], question: ChangeQuestion, now: datetime) -> int:
    """Make the reminders of the days since the last ones, for windows that have not closed yet."""
    today = treaty.legal_day(now)
    made = 0
    for reminded_on in (
        rows.exclude(reminded_on__gte=today).order_by().values_list("reminded_on", flat=True).distinct()
    ):
        with transaction.atomic():
            same = rows.filter(reminded_on=reminded_on).select_for_update()
            ids = list(same.values_list("pk", flat=True))
            notes: list[object] = list(_reminders(treaty, question, reminded_on or today, today))
            if notes:
                made += _add(ids, f"reminders:{today}", now, notes=notes)
            MailSubscription.objects.filter(pk__in=ids).update(reminded_on=today)
    return made


def _reminders(
    treaty: Treaty, question: ChangeQuestion, since: date, today: date
) -> Iterator[dict[str, object]]:
    """Yield what a reminder says of each window that closes in as many days as were asked for (`letters.line_of`)."""
    if not question.days_before:
        return
    groups: dict[str, list[str]] = {}
    if question.group:
        for code in Membership.objects.filter(group__slug=question.group).values_list(
            "participant__iso3", flat=True
        ):
            groups[code] = [question.group]
    windows = Window.objects.filter(treaty=treaty, reported=False, closes_latest__gte=today)
    for window in windows.select_related("participant").order_by("closes_earliest", "kind", "participant"):
        code = window.participant.iso3 if window.participant else ""
        closes = window.closes_earliest
        if (
            closes is None
            or window.closes_latest is None
            or not is_about(code, question, groups.get(code, ()))
        ):
            continue
        days = [days for days in question.days_before if since < closes - timedelta(days=days) <= today]
        if not days or closes < today:
            continue
        yield {
            "window": window.kind,
            "participant": code,
            "closes": closes.isoformat(),
            "closes_latest": window.closes_latest.isoformat(),
            "days": (closes - today).days,
            "basis": window.basis,
        }


def _tell_forecast(treaty: Treaty, rows: QuerySet[MailSubscription], now: datetime) -> int:
    """Tell those who asked that the forecast has moved by a quarter of a year since it was last told.

    One made before the latest publication tells nothing: the next may differ, or there may be nothing left to forecast.
    """
    asking = rows.filter(question__contains="forecast=1")
    kept = Forecast.objects.filter(treaty=treaty).order_by("-as_of", "-revision", "-pk")
    latest, before = [*kept[:2], None, None][:2] if asking.exists() else (None, None)
    median = json.loads(latest.document).get("reached", {}).get("quantiles", {}).get("50") if latest else None
    if latest is None or not median or latest.revision != latest_revision(treaty):
        return 0
    day = date.fromisoformat(median)
    asking.filter(told_forecast=None).update(told_forecast=day)  # the first one is where counting begins
    key = f"forecast:{latest.as_of}:{latest.revision}:{latest.model_version}"
    made = 0
    for told in (
        asking.exclude(told_forecast=day).order_by().values_list("told_forecast", flat=True).distinct()
    ):
        if told is None or abs(day - told) < QUARTER:
            continue
        note: dict[str, object] = {
            "moved_from": told.isoformat(),
            "moved_to": day.isoformat(),
            "as_of": latest.as_of.isoformat(),
            "revision": latest.revision,
            "new_method": bool(before and before.model_version != latest.model_version),
        }
        with transaction.atomic():
            same = asking.filter(told_forecast=told).select_for_update()
            ids = list(same.values_list("pk", flat=True))
            made += _add(ids, key, now, notes=list[object]([note]))
            MailSubscription.objects.filter(pk__in=ids).update(told_forecast=day)
    return made


@dataclass(slots=True)
class _Run:
    """One run of a worker: its connection, what it has composed, and the failures of the connection in a row."""

    connection: BaseEmailBackend
    composed: dict[tuple[object, ...], list[Line]]
    failures: int = 0
    refused: list[tuple[Mail, int, bool]] = field(default_factory=list)
    """Mail refused for good since the server last took one, with the code and whether it is about the address."""


def send(clock: Clock, wanted: Callable[[], bool] = lambda: True) -> int:
    """Send what waits in the outbox, in order for each subscription; return how many were taken by the server.

    Safe beside itself: a lease keeps two runs apart, and no mail is begun so late that its end outlasts it. A second
    run after a complete one sends nothing. A run that is no longer wanted ends after the mail in hand and gives the
    others back.
    """
    begun, sent = clock(), 0
    naming.begin()
    run = _Run(get_connection(timeout=PATIENCE), {})
    try:
        while wanted() and (now := clock()) - begun <= LONGEST_RUN and run.failures < MOST_FAILURES:
            mails = _claim(now)
            if not mails:
                break
            for mail in mails:
                taken = _send(run, mail, clock)
                sent += taken
                if not wanted() or (not taken and run.failures) or clock() - now > LONGEST_HOLD:
                    break  # the others are taken anew, with a lease that has not run out meanwhile
            Mail.objects.filter(lease=mails[0].lease).update(lease=None, leased_until=None)
    finally:
        _hang_up(run)
    return sent


def waiting(now: datetime) -> bool:
    """Return whether there is mail to be sent now."""
    return Mail.objects.filter(_ready(now)).exists()


def _ready(now: datetime) -> Q:
    unsent = Q(sent_at__isnull=True, given_up_at__isnull=True)
    return unsent & has_come("next_attempt_at", now, LONGEST_WAIT) & has_come("leased_until", now, LEASE)


def _claim(now: datetime) -> list[Mail]:
    """Take a lease on the next mails, the first unsent one of each subscription."""
    earlier = Mail.objects.filter(
        subscription=OuterRef("subscription"), pk__lt=OuterRef("pk"), sent_at=None, given_up_at=None
    )
    next_ones = Mail.objects.filter(_ready(now)).filter(~Exists(earlier)).order_by("pk")
    ids = list(next_ones.values_list("pk", flat=True)[:AT_ONCE])
    lease = uuid4()
    Mail.objects.filter(_ready(now), pk__in=ids).update(lease=lease, leased_until=now + LEASE)
    return list(Mail.objects.filter(lease=lease).select_related("subscription__treaty").order_by("pk"))


def _send(run: _Run, mail: Mail, clock: Clock) -> bool:
    """Send one mail and mark it; return whether the server has taken it."""
    row = Mail.objects.filter(pk=mail.pk)
    try:
        with override(mail.subscription.language):
            message = message_of(mail, _lines(run, mail, clock()))
        run.connection.open()
        run.connection.send_messages([message])
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        _note_refusal(run, mail, error, clock())
        return False
    except SMTPResponseException as error:
        _postpone(row, mail, _words_of("The mail server answered with {}.", error.smtp_code), clock())
    except (SMTPException, OSError) as error:
        _postpone(row, mail, f"The mail server could not be reached: {type(error).__name__}.", clock())
    except SealError as error:
        _postpone(row, mail, str(error), clock())
        return False
    except Exception as error:
        logger.exception("Mail %s could not be written.", mail.pk)
        _postpone(row, mail, f"It could not be written: {type(error).__name__}.", clock())
        return False  # what is wrong with one message holds up no other
    else:
        row.update(sent_at=clock(), lease=None, leased_until=None, error="")
        run.failures = 0
        _settle(run, clock())
        return True
    run.failures += 1
    _hang_up(run)
    return False


def _note_refusal(run: _Run, mail: Mail, error: SMTPRecipientsRefused | SMTPDataError, now: datetime) -> None:
    """Postpone mail of which the server has refused the recipient or the text, whether for good or not."""
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        status = _STATUS.match(words)
        of_address = code in _OF_ADDRESSES and (status is None or status[0] == _DISABLED)
    else:
        code, words, of_address = error.smtp_code, b"", False
    if code in _REFUSED_FOR_GOOD and _BAD_ADDRESS.match(words):
        _suppress(mail, code, now)
        return
    row = Mail.objects.filter(pk=mail.pk)
    _postpone(row, mail, _words_of("The mail server refused it with {}.", code), now)
    if code in _REFUSED_FOR_GOOD:
        run.refused.append((mail, code, of_address))
        if mail.attempts + 1 >= ALONE and not _waiting_beside(mail):
            row.update(given_up_at=now)
    elif code == _CLOSES or code not in _PUT_OFF:
        _hang_up(run)
    else:
        return
    run.failures += 1


def _words_of(words: str, code: int) -> str:
    """Return what the server answered; it has said nothing that can be read where the client has no code of it."""
    return words.format(code) if code > 0 else "The mail server's answer could not be read."


def _waiting_beside(mail: Mail) -> bool:
    """Return whether other mail waits, by which it shows whether the server refuses this one or all."""
    return Mail.objects.filter(sent_at=None, given_up_at=None).exclude(pk=mail.pk).exists()


def _settle(run: _Run, now: datetime) -> None:
    """Let refusals count, since the server takes mail: no further attempt, and none to an address that is not there."""
    for mail, code, is_address in run.refused:
        if is_address:
            _suppress(mail, code, now)
        else:
            Mail.objects.filter(pk=mail.pk).update(given_up_at=now)
    run.refused.clear()


def _suppress(mail: Mail, code: int, now: datetime) -> None:
    suppress(open_sealed(mail.subscription.sealed), f"The mail server refused it with {code}.", now=now)


def _hang_up(run: _Run) -> None:
    """Leave a connection whose state is not known; the next mail opens another."""
    try:
        run.connection.close()
    except (SMTPException, OSError):
        logger.info("The mail server had gone before the connection was closed.")
    run.connection = get_connection(timeout=PATIENCE)


def _postpone(row: QuerySet[Mail], mail: Mail, error: str, now: datetime) -> None:
    given_up = now if now - mail.created_at > GIVE_UP else None
    wait = min(timedelta(minutes=2 ** min(mail.attempts, 6)), LONGEST_WAIT)
    row.update(
        attempts=F("attempts") + 1,
        next_attempt_at=now + wait,
        given_up_at=given_up,
        error=error[:200],
        lease=None,
        leased_until=None,
    )


def _lines(run: _Run, mail: Mail, now: datetime) -> list[Line]:
    """Return the sentences of a mail, composed once for all who get the same."""
    subscription = mail.subscription
    today = subscription.treaty.legal_day(now)
    key = (
        subscription.language,
        subscription.treaty_id,
        subscription.question,
        tuple(mail.changes),
        json.dumps(mail.notes),
        today,
    )
    if key not in run.composed:
        question = stored_question(subscription.question)
        run.composed[key] = lines_of(subscription.treaty, question, mail, today)
    return run.composed[key]
