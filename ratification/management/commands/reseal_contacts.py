"""Seal the details of contact points with the present CONTACT_KEY: the second step of its rotation."""

from typing import Any

from ratification.management.base import Error, TrackerCommand
from ratification.readiness.contacts import ContactError, reseal


class Command(TrackerCommand):
    """Open each with CONTACT_KEY or one of CONTACT_KEY_FALLBACKS, and seal it with CONTACT_KEY."""

    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Seal them all, or none."""
        try:
            count = reseal()
        except ContactError as error:
            raise Error(str(error)) from error
        self.stdout.write(f"{count} contact points are sealed with the present key.")
