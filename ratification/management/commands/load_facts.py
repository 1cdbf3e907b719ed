"""`manage.py load_facts`: load the bundled facts."""

from typing import Any

from django.utils import timezone

from ratification.intake import bundles
from ratification.management.base import TrackerCommand
from ratification.status import editions


class Command(TrackerCommand):
    """Load participants, groups and the bundled treaties."""

    help = "Load the bundled participants, groups and treaties. A second run changes nothing."

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Load the facts and print the numbers of rows written."""
        now = timezone.now()
        for name, writes in bundles.load_facts(now=now).items():
            self.stdout.write(f"{name}: {writes} rows written.")
        editions.note_edition(now)
