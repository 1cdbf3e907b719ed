"""Requests for a subscription: two at one moment, too many in an hour, and what is no address."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from common.sealing import digests, open_sealed, seal
from ratification.following import subscriptions
from ratification.following.letters import Line, line_of, message_of, subject_of
from ratification.following.question import ChangeQuestion
from ratification.models import Mail, MailSubscription
from tests.ratification.following.conftest import START
from treaty.models import Treaty

pytestmark = pytest.mark.django_db


def test_abuse_is_limited_for_an_address_a_network_and_in_all(hanoi: Treaty) -> None:
    def ask(address: str, visitor: str, moment: datetime = START) -> None:
        subscriptions.subscribe(
            subscriptions.Asked(hanoi, ChangeQuestion(), "at_once", address),
            site="https://x.example/",
            visitor=visitor,
            now=moment,
        )

    for _ in range(subscriptions.PER_ADDRESS):
        ask("a@example.org", "203.0.113.1")
    with pytest.raises(subscriptions.TooManyError):
        ask("a@example.org", "198.51.100.1")
    ask("a@example.org", "198.51.100.1", START + timedelta(hours=1))
    for number in range(subscriptions.PER_NETWORK):
        ask(f"{number}@example.org", f"2001:db8:1:{number:x}::1")
    with pytest.raises(subscriptions.TooManyError):
        ask("another@example.org", "2001:db8:1:ffff::1")


def test_one_mailbox_is_one_whatever_its_letters(hanoi: Treaty) -> None:
    """Capital letters and a host in another script made a second one, to which limits and suppression did not apply."""

    def ask(address: str, hours: int) -> None:
        subscriptions.subscribe(
            subscriptions.Asked(hanoi, ChangeQuestion(), "at_once", address),
            site="https://x.example/",
            visitor="203.0.113.1",
            now=START + timedelta(hours=hours),
        )

    ask("Ann@Bücher.example", 0)
    ask("ANN@xn--bcher-kva.example", 1)
    (row,) = MailSubscription.objects.all()
    assert open_sealed(row.sealed) == "Ann@bücher.example"
    for written in ("ann@BÜCHER.example", "aNN@xn--bcher-kva.EXAMPLE"):
        ask(written, 2)
    ask("ann@bücher.example", 2)
    with pytest.raises(subscriptions.TooManyError):
        ask("anN@bücher.example", 2)

    subscriptions.suppress("ann@xn--bcher-kva.example", "asked for it", now=START)
    assert not MailSubscription.objects.exists()
    ask("ANN@bücher.example", 4)
    assert not MailSubscription.objects.exists()


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_an_address_in_a_text_ends_where_it_ends(hanoi: Treaty, language: str) -> None:
    """Programs make a link of all that follows without a space: Chinese words became part of it."""
    asked = subscriptions.Asked(hanoi, ChangeQuestion(), "at_once", "ann@example.org", language)
    subscriptions.subscribe(asked, site="https://x.example/", visitor="203.0.113.1", now=START)
    with translation.override(language):
        text = message_of(Mail.objects.latest("pk"), []).body
    addresses = re.findall(r"https://\S+", str(text))
    assert addresses[0] == "https://x.example/"
    assert all(address.isascii() for address in addresses)


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("Suiza: firma el 26 de noviembre de 2026.", "Suiza: firma el 26 de noviembre de 2026"),
        ("Швейцария: подписание 26 ноября 2026\u00a0г.", "Швейцария: подписание 26 ноября 2026\u00a0г."),
        ("瑞士于2026年11月26日签署。", "瑞士于2026年11月26日签署"),
        ("Число документов: 2.", "Число документов: 2"),
        ("بلغ عدد الصكوك 40.", "بلغ عدد الصكوك 40"),
    ],
)
def test_a_subject_is_the_sentence_without_its_full_stop(hanoi: Treaty, sentence: str, subject: str) -> None:
    """The stop of an abbreviation is no such one: the Russian year stays whole."""
    assert subject_of(hanoi, [Line(sentence, "/")]) == f"{hanoi}: {subject}"


def test_an_address_that_an_earlier_release_kept_is_found(hanoi: Treaty) -> None:
    row = MailSubscription(
        treaty=hanoi, question="", frequency="daily", site="https://x.example/", created_at=START
    )
    row.sealed, row.digest = seal("Ann@example.org"), digests("Ann@example.org")[0]
    row.save()
    assert subscriptions.reseal() == 1
    row.refresh_from_db()
    assert row.digest == digests("Ann@example.org")[0]
    subscriptions.suppress("Ann@example.org", "asked for it", now=START)
    assert not MailSubscription.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "a@b",
        "a@example.org, b@example.org",
        "a@exam ple.org",
        "a\n@example.org",
        "root@localhost",
        "a@[127.0.0.1]",
        "a@[IPv6:::1]",
    ],
)
def test_what_is_no_address_is_refused(client: Client, hanoi: Treaty, address: str) -> None:  # noqa: ARG001
    answer = client.post("/follow/", {"address": address, "frequency": "at_once"})
    assert answer.status_code == 400
    assert "Give one e-mail address" in answer.content.decode()
    assert not MailSubscription.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"frequency": "hourly"}, "Choose how often messages are sent."),
        ({"language": "tlh"}, "Choose the language of the messages."),
    ],
)
def test_the_field_that_is_wrong_is_named(
    client: Client,
    hanoi: Treaty,  # noqa: ARG001 - it stands in the database
    wrong: dict[str, str],
    sentence: str,
) -> None:
    answer = client.post("/follow/", {"address": "a@example.org", "frequency": "daily"} | wrong)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_the_second_of_two_requests_finds_what_the_first_has_kept(
    hanoi: Treaty, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = subscriptions.Asked(hanoi, ChangeQuestion(participants=("FRA",)), "at_once", "a@example.org")

    def sealed(address: str) -> str:
        monkeypatch.setattr(subscriptions, "seal", seal)
        subscribe()
        return seal(address)

    def subscribe() -> None:
        subscriptions.subscribe(asked, site="https://x.example/", visitor="203.0.113.1", now=START)

    monkeypatch.setattr(subscriptions, "seal", sealed)
    subscribe()
    assert MailSubscription.objects.count() == 1
    assert Mail.objects.count() == 1


PRACTICE = (
    "practice of the Secretary-General: accepted if no contracting State objects within twelve months of the "
    "notification"
)


def test_who_asks_again_before_confirming_gets_what_was_asked_last(hanoi: Treaty) -> None:
    """The second message gives three days of its own; what is confirmed is changed behind its link alone."""

    def subscribe(frequency: str, language: str, now: datetime) -> MailSubscription:
        asked = subscriptions.Asked(hanoi, ChangeQuestion(), frequency, "a@example.org", language)
        subscriptions.subscribe(asked, site="https://x.example/", visitor="203.0.113.1", now=now)
        return MailSubscription.objects.get()

    subscribe("daily", "en", START)
    row = subscribe("at_once", "fr", START + timedelta(days=2))
    assert (row.frequency, row.language) == ("at_once", "fr")
    assert subscriptions.confirm(row.key, now=START + timedelta(days=4))
    row = subscribe("weekly", "es", START + timedelta(days=5))
    assert (row.frequency, row.language) == ("at_once", "fr")


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("article 64(1)", "artículo 64(1)"),
        (PRACTICE, "práctica del Secretario General"),
    ],
)
def test_a_reminder_names_what_a_period_rests_on_in_its_language(
    hanoi: Treaty, basis: str, words: str
) -> None:
    day = date(2026, 12, 31)
    note = {
        "window": "signature",
        "participant": "",
        "closes": day.isoformat(),
        "closes_latest": day.isoformat(),
        "days": 7,
        "basis": basis,
    }
    with translation.override("es"):
        assert f"({words}" in line_of(hanoi, note, day - timedelta(days=7)).sentence
