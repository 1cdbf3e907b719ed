"""`python -m bench.thousand [FOLDER]`: what pages and API cost beside 1,000 treaties with twenty years of revisions.

The larger tables of the corpus become 1,000 treaties with 200,000 entries, through the project's own comparisons: each
treaty's list is taken over first in one of twenty years and compared again every second year, when it has grown, and
when some days that were misprinted are corrected. Then each address is asked in turns on the bundled record and on
that record beside these treaties, in a process of its own for each, without any cached response: processor time, and
queries. FOLDER keeps the databases for the next run.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Container
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from bench.corpus import ABSENT, tables
from bench.growing import largest
from bench.report import BenchReport
from bench.servers import ROOT, environment, prepare

TREATIES = 1_000
LOADED = 40
"""Treaties that are loaded; the others are copies of them, with all that belongs to them."""
APART = 10_000_000
"""How far the keys of two copies are apart."""
NAMED = ("slug", "depositary_reference")
ENTRIES = 200_000
YEARS = range(2006, 2026)
EVERY = 2
"""A treaty's list is compared every so many years."""
ROUNDS = 12
MOST = 1.2
BUILT = "thousand.json"
KINDS = {
    "overview": "/",
    "overview, another day": "/?as_of=2026-03-01",
    "participants": "/participants/",
    "participants, filtered": "/participants/?un_group=african",
    "cooperation of one with all": "/participants/QAT/cooperation/",
    "a pair": "/participants/QAT/cooperation/BRA/",
    "readiness": "/readiness/",
    "a participant": "/participants/QAT/",
    "the text": "/convention/",
    "an article": "/articles/63/",
    "claims": "/claims/",
    "charts": "/charts/",
    "a chart's page": "/charts/over-time/",
    "compare": "/compare/",
    "explore": "/explore/",
    "scenario": "/scenario/",
    "forecast": "/forecast/",
    "calendar": "/calendar/",
    "updates": "/changes/",
    "corrections": "/corrections/",
    "follow": "/follow/",
    "statements": "/statements/",
    "territories": "/territories/",
    "assistance": "/readiness/assistance/",
    "about": "/about/",
    "check against the depositary": "/about/depositary/",
    "glossary": "/about/glossary/",
    "another treaty": "/treaties/budapest/",
    "all treaties": "/treaties/",
    "API: list": "/api/v1/treaties/hanoi/participants/",
    "API: list, another day": "/api/v1/treaties/hanoi/participants/?as_of=2026-03-01",
    "API: status at a past revision and date": "/api/v1/treaties/hanoi/status/?as_of=2026-03-01&revision=60",
    "API: changes": "/api/v1/treaties/hanoi/changes/",
    "API: actions": "/api/v1/treaties/hanoi/actions/",
    "API: all treaties": "/api/v1/treaties/",
    "API: one participant": "/api/v1/participants/QAT/",
    "feed": "/changes.atom",
    "site map": "/sitemap.xml",
    "a file of the site map": "/sitemap-treaties.xml",
    "search of all treaties": "/treaties/?q=convention",
}
PUBLICATION = "publication"
"""Asked like an address: a correction is published, and the status computed until it is fresh."""
LISTED = {
    "all treaties": r'<th scope="row">',
    "API: all treaties": r'"slug":',
    "site map": r"<sitemap>",
    "a file of the site map": r"<url>",
    "search of all treaties": r'<th scope="row">',
}
"""Lists of treaties, and what stands in each of their rows."""


