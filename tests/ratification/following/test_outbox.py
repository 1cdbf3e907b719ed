import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ratification.following import outbox, subscriptions
from ratification.following.question import ChangeQuestion
from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent, EntryContent
from ratification.models import Action, Forecast, Mail, MailSubscription, Suppression
from ratification.record.entries import latest_revision
from ratification.rules.dates import Span
from ratification.status import recompute as status
from tests.ratification.following.conftest import START, Received, words_of
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

Publish = Callable[[EntryContent[Action]], Action]
Subscribe = Callable[..., MailSubscription]
Say = Callable[..., ActionContent]
VNM = ChangeQuestion(participants=("VNM",))


@pytest.fixture(autouse=True)
def _computed(computed_hanoi: Treaty, now: datetime) -> None:
    assert computed_hanoi
    assert now == START


def recompute(treaty: Treaty, now: datetime) -> None:
    status.recompute(treaty.pk, today=treaty.legal_day(now), now=now)


def links_in(text: str) -> list[str]:
    return re.findall(r"https://tracker\.example(/[^\s,]*)", text)


def test_from_the_subscription_to_its_end(
    client: Client,
    hanoi: Treaty,
    say: Say,
    published: Publish,
    received: Received,
    deliver: Callable[[datetime], int],
    clerk: User,
    reviewer: User,
) -> None:
    """Subscribe, confirm, publish, receive, correct, unsubscribe by one click: each mail parsed, each link opened."""
    address = "Reader@example.org"
    asked = client.post("/follow/?participant=VNM", {"address": address, "frequency": "at_once"})
    assert "Look into your mail" in asked.content.decode()
    row = MailSubscription.objects.get()
    assert address not in row.sealed
    row.site = "https://tracker.example/"
    row.save()
    assert deliver(START) == 1
    (confirmation,) = received.to(address)
    plain, html = words_of(confirmation)
    assert plain == html
    assert "Viet Nam: all changes" in " ".join(plain)
    (link,) = [path for path in links_in(confirmation.as_string().replace("=\n", "")) if "confirm" in path][
        :1
    ]
    assert "Confirm your subscription" in client.get(link).content.decode()
    assert MailSubscription.objects.get().confirmed_at is None  # a program has followed the link
    assert "You are subscribed" in client.post(link).content.decode()

    entry = published(say("VNM ratification 2026-11-20"))
    published(say("BRA ratification 2026-11-20"))
    recompute(hanoi, START)
    assert deliver(START) == 1
    news = received.to(address)[1]
    assert news["Subject"].startswith("Hanoi Convention: Viet Nam ratified on 20 November 2026")
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert news["Auto-Submitted"] == "auto-generated"
    plain, html = words_of(news)
    assert plain == html
    text = " ".join(plain)
    assert "Viet Nam ratified on 20 November 2026" in text
    assert "Brazil" not in text
    assert "You asked for: Viet Nam: all changes." in text
    assert "Source:" in text
    paths = set(links_in(text))
    assert any("/changes/" in path for path in paths)
    for path in paths:
        assert client.get(path).status_code == 200, path

    said = replace(ledger.content_of(entry), taken=Span.day(START.date()))
    draft = ledger.correct(entry, said, author=clerk, reason="A misprint.", now=START)
    ledger.publish(ledger.submit(draft, by=clerk), reviewer=reviewer, now=START)
    recompute(hanoi, START)
    assert deliver(START) == 1
    corrected = received.to(address)[2]
    assert "Correction: Viet Nam ratified on 21 November 2026, not 20 November." in " ".join(
        words_of(corrected)[0]
    )

    one_click = urlsplit(corrected["List-Unsubscribe"].strip(" <>"))
    ended = client.post(
        one_click.path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert ended.status_code == 200
    assert not MailSubscription.objects.exists()
    assert not Mail.objects.exists()
    assert client.post(one_click.path).status_code == 200  # it can be clicked again
    recompute(hanoi, START)
    assert deliver(START) == 0


def test_each_is_told_once_and_in_order(
    hanoi: Treaty,
    say: Say,
    published: Publish,
    received: Received,
    deliver: Callable[[datetime], int],
    subscribed: Subscribe,
) -> None:
    subscribed("a@example.org", VNM)
    subscribed("b@example.org", ChangeQuestion(kinds=("consent",)))
    published(say("VNM ratification 2026-11-20"))
    recompute(hanoi, START)
    outbox.make(START)
    outbox.make(START)
    published(say("BRA ratification 2026-11-20"))
    recompute(hanoi, START)
    assert deliver(START) == 3
    assert deliver(START) == 0
    assert len(received.to("a@example.org")) == 1
    assert [
        mail["Subject"].split(": ")[1].split(" ratified")[0] for mail in received.to("b@example.org")
    ] == [
        "Viet Nam",
        "Brazil",
    ]
    assert len({mail["Message-ID"] for _, mail in received.mails}) == 3


def test_a_worker_that_died_sends_the_same_message_again(
    hanoi: Treaty,
    say: Say,
    published: Publish,
    received: Received,
    deliver: Callable[[datetime], int],
    subscribed: Subscribe,
) -> None:
    """It died after the server had taken the mail and before the mark."""
    subscribed("a@example.org", VNM)
    published(say("VNM ratification 2026-11-20"))
    recompute(hanoi, START)
    assert deliver(START) == 1
    Mail.objects.update(sent_at=None, leased_until=START + outbox.LEASE)
    assert deliver(START) == 0  # the lease still holds
    later = START + outbox.LEASE
    assert deliver(later) == 1
    first, again = received.to("a@example.org")
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Date"] == again["Date"]


@pytest.mark.parametrize("frequency", ["daily", "weekly"])
def test_a_digest_waits_for_its_day(
    frequency: str,
    hanoi: Treaty,
    say: Say,
    published: Publish,
    received: Received,
    deliver: Callable[[datetime], int],
    subscribed: Subscribe,
) -> None:
    subscribed("a@example.org", ChangeQuestion(kinds=("consent",)), frequency=frequency)
    published(say("VNM ratification 2026-11-20"))
    published(say("BRA ratification 2026-11-20"))
    recompute(hanoi, START)
    assert deliver(START + timedelta(hours=11)) == 0
    tomorrow = START + timedelta(hours=13)
    monday = START.replace(hour=0) + timedelta(days=2, minutes=1)
    assert monday.weekday() == 0
    assert deliver(tomorrow) == (1 if frequency == "daily" else 0)
    assert deliver(monday) == (0 if frequency == "daily" else 1)
    (mail,) = received.to("a@example.org")
    assert "Viet Nam ratified" in mail.as_string()
    assert "Brazil ratified" in mail.as_string()
    assert mail["Subject"].endswith("and 1 more")


@pytest.mark.usefixtures("impatient")
def test_one_bad_recipient_holds_up_nobody(
    hanoi: Treaty,
    say: Say,
    published: Publish,
    received: Received,
    deliver: Callable[[datetime], int],
    subscribed: Subscribe,
) -> None:
    """Refused, put off, hanging, dropped: each other mail arrives, and the bad ones wait or are suppressed."""
    names = ["one", "unknown", "two", "later", "three", "hanging", "four", "dropping", "five"]
    for name in names:
        subscribed(f"{name}@example.org", VNM)
    published(say("VNM ratification 2026-11-20"))
    recompute(hanoi, START)
    deliver(START)
    for name in ("one", "two", "three", "four", "five"):
        assert len(received.to(f"{name}@example.org")) == 1, name
    assert Suppression.objects.count() == 1
    waiting = Mail.objects.filter(sent_at=None)
    assert waiting.count() == 3
    assert all(mail.attempts == 1 and mail.next_attempt_at and "@" not in mail.error for mail in waiting)
    subscriptions.subscribe(
        subscriptions.Asked(hanoi, VNM, "at_once", "unknown@example.org"),
        site="https://x.example/",
        visitor="",
        now=START,
    )
    assert not MailSubscription.objects.filter(created_at=START, confirmed_at=None).exists()


def test_a_server_that_is_away_is_asked_again_and_given_up_after_three_days(
    hanoi: Treaty,
    say: Say,
    published: Publish,
    received: Received,
    deliver: Callable[[datetime], int],
    subscribed: Subscribe,
) -> None:
    subscribed("a@example.org", VNM)
    published(say("VNM ratification 2026-11-20"))
    recompute(hanoi, START)
    received.broken = True
    assert deliver(START) == 0
    assert deliver(START) == 0
    assert Mail.objects.get().attempts == 1
    assert deliver(START + timedelta(minutes=1)) == 0
    assert Mail.objects.get().attempts == 2
    received.broken = False
    assert deliver(START + timedelta(minutes=4)) == 1
    Mail.objects.update(sent_at=None, next_attempt_at=None)
    received.broken = True
    deliver(START + outbox.GIVE_UP + timedelta(minutes=1))
    assert Mail.objects.get().given_up_at
    received.broken = False
    assert deliver(START + outbox.GIVE_UP + timedelta(hours=2)) == 0


def test_reminders_come_on_their_day_once(
    hanoi: Treaty, received: Received, deliver: Callable[[datetime], int], subscribed: Subscribe
) -> None:
    """Signature closes on 31 December 2026: 30 days before is 1 December where the depositary is."""
    subscribed("a@example.org", ChangeQuestion(days_before=(7, 30)))
    assert hanoi.legal_day(START).isoformat() == "2026-11-21"
    for day in range(45):
        deliver(START + timedelta(days=day))
    texts = [" ".join(words_of(mail)[0]) for mail in received.to("a@example.org")]
    assert len(texts) == 2
    assert "The period for signature ends on 31 December 2026, 30 days from today" in texts[0]
    assert "7 days from today" in texts[1]


def test_a_reminder_is_sent_to_who_confirms_on_its_day(
    received: Received, deliver: Callable[[datetime], int], subscribed: Subscribe
) -> None:
    """Signature closes 40 days after the confirmation."""
    subscribed("a@example.org", ChangeQuestion(days_before=(40,)))
    assert deliver(START) == 1
    assert deliver(START + timedelta(days=1)) == 0
    (mail,) = received.to("a@example.org")
    assert "40 days from today" in " ".join(words_of(mail)[0])


def test_a_reminder_that_is_late_counts_no_days(
    received: Received, deliver: Callable[[datetime], int], subscribed: Subscribe
) -> None:
    subscribed("a@example.org", ChangeQuestion(days_before=(7,)))
    due = datetime(2026, 12, 24, 12, tzinfo=UTC)
    received.broken = True
    assert deliver(due) == 0
    received.broken = False
    assert deliver(due + timedelta(days=2)) == 1
    (mail,) = received.to("a@example.org")
    words = " ".join(words_of(mail)[0])
    assert "The period for signature ends on 31 December 2026 (article 64(1))." in words
    assert "from today" not in words


def test_a_forecast_that_moved_by_a_quarter_is_told_once(
    hanoi: Treaty,
    received: Received,
    deliver: Callable[[datetime], int],
    subscribed: Subscribe,
) -> None:
    """Counted from what was told last, in both directions; a forecast without a median tells nothing."""
    subscribed("a@example.org", ChangeQuestion(forecast=True))
    subscribed("b@example.org", VNM)

    def forecast(day: int, median: str | None) -> int:
        moment = START + timedelta(days=day)
        document = {"reached": {"quantiles": {"50": median}} if median else {}}
        Forecast.objects.create(
            treaty=hanoi,
            as_of=hanoi.legal_day(moment),
            revision=latest_revision(hanoi),
            model_version="test",
            document=json.dumps(document),
            computed_at=moment,
        )
        return deliver(moment) + deliver(moment)

    told = [
        forecast(day, median)
        for day, median in enumerate(
            [
                "2029-01-01",  # counting begins here
                "2029-04-01",  # 90 days: no quarter
                None,
                "2029-04-02",  # 91 days
                "2029-05-01",
                "2029-01-02",  # back, 90 days from what was told
                "2029-01-01",
            ]
        )
    ]
    assert told == [0, 0, 0, 1, 0, 0, 1]
    first, second = (" ".join(words_of(mail)[0]) for mail in received.to("a@example.org"))
    assert "has moved from 1 Jan 2029 to 2 Apr 2029" in first
    assert "has moved from 2 Apr 2029 to 1 Jan 2029" in second
    assert not received.to("b@example.org")
    (link,) = [path for path in links_in(first) if path.startswith("/forecast/")]
    assert (
        link
        == f"/forecast/?as_of={hanoi.legal_day(START + timedelta(days=3))}&revision={latest_revision(hanoi)}"
    )


def test_a_link_is_signed(client: Client, subscribed: Subscribe) -> None:
    token = subscriptions.token_of(subscribed("a@example.org"))
    forged = f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}"
    for path in ("manage", "end", "confirm"):
        assert client.get(f"/follow/{path}/{forged}/").status_code == 404
        assert client.post(f"/follow/{path}/{forged}/").status_code == 404
        answer = client.get(f"/follow/{path}/{token}/")
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
    assert MailSubscription.objects.exists()


