"""The processes of the embedded shape: output that cannot be written, long last output, no heed to a request to end."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings

FULL = Path("/dev/full")
RUN = """
import sys
from pathlib import Path
from config.run.processes import serve
sys.exit(serve(Path(sys.argv[1]), {"PATH": sys.argv[2]}))
"""


@contextmanager
def serving(procfile: Path, output: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Procfile; nothing goes on after the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(procfile), "/usr/bin:/bin"],
        cwd=settings.BASE_DIR,
        stdout=output,
        stderr=output,
    )
    try:
        yield process
    finally:
        process.kill()


@pytest.mark.skipif(not FULL.exists(), reason="needs a device on which nothing can be written (Linux)")
def test_output_that_cannot_be_written_ends_nothing_and_holds_up_no_end(
    tmp_path: Path, eventually: Callable[[Callable[[], object]], None]
) -> None:
    """Seen on a full disk: the parent failed at a line, left the processes to themselves, and never ended."""
    lines, own, procfile = tmp_path / "lines", tmp_path / "own", tmp_path / "Procfile"
    procfile.write_text(
        f"noisy: echo $$ > {own}; while :; do head -c 4000 /dev/zero; echo; echo >> {lines}; done\n"
    )
    with FULL.open("wb") as full, serving(procfile, full) as process:
        eventually(lambda: lines.exists() and lines.stat().st_size > 1000)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    eventually(lambda: not Path("/proc", own.read_text().strip()).exists())


def test_process_that_dies_after_long_output_is_started_again_once(
    tmp_path: Path, eventually: Callable[[Callable[[], object]], None]
) -> None:
    """It was started twice while its last lines were still being read, and the site never ended."""
    starts, procfile = tmp_path / "starts", tmp_path / "Procfile"
    procfile.write_text(
        f"web: echo $$ >> {starts}; if [ $(wc -l < {starts}) = 1 ]; then seq 3000; exit 3; fi; exec sleep 600\n"
    )
    with (tmp_path / "log").open("wb") as log, serving(procfile, log) as process:
        eventually(lambda: (tmp_path / "log").read_text().count(" started (pid=") > 1)
        eventually(lambda: len(starts.read_text().split()) > 1)  # it is started a moment before it can say so
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    begun = starts.read_text().split()
    assert len(begun) == 2, (tmp_path / "log").read_text()[-1000:]
    eventually(lambda: not Path("/proc", begun[-1]).exists())


def test_process_that_does_not_heed_the_request_to_end_is_ended(
    tmp_path: Path, eventually: Callable[[Callable[[], object]], None]
) -> None:
    own, procfile = tmp_path / "own", tmp_path / "Procfile"
    procfile.write_text(f"deaf: trap '' TERM; echo $$ > {own}; while :; do sleep 1; done\n")
    with (tmp_path / "log").open("wb") as log, serving(procfile, log) as process:
        eventually(own.exists)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    eventually(lambda: not Path("/proc", own.read_text().strip()).exists())
