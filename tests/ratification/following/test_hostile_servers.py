"""Mail servers that answer slowly, endlessly, wrongly or with refusals: nothing is lost, held up or sent twice."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django.fixtures import Settings

from ratification.following import letters, outbox
from ratification.following.letters import Line
from ratification.models import Mail, MailSubscription, Suppression
from tests.ratification.following.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

Answer = Callable[["Scripted", socket.socket, str], bytes]
OKAY = {"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}


@dataclass
class Scripted:
    """A mail server that answers at each stage as it is told; `.` is the end of a message, `hello` the greeting."""

    listening: socket.socket
    script: dict[str, Answer] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    connections: int = 0

    def serve(self) -> None:
        """Take one connection after the other."""
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:  # it was closed
                return
            self.connections += 1
            with connection, connection.makefile("rb") as said:
                try:
                    self._talk(connection, said)
                except OSError:
                    continue

    def _talk(self, connection: socket.socket, said: Iterator[bytes]) -> None:
        recipient = ""
        self._answer(connection, "hello", recipient)
        for line in said:
            verb, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            verb = verb.upper()
            recipient = rest if verb == "RCPT" else recipient
            answer = self._answer(connection, verb, recipient)
            if verb == "QUIT":
                return
            if verb == "DATA" and answer.startswith(b"354"):
                while next(said, b".\r\n") != b".\r\n":
                    pass
                if self._answer(connection, ".", recipient).startswith(b"250"):
                    self.taken.append(recipient[len("TO:<")])

    def _answer(self, connection: socket.socket, stage: str, recipient: str) -> bytes:
        known = OKAY.get(stage, b"220 ready\r\n" if stage == "hello" else b"250 fine\r\n")
        answer = self.script[stage](self, connection, recipient) if stage in self.script else known
        connection.sendall(answer)
        return answer


@pytest.fixture
def server(settings: Settings) -> Iterator[Scripted]:
    """A scripted server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Scripted(listening)
        settings.EMAIL_BACKEND = "common.mail.BoundedBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.getsockname()
        thread = threading.Thread(target=found.serve)
        thread.start()
        yield found
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def three(subscribed: Callable[..., MailSubscription]) -> Callable[[], dict[str, Mail]]:
    """Mail to a@, b@ and c@; what became of it, by the first letter of the address, without what was deleted."""
    keys = {}
    for name in "abc":
        row = subscribed(f"{name}@example.org")
        note = asdict(Line("A sentence.", "/changes/"))
        keys[Mail.objects.create(subscription=row, key="test", created_at=START, notes=[note]).pk] = name
    return lambda: {keys[mail.pk]: mail for mail in Mail.objects.all()}


Three = Callable[[], dict[str, Mail]]


def said(answer: bytes, *, to: str = "abc") -> Answer:
    """Answer to some so, and take the mail of others."""
    return lambda _server, _connection, recipient: (
        answer if not recipient or recipient[len("TO:<")] in to else b"250 fine\r\n"
    )


def dripping(_server: Scripted, connection: socket.socket, _recipient: str) -> bytes:
    """Say a sign now and then, so that no single wait is long."""
    for _ in range(30):
        connection.sendall(b"2")
        time.sleep(0.2)
    return b"\r\n"


def endless(_server: Scripted, connection: socket.socket, _recipient: str) -> bytes:
    """Say more and more lines of one answer."""
    for _ in range(20_000):
        connection.sendall(b"250-" + b"x" * 400 + b"\r\n")
    return b"250 fine\r\n"


def closing(_server: Scripted, connection: socket.socket, _recipient: str) -> bytes:
    connection.shutdown(socket.SHUT_RDWR)
    return b""


def send() -> int:
    return outbox.send(lambda: START)


@pytest.mark.parametrize("stage", ["hello", "EHLO", "MAIL", "RCPT", "."])
@pytest.mark.parametrize(("hostile", "patience"), [(dripping, 0.5), (endless, outbox.PATIENCE)])
def test_an_answer_without_end_is_cut_short(
    server: Scripted,
    three: Three,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    hostile: Answer,
    patience: float,
) -> None:
    """By its time as a whole, not by that between two signs, and by its length: the job ends and memory is spared."""
    server.script[stage] = hostile
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "PATIENCE", patience)
        assert send() == 0
    assert {mail.attempts for mail in three().values()} == {1}
    assert all(mail.next_attempt_at and not mail.given_up_at and not mail.lease for mail in three().values())
    del server.script[stage]
    assert outbox.send(lambda: START + timedelta(minutes=2)) == 3
    assert server.taken == ["a", "b", "c"]