def build() -> dict[str, Any]:
    """Load the treaties year by year, compute each status whenever its record has grown, and copy them."""
    _start_django()
    from django.db import transaction  # noqa: PLC0415 - Django's models exist only after setup

    from ratification.depositary import propose, runs  # noqa: PLC0415
    from ratification.depositary.collection import load_document  # noqa: PLC0415
    from ratification.depositary.names import known_names  # noqa: PLC0415
    from ratification.models import Action, Change, TreatyStatus  # noqa: PLC0415
    from ratification.status import recompute  # noqa: PLC0415
    from treaty.models import Treaty  # noqa: PLC0415

    began, names, chosen = process_time(), known_names(), largest(ENTRIES / TREATIES)
    before = max(recompute.treaties())
    errors = Random(30)  # noqa: S311 - only chooses misprints
    treaties: dict[int, Treaty] = {}
    held_back: Counter[str] = Counter()

    def enter(number: int, content: bytes, folder: Path, now: datetime) -> None:
        """Take the list of a treaty over, or compare it again."""
        if number not in treaties:
            path = folder / f"{1 + number // 100}-{800 + number % 100}.en.xml"
            path.write_bytes(content)
            loaded = load_document(path, names=names, retrieved_at=now, now=now)
            treaties[number] = Treaty.objects.get(depositary_reference=loaded.reference)
            held_back[loaded.reason] += bool(loaded.reason)
            return
        address = f"{now.year}.xml"
        run = runs.compare_run(treaties[number], content, address=address, retrieved_at=now, now=now)
        if run.proposes:
            propose.publish(run, now=now)
        held_back[" ".join(run.suspicions)] += not run.proposes

    def compute(treaty: Treaty, now: datetime) -> None:
        # The job would have walked through each day; under a treaty without clauses none brings anything.
        TreatyStatus.objects.filter(treaty=treaty).update(as_of=now.date() - timedelta(days=1))
        recompute.recompute(treaty.pk, today=now.date(), now=now)

    with TemporaryDirectory() as folder:
        for year in YEARS:
            now = datetime(year, 6, 1, 12, tzinfo=UTC)
            share = (year - YEARS.start) // EVERY + 1
            for number in range(year % EVERY, LOADED, EVERY):
                content = chosen[number * len(chosen) // LOADED].at(
                    share * EVERY / len(YEARS), now.date(), errors
                )
                if content:
                    with transaction.atomic():
                        enter(number, content, Path(folder), now)
                        compute(treaties[number], now)
            print(
                f"{year}: {Action.objects.count():,} entries, {process_time() - began:,.0f} s",
                file=sys.stderr,
            )
    for treaty in treaties.values():
        compute(treaty, datetime.now(UTC))
    with transaction.atomic():
        copy(before)
    return {
        "treaties": Treaty.objects.count(),
        "entries": Action.objects.count(),
        "corrections": Action.objects.filter(entry="correction").count(),
        "changes": Change.objects.count(),
        "seconds": process_time() - began,
        "held back": +held_back,
    }


