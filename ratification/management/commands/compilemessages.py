"""`manage.py compilemessages`: compile the catalogues of translations for the site."""

from typing import Any

from common import catalogues
from ratification.management.base import Error, TrackerCommand


class Command(TrackerCommand):
    """Compile the catalogues under `locale/` that are newer than what was compiled. Takes the place of Django's own."""

    help = "Compile the catalogues of translations that have changed."

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Compile them."""
        try:
            catalogues.compile_all()
        except OSError as error:
            raise Error(
                f"The texts of other languages cannot be compiled here ({error.strerror}: {error.filename}):"
                " run `make site` as the owner of the program."
            ) from error
