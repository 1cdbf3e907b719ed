"""Partners' receivers: one that acts on each change once, as partners are advised to, and others of bad manners."""

import contextlib
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme


class Receiver:
    """What has arrived: how often each id came, and the ids acted on, in order, with the moment of each."""

    def __init__(self, authority: Path) -> None:
        self.authority = authority
        self.issuer = trustme.CA()
        """Issues certificates to other receivers that clients trust too."""
        self.issuer.cert_pem.write_to_path(authority)
        self.url = ""
        self.arrived: Counter[int] = Counter()
        self.processed: list[int] = []
        self.moments: dict[int, float] = {}
        self.lock = threading.Lock()

    def take(self, identifier: int) -> None:
        """Act on a change, unless it has come before."""
        with self.lock:
            if not self.arrived[identifier]:
                self.processed.append(identifier)
                self.moments[identifier] = time.time()
            self.arrived[identifier] += 1


@contextlib.contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """Run a receiver; clients that trust the certificate in its `authority` can tell it."""
    receiver = Receiver(folder / "authority.pem")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            receiver.take(int(self.headers["webhook-id"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    receiver.issuer.issue_cert("localhost").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.url = f"https://localhost:{server.server_address[1]}/changes"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


def slow(connection: ssl.SSLSocket) -> None:
    """Confirm each change, but take half as long about it as a delivery may."""
    connection.recv(65536)
    time.sleep(8)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


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
