"""`manage.py load_treaty DIR`: load a treaty definition."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ratification.intake import bundles
from ratification.management.base import TrackerCommand


class Command(TrackerCommand):
    """Load a treaty definition directory."""

    help = "Load a treaty definition (treaty.toml and the tables beside it). A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the directory."""
        parser.add_argument("directory", type=Path, metavar="DIR")

    def handle(self, *, directory: Path, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Load the treaty and print the number of rows written."""
        treaty, writes = bundles.load_treaty(directory, now=timezone.now())
        self.stdout.write(f"{treaty.slug}: {writes} rows written.")
