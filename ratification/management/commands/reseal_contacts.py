"""Seal contact points, second factors and followers' addresses with the present CONTACT_KEY: step two of a rotation."""

from typing import Any

from django.db import transaction

from common.sealing import SealError
from ratification.following import subscriptions
from ratification.management.base import Error, TrackerCommand
from ratification.operations import second_factors
from ratification.readiness.contacts import ContactError, reseal


class Command(TrackerCommand):
    """Open each with CONTACT_KEY or one of CONTACT_KEY_FALLBACKS, and seal it with CONTACT_KEY."""

    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Seal them all, or none."""
        try:
            with transaction.atomic():
                contacts, factors = reseal(), second_factors.reseal()
                addresses = subscriptions.reseal()
        except (ContactError, SealError) as error:
            raise Error(str(error)) from error
        self.stdout.write(f"{contacts} contact points are sealed with the present key.")
        self.stdout.write(f"{factors} second factors are sealed with the present key.")
        self.stdout.write(f"{addresses} addresses of followers are sealed with the present key.")
