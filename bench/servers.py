"""The contenders, started on free ports of this machine, each as it is shipped, and ended with the block."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy import serve

ROOT = Path(__file__).resolve().parents[1]
WAIT_SECONDS = 60.0
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
GRANIAN = ("granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--blocking-threads", "16")
"""As in Procfile, Dockerfile and deploy/supervisord.conf."""
FILES = """
server {{
    listen 127.0.0.1:{port};
    access_log {log}/files.log tracker;
    location / {{ root {folder}; types {{}} default_type application/json; }}
}}
"""


def environment(var: Path, **more: str) -> dict[str, str]:
    """Return the environment of the embedded shape under a folder, without the limits that no benchmark could keep."""
    names = ("PATH", "HOME", "LANG")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "VAR_DIR": str(var),
        "API_LIMIT": "1000000000",
        "VISITOR_SECONDS": "1000000000",
        "COMPUTATIONS": "1000000000",
        "LOG_LEVEL": "ERROR",
        "WEB_CORE": "-1",  # as in Procfile
        **more,
    }


def prepare(var: Path) -> None:
    """Make the record of a new installation, as `make run` does."""
    steps = (
        ("migrate", "--verbosity", "0"),
        ("load_facts",),
        ("recompute",),
        ("compilemessages",),
        ("collectstatic", "--no-input", "--verbosity", "0"),
    )
    for step in steps:
        command = [sys.executable, "manage.py", *step]
        subprocess.run(command, cwd=ROOT, env=environment(var), check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def free_port(step: int = 1) -> int:
    """Return a port that nobody listens on, a multiple of `step`."""
    for port in range(20_000, 60_000, step):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    sys.exit("No port is free.")


@contextmanager
def running(
    command: Sequence[str], env: Mapping[str, str], cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for as long as the block lasts."""
    with subprocess.Popen(  # noqa: S603 - the contenders, by name
        command, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


@contextmanager
def web(application: str, env: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a web process; gives its address and the process."""
    port = free_port(100)  # deploy/serve.py numbers its web processes from 00
    command = [*GRANIAN, "--port", str(port), application]
    with running([shutil.which(command[0], path=env["PATH"]) or command[0], *command[1:]], env) as process:
        yield f"http://127.0.0.1:{port}", process


@contextmanager
def datasette(database: Path) -> Iterator[str]:
    """Run Datasette on a database, as `datasette serve` does; gives the address of the database."""
    port = free_port()
    program = str(Path(sys.executable).parent / "datasette")
    with running([program, "serve", str(database), "--port", str(port)], dict(os.environ)):
        yield f"http://127.0.0.1:{port}/{database.stem}"


@contextmanager
def nginx(var: Path, upstream: str, files: Path) -> Iterator[tuple[str, str]]:
    """Run nginx in front of a web process as shipped, and beside it on a folder of files; gives both addresses."""
    run, log = var / "run", var / "log"
    for folder in (run, log):
        folder.mkdir()
    front, beside = free_port(7), free_port(11)
    prefix = upstream.rpartition(":")[2].removesuffix("00")
    limits = ["--rate", "1000000r/s", "--connections", "10000"]
    serve.front(
        str(NGINX),
        run,
        log,
        serve.options(["--web", "1", "--web-ports", prefix, "--listen", f"127.0.0.1:{front}", *limits]),
    )
    with (run / "tracker.conf").open("a") as conf:
        conf.write(FILES.format(port=beside, log=log, folder=files))
    command = [str(NGINX), "-c", f"{run}/nginx.conf", "-p", str(run), "-e", f"{log}/nginx-error.log"]
    with running(command, dict(os.environ)):
        yield f"http://127.0.0.1:{front}", f"http://127.0.0.1:{beside}"


def get(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes, dict[str, str]]:
    """Ask once; return status, body and headers under names in small letters."""
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 - an address of this machine
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:  # noqa: S310 - the same
            return (
                answer.status,
                answer.read(),
                {name.lower(): value for name, value in answer.headers.items()},
            )
    except urllib.error.HTTPError as error:
        return error.code, error.read(), {name.lower(): value for name, value in error.headers.items()}


def first_answer(url: str) -> float:
    """Wait until an address answers with 200; return the seconds that it took."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < WAIT_SECONDS:
        with suppress(OSError):
            if get(url)[0] == 200:  # noqa: PLR2004 - HTTP
                return time.perf_counter() - begun
        time.sleep(0.005)
    sys.exit(f"{url} did not answer within {WAIT_SECONDS:.0f} seconds.")


def memory(pid: int) -> float:
    """Return the resident memory in MB of a process, or of its largest child where that is larger."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return max(_resident(each) for each in found)


def _resident(pid: int) -> float:
    (line,) = (
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024
