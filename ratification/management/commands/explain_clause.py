"""`manage.py explain_clause DIR`: print a treaty definition as plain English."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ratification.management.base import TrackerCommand
from treaty.clauses.explain import explain
from treaty.loading import read_definition


class Command(TrackerCommand):
    """Print a treaty definition as plain English."""

    help = (
        "Print a treaty definition as sentences with the articles, for a lawyer to check. Nothing is loaded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the directory."""
        parser.add_argument("directory", type=Path, metavar="DIR")

    def handle(self, *, directory: Path, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Print one sentence a line."""
        self.stdout.write("\n".join(explain(read_definition(directory))))
