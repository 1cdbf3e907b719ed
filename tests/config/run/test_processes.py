"""The processes of the embedded shape, where their output cannot be written: a full disk, a closed terminal."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

FULL = Path("/dev/full")
RUN = """
import sys
from pathlib import Path
from config.run.processes import serve
sys.exit(serve(Path(sys.argv[1]), {"PATH": sys.argv[2]}))
"""


@pytest.mark.skipif(not FULL.exists(), reason="needs a device on which nothing can be written (Linux)")
def test_output_that_cannot_be_written_ends_nothing_and_holds_up_no_end(
    tmp_path: Path, eventually: Callable[[Callable[[], object]], None]
) -> None:
    """Seen on a full disk: the parent failed at a line, left the processes to themselves, and never ended."""
    lines, own, procfile = tmp_path / "lines", tmp_path / "own", tmp_path / "Procfile"
    procfile.write_text(
        f"noisy: echo $$ > {own}; while :; do head -c 4000 /dev/zero; echo; echo >> {lines}; done\n"
    )
    with FULL.open("wb") as full:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(procfile), "/usr/bin:/bin"],
            cwd=settings.BASE_DIR,
            stdout=full,
            stderr=full,
        )
    try:
        eventually(lambda: lines.exists() and lines.stat().st_size > 1000)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
    eventually(lambda: not Path("/proc", own.read_text().strip()).exists())
