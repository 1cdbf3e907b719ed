"""How long the depositary's documents take: one of 200 rows, and the whole collection, on the database of the settings.

python -m bench.depositary                              SQLite
python -m tests.services python -m bench.depositary     PostgreSQL
"""

import os
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import perf_counter, process_time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402 - Django's models exist only after setup
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from bench.corpus import ABSENT, DOCUMENTS, DOCUMENTS_ABSENT, DOCUMENTS_KNOWN_UNTIL  # noqa: E402
from bench.status_documents import corpus_documents, printed, status_document  # noqa: E402
from config.celery import app as celery_app  # noqa: E402
from ratification.depositary.collection import Loaded, Result, documents_in, load_document  # noqa: E402
from ratification.depositary.document import DocumentError  # noqa: E402
from ratification.depositary.names import known_names  # noqa: E402
from ratification.depositary.propose import publish  # noqa: E402
from ratification.depositary.runs import compare_run, examine  # noqa: E402
from ratification.models import ImportRun  # noqa: E402
from states.loading import load_participants  # noqa: E402
from states.models import Participant  # noqa: E402
from treaty.models import Treaty  # noqa: E402

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE_LIMIT_S = 0.5
COLLECTION_LIMIT_S = 60.0
MEMORY_LIMIT_MB = 300.0
GROWTH_LIMIT = 1.5
"""What a row may cost at the end, as a multiple of what it cost at the beginning: noise, no trend."""


def main() -> None:
    """Print the table; exit 1 where a limit is passed."""
    passed: list[bool] = []
    celery_app.conf.update(
        broker_url="memory://localhost/"
    )  # nobody is to work on the treaties of a benchmark

    def line(name: str, value: float, unit: str, limit: float) -> None:
        passed.append(value <= limit)
        print(f"{name:<52}{value:>10.2f} {unit:<3}{limit:>9.2f}{value / limit:>8.2f}")

    heading = f"depositary ({connection.vendor})"
    print(f"{heading:<52}{'value':>10}{'limit':>13}{'ratio':>8}")
    with database():
        line("a document of 200 rows compared", one_document(), "s", ONE_LIMIT_S)
    with tempfile.TemporaryDirectory() as folder, database():
        for name, content in corpus_documents():
            (Path(folder) / name).write_bytes(content)
        collection(line, documents_in(Path(folder)), NOW, ABSENT)
    with database():
        retrieved_at = datetime.combine(DOCUMENTS_KNOWN_UNTIL, time(), UTC)
        collection(line, documents_in(DOCUMENTS), retrieved_at, DOCUMENTS_ABSENT)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line("resident memory at its highest", memory, "MB", MEMORY_LIMIT_MB)
    sys.exit(0 if all(passed) else 1)


@contextmanager
def database() -> Iterator[None]:
    """A database with the participants and nothing else."""
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        load_participants()
        yield
    finally:
        teardown_databases(databases, verbosity=0)


def one_document() -> float:
    """Load signatories with their consents, and time the comparison of the next list, which has 200."""
    day = datetime(2001, 1, 1, tzinfo=UTC).date()
    rows = [
        (participant.name, printed(day), printed(day + timedelta(days=400 + number)))
        for number, participant in enumerate(Participant.objects.order_by("iso3")[:200])
    ]
    treaty = Treaty.objects.create(slug="bench", title="Bench", short_title="Bench", depositary="Nobody")
    first = compare_run(
        treaty, status_document(rows[:-1], title="Bench"), address="first.xml", retrieved_at=NOW, now=NOW
    )
    publish(first, now=NOW)
    began = perf_counter()
    examine(treaty, status_document(rows, title="Bench"), address="second.xml", retrieved_at=NOW, now=NOW)
    return perf_counter() - began


def collection(
    line: Callable[[str, float, str, float], None], paths: list[Path], retrieved_at: datetime, absent: str
) -> None:
    """Load documents twice: the second run finds nothing to propose. Those that are held back are told."""
    if not paths:
        print(f"collection: skipped, {absent}")
        return
    processor = process_time()
    loaded, took = load(paths, retrieved_at)
    entries, rows = sum(each.published for each in loaded), sum(each.rows for each in loaded)
    line(f"{len(paths)} documents, {rows} rows, {entries} entries loaded", sum(took), "s", COLLECTION_LIMIT_S)
    print(f"  of it this process's own processor time {process_time() - processor:>22.2f} s")
    third = len(paths) // 3
    begin, end = (_each(loaded[part], took[part]) for part in (slice(third), slice(2 * third, None)))
    line("an entry in the last third, in entries of the first", end / begin, "", GROWTH_LIMIT)
    again, took = load(paths, retrieved_at)
    line("all compared once more", sum(took), "s", COLLECTION_LIMIT_S)
    differing = [each for each in again if each.result in (Result.LOADED, Result.DIFFERS)]
    print(f"  documents of which the second run proposes something {len(differing):>9}")
    held_back = Counter(each.reason for each in loaded if each.result in (Result.HELD_BACK, Result.FAILED))
    for reason, count in held_back.most_common():
        print(f"  {count:>4} not loaded: {reason}")
    runs = [run for run in ImportRun.objects.iterator() if run.treaty.slug.startswith("untc-")]
    unknown = sum(run.state == ImportRun.State.STOPPED for run in runs)
    remarks = [remark for run in runs for remark in run.remarks]
    print(f"  documents stopped at an unknown name {unknown:>25}")
    headings = sum("heading" in remark and "is not known" in remark for remark in remarks)
    print(f"  headings that are not known {headings:>34}")
    if differing:
        sys.exit("The second run proposes something.")


def load(paths: list[Path], retrieved_at: datetime = NOW) -> tuple[list[Loaded], list[float]]:
    """Load each document; return what became of it and the seconds that it took."""
    names = known_names()
    loaded, took = [], []
    for path in paths:
        began = perf_counter()
        try:
            each = load_document(path, names=names, retrieved_at=retrieved_at, now=NOW)
        except DocumentError as error:
            each = Loaded(path.name, "", Result.FAILED, reason=str(error))
        loaded.append(each)
        took.append(perf_counter() - began)
    return loaded, took


def _each(loaded: list[Loaded], took: list[float]) -> float:
    return sum(took) / sum(each.published for each in loaded)


if __name__ == "__main__":
    main()
