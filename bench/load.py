"""Load on one address: by wrk or hey where one is installed, else by a loop in Python that says how far it can see."""

import http.client
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 4
SECONDS = 1.0


class LoadError(Exception):
    """Load that did not meet what it expected; nothing is measured then."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, again and again, and the status of every answer."""

    url: str
    headers: Mapping[str, str]
    status: int = 200


def tool() -> str:
    """Name what makes the load."""
    return next((name for name in ("wrk", "hey") if shutil.which(name)), "python")


def rate(target: Target) -> float:
    """Return the answers per second over SECONDS with CONNECTIONS connections.

    Raises:
        LoadError: if the tool fails, or answers were refused.
    """
    if tool() == "python":
        return _by_hand(target, SECONDS)
    headers = [part for name, value in target.headers.items() for part in ("-H", f"{name}: {value}")]
    if tool() == "wrk":
        command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{SECONDS:.0f}", *headers, target.url]
    else:
        command = ["hey", "-c", str(CONNECTIONS), "-z", f"{SECONDS}s", *headers, target.url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - as documented above
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    refused = "Non-2xx" in done.stdout or "Socket errors: connect" in done.stdout
    if done.returncode or found is None or refused:
        raise LoadError(f"{target.url}: {done.stdout} {done.stderr}")
    return float(found[1])


def ceiling() -> float:
    """Return how many answers per second the Python loop takes from a server that does nothing but answer."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve(connection: socket.socket) -> None:
            with closing(connection):
                while connection.recv(65536):
                    connection.sendall(answer)

        def accept() -> None:
            for _ in range(CONNECTIONS):
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return _by_hand(Target(f"http://127.0.0.1:{server.getsockname()[1]}/", {}), SECONDS)


def _by_hand(target: Target, seconds: float) -> float:
    """Ask on each connection in turn, one question under way on each."""
    url = urlsplit(target.url)
    query = f"?{url.query}" if url.query else ""
    lines = [f"GET {url.path}{query} HTTP/1.1", f"Host: {url.netloc}"]
    question = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in target.headers.items()), "", ""])
    sockets = [socket.create_connection((url.hostname or "", url.port or 80)) for _ in range(CONNECTIONS)]
    answers, begun = 0, time.perf_counter()
    try:
        for each in sockets:
            each.sendall(question.encode())
        while time.perf_counter() - begun < seconds:
            for each in sockets:
                if _read(each) != target.status:
                    raise LoadError(f"{target.url} did not answer with {target.status}.")
                each.sendall(question.encode())
                answers += 1
    finally:
        for each in sockets:
            each.close()
    return answers / (time.perf_counter() - begun)


def _read(connection: socket.socket) -> int:
    """Read one answer to its end; return its status."""
    answer = http.client.HTTPResponse(connection)
    try:
        answer.begin()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise LoadError(f"The connection was closed: {error}") from error
    return answer.status
