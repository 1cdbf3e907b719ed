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


HEADERS = {
    "Cache-Control": "public, max-age=60",
    "Content-Security-Policy": "default-src 'self'",
    "RateLimit-Remaining": "7",
    "ETag": '"of the site"',
    "Last-Modified": "Sat, 21 Nov 2026 12:00:00 GMT",
}


CLOSED = "default-src 'none'; frame-ancestors 'none'"


class AlikeAnswers(BaseHTTPRequestHandler):
    """A site of one answer."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def _asked(
    connection: HTTPConnection, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection.close()
    connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
    response = connection.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def test_nginx_refuses_as_the_api_does(front: tuple[HTTPConnection, HTTPServer]) -> None:
    connection, site = front
    long = "x" * 9000
    answers = [
        _asked(connection, f"/api/v1/{long}"),
        _asked(connection, "/api/v1/", X_Long=long),
        _asked(connection, "/api/v1/", "TRACE"),
        _asked(connection, "/api/v1/", If_Match='W/"other"'),
        _asked(connection, "/api/v1/", If_Unmodified_Since="Thu, 01 Jan 1970 00:00:00 GMT"),
    ]
    site.shutdown()
    site.server_close()
    answers.append(_asked(connection, "/api/v1/"))
    assert [status for status, _, _ in answers] == [414, 400, 405, 412, 412, 503]
    for status, headers, body in answers:
        assert headers["content-type"] == "application/problem+json"
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"] == CLOSED
        assert headers["x-content-type-options"] == "nosniff"
        document = json.loads(body)
        assert document["status"] == status
        assert document["title"] == TITLES[document["type"].partition("#")[2]]
    assert answers[-1][1]["retry-after"] == "5"
    assert answers[2][1]["allow"] == "GET, HEAD, OPTIONS"


def test_a_page_whose_condition_is_not_met_is_refused_as_a_page(
    front: tuple[HTTPConnection, HTTPServer],
) -> None:
    connection, _ = front
    status, headers, _ = _asked(connection, "/", If_Match='"other"')
    assert (status, headers["content-type"]) == (412, "text/html")
    assert headers["content-security-policy"] == CLOSED


def test_the_sites_answers_keep_their_own_policy(front: tuple[HTTPConnection, HTTPServer]) -> None:
    connection, _ = front
    for asked in ({}, {}, {"If_None_Match": HEADERS["ETag"]}):
        status, headers, _ = _asked(connection, "/", **asked)
        assert headers.get("content-security-policy", "") in {"default-src 'self'"} | (
            {""} if status == 304 else set()
        )
        assert "x-content-type-options" not in headers
    assert status == 304


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
