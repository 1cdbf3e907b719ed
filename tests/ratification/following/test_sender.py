"""The process that sends: the death of the worker that started it leaves no message in doubt."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from ratification.following import outbox, sender
from ratification.following.letters import Line
from ratification.models import Mail, MailSubscription
from tests.conftest import WAIT_SECONDS, _database_url
from tests.ratification.following.conftest import START, Received
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("transactional_db")  # another process reads it too
CODE = "import django; django.setup(); from ratification.following import sender; sender.run()"


@pytest.fixture
def worker(
    hanoi: Treaty,  # noqa: ARG001 - it stands in the database
    received: Received,
    subscribed: Callable[..., MailSubscription],
    queue: dict[str, str],
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that sends three messages, at the moment at which the server has taken the first and not answered."""
    for name in ("a", "b", "c"):
        row = subscribed(f"{name}@example.org")
        note = asdict(Line("A sentence.", "/changes/"))
        Mail.objects.create(subscription=row, key="test", created_at=START, notes=[note])
    received.hold = threading.Event()
    environment = {
        **os.environ,
        **queue,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": _database_url(),
        "CONTACT_KEY": settings.CONTACT_KEY,
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "EMAIL_FROM": "tracker@example.org",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", CODE], cwd=settings.BASE_DIR, env=environment, start_new_session=True
    )
    assert received.entered.wait(WAIT_SECONDS)
    yield process
    received.hold.set()
    process.kill()
    process.wait()


def sender_of(worker: subprocess.Popen[bytes]) -> int:
    """Return the process that sends for a worker."""
    (child,) = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    return int(child)


def ended(pid: int) -> bool:
    """Whether a process has ended; one whose parent has not asked for its end yet has too."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):  # the file is gone, or its process while it is read
        return True


@pytest.mark.parametrize("killed", ["worker", "sender asked to end"])
def test_no_message_is_left_in_doubt(
    killed: str,
    worker: subprocess.Popen[bytes],
    received: Received,
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    """The message in hand is finished and marked, the others are given back at once, and each arrives once."""
    child = sender_of(worker)
    if killed == "worker":
        os.killpg(worker.pid, signal.SIGKILL)  # with everything in its group
        worker.wait()
    else:
        os.kill(child, signal.SIGTERM)
    assert received.hold
    received.hold.set()
    eventually(lambda: ended(child))
    assert Mail.objects.exclude(sent_at=None).count() == 1
    assert not Mail.objects.exclude(lease=None).exists()
    assert outbox.send(timezone.now) == 2
    assert sorted(address for address, _ in received.mails) == [
        "a@example.org",
        "b@example.org",
        "c@example.org",
    ]


def test_one_sends_at_a_time_for_a_worker() -> None:
    with sender.ONE:
        assert sender.run() == 0


def test_the_outbox_is_sent_by_hand(
    received: Received, subscribed: Callable[..., MailSubscription], capsys: pytest.CaptureFixture[str]
) -> None:
    row = subscribed("a@example.org")
    Mail.objects.create(
        subscription=row, key="test", created_at=START, notes=[asdict(Line("A sentence.", "/changes/"))]
    )
    call_command("send_mail")
    assert capsys.readouterr().out == "1\n"
    assert len(received.to("a@example.org")) == 1
