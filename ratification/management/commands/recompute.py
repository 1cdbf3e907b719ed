"""`manage.py recompute [SLUG ...]`: compute and store the status, in the foreground."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ratification.management.base import TrackerCommand, treaty_named
from ratification.status import recompute as status
from treaty.models import Treaty


class Command(TrackerCommand):
    """Compute the status of the named treaties, or of all, and store the differences."""

    help = "Compute the status of the named treaties, or of all, and store what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the slugs."""
        parser.add_argument("slug", nargs="*", help="Treaties; all by default.")

    def handle(self, *, slug: list[str], **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Compute the status and print the number of rows written."""
        now = timezone.now()
        for treaty in [treaty_named(name) for name in slug] or Treaty.objects.all():
            today = treaty.legal_day(now)
            writes = status.recompute(treaty.pk, today=today, now=now)
            self.stdout.write(f"{treaty.slug}: {writes} rows written for {today} ({treaty.depositary_city}).")
