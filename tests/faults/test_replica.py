"""A streaming replica broken under load: no error, no answer older than what was published, no long wait."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from bench import readers
from bench.readers import Seen, stale
from bench.servers import ROOT, environment, first_answer, web
from tests.faults.test_moves import filled, manage
from tests.services import Server, postgres, service_folder, standby, valkey

SECONDS = 14
"""Time for which each fault is read through."""
HANGS = 10.0
"""Time for which a server hangs; no answer may take as long."""
READERS = 8


@dataclass
class Replicated:
    """A web process that reads from a replica, and both servers."""

    port: int
    environment: dict[str, str]
    primary: Server
    replica: Server

    def sent(self, sql: str, server: Server | None = None) -> object:
        """Run a statement, by default on the primary; return the first column."""
        with (
            contextlib.closing(psycopg2.connect((server or self.primary).url)) as connection,
            connection.cursor() as cursor,
        ):
            connection.autocommit = True
            cursor.execute(sql)
            row = cursor.fetchone() if cursor.description else None
            return row and row[0]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Server, Server]]:
    """The folder, the primary and the cache, which every fault finds at work."""
    var = tmp_path_factory.mktemp("var")
    with ExitStack() as stack:
        folder = stack.enter_context(service_folder())
        primary, cache = postgres(folder), valkey(folder)
        for server in (primary, cache):
            server.start()
            stack.callback(server.stop, signal.SIGKILL)
        filled(var, primary.url)
        manage(var, "collectstatic", "--no-input", "--verbosity", "0")
        yield var, primary, cache


@pytest.fixture
def site(services: tuple[Path, Server, Server], monkeypatch: pytest.MonkeyPatch) -> Iterator[Replicated]:
    monkeypatch.setattr(readers, "READERS", READERS)
    var, primary, cache = services
    with standby(primary) as replica:
        urls = {"DATABASE_URL": primary.url, "DATABASE_REPLICA_URL": replica.url, "REDIS_URL": cache.url}
        env = environment(var, ANSWERS_SECONDS="2", LOG_LEVEL="CRITICAL", **urls)
        with web("config.wsgi:application", env) as (address, _):
            first_answer(f"{address}/")
            yield Replicated(int(address.rpartition(":")[2]), env, primary, replica)
            if primary.process is None:
                primary.start()


def processes(server: Server) -> list[int]:
    """The server's process and those of its sessions."""
    assert server.process is not None
    pid = server.process.pid
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def signalled(server: Server, how: signal.Signals) -> None:
    for pid in processes(server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)


def read_through(site: Replicated, *, publishing: bool, fault: Callable[[], None]) -> Seen:
    """Let the readers read, and somebody publish, while a fault begins after two seconds."""
    seen = Seen()
    count = SECONDS * readers.PUBLICATIONS_A_MINUTE // 60 if publishing else 0
    command = [sys.executable, "-m", "bench.readers", "publish", str(count)] if publishing else ["true"]
    publisher = subprocess.Popen(command, env=site.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    async def both() -> None:
        async def break_it() -> None:
            await asyncio.sleep(2)
            await asyncio.to_thread(fault)

        await asyncio.gather(readers.read_all(site.port, SECONDS, seen), break_it())

    asyncio.run(both())
    told, _ = publisher.communicate()
    commits = [tuple(json.loads(line)) for line in told.splitlines()]
    if publishing:
        assert len(commits) > count / 2
    assert not stale(seen.shown, commits)
    return seen


def killed(site: Replicated) -> None:
    signalled(site.replica, signal.SIGKILL)
    site.replica.stop(signal.SIGKILL)
    time.sleep(3)
    site.replica.start()


def hangs(site: Replicated) -> None:
    signalled(site.replica, signal.SIGSTOP)
    time.sleep(HANGS)
    signalled(site.replica, signal.SIGCONT)


def cancels(site: Replicated) -> None:
    """Let the replay of changes end the queries that stand in its way, again and again."""
    for _ in range(12):
        site.sent("VACUUM FULL ratification_record")
        site.sent("VACUUM FULL treaty_treaty")
        time.sleep(0.4)


def lags(site: Replicated) -> None:
    site.sent("SELECT pg_wal_replay_pause()", site.replica)
    time.sleep(6)
    site.sent("SELECT pg_wal_replay_resume()", site.replica)


def promoted(site: Replicated) -> None:
    site.sent("SELECT pg_promote()", site.replica)
    site.sent("UPDATE ratification_record SET version = version + 1", site.replica)


FAULTS = {"killed": killed, "hangs": hangs, "cancels": cancels, "lags": lags, "promoted": promoted}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_replica_costs_nobody_an_answer(
    site: Replicated, fault: str, figures: Callable[..., None]
) -> None:
    seen = read_through(site, publishing=True, fault=lambda: FAULTS[fault](site))
    took = [each for kind in seen.took.values() for each in kind]
    figures(fault, answers=len(took), longest=max(took))
    assert not seen.failed
    assert len(took) > 50
    assert max(took) < HANGS


def test_a_replica_with_a_full_disk_is_left(
    site: Replicated, tmp_path: Path, figures: Callable[..., None]
) -> None:
    """The disk of the replica's changes is filled: its server stops, and the primary serves."""
    wal = Path(site.replica.log).parent / "data" / "pg_wal"
    site.replica.stop()
    aside = tmp_path / "wal"
    shutil.move(wal, aside)
    wal.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m,mode=0777", "tmpfs", wal], check=False
    ).returncode:
        pytest.skip("No small disk can be made here.")
    try:
        shutil.copytree(aside, wal, dirs_exist_ok=True)
        subprocess.run(["chown", "-R", str(site.replica.user or os.getuid()), wal], check=True)
        site.replica.start()

        def fills() -> None:
            with contextlib.suppress(psycopg2.Error):
                site.sent(
                    "CREATE TABLE filling AS SELECT repeat(md5(n::text), 60) FROM generate_series(1, 80000) n"
                )

        seen = read_through(site, publishing=True, fault=fills)
        took = [each for kind in seen.took.values() for each in kind]
        figures("full", answers=len(took), longest=max(took))
        assert shutil.disk_usage(wal).free < 17_000_000
        assert not seen.failed
    finally:
        site.replica.stop(signal.SIGKILL)
        subprocess.run(["umount", "--lazy", wal], check=True)


@pytest.mark.parametrize("how", ["stopped", "hangs"])
def test_readers_are_served_while_the_primary_is_away(
    site: Replicated, how: str, figures: Callable[..., None]
) -> None:
    def away() -> None:
        if how == "stopped":
            site.primary.stop()
        else:
            signalled(site.primary, signal.SIGSTOP)

    seen = read_through(site, publishing=False, fault=away)
    if how == "hangs":
        signalled(site.primary, signal.SIGCONT)
    took = [each for kind in seen.took.values() for each in kind]
    figures(how, answers=len(took), longest=max(took))
    assert not seen.failed
    assert len(took) > 50
    assert max(took) < HANGS
