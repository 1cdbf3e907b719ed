"""What the site weighs: the assets that a visitor loads, and the memory of a worker."""

import gzip
import subprocess
import sys
import time
from pathlib import Path

from bench import servers
from bench.report import BenchReport

SUFFIXES = {".css", ".js", ".svg", ".woff2", ".png", ".ico"}
WAIT_SECONDS = 60.0
CHARTS = 5
"""How many charts of a treaty there are."""


def run(report: BenchReport, var: Path) -> None:
    """Report both; `var` holds a prepared record."""
    report.table("Assets", "file", "bytes", "compressed")
    for path in sorted((servers.ROOT / "static").rglob("*")):
        if path.suffix in SUFFIXES:
            content = path.read_bytes()
            name = str(path.relative_to(servers.ROOT / "static"))
            report.line(name, f"{len(content):,}", f"{len(gzip.compress(content)):,}")
    _worker(report, var)


def _worker(report: BenchReport, var: Path) -> None:
    """Start a worker as the Procfile does, let it draw all charts, and read its memory before and after."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "config"]
    work = ["worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
    env = servers.environment(var)
    report.table("The worker", "when", "resident memory, MB")
    with servers.running([*celery, *work], env) as process:
        time.sleep(5)  # until it waits for work
        report.line("waiting for work", servers.memory(process.pid))
        draw = [*celery, "call", "ratification.tasks.draw", "--args", "[1]"]
        subprocess.run(draw, env=env, cwd=servers.ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - as above
        begun = time.monotonic()
        while len(list((var / "drawings").glob("*.cache"))) < CHARTS:
            if time.monotonic() - begun > WAIT_SECONDS:
                raise SystemExit("The worker did not draw.")
            time.sleep(0.2)
        report.line("after it has drawn every chart", servers.memory(process.pid))
