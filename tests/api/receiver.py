"""A partner's receiver: a real https server on loopback that fails when told to, and remembers what it got."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from common import http_client
from ratification.partners import webhooks


class Receiver:
    """`confirmed` holds what was answered with 200, `refused` how often it failed;
    `failures` are still to come, `promised` the bytes that an answer names and does not send."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.failures = 0
        self.failure, self.retry_after = 503, ""
        self.promised = 0
        self.refused = 0
        self.confirmed: list[dict[str, Any]] = []
        self.genuine: list[bool] = []
        self.hold = threading.Event()
        self.hold.set()
        self.entered = threading.Event()
        self.url = ""
        self.now: Any = None

    def take(self, headers: Any, body: bytes) -> int:  # noqa: ANN401 - http.server's
        self.entered.set()
        self.hold.wait(30)
        identifier, stamp, given = (headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        self.genuine.append(webhooks.verify(self.secret, identifier, stamp, body, given, now=self.now))
        if self.failures:
            self.failures -= 1
            self.refused += 1
            return self.failure
        self.confirmed.append(json.loads(body))
        assert str(self.confirmed[-1].get("id", identifier)) == identifier
        return 200


@contextmanager
def running(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Run a receiver until the block ends; clients of this process and its children trust its certificate."""
    receiver = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status = receiver.take(self.headers, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            if status == receiver.failure and receiver.retry_after:
                self.send_header("Retry-After", receiver.retry_after)
            self.send_header("Content-Length", str(receiver.promised))
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
    http_client._context.cache_clear()  # noqa: SLF001 - a process reads its authorities once
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.url = f"https://localhost:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield receiver
    receiver.hold.set()
    server.shutdown()
    server.server_close()
    thread.join()
