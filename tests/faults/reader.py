"""Many visitors at once, until standard input closes: `reader.py ADDRESS PORT VISITORS PATH FILE`.

Writes JSON to FILE: how often each status was answered, what any 503 lacked, and every different body that was given
with 200, once.
"""

import collections
import hashlib
import json
import random
import sys
import threading
from http.client import HTTPConnection, HTTPException
from pathlib import Path

HOST = "tracker.example"


class Visitors:
    """What they all have seen."""

    def __init__(self, address: str, port: int, path: str) -> None:
        self.address, self.port, self.path = address, port, path
        self.statuses: collections.Counter[str] = collections.Counter()
        self.bodies: dict[str, str] = {}
        self.bare: collections.Counter[str] = collections.Counter()
        self.lock = threading.Lock()
        self.over = threading.Event()

    def visit(self, number: int) -> None:
        """Ask again and again on one connection, opened anew when it breaks."""
        pause = random.Random(number)  # noqa: S311 - only spreads the visits
        # Every other one carries a cookie: what it is answered was made for it, and not kept by the proxy.
        headers = {"Host": HOST, **({"Cookie": "sessionid=nobody"} if number % 2 else {})}
        connection = HTTPConnection(self.address, self.port, timeout=90)
        while not self.over.wait(pause.uniform(0.2, 1)):
            try:
                connection.request("GET", self.path, headers=headers)
                response = connection.getresponse()
                body = response.read()
            except (OSError, HTTPException) as error:
                connection.close()
                with self.lock:
                    self.statuses[type(error).__name__] += 1
                continue
            with self.lock:
                self.statuses[str(response.status)] += 1
                if response.status == 200:
                    self.bodies.setdefault(hashlib.sha256(body).hexdigest(), body.decode())
                elif response.status != 503 or not response.headers["Retry-After"]:
                    self.bare[body[:200].decode(errors="replace")] += 1


def main() -> None:
    """Read until told to stop, and say what was seen."""
    address, port, count, path, file = sys.argv[1:6]
    visitors = Visitors(address, int(port), path)
    threads = [threading.Thread(target=visitors.visit, args=(number,)) for number in range(int(count))]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    visitors.over.set()
    for thread in threads:
        thread.join()
    Path(file).write_text(
        json.dumps(
            {"statuses": visitors.statuses, "bare": visitors.bare, "bodies": list(visitors.bodies.values())}
        )
    )


if __name__ == "__main__":
    main()
