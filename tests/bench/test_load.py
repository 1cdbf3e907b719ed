"""The load that is made without `wrk` and `hey`: each answer is read to its end, whatever form its body has."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import CONNECTIONS, LoadError, Target, _by_hand


class Pieces(BaseHTTPRequestHandler):
    """Answers in pieces, without saying how long the body is, as Datasette does; /other answers 304."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/other":
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (b'{"rows": [', b"0\r\n\r\n", b"]}"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def handle(self) -> None:
        with suppress(ConnectionError):  # the load ends with a question under way
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pieces) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/other", 304)])
def test_answers_in_pieces_are_read_to_their_end(address: str, path: str, status: int) -> None:
    assert _by_hand(Target(address + path, {}, status), 0.2) > 0


def test_another_status_ends_the_load(address: str) -> None:
    with pytest.raises(LoadError, match="did not answer with 200"):
        _by_hand(Target(f"{address}/other", {}), 0.2)


def test_a_connection_that_is_closed_ends_the_load() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def close() -> None:
            with suppress(OSError):  # the load may end before its last connection is made
                for _ in range(CONNECTIONS):
                    server.accept()[0].close()

        threading.Thread(target=close, daemon=True).start()
        with pytest.raises(LoadError, match="The connection was closed"):
            _by_hand(Target(f"http://127.0.0.1:{server.getsockname()[1]}/", {}), 0.2)
