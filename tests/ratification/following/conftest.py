import asyncio
import re
import select
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.cache import cache
from pytest_django.fixtures import Settings

from ratification.following import outbox, subscriptions
from ratification.following.question import ChangeQuestion
from ratification.models import MailSubscription
from tests.services import free_port
from treaty.models import Treaty

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Received:
    """Mail as a real server took it, in order; what an address's name asks for happens to it."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    broken: bool = False
    hold: threading.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.broken:
            return "451 try again later"
        name = address.partition("@")[0]
        if name == "unknown":
            return "550 5.1.1 no such user"
        if name == "later":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name == "hanging":
            assert server.transport
            # The whole server hangs until the client says that it has given up.
            select.select([server.transport.get_extra_info("socket")], [], [])
        if name == "dropping":
            raise ConnectionResetError
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append((envelope.rcpt_tos[0], message))
        if self.hold:
            self.entered.set()
            await asyncio.to_thread(self.hold.wait)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """Return what an address got."""
        return [message for whose, message in self.mails if whose == address]


@pytest.fixture(autouse=True)
def _new_hour() -> None:
    """Nobody has asked for anything in this hour."""
    cache.clear()


@pytest.fixture
def received(settings: Settings) -> Iterator[Received]:
    """A mail server of the test's own."""
    handler = Received()
    settings.EMAIL_BACKEND = "common.mail.BoundedBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    controller = Controller(handler, hostname=settings.EMAIL_HOST, port=settings.EMAIL_PORT)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three seconds for an answer, where one never comes: the others come at once, on a slow machine too."""
    monkeypatch.setattr(outbox, "PATIENCE", 3)


@pytest.fixture
def subscribed(hanoi: Treaty) -> Callable[..., MailSubscription]:
    """Subscribes an address and confirms it."""

    def subscribe(address: str, question: ChangeQuestion | None = None, **more: str) -> MailSubscription:
        asked = subscriptions.Asked(
            hanoi, question or ChangeQuestion(), more.get("frequency", "at_once"), address
        )
        subscriptions.subscribe(asked, site="https://tracker.example/", visitor=address, now=START)
        row = MailSubscription.objects.latest("pk")
        subscriptions.confirm(row.key, now=START)
        row.mails.all().delete()
        row.refresh_from_db()
        return row

    return subscribe


@pytest.fixture
def deliver() -> Callable[[datetime], int]:
    """Runs both jobs once at a moment."""

    def both(now: datetime) -> int:
        outbox.make(now)
        return outbox.send(lambda: now)

    return both


def words_of(message: EmailMessage) -> tuple[list[str], list[str]]:
    """Return the words of both parts: of the plain text, and of the HTML without its marks and its title."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    body = re.sub(r"<head>.*?</head>", "", html.get_content(), flags=re.DOTALL)
    return plain.get_content().split(), unescape(re.sub(r"<[^>]+>", " ", body)).split()
