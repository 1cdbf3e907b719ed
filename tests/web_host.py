"""A real https host on this machine, with a certificate that its clients trust: for what reaches other hosts."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

from common.http_client import Client, Limits

NAME = "depositary.example"


class Host:
    """What the host answers, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.pieces: list[bytes] = []
        self.pause = 0.0
        self.promised: int | None = None
        self.asked: list[tuple[str, str, bytes]] = []
        self.port = 0
        self.context = ssl.create_default_context()

    def client(self, limits: Limits | None = None, name: str = NAME) -> Client:
        """A client that finds the host under its name, and takes this machine for a public address."""
        return Client(
            hosts={f"{name}:{self.port}"},
            limits=limits or Limits(),
            resolve=lambda _name, _port: ["127.0.0.1"],
            allows=lambda _address: True,
            context=self.context,
        )

    def url(self, path: str = "/XVIII-16.en.xml", name: str = NAME) -> str:
        return f"https://{name}:{self.port}{path}"


def _handler(host: Host) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            host.asked.append((self.command, self.path, body))
            self.send_response(host.status)
            for name, value in host.headers.items():
                self.send_header(name, value)
            length = sum(map(len, host.pieces)) if host.promised is None else host.promised
            self.send_header("Content-Length", str(length))
            self.end_headers()
            for piece in host.pieces:
                try:
                    self.wfile.write(piece)
                    self.wfile.flush()
                except OSError:  # the client has had enough
                    return
                time.sleep(host.pause)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def running_host(not_after: datetime | None = None) -> Iterator[Host]:
    """Run a host until the block ends; its certificate may have ended before."""
    host = Host()
    authority = trustme.CA()
    authority.configure_trust(host.context)
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(NAME, not_after=not_after).configure_cert(server_context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(host))
    server.daemon_threads = True
    server.socket = server_context.wrap_socket(server.socket, server_side=True)
    host.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield host
    server.shutdown()
    server.server_close()
    thread.join()
