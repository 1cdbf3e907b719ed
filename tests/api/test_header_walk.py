"""Walk of all resources behind the shipped nginx: no answer is one that another request's headers made."""

import gzip
import os
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.api.addresses import ONE_OF_EACH
from tests.config.nginx import running
from treaty.models import Treaty

pytestmark = pytest.mark.embedded  # what nginx keeps apart is the same before any database
BEFORE: dict[str, dict[str, str]] = {
    "a page": {"Accept": "text/html"},
    "nothing": {"Accept": "application/json;q=0, image/png"},
    "a table": {"Accept": "text/csv, application/json;q=0.1"},
    "linked data": {"Accept": "application/ld+json"},
    "a wrong token": {"Authorization": "Bearer tst_wrong"},
    "another version": {"If-Match": '"other"'},
    "an unchanged one": {"If-None-Match": "*"},
    "a moment": {"Accept-Datetime": "Thu, 01 Jan 2026 00:00:00 GMT"},
    "no moment": {"Accept-Datetime": "soon"},
    "a part": {"Range": "bytes=0-9"},
    "another host": {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    "another method": {"X-HTTP-Method-Override": "DELETE"},
    "another address": {"X-Original-URL": "/admin/", "X-Rewrite-URL": "/admin/"},
}
"""Headers of the request that comes first, and would fill a cache."""
AFTER: dict[str, dict[str, str]] = {
    "nothing": {},
    "any": {"Accept": "*/*"},
    "packed": {"Accept-Encoding": "gzip"},
    "a table": {"Accept": "text/csv, application/json;q=0.1"},
    "a site": {"Origin": "https://partner.example"},
    "a moment": {"Accept-Datetime": "Thu, 01 Jan 2026 00:00:00 GMT"},
}
"""Headers of those that come after it, each of which must get its own answer."""
if os.environ.get("CONTRACT") != "long":
    AFTER = {name: AFTER[name] for name in ("nothing", "a table", "a moment")}


OTHERS = ("/changes.atom", "/changes.json", "/embed/hanoi/badge.svg", "/calendar.ics", "/")


class Told(NamedTuple):
    """What a client is told, apart from what may differ between two requests for one thing."""

    status: int
    content_type: str | None
    location: str
    body: bytes
    origin: str | None


def ask(connection: HTTPConnection, path: str, host: str, headers: dict[str, str]) -> Told:
    connection.close()  # nginx ends a connection after some requests
    connection.request("GET", path, headers={"Host": host, **headers})
    response = connection.getresponse()
    body = response.read()
    if response.getheader("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    body = body.replace(host.encode(), b"HOST")
    kind, allowed = response.getheader("Content-Type"), response.getheader("Access-Control-Allow-Origin")
    location = (response.getheader("Location") or "").replace(host, "HOST")
    return Told(response.status, kind and re.sub(r";.*", "", kind), location, body, allowed)


@pytest.fixture
def connections(
    record: Treaty,  # noqa: ARG001 - it stands in the database
    live_server: LiveServer,
    tmp_path: Path,
    settings: Settings,
) -> Iterator[tuple[HTTPConnection, HTTPConnection]]:
    """The site through nginx, and the site itself."""
    settings.ALLOWED_HOSTS = [".example"]
    port = int(live_server.url.rpartition(":")[2])
    rates = [text for name in ("rate", "question-rate", "drawing-rate") for text in (f"--{name}", "9999r/s")]
    with running(tmp_path, port, *rates) as front:
        yield front, HTTPConnection("127.0.0.1", port, timeout=30)


def test_no_answer_is_one_that_another_request_made(
    connections: tuple[HTTPConnection, HTTPConnection],
) -> None:
    front, site = connections
    paths = [*(f"/api/v1/{path}" for path in ONE_OF_EACH.values()), *OTHERS]
    own = {
        (path, then): ask(site, path, "own.example", headers)
        for path in paths
        for then, headers in AFTER.items()
    }
    wrong = []
    for number, (first, poison) in enumerate(BEFORE.items()):
        host = f"h{number}.example"  # of its own, so that the cache is empty
        for path in paths:
            ask(front, path, host, poison)
            for then, headers in AFTER.items():
                got = ask(front, path, host, headers)
                if got != own[path, then]:
                    wrong.append((path, first, then, got.status, own[path, then].status))
    assert not wrong, (len(wrong), wrong[:5])
