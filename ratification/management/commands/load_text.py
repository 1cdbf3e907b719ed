"""`manage.py load_text SLUG FILE --language L`: load the text of a treaty from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ratification.management.base import Error, TrackerCommand, treaty_named
from ratification.record.entries import entries_at, latest_revision
from ratification.status import editions
from treaty.languages import LANGUAGES
from treaty.official_text.files import TextFileError
from treaty.official_text.loading import load_text


class Command(TrackerCommand):
    """Load an official text of a treaty."""

    help = (
        "Load the text of a treaty from a file (HTML or PDF) and print where the record differs from it. The text is "
        "shown beside the summaries; it changes no status. A second run with the same file changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add treaty, file, language and address."""
        parser.add_argument("slug")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--language", required=True, choices=sorted(LANGUAGES))
        parser.add_argument(
            "--address", default="", help="Where the file was retrieved, to be named as its source."
        )

    def handle(self, *, slug: str, file: Path, language: str, address: str, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Load the text, and print its hash and each difference."""
        treaty = treaty_named(slug)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise Error(f"{file} cannot be read: {error.strerror}.") from error
        revision = latest_revision(treaty)
        named = [entry.provisions for entry in entries_at(treaty, revision)] if revision else []
        try:
            text, new = load_text(
                treaty,
                content,
                language=language,
                origin=address or file.name,
                now=timezone.now(),
                provisions=[provision for each in named for provision in each],
            )
        except TextFileError as error:
            raise Error(f"{file}: {error}") from error
        editions.note_edition(timezone.now())
        done = "stored" if new else "stored already"
        self.stdout.write(f"{text}: {text.articles.count()} articles {done}, SHA-256 {text.sha256}.")
        self.stdout.write(f"{len(text.differences)} differences from the record.")
        for difference in text.differences:
            self.stdout.write(f"- {difference}")
