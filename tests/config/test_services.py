"""The servers of the production shape start without an installed server, and end however the tests end."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
import pytest
import redis

from tests import services

Eventually = Callable[[Callable[[], object]], None]
SHOW = "import os, sys, time; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'], flush=True); {then}"


def launch(then: str) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services", sys.executable, "-c", SHOW.format(then=then)],
        cwd=Path(__file__).parents[2],
        env=own,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def answering(database_url: str, redis_url: str) -> int:
    count = 0
    try:
        psycopg2.connect(database_url).close()
        count += 1
    except psycopg2.OperationalError:
        pass
    try:
        with redis.Redis.from_url(redis_url) as client:
            client.ping()
        count += 1
    except redis.ConnectionError:
        pass
    return count


def test_status_of_the_command_is_the_launchers_and_the_servers_end_with_it() -> None:
    with launch(then="sys.exit(7)") as process:
        assert process.stdout is not None
        urls = process.stdout.read().split()
    assert process.returncode == 7
    assert answering(*urls) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_servers_end_with_a_launcher_that_is_killed(how: signal.Signals, eventually: Eventually) -> None:
    with launch(then="time.sleep(600)") as process:
        assert process.stdout is not None
        urls = process.stdout.readline().split()
        assert answering(*urls) == 2
        if how == signal.SIGINT:
            os.killpg(process.pid, how)  # what Ctrl-C does in a terminal
        else:
            process.send_signal(how)
        process.wait()
        eventually(lambda: answering(*urls) == 0)
    folder = Path(unquote(urlsplit(urls[0]).hostname or ""))
    assert folder.exists() == (how == signal.SIGKILL), "only the dead cannot tidy up"
    shutil.rmtree(folder, ignore_errors=True)


def test_server_comes_back_at_the_same_address() -> None:
    with services.service_folder() as folder:
        server = services.valkey(folder)
        server.start()
        server.stop(signal.SIGKILL)
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.ping()
        server.stop()


def test_missing_server_is_a_sentence_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(services, "find_spec", lambda _name: None)
    monkeypatch.setattr(services, "DEBIAN_POSTGRES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(services.ServiceError, match=r"DATABASE_URL.*Debian's package postgresql"):
        services.postgres(tmp_path)
    with pytest.raises(services.ServiceError, match=r"REDIS_URL.*Debian's package redis-server"):
        services.valkey(tmp_path)


@pytest.mark.skipif(not services.DEBIAN_POSTGRES.exists(), reason="needs Debian's package postgresql")
def test_debians_server_is_used_where_the_wheel_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "find_spec", lambda _name: None)
    with services.service_folder() as folder:
        server = services.postgres(folder)
        assert server.command[0].startswith(str(services.DEBIAN_POSTGRES))
        server.start()
        server.stop()