def copy(before: int) -> None:
    """Copy the treaties after an id, with all that belongs to them, until there are as many as asked."""
    from django.core.management.color import no_style  # noqa: PLC0415 - Django's models exist only after setup
    from django.db import connection  # noqa: PLC0415

    from ratification import models  # noqa: PLC0415
    from ratification.models.triggers import lifted  # noqa: PLC0415
    from treaty.models import Source, Treaty  # noqa: PLC0415

    last = Treaty.objects.latest("pk").pk
    own = (models.Action, models.TreatyFact, models.Revision, models.Record, models.ImportRun)
    computed = (models.TreatyStatus, models.Standing, models.Window, models.Change)
    copied = (Treaty, Source, *own, *computed, models.Difference)
    runs = f"SELECT id FROM ratification_importrun WHERE treaty_id > {before} AND treaty_id <= {last}"  # noqa: S608 - numbers
    which = {
        Treaty: f"id > {before} AND id <= {last}",
        models.Difference: f"run_id IN ({runs})",
    }
    with lifted(connection), connection.cursor() as cursor:
        for number, model in product(range(1, TREATIES // LOADED), copied):
            fields = model._meta.concrete_fields  # noqa: SLF001 - documented API
            columns = ", ".join(str(field.column) for field in fields)
            values = ", ".join(_of_copy(field, number, copied) for field in fields)
            where = which.get(model, f"treaty_id > {before} AND treaty_id <= {last}")
            table = model._meta.db_table  # noqa: SLF001 - the same
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {where}")  # noqa: S608 - names of ours
        for statement in connection.ops.sequence_reset_sql(no_style(), copied):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def _of_copy(field: Any, number: int, copied: Container[Any]) -> str:  # noqa: ANN401 - Django's fields
    """Return a field of a copied row in SQL: keys and what refers to them lie apart, names are told apart."""
    column = str(field.column)
    if field.primary_key or field.related_model in copied:
        return f"{column} + {number * APART}"
    named = field.model.__name__ == "Treaty" and column in NAMED
    return f"{column} || '-{number}'" if named else column


def measure() -> None:
    """Answer each line of standard input, an address, with its processor time and queries, kept facts and without."""
    _start_django()
    from django.db import connection  # noqa: PLC0415 - Django's models exist only after setup
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from bench import scale  # noqa: PLC0415
    from ratification.record import kept  # noqa: PLC0415
    from ratification.status import recompute  # noqa: PLC0415
    from treaty.models import Treaty  # noqa: PLC0415

    treaty = Treaty.objects.get(slug="hanoi")
    client = Client()

    def took(address: str) -> float:
        began = process_time()
        client.get(address)
        return process_time() - began

    def published() -> list[float]:
        now = datetime.now(UTC)
        scale.publish(treaty)
        began = process_time()
        recompute.recompute(treaty.pk, today=now.date(), now=now)
        return [200, 0, 0, process_time() - began, process_time() - began, 1]

    for line in sys.stdin:
        address = line.strip()
        if address == PUBLICATION:
            sys.stdout.write(json.dumps(published()) + "\n")
            sys.stdout.flush()
            continue
        kept.forget()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        found: list[float] = [answer.status_code, len(answer.content), len(queries)]
        kept.forget()
        found += [took(address), min(took(address) for _ in range(3))]
        rows = [
            re.findall(sign, answer.content.decode())
            for what, sign in LISTED.items()
            if KINDS[what] == address
        ]
        found.append(len(rows[0]) if rows else 1)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def _start_django() -> None:
    import django  # noqa: PLC0415 - only the processes that need it load it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config.celery import app  # noqa: PLC0415

    app.conf.update(broker_url="memory://localhost/")  # no job is to work on a benchmark's treaties


def _env(var: Path) -> dict[str, str]:
    return environment(var, ANSWERS_SECONDS="0", ALLOWED_HOSTS="testserver")


def _made(folder: Path) -> dict[str, Any]:
    """Make both records in the folder unless they are there; return what was loaded."""
    alone, beside = folder / "alone", folder / "beside"
    if not (folder / BUILT).exists():
        shutil.rmtree(beside, ignore_errors=True)
        if not alone.exists():
            alone.mkdir(parents=True)
            prepare(alone)
        shutil.copytree(alone, beside)
        command = [sys.executable, "-m", "bench.thousand", "build"]
        done = subprocess.run(command, env=_env(beside), cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603
        (folder / BUILT).write_bytes(done.stdout)
    found: dict[str, Any] = json.loads((folder / BUILT).read_text())
    return found


class Measured:
    """A process that measures on one record; `found` has the figures of each round by address."""

    def __init__(self, var: Path, stack: ExitStack, **settings: str) -> None:
        command = [sys.executable, "-m", "bench.thousand", "measure"]
        self._process = stack.enter_context(
            subprocess.Popen(  # noqa: S603 - this file
                command,
                env=_env(var) | settings,
                cwd=ROOT,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        )
        self.found: dict[str, list[list[float]]] = {}

    def ask(self, address: str) -> None:
        """Measure an address once more."""
        sent, told = self._process.stdin, self._process.stdout
        assert sent is not None  # noqa: S101 - both are pipes
        assert told is not None  # noqa: S101 - the same
        sent.write(f"{address}\n")
        sent.flush()
        self.found.setdefault(address, []).append(json.loads(told.readline()))

    def best(self, address: str, column: int) -> float:
        """Return the least figure of the rounds."""
        return min(row[column] for row in self.found[address])


def main(folder: Path, rounds: int = ROUNDS) -> None:
    """Build what is missing, measure in turns, print."""
    report = BenchReport()
    loaded = _made(folder)
    report.table(
        "Beside 1,000 treaties",
        "what",
        "kB",
        "kB beside",
        "queries",
        "ms first",
        "ratio",
        "ms again",
        "ratio",
    )
    with ExitStack() as stack:
        alone, beside = (Measured(folder / name, stack) for name in ("alone", "beside"))
        for _ in range(rounds):
            for address in (*KINDS.values(), PUBLICATION):
                alone.ask(address)
                beside.ask(address)
        for what, address in (KINDS | {"publication until its status is fresh": PUBLICATION}).items():
            sizes = [f"{each.best(address, 1) / 1000:,.0f}" for each in (alone, beside)]
            queries = [int(each.best(address, 2)) for each in (alone, beside)]
            times: list[float] = []
            for column in (3, 4):
                before = alone.best(address, column)
                times += [before * 1000, beside.best(address, column) / before]
            statuses = {int(each.best(address, 0)) for each in (alone, beside)}
            told = what if statuses == {200} else f"{what} {statuses}"
            if what in LISTED:
                rows_of = [each.best(address, 5) for each in (alone, beside)]
                told = f"{told}, a row of {rows_of[0]:.0f} and {rows_of[1]:.0f}"
                share = rows_of[0] / rows_of[1]
                times = [times[0] / rows_of[0], times[1] * share, times[2] / rows_of[0], times[3] * share]
            report.line(
                told,
                *sizes,
                f"{queries[0]}" if len({*queries}) == 1 else f"{queries[0]}, {queries[1]}",
                *times,
            )
    report.note(json.dumps(loaded))


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"]:
        sys.stdout.write(json.dumps(build()))
    elif sys.argv[1:2] == ["measure"]:
        measure()
    elif not tables():
        print(f"Left out: {ABSENT}.")
    elif sys.argv[1:]:
        main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
    else:
        with TemporaryDirectory() as temporary:
            main(Path(temporary))