def test_a_subscription_is_changed_behind_its_link(client: Client, subscribed: Subscribe) -> None:
    row = subscribed("a@example.org", VNM)
    path = f"/follow/manage/{subscriptions.token_of(row)}/"
    answer = client.post(path, {"participant": ["BRA", "AND"], "threshold": "39, 40", "frequency": "weekly"})
    assert "Saved." in answer.content.decode()
    row.refresh_from_db()
    assert (row.question, row.frequency) == (
        "participant=AND&participant=BRA&threshold=39&threshold=40",
        "weekly",
    )
    typed = {
        "participant": ["FRA"],
        "kind": "consent",
        "threshold": "many",
        "days_before": "7, 3",
        "article": "63",
    }
    refused = client.post(path, {**typed, "forecast": "1", "frequency": "daily"})
    assert refused.status_code == 400
    text = refused.content.decode()
    assert "threshold: “many” is not a whole number" in text
    for kept in (
        'value="FRA" checked',
        'value="consent" checked',
        'value="many"',
        'value="7, 3"',
        'name="article" min="1" max="999" inputmode="numeric" value="63"',
        'name="forecast" value="1" checked',
        'value="daily" selected',
        "by name: France<",
    ):
        assert kept in text, kept
    assert "Andorra, Brazil: " in text  # what is stored stands above, unchanged
    assert client.post(path, {"frequency": "hourly"}).status_code == 400


def test_what_was_not_confirmed_is_deleted(subscribed: Subscribe) -> None:
    row = subscribed("a@example.org")
    MailSubscription.objects.update(confirmed_at=None)
    subscriptions.expire(START + subscriptions.CONFIRM_WITHIN)
    assert MailSubscription.objects.exists()
    late = START + subscriptions.CONFIRM_WITHIN + timedelta(minutes=1)
    assert subscriptions.confirm(row.key, now=late) is None
    subscriptions.expire(late)
    assert not MailSubscription.objects.exists()
