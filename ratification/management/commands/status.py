"""`manage.py status SLUG`: where a treaty stands, on any date and at any state of the record."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ratification import selectors
from ratification.management.base import TrackerCommand, day, treaty_named


class Command(TrackerCommand):
    """Print the status of a treaty."""

    help = "Print the status of a treaty, on any date and at any state of the record."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the treaty and both clocks."""
        parser.add_argument("slug")
        parser.add_argument("--as-of", type=day, help="Legal date; today (UTC) when it is not given.")
        parser.add_argument(
            "--revision", type=int, help="State of the record; the latest when it is not given."
        )
        parser.add_argument("--json", action="store_true", help="The whole document, as the API gives it.")

    def handle(
        self,
        *,
        slug: str,
        as_of: date | None,
        revision: int | None,
        json: bool,
        **_options: Any,  # noqa: ANN401, A002 - named as the option
    ) -> None:
        """Compute and print."""
        treaty, today = treaty_named(slug), timezone.now().date()
        if json:
            self.stdout.write(selectors.document_of(treaty, today=today, as_of=as_of, revision=revision))
            return
        view = selectors.view_of(treaty, today=today, as_of=as_of, revision=revision)
        for sentence in selectors.sentences_of(view):
            self.stdout.write(sentence)
