"""Script: twenty senders of one address without pause, until the input ends; then prints how often each status came.

It takes only the time of the cores that the site leaves, as if it ran on a machine of its own. `flood.py PORT KIND`.
"""

import itertools
import json
import os
import re
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

HOST = "tracker.example"
ADDRESS = "127.0.0.1"
SENDERS = 20
TOKEN = "a" * 32
CODES = ("FRA", "BRA", "VNM", "QAT", "AUS", "ZAF", "JPN", "CAN", "MEX")


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()


def log_in(number: int) -> bytes:
    """A password tried for a name that nobody has."""
    body = f"csrfmiddlewaretoken={TOKEN}&username=guess-{number}&password=a+guess".encode()
    head = (
        f"POST /admin/login/ HTTP/1.1\r\nHost: {HOST}\r\nOrigin: https://{HOST}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken={TOKEN}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def day(number: int) -> date:
    return date(2026, 11, 1) - timedelta(days=number % 8000)


KINDS: dict[str, Callable[[int], bytes]] = {
    "log-ins": log_in,
    "charts": lambda number: get(f"/charts/over-time.png?as_of={day(number)}"),
    "cards of ever other days": lambda number: get(f"/embed/hanoi/card.png?as_of={day(number)}"),
    "workbooks of ever other days": lambda number: get(f"/participants/xlsx?as_of={day(number)}"),
    "packages of ever other days": lambda number: get(f"/api/v1/treaties/hanoi/dataset/?as_of={day(number)}"),
    "ever other scenarios": lambda number: get(
        f"/scenario/?deposits=signatories%20on%20{date(2027, 1, 1) + timedelta(days=number % 8000)}"
    ),
    "pages of ever other days": lambda number: get(f"/participants/?as_of={day(number)}"),
    "answers of ever other days": lambda number: get(f"/api/v1/treaties/hanoi/status/?as_of={day(number)}"),
    "pages with a made-up session": lambda number: get(f"/participants/?x={number}").replace(
        b"Connection", f"Cookie: sessionid={number}\r\nConnection".encode(), 1
    ),
    "pages of today past the cache": lambda number: get("/participants/").replace(
        b"Connection", f"Cookie: sessionid={number}\r\nConnection".encode(), 1
    ),
    "pages of ever other pairs": lambda number: get(
        f"/participants/{CODES[number % 9]}/cooperation/{CODES[number // 9 % 9]}/"
    ),
    "unknown tokens": lambda number: get("/api/v1/treaties/hanoi/status/").replace(
        b"Connection", f"Authorization: Bearer {number}\r\nConnection".encode(), 1
    ),
    "pages that are not there": lambda number: get(f"/{number}/"),
}


def main(port: int, kind: str) -> None:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    numbers = itertools.count()
    statuses: Counter[str] = Counter()
    over = threading.Event()

    def send() -> None:
        while not over.is_set():
            request = KINDS[kind](next(numbers))
            try:
                with socket.create_connection((ADDRESS, port), 60) as connection:
                    connection.sendall(request)
                    found = re.match(rb"HTTP/1\.[01] (\d{3})", connection.recv(100))
                    while connection.recv(65536):
                        pass
            except OSError:
                found = None
            statuses[found[1].decode() if found else "closed"] += 1

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    sys.stdin.read()
    over.set()
    for sender in senders:
        sender.join()
    print(json.dumps(dict(sorted(statuses.items()))))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
