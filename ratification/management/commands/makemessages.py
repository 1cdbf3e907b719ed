"""`manage.py makemessages`: write new messages into the catalogues of translations."""

from typing import Any

from common import catalogues, cldr
from ratification.management.base import TrackerCommand


class Command(TrackerCommand):
    """Update every catalogue under `locale/`, and print what is left to do in each. Takes the place of Django's own."""

    help = (
        "Write new messages into the catalogues of translations, and count those that are left to translate."
    )

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Print a line for each language, and one for each fault."""
        catalogues.update_all()
        cldr.write_all(catalogues.LOCALES)
        for locale in catalogues.LOCALES:
            catalog = catalogues.read(locale)
            left = len(catalogues.missing(catalog))
            self.stdout.write(f"{locale}: {left} of {len(catalog)} messages are left to translate")
            for fault in catalogues.faults(catalog):
                self.stdout.write(f"  {fault}")
