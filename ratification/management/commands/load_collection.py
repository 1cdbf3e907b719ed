"""`manage.py load_collection DIR`: load a directory of documents of the depositary."""

import logging
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from tqdm import tqdm

from ratification.depositary.collection import Loaded, Result, documents_in, known_days, load_document
from ratification.depositary.names import known_names
from ratification.management.base import Error, TrackerCommand, day

NOT_LOADED = {Result.HELD_BACK, Result.FAILED}

logger = logging.getLogger(__name__)


class Command(TrackerCommand):
    """Load a directory of status documents."""

    help = (
        "Load a directory of status documents, named like XVIII-12.en.xml. A list whose treaty has an empty record is "
        "published whole, without review, and is known until the day that known_until.csv beside the files or "
        "--retrieved-on gives, else until its last act; any other is compared and kept as proposals. A second run "
        "loads what is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the directory."""
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument("--progress", action="store_true", help="Show a progress bar.")
        parser.add_argument(
            "--retrieved-on", type=day, help="Day on which the files were retrieved; today by default."
        )

    def handle(
        self,
        *,
        directory: Path,
        progress: bool,
        retrieved_on: date | None,
        **_options: Any,  # noqa: ANN401 - Django's signature
    ) -> None:
        """Load each document in a transaction of its own, then print the table."""
        if not directory.is_dir():
            raise Error(f"{directory} is not a directory.")
        paths = documents_in(directory)
        if not paths:
            raise Error(f"{directory} has no document (*.xml).")
        now = timezone.now()
        retrieved_at = datetime.combine(retrieved_on, time(), UTC) if retrieved_on else now
        names, known = known_names(), known_days(directory)
        results: list[Loaded] = []
        for path in tqdm(paths, unit=" documents", disable=not progress):
            try:
                loaded = load_document(
                    path,
                    names=names,
                    retrieved_at=retrieved_at,
                    now=now,
                    known_until=known.get(path.name, retrieved_on),
                )
            except Exception as error:
                logger.debug("%s failed", path, exc_info=True)
                loaded = Loaded(path.name, "", Result.FAILED, reason=f"{error}" or type(error).__name__)
            results.append(loaded)
        self._print(results)
        failures = sum(loaded.result in NOT_LOADED for loaded in results)
        if failures:
            raise Error(f"{failures} of {len(results)} documents were not loaded; the table says why.")

    def _print(self, results: list[Loaded]) -> None:
        for loaded in results:
            if loaded.reason:
                self.stdout.write(f"{loaded.file}: {loaded.result}: {loaded.reason}")
        reasons = Counter((loaded.result, loaded.reason) for loaded in results if loaded.result in NOT_LOADED)
        if reasons:
            self.stdout.write("documents  reason")
        for (result, reason), count in reasons.most_common():
            self.stdout.write(f"{count:>9}  {result}: {reason}")
        documents = Counter(loaded.result for loaded in results)
        rows: Counter[Result] = Counter()
        published: Counter[Result] = Counter()
        for loaded in results:
            rows[loaded.result] += loaded.rows
            published[loaded.result] += loaded.published
        self.stdout.write(f"{'result':<28}{'documents':>10}{'rows':>10}{'published':>11}")
        for result in Result:
            self.stdout.write(f"{result:<28}{documents[result]:>10}{rows[result]:>10}{published[result]:>11}")
        self.stdout.write(
            f"{'all':<28}{len(results):>10}{sum(rows.values()):>10}{sum(published.values()):>11}"
        )