@pytest.mark.parametrize("answer", [b"421 busy\r\n", b"451 later\r\n", b"452 full\r\n", b"552 full\r\n"])
@pytest.mark.parametrize("stage", ["RCPT", "."])
def test_who_is_put_off_is_asked_again_and_holds_up_nobody(
    server: Scripted, three: Three, stage: str, answer: bytes
) -> None:
    server.script[stage] = said(answer, to="b")
    assert send() == 2
    assert server.taken == ["a", "c"]
    assert three()["b"].next_attempt_at
    assert not three()["b"].given_up_at
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("stage", "answer", "becomes"),
    [
        ("RCPT", b"550 no such user\r\n", "suppressed"),
        ("RCPT", b"550 5.1.1 no such user\r\n", "suppressed"),
        ("RCPT", b"550 5.2.1 mailbox disabled\r\n", "suppressed"),
        ("RCPT", b"550 5.7.1 the list takes members' mail alone\r\n", "given up"),
        ("RCPT", b"554 transaction failed\r\n", "given up"),
        (".", b"550 5.7.1 it looks like spam\r\n", "given up"),
        (".", b"554 5.6.0 refused\r\n", "given up"),
    ],
)
def test_a_refusal_for_good_counts_once_the_server_takes_other_mail(
    server: Scripted, three: Three, stage: str, answer: bytes, becomes: str
) -> None:
    """The address is left alone where it is at fault; else this message is, and the subscription stays."""
    server.script[stage] = said(answer, to="b")
    assert send() == 2
    assert server.taken == ["a", "c"]
    assert Suppression.objects.exists() == ("b" not in three()) == (becomes == "suppressed")
    assert "b" not in three() or three()["b"].given_up_at


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(
    "answer", [b"550 relaying denied\r\n", b"550 5.7.1 relaying denied\r\n", b"554 5.7.1 you are blocked\r\n"]
)
def test_a_server_that_refuses_all_is_asked_again(
    server: Scripted, three: Three, stage: str, answer: bytes
) -> None:
    """A relay that does not know the site refuses every address: nobody is suppressed, and nothing given up."""
    server.script[stage] = said(answer)
    assert send() == 0
    assert not Suppression.objects.exists()
    assert {(mail.attempts, mail.given_up_at) for mail in three().values()} == {(1, None)}
    del server.script[stage]
    assert outbox.send(lambda: START + timedelta(minutes=2)) == 3


@pytest.mark.parametrize("answer", [closing, said(b"\xff\x00what?\r\n")])
@pytest.mark.parametrize("stage", ["hello", "MAIL", "DATA", "."])
def test_what_cannot_be_read_is_no_taking(server: Scripted, three: Three, stage: str, answer: Answer) -> None:
    server.script[stage] = answer
    assert send() == 0
    assert {(mail.attempts, mail.given_up_at) for mail in three().values()} == {(1, None)}
    assert not Suppression.objects.exists()
    assert not any("-1" in mail.error for mail in three().values())
    if answer is not closing:
        assert "The mail server's answer could not be read." in {mail.error for mail in three().values()}


@pytest.mark.parametrize("alone", [True, False])
def test_the_only_mail_that_is_refused_for_good_is_given_up_within_two_hours(
    server: Scripted,
    three: Three,
    alone: bool,  # noqa: FBT001 - one of two cases
) -> None:
    """Of several the server may refuse all, and is asked again; the address of the only one stays, as it may be."""
    server.script["RCPT"] = said(b"550 no such user\r\n")
    if alone:
        Mail.objects.exclude(pk=three()["a"].pk).update(sent_at=START)
    for minute in range(0, 120, 5):
        outbox.send(lambda at=START + timedelta(minutes=minute): at)  # type: ignore[misc]
    mail = three()["a"]
    assert bool(mail.given_up_at) is alone
    assert mail.attempts == outbox.ALONE or not alone
    assert mail.error == "The mail server refused it with 550."
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    "offered", [b"250 fine\r\n", b"250-fine\r\n250 STARTTLS\r\n"], ids=["stripped", "broken"]
)
def test_nothing_is_sent_in_the_clear_where_encryption_is_asked_for(
    server: Scripted, three: Three, settings: Settings, offered: bytes
) -> None:
    settings.EMAIL_USE_TLS = True
    server.script |= {"EHLO": said(offered), "STARTTLS": said(b"220 go on\r\nthis is no handshake\r\n")}
    assert send() == 0
    assert server.taken == []
    assert {mail.attempts for mail in three().values()} == {1}


def test_slow_mail_is_begun_within_its_lease(
    server: Scripted, three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has the time of an opening and a message left, before another process would take it too."""
    now, left = [START], []
    patience = timedelta(seconds=45)
    written = letters.message_of

    def noted(mail: Mail, lines: list[Line]) -> EmailMultiAlternatives:
        assert mail.leased_until
        left.append(mail.leased_until - now[0])
        return written(mail, lines)

    def slowly(_server: Scripted, _connection: socket.socket, _recipient: str) -> bytes:
        now[0] += patience
        return b"250 taken\r\n"

    monkeypatch.setattr("ratification.following.outbox.message_of", noted)
    server.script["."] = slowly
    while outbox.send(lambda: now[0]):
        pass
    assert server.taken == ["a", "b", "c"]
    assert three().keys() == set(server.taken)
    assert min(left) >= 2 * patience


def test_a_message_that_cannot_be_written_holds_up_no_other(server: Scripted, three: Three) -> None:
    Mail.objects.filter(pk=three()["a"].pk).update(notes=[{"of": "an earlier version"}])
    assert send() == 2
    assert server.taken == ["b", "c"]
    assert three()["a"].error == "It could not be written: KeyError."
