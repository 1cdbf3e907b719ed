"""`manage.py load_treaty DIR`: load a treaty definition."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from ratification.intake import amendments, bundles
from ratification.management.base import TrackerCommand


class Command(TrackerCommand):
    """Load a treaty definition directory."""

    help = (
        "Load a treaty definition (treaty.toml and the tables beside it). A second run changes nothing. What it changes"
        " of the clause and of other data that published entries cite is proposed instead, with --by and --reason; once"
        " a second person has accepted it in the panel, run it again for the rest."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the directory, and who proposes with which reason."""
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument(
            "--by", metavar="USER", help="who proposes changes of what published entries cite"
        )
        parser.add_argument("--reason", default="", help="why they are right")

    def handle(self, *, directory: Path, by: str | None, reason: str, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Load the treaty and print the number of rows written, or propose."""
        now = timezone.now()
        try:
            treaty, writes = bundles.load_treaty(directory, now=now, released=False)
        except amendments.CitedError as error:
            self._propose(error, by, reason, now)
            return
        self.stdout.write(f"{treaty.slug}: {writes} rows written.")

    def _propose(self, error: amendments.CitedError, by: str | None, reason: str, now: datetime) -> None:
        if by is None or not reason.strip():
            raise CommandError(
                f"{error} Nothing was loaded. Name who proposes it with --by, and why with --reason; a second person"
                " accepts it in the panel."
            )
        user = User.objects.filter(username=by, is_active=True, is_staff=True).first()
        if user is None:
            raise CommandError(f"There is no member of staff {by!r}. Nothing was loaded.")
        made = amendments.propose(error.found, by=user, reason=reason, now=now)
        for change in made:
            self.stdout.write(f"Proposed: {change}.")
        waiting = len(error.found) - len(made)
        if waiting:
            self.stdout.write(f"Proposed before, and not decided: {waiting}.")
        self.stdout.write("Nothing was loaded. Run this again once a second person has accepted.")
