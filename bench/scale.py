"""What one treaty costs alone, and what it costs beside the whole collection of the United Nations.

The work of the worker after a publication (task time), cold pages and API answers: with the bundled treaties alone, and
with 314 more and their entries loaded beside them, as `bench.depositary` does it. Each is measured in a process of its
own, as a site would run it: one that has just loaded the collection is slowed down by what that left in its memory.
"""

import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - Django's models exist only after setup
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench import depositary  # noqa: E402
from bench.corpus import ABSENT  # noqa: E402
from bench.report import BenchReport  # noqa: E402
from bench.servers import ROOT, environment  # noqa: E402
from bench.status_documents import corpus_documents  # noqa: E402
from config.celery import app as celery_app  # noqa: E402
from ratification.charts import gallery  # noqa: E402
from ratification.charts.chart import NARROW  # noqa: E402
from ratification.charts.drawing import draw, draw_svg, png, standalone  # noqa: E402
from ratification.depositary.collection import documents_in  # noqa: E402
from ratification.ledger import writing as ledger  # noqa: E402
from ratification.ledger.shown import shown_of  # noqa: E402
from ratification.models import Action  # noqa: E402
from ratification.record.selectors import view_of  # noqa: E402
from ratification.status import recompute as status  # noqa: E402
from treaty.models import Treaty  # noqa: E402

NOW = datetime.now(UTC)
TIMES = 25
TURNS = 3
MOST = 1.2
ADDRESSES = {
    "overview page, cold": "/",
    "participants' page, cold": "/participants/",
    "participants' list of the API, cold": "/api/v1/treaties/hanoi/participants/",
    "status at a past revision and date, cold": "/api/v1/treaties/hanoi/status/?as_of=2026-03-01&revision=60",
    "changes of the API, cold": "/api/v1/treaties/hanoi/changes/",
}


def run(report: BenchReport, var: Path) -> None:
    """Measure alone, draw, load the collection, measure again; the record is that of `servers.prepare`."""
    shutil.copytree(
        var, alone_var := var / "alone", ignore=shutil.ignore_patterns("alone", "run", "log", "files")
    )
    report.table("Charts", "drawn anew, in both widths and as PNG", "ms", "SVG, bytes", "PNG, bytes")
    for name, row in _apart("draw", var).items():
        report.line(name, row[0] * 1000, f"{row[1]:,}", f"{row[2]:,}")
    loaded = _apart("load", var)
    report.table("One treaty beside the whole collection", "what", "ms alone", "ms beside all", "queries")
    if not loaded:
        report.note(f"Left out: {ABSENT}.")
        return
    # In turns, and the best of each: the machine is not as fast in one minute as in the next.
    turns = [(_apart("measure", alone_var), _apart("measure", var)) for _ in range(TURNS)]
    alone, beside = (
        {what: min((each[what] for each in found), key=lambda row: row[0]) for what in found[0]}
        for found in zip(*turns, strict=True)
    )
    for what, (cost, queries) in alone.items():
        same = "the same" if beside[what][1] == queries else f"{beside[what][1]} instead"
        report.line(what, cost * 1000, beside[what][0] * 1000, f"{queries}, {same}")
    treaties, entries, took = loaded["collection"]
    report.note(f"{treaties} treaties and {entries:,} entries; loading them took {took:.0f} s.")
    report.note(
        f"Milliseconds of processor time, the best of {TURNS} times {TIMES} runs in turns, on SQLite."
    )
    report.table("The same as ratios", "what", "ratio", "asked", "met")
    for what, (cost, _queries) in alone.items():
        report.limited(what, beside[what][0] / cost, most=MOST)


def _apart(work: str, var: Path) -> dict[str, list[Any]]:
    """Do one of `WORK` in a process of its own and return what it found."""
    done = subprocess.run(  # noqa: S603 - this file
        [sys.executable, "-m", "bench.scale", work],
        env=environment(var, ANSWERS_SECONDS="0", ALLOWED_HOSTS="testserver"),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def _load() -> dict[str, Any]:
    """Load the collection, if it is there, and compute each status."""
    with TemporaryDirectory() as folder:
        for name, content in corpus_documents():
            (Path(folder) / name).write_bytes(content)
        paths = documents_in(Path(folder))
        if not paths:
            return {}
        _, took = depositary.load(paths)
    for treaty_id in status.treaties():
        status.recompute(treaty_id, today=NOW.date(), now=NOW)
    return {"collection": [Treaty.objects.count(), Action.objects.count(), sum(took)]}


def _measured() -> dict[str, Any]:
    """Return for each piece of work its seconds of processor time, the best of several runs, and its queries."""
    gc.collect()
    gc.freeze()  # what loading has left behind is not searched for garbage again and again
    client, treaty = Client(), Treaty.objects.get(slug="hanoi")
    recompute = partial(status.recompute, treaty.pk, today=NOW.date(), now=NOW)
    found = {"a publication until its status is fresh": _best(recompute, partial(publish, treaty))}
    for what, address in ADDRESSES.items():
        found[what] = _best(partial(client.get, address))
    return found


def _best(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> tuple[float, int]:
    took = []
    for _ in range(TIMES):
        before()
        began = process_time()
        work()
        took.append(process_time() - began)
    before()
    with CaptureQueriesContext(connection) as queries:
        work()
    return min(took), len(queries)


def publish(treaty: Treaty) -> None:
    """Correct the last entry, as two people do it."""
    author, _ = User.objects.get_or_create(username="author")
    reviewer, _ = User.objects.get_or_create(username="reviewer")
    entry = Action.objects.filter(treaty=treaty, superseded_by=None, revision__isnull=False).latest(
        "revision"
    )
    said = ledger.content_of(entry)
    again = replace(said, summary=f"{said.summary} Again.".strip())
    draft = ledger.correct(entry, again, author=author, reason="A benchmark.", now=NOW)
    ledger.submit(draft, by=author)
    ledger.publish(draft, reviewer=reviewer, now=NOW, shown=shown_of(draft))


def _draw() -> dict[str, Any]:
    """Return for each chart the seconds that it takes, and the bytes of its SVG and PNG."""
    view = view_of(Treaty.objects.get(slug="hanoi"), today=NOW.date())
    draw_svg(gallery.CHARTS["by-group"](view)())  # the first drawing starts Vega
    found = {}
    for name, describe in gallery.CHARTS.items():
        began = perf_counter()
        described = describe(view)
        chart = described()
        svg, sketch = draw(chart)
        draw_svg(described(width=NARROW))
        picture = png(standalone(chart, sketch, "bench"))
        found[name] = [perf_counter() - began, len(svg.encode()), len(picture)]
    return found


WORK: dict[str, Callable[[], dict[str, Any]]] = {"measure": _measured, "draw": _draw, "load": _load}


if __name__ == "__main__":
    celery_app.conf.update(broker_url="memory://localhost/")  # nobody is to work on a benchmark's treaties
    sys.stdout.write(json.dumps(WORK[sys.argv[1]]()))
