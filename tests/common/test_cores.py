"""A web process keeps its threads on one core where it is told to, and jobs let visitors come before them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) == 1, reason="there is one core"
)

OF_EACH_THREAD = "{tuple(os.sched_getaffinity(int(thread))) for thread in os.listdir('/proc/self/task')}"


def _told(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(("number", "place"), [(0, 0), (-1, -1), (len(os.sched_getaffinity(0)), 0)])
def test_all_threads_keep_to_the_core_and_a_child_is_given_all(number: int, place: int) -> None:
    allowed = sorted(os.sched_getaffinity(0))
    program = f"""
import os, subprocess, threading
from common.cores import keep_to_core, use_all_cores
ended = threading.Event()
threading.Thread(target=ended.wait).start()
keep_to_core({number})
print({OF_EACH_THREAD})
with subprocess.Popen(["sleep", "60"]) as child:
    use_all_cores(child.pid)
    print(sorted(os.sched_getaffinity(child.pid)))
    child.kill()
ended.set()
"""
    assert _told(program).splitlines() == [str({(allowed[place],)}), str(allowed)]


@pytest.mark.slow
@pytest.mark.parametrize("told", ["0", ""])
def test_a_web_process_keeps_to_it_and_its_charts_are_drawn_on_all(tmp_path: Path, told: str) -> None:
    allowed = sorted(os.sched_getaffinity(0))
    program = f"""
import os
from config.wsgi import RENDERER
print({OF_EACH_THREAD})
print(sorted(os.sched_getaffinity(RENDERER.pid)))
"""
    expected = [str({(allowed[0],) if told else tuple(allowed)}), str(allowed)]
    assert _told(program, VAR_DIR=str(tmp_path), WEB_CORE=told).splitlines() == expected


def _started(tmp_path: Path, name: str, command: str, shown: str, **environment: str) -> str:
    """Run a line of the Procfile with a program of ours in place of its own; return what that shows."""
    program = tmp_path / command
    program.write_text(f"#!/bin/sh\n{shown}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    line = next(
        line.removeprefix(f"{name}: ")
        for line in (settings.BASE_DIR / "Procfile").read_text().splitlines()
        if line.startswith(f"{name}: ")
    )
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOST": "127.0.0.1", "PORT": "1", **environment}
    done = subprocess.run(["sh", "-c", line], env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("environment", "core"), [({}, "-1"), ({"WEB_CORE": ""}, ""), ({"WEB_CORE": "1"}, "1")]
)
def test_the_procfile_names_the_last_core_unless_told_otherwise(
    tmp_path: Path, environment: dict[str, str], core: str
) -> None:
    assert _started(tmp_path, "web", "granian", 'echo "core<$WEB_CORE>"', **environment) == f"core<{core}>"


@pytest.mark.parametrize(("name", "steps"), [("worker", 10), ("outbound", 0)])
def test_jobs_let_visitors_come_before_them(tmp_path: Path, name: str, steps: int) -> None:
    assert _started(tmp_path, name, "celery", "nice") == str(os.nice(0) + steps)


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="the system does not group processes by session"
)
@pytest.mark.parametrize(("started", "steps"), [("exec ", 7), ("", 0)])
def test_a_nice_worker_makes_the_session_nice_that_it_leads(tmp_path: Path, started: str, steps: int) -> None:
    program = """
from pathlib import Path
from celery.signals import celeryd_init
import config.celery
celeryd_init.send(None)
print(Path("/proc/self/autogroup").read_text().split()[-1])
"""
    session = ["setsid", "--wait", "sh", "-c"]
    # The worker takes the place of the shell that leads the session, or is started by it.
    line = f'{started}nice -n 7 "{sys.executable}" -c "$PROGRAM"; status=$?; exit $status'
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "PROGRAM": program}
    done = subprocess.run(
        [*session, line], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(steps)
