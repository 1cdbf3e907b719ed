"""A partner's receiver: takes each change over https, and acts on each id once, as partners are advised to."""

import contextlib
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme


class Receiver:
    """What has arrived: how often each id came, and the ids acted on, in order."""

    def __init__(self, authority: Path) -> None:
        self.authority = authority
        self.url = ""
        self.arrived: Counter[int] = Counter()
        self.processed: list[int] = []
        self.lock = threading.Lock()

    def take(self, identifier: int) -> None:
        """Act on a change, unless it has come before."""
        with self.lock:
            if not self.arrived[identifier]:
                self.processed.append(identifier)
            self.arrived[identifier] += 1


@contextlib.contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """Run a receiver; clients that trust the certificate in its `authority` can tell it."""
    authority = trustme.CA()
    receiver = Receiver(folder / "authority.pem")
    authority.cert_pem.write_to_path(receiver.authority)

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
    authority.issue_cert("localhost").configure_cert(context)
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
