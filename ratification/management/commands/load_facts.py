"""`manage.py load_facts`: the bundled facts into the database."""

from typing import Any

from django.utils import timezone

from ratification import loading
from ratification.management.base import TrackerCommand


class Command(TrackerCommand):
    """Load participants, groups and the bundled treaties."""

    help = "Load the bundled participants, groups and treaties. A second run changes nothing."

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Load, and say what was written."""
        for name, writes in loading.load_facts(now=timezone.now()).items():
            self.stdout.write(f"{name}: {writes} rows written.")
