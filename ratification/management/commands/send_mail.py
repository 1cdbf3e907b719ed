"""Send what waits in the outbox of mail to followers, and print how many messages the server took."""

import os
from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from ratification.following import outbox, sender
from ratification.management.base import TrackerCommand


class Command(TrackerCommand):
    """Send mail to followers, as the queue's worker has it done; a second run sends nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the worker that it is sent for."""
        parser.add_argument(
            "--worker", type=int, help="process that started this one; it ends soon after that"
        )

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Send, and print the number."""
        worker: int | None = options["worker"]
        sent = outbox.send(timezone.now) if worker is None else sender.send_for(worker)
        if worker in {None, os.getppid()}:  # otherwise there is no reader any more
            self.stdout.write(str(sent))
