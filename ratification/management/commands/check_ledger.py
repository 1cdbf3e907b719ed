"""`manage.py check_ledger`: check the invariants of the whole ledger."""

from typing import Any

from django.utils import timezone

from ratification.management.base import Error, TrackerCommand
from ratification.operations import audit


class Command(TrackerCommand):
    """Print a line for each breach; exit status 1 if there is any."""

    help = "Check the whole ledger: revisions, sources, corrections, admissibility, the stored status."

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Print the breaches, and fail with their number if there are any."""
        now = timezone.now()
        count = 0
        for line in audit.breaches(today=now.date(), now=now):
            self.stdout.write(line)
            count += 1
        if count:
            raise Error(f"{count} {'breach' if count == 1 else 'breaches'} found.")
        self.stdout.write("The ledger is sound.")
