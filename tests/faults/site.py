"""The production shape for real: PostgreSQL, Valkey, web processes, workers, beat, and nginx where it is installed."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from common.lifetime import end_with_parent
from tests.services import Server

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "tracker.example"
CALM = 60
"""Seconds within which everything must be as it should be once the faults have stopped."""


@dataclass
class Answer:
    """What the site answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """A running site, and the handles by which to break it."""

    address: tuple[str, int]
    web_ports: list[int]
    environment: dict[str, str]
    var: Path
    postgres: Server
    valkey: Server
    has_nginx: bool
    supervisor: subprocess.Popen[bytes]

    def get(self, path: str, timeout: float = 30, **headers: str) -> Answer:
        """Ask once; raises OSError or HTTPException where nobody answers."""
        connection = HTTPConnection(*self.address, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Host": HOST, **headers})
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()

    def ready(self) -> bool:
        """Whether everything is at work."""
        with contextlib.suppress(OSError, HTTPException):
            return self.get("/readyz").status == 200
        return False

    def manage(self, *arguments: str) -> str:
        """Run a management command on this site's database; returns what it says."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout

    def script(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        """Start one of the scripts beside this file; what it complains about goes to a file among the site's logs."""
        with (self.var / "log" / f"{name}.log").open("a") as complaints:
            return subprocess.Popen(
                [sys.executable, str(Path(__file__).parent / name), *arguments],
                cwd=ROOT,
                env={**self.environment, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                preexec_fn=partial(end_with_parent, signal.SIGKILL),  # noqa: PLW1509  (nothing in the child but prctl)
            )

    def pids(self, program: str) -> list[int]:
        """The processes of a program that the supervisor runs: web, worker, beat or nginx."""
        made = subprocess.run(
            ["supervisorctl", "-s", f"unix://{self.var}/run/supervisor.sock", "status"],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        lines = [line.split() for line in made.stdout.splitlines()]
        return [
            int(words[3].rstrip(","))
            for words in lines
            if words[0].split(":")[0] == program and words[1] == "RUNNING"
        ]

    def all_web_listen(self) -> bool:
        """Whether every web process can be asked."""
        with contextlib.suppress(OSError):
            for port in self.web_ports:
                socket.create_connection(("127.0.0.1", port)).close()
            return True
        return False

    def kill(self, program: str, number: int, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to one of a program's processes, if it lives."""
        pids = self.pids(program)
        if pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pids[number % len(pids)], how)


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def wait(condition: Callable[[], object], seconds: float = CALM, every: float = 0.2) -> float:
    """Wait until something is true; returns how long it took, fails the test after so many seconds."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "waited in vain"
        time.sleep(every)
    return time.monotonic() - begun


def free_ports() -> tuple[str, int]:
    """The beginning of a hundred free ports for the web processes, and one for nginx."""
    for beginning in range(200, 320):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for number in (*range(10), 99):
                probe = stack.enter_context(socket.socket())
                probe.bind(("127.0.0.1", beginning * 100 + number))
            return str(beginning), beginning * 100 + 99
    pytest.fail("no free ports")


def lasting(server: Server) -> Server:
    """PostgreSQL as in real use: what is committed is on the disk before the client hears of it."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.command += ["-c", f"{setting}=on"]
    return server


UNLIMITED = (
    *("--rate", "100000r/s", "--question-rate", "100000r/s", "--drawing-rate", "100000r/s"),
    *("--connections", "10000"),
)
"""Limits of one address that stop none of the cases, whose clients share one."""


def serve(
    database: Server, queue: Server, var: Path, *, limits: tuple[str, ...] = UNLIMITED, **more: str
) -> Iterator[Site]:
    """Three web processes, three workers, beat and nginx on the given servers."""
    web_ports, port = free_ports()
    var.mkdir()
    has_nginx = bool(shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"))
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "VAR_DIR": str(var),
        "TRACKER_ENV": "embedded",  # which alone may tell a receiver on this machine; the rest is production's
        "WEBHOOKS_TO_LOOPBACK": "true",
        "LOG_FORMAT": "json",
        "SECRET_KEY": "0123456789" * 6,
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database.url,
        "REDIS_URL": queue.url,
        "API_LIMIT": "1000000",  # everybody comes from one address here
        "VISITOR_SECONDS": "1000000",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }
    command = [
        *(sys.executable, "-m", "deploy.serve", "--web", "3", "--worker", "3", "--web-ports", web_ports),
        *("--listen", f"127.0.0.1:{port}", "--behind-tls", *limits),
        *(("--user", "root") if os.geteuid() == 0 else ()),  # the interpreter may be root's alone here
    ]
    supervisor = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        preexec_fn=partial(end_with_parent, signal.SIGTERM),  # noqa: PLW1509  (nothing in the child but prctl)
    )
    address = ("127.0.0.1", port if has_nginx else int(f"{web_ports}00"))
    ports = [int(f"{web_ports}{number:02d}") for number in range(3)]
    site = Site(address, ports, environment, var, database, queue, has_nginx, supervisor)
    try:
        wait(lambda: site.ready() or supervisor.poll() is not None, 400)
        assert supervisor.poll() is None, "the site did not start"
        yield site
    finally:
        for number in range(len(site.pids("beat"))):
            site.kill("beat", number, signal.SIGCONT)
        supervisor.terminate()
        supervisor.wait()
