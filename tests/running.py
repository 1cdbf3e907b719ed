"""The embedded shape for real: `make run` in a folder and on a port of its own, and handles by which to break it."""

import contextlib
import itertools
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from django.conf import settings

from common.lifetime import end_with_parent
from tests.services import free_port

SCRIPTS = Path(__file__).parent / "faults"
_SERIES = itertools.count()
LONG = os.environ.get("FAULTS") == "long"
CALM = 60 if LONG else 240
"""Seconds within which the stored status must equal the computed one, whatever has happened.

The short form runs on slow machines too, the long one on that of the figures.
"""


class Run:
    """One folder for the record and one port, on which `make run` is started again and again."""

    def __init__(self, var: Path, eventually: Callable[[Callable[[], object]], None], **more: str) -> None:
        self.port = free_port()
        self.var, self.eventually, self.more = var, eventually, more
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = var.with_suffix(".log")
        self.prefix: Sequence[str] = ()
        """What `make run` is started with: other rights, another clock."""

    @property
    def environment(self) -> dict[str, str]:
        # Several sites run at a time here, so that none keeps to one core.
        own = {"VAR_DIR": str(self.var), "PORT": str(self.port), "WEB_CORE": ""}
        return {"PATH": os.environ["PATH"], **own, **self.more}

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [*self.prefix, "make", "run"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a process group of its own, as in a terminal
                preexec_fn=partial(end_with_parent, signal.SIGTERM),  # noqa: PLW1509  (nothing in the child but prctl)
            )

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start and wait until it serves; stop at the end."""
        make = self.start()
        try:
            self.eventually(lambda: self.serves() or make.poll() is not None)
            assert make.poll() is None, self.log.read_text()
            yield make
        finally:
            self.stop(make)

    def stop(self, make: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(make.pid, signal.SIGINT)  # what Ctrl-C does in a terminal
        make.wait()
        self.eventually(lambda: self.processes() == {})

    def refusal(self) -> str:
        """Start what does not start; return what it says, which must be no traceback."""
        assert self.start().wait() == 2, self.log.read_text()  # make's own status for a command that fails
        said = self.log.read_text()
        assert "Traceback" not in said
        return said

    def kill_all(self, make: subprocess.Popen[bytes]) -> None:
        """Kill every process at once, as a power failure does; the scripts of tests go on."""
        for process in self.of_site():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        make.wait()
        self.eventually(lambda: self.of_site() == {})

    def of_site(self) -> dict[int, str]:
        """The processes that are no script of a test."""
        return {
            process: command for process, command in self.processes().items() if str(SCRIPTS) not in command
        }

    def of(self, name: str) -> int:
        """The process id of what the Procfile calls so."""
        word = {"web": "granian", "worker": "--pool solo"}.get(name, name)
        return next(process for command, process in self.of_procfile().items() if word in command)

    def pause(self, name: str) -> None:
        """Stop a process without ending it."""
        os.kill(self.of(name), signal.SIGSTOP)

    def serves(self) -> bool:
        try:
            return self.get("/admin/login/")[0] == 200
        except (OSError, HTTPException):
            return False

    def get(self, path: str) -> tuple[int, str]:
        with urlopen(self.url + path, timeout=CALM) as response:  # noqa: S310  (always this machine)
            return response.status, response.read().decode(errors="replace")  # pictures are asked for too

    def status_of(self, path: str) -> int:
        """The status of an answer, of an error too; 0 where nobody answers."""
        try:
            return self.get(path)[0]
        except HTTPError as error:
            return error.code
        except (URLError, OSError, HTTPException):
            return 0

    def readiness(self) -> dict[str, Any]:
        """What /readyz says; nothing where nobody answers."""
        try:
            text = self.get("/readyz")[1]
        except HTTPError as error:
            text = error.read().decode()
        except (OSError, HTTPException):
            return {"ready": False, "checks": {}}
        found: dict[str, Any] = json.loads(text)
        return found

    def is_ready(self) -> bool:
        """Whether /readyz says yes, and names no treaty whose status is about to follow."""
        said = self.readiness()
        return bool(said["ready"]) and not said["checks"]["recompute"]["behind"]

    def problems(self) -> set[str]:
        """The checks of /readyz that are not good."""
        return {name for name, check in self.readiness()["checks"].items() if not check["ok"]}

    def settles(self) -> float:
        """Wait until /readyz says that nothing is behind, and see that it is so; return the seconds that it took."""
        begun = time.monotonic()
        while not self.is_ready():
            assert time.monotonic() - begun < CALM, (self.readiness(), self.log.read_text()[-3000:])
            time.sleep(0.2)
        took = time.monotonic() - begun
        assert self.wrong() == []
        return round(took, 1)

    def wrong(self) -> list[str]:
        """The treaties whose stored status is not what its recomputation gives."""
        found: list[str] = json.loads(self.script("verdict.py"))["stored"]
        return found

    def verdict(self, marks: list[str], bodies: list[str]) -> dict[str, list[str]]:
        """What is lost, doubled, missing or wrong, after publications and answers; empty lists where all is well."""
        files = [self.var.with_name(f"{name}.json") for name in ("marks", "seen")]
        for file, content in zip(files, (marks, {"bodies": bodies}), strict=True):
            file.write_text(json.dumps(content))
        found: dict[str, list[str]] = json.loads(self.script("verdict.py", *map(str, files)))
        return found

    def publish(self, count: int, number: int = 0, of: int = 1) -> subprocess.Popen[str]:
        """Begin to publish and correct entries, in another process."""
        return self._begin("writer.py", str(number), str(of), str(count), f"{next(_SERIES)}-{os.getpid()}-")

    def script(self, name: str, *arguments: str) -> str:
        """Run one of the scripts of tests/faults on this folder; return what it prints."""
        return finished(self._begin(name, *arguments))

    def manage(self, *arguments: str) -> str:
        """Run a management command on this folder; return what it prints."""
        return finished(self._begin(str(settings.BASE_DIR / "manage.py"), *arguments))

    def _begin(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        environment = {
            **self.environment,
            "PYTHONPATH": str(settings.BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        return subprocess.Popen(
            [*self.prefix, sys.executable, str(SCRIPTS / name), *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=partial(end_with_parent, signal.SIGKILL),  # noqa: PLW1509  (nothing in the child but prctl)
        )

    def processes(self) -> dict[int, str]:
        """The command line of each process of this folder, by its id: every child inherits the mark."""
        mark, found = f"VAR_DIR={self.var}".encode(), {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
            except OSError:  # it has ended meanwhile, or is another user's
                continue
        return found

    def of_procfile(self) -> dict[str, int]:
        """The process id of each command of the Procfile that runs."""
        processes = self.processes()
        return {
            command: process
            for process, command in processes.items()
            if re.search("bin/(granian|celery) ", command)
            and "config.run.start" in processes.get(parent(process), "")
        }

    def record(self) -> list[str]:
        with closing(sqlite3.connect(self.var / "tracker.sqlite3")) as database:
            return list(database.iterdump())


def finished(process: subprocess.Popen[str]) -> str:
    """Wait for a script; return what it printed."""
    printed, complaints = process.communicate()
    assert process.returncode == 0, complaints
    return printed


def parent(process: int, above: int = 1) -> int:
    """The process that has started it, or one further above; 0 for one that has ended."""
    with contextlib.suppress(OSError):
        for _ in range(above):
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        return process
    return 0
