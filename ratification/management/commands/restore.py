"""`manage.py restore FILE`: restore an archive into a new database."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ratification.management.base import Error, TrackerCommand
from ratification.operations import archive


class Command(TrackerCommand):
    """Fill a new, migrated database from an archive."""

    help = "Fill a new, migrated database from an archive: all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file: Path, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Restore the archive and print its size."""
        try:
            tables = archive.restore(file)
        except archive.ArchiveError as error:
            raise Error(str(error)) from error
        self.stdout.write(
            f"{file}: {sum(table.rows for table in tables)} rows of {len(tables)} tables restored."
        )
