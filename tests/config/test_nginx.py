"""nginx as shipped, before a site of one answer: its own refusals, and what its cache gives to others."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from api.problems import TITLES
from tests.config.nginx import running


@pytest.fixture
def front(tmp_path: Path) -> Iterator[tuple[HTTPConnection, HTTPServer]]:
    """The shipped nginx before a site that answers everything alike, which the test may close."""
    site = HTTPServer(("127.0.0.1", 0), AlikeAnswers)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        with running(tmp_path, site.server_port) as connection:
            yield connection, site
    finally:
        site.shutdown()
        site.server_close()


class AlikeAnswers(BaseHTTPRequestHandler):
    """A site of one answer."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        for name, value in (("Cache-Control", "public, max-age=60"), ("RateLimit-Remaining", "7")):
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def _asked(connection: HTTPConnection, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection.close()
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def test_nginx_refuses_as_the_api_does(front: tuple[HTTPConnection, HTTPServer]) -> None:
    connection, site = front
    long = "x" * 9000
    answers = [_asked(connection, f"/api/v1/{long}"), _asked(connection, "/api/v1/", X_Long=long)]
    site.shutdown()
    site.server_close()
    answers.append(_asked(connection, "/api/v1/"))
    assert [status for status, _, _ in answers] == [414, 400, 503]
    for status, headers, body in answers:
        assert headers["content-type"] == "application/problem+json"
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cache-control"] == "no-store"
        document = json.loads(body)
        assert document["status"] == status
        assert document["title"] == TITLES[document["type"].partition("#")[2]]
    assert answers[-1][1]["retry-after"] == "5"


def test_nginx_gives_no_client_the_limit_of_another(front: tuple[HTTPConnection, HTTPServer]) -> None:
    connection, _ = front
    _, first, _ = _asked(connection, "/api/v1/")
    _, second, _ = _asked(connection, "/api/v1/")
    assert (first["x-cache"], first["ratelimit-remaining"]) == ("MISS", "7")
    assert second["x-cache"] == "HIT"
    assert "ratelimit-remaining" not in second


def test_nginx_limits_with_a_problem_document(front: tuple[HTTPConnection, HTTPServer]) -> None:
    connection, _ = front
    for number in range(2000):
        status, headers, body = _asked(connection, f"/api/v1/?{number % 5}")
        if status == 429:
            break
    assert status == 429
    assert headers["content-type"] == "application/problem+json"
    assert headers["retry-after"] == "5"
    assert json.loads(body)["type"] == "/api/v1/problems/#too-many-requests"
