import mailbox
from collections.abc import Callable
from email import message_from_string
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from common.sealing import SealError, digests, open_sealed
from ratification.following.subscriptions import reseal
from ratification.models import MailSubscription, Suppression

pytestmark = pytest.mark.django_db

REPORT = """\
From: postmaster@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=part

--part
Content-Type: text/plain

It could not be delivered.
--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; gone@example.org
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; full@example.org
Action: delayed
Status: 4.2.2
--part--
"""


def test_an_address_sent_back_for_good_gets_no_mail_any_more(
    tmp_path: Path, subscribed: Callable[..., MailSubscription]
) -> None:
    subscribed("gone@example.org")
    kept = subscribed("full@example.org")
    box = mailbox.mbox(tmp_path / "bounces")
    box.add(message_from_string(REPORT))
    box.add(message_from_string("Subject: an answer\n\nThank you: gone@example.org"))
    box.close()
    for _ in range(2):  # a second run changes nothing
        call_command("note_bounces", str(tmp_path / "bounces"))
        assert list(MailSubscription.objects.all()) == [kept]
        assert [row.reason for row in Suppression.objects.all()] == ["Sent back with status 5.1.1."]


def test_a_mailbox_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no such mailbox"):
        call_command("note_bounces", str(tmp_path / "none"))


def test_a_new_key_takes_over_all_addresses(
    settings: Settings, subscribed: Callable[..., MailSubscription]
) -> None:
    subscribed("a@example.org")
    settings.CONTACT_KEY_FALLBACKS = [settings.CONTACT_KEY]
    settings.CONTACT_KEY = "a new key of at least thirty-two characters"  # pragma: allowlist secret
    assert reseal() == 1
    settings.CONTACT_KEY_FALLBACKS = []
    row = MailSubscription.objects.get()
    assert open_sealed(row.sealed) == "a@example.org"
    assert row.digest == digests("a@example.org")[0]


def test_what_no_known_key_opens_is_left_as_it_was(
    settings: Settings, subscribed: Callable[..., MailSubscription]
) -> None:
    subscribed("a@example.org")
    before = MailSubscription.objects.values().get()
    settings.CONTACT_KEY = "another key of at least thirty-two characters"  # pragma: allowlist secret
    with pytest.raises(SealError, match="Nothing was changed"):
        reseal()
    assert MailSubscription.objects.values().get() == before
