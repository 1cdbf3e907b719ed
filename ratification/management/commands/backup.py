"""`manage.py backup FILE`: archive of the whole record."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ratification.management.base import Error, TrackerCommand
from ratification.operations import archive


class Command(TrackerCommand):
    """Write the whole record to a new archive."""

    help = "Write the whole record to a new archive, which `restore` brings back on SQLite or PostgreSQL."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file."""
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file: Path, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Write the archive and print its size."""
        try:
            tables = archive.write(file)
        except archive.ArchiveError as error:
            raise Error(str(error)) from error
        self.stdout.write(
            f"{file}: {sum(table.rows for table in tables)} rows of {len(tables)} tables."
            " It holds password hashes: keep it as you keep the database."
        )
