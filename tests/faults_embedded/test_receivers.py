"""Partners' receivers that drip, hang or refuse to end hold up neither the status nor other partners."""

import contextlib
import socket
import sqlite3
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from tests.faults.receiver import receiving
from tests.faults.site import wait
from tests.faults_embedded.conftest import Start
from tests.running import Run, finished

pytestmark = pytest.mark.long


def dripping(connection: ssl.SSLSocket) -> None:
    """Send a byte of a header now and then, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(3)


def hanging(connection: ssl.SSLSocket) -> None:
    """Take the request and say nothing."""
    while connection.recv(1000):
        pass


@contextlib.contextmanager
def bad(manner: Callable[[ssl.SSLSocket], None], authority: trustme.CA) -> Iterator[str]:
    """Run a receiver of bad manners; gives its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = socket.create_server(("127.0.0.1", 0))

    def one(plain: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
            manner(connection)

    def all_of_them() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=one, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=all_of_them, daemon=True).start()
    yield f"https://localhost:{server.getsockname()[1]}/changes"
    server.close()


def untold(run: Run, url: str) -> int:
    """How many changes a partner has not confirmed."""
    with closing(sqlite3.connect(run.var / "tracker.sqlite3")) as database:
        (count,) = database.execute(
            "SELECT count(*) FROM ratification_change c JOIN ratification_subscription s USING (treaty_id)"
            " WHERE s.url = ? AND c.number > s.position",
            [url],
        ).fetchone()
    return int(count)


def test_bad_receivers_hold_up_nobody(site: Start, figures: Callable[..., None], tmp_path: Path) -> None:
    """More of them than the outbound worker has threads, and among them one of good manners."""
    authority = trustme.CA()
    with contextlib.ExitStack() as stack:
        good = stack.enter_context(receiving(tmp_path))
        authority.cert_pem.write_to_path(tmp_path / "both.pem")
        with (tmp_path / "both.pem").open("ab") as file:
            file.write(good.authority.read_bytes())
        run = site(WEBHOOKS_TO_LOOPBACK="true", SSL_CERT_FILE=str(tmp_path / "both.pem"))
        stack.enter_context(run.running())
        for manner in (dripping, hanging) * 3:
            run.script("partner.py", stack.enter_context(bad(manner, authority)))
        run.script("partner.py", good.url)
        for number in range(3):
            finished(run.publish(1, number, 3))
            figures(f"six bad receivers, publication {number + 1}", seconds=run.settles())
        begun = time.monotonic()
        wait(
            lambda: untold(run, good.url) == 0, 180
        )  # deliveries begin each minute, and four of the bad come first
        assert good.processed
        figures("six bad receivers, a good one told", seconds=round(time.monotonic() - begun, 1))
        assert good.processed == sorted(set(good.processed)), "in order, each once"
        assert run.readiness()["ready"]
