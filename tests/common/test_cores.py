"""A web process keeps its threads on one core where it is told to, and what it starts does not."""

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


@pytest.mark.parametrize(
    ("environment", "core"), [({}, "-1"), ({"WEB_CORE": ""}, ""), ({"WEB_CORE": "1"}, "1")]
)
def test_the_procfile_names_the_last_core_unless_told_otherwise(
    tmp_path: Path, environment: dict[str, str], core: str
) -> None:
    server = tmp_path / "granian"
    server.write_text('#!/bin/sh\necho "core<$WEB_CORE>"\n')
    server.chmod(server.stat().st_mode | stat.S_IXUSR)
    line = next(
        line.removeprefix("web: ")
        for line in (settings.BASE_DIR / "Procfile").read_text().splitlines()
        if line.startswith("web: ")
    )
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOST": "127.0.0.1", "PORT": "1", **environment}
    done = subprocess.run(["sh", "-c", line], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"core<{core}>"
