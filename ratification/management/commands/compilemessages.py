"""`manage.py compilemessages`: compile the catalogues of translations for the site."""

from typing import Any

from common import catalogues
from ratification.management.base import TrackerCommand


class Command(TrackerCommand):
    """Compile the catalogues under `locale/` that are newer than what was compiled. Takes the place of Django's own."""

    help = "Compile the catalogues of translations that have changed."

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Compile them."""
        catalogues.compile_all()
