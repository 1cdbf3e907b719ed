"""Read messages that mail servers sent back, and suppress the addresses that they could not reach for good."""

import mailbox
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from pathlib import Path
from typing import Any

from django.utils import timezone

from common.sealing import SealError
from ratification.following.subscriptions import FollowError, suppress
from ratification.management.base import Error, TrackerCommand

ACTION_FAILED = "failed"
FOR_GOOD = "5."
"""First figure of a status (RFC 3463) that no later attempt changes."""


class Command(TrackerCommand):
    """Read a mailbox (mbox or Maildir) of delivery reports (RFC 3464); a second run changes nothing."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the mailbox."""
        parser.add_argument("mailbox", type=Path, help="an mbox file, or a Maildir folder")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Suppress each address that a report names as failed for good."""
        path: Path = options["mailbox"]
        if not path.exists():
            raise Error(f"{path}: there is no such mailbox.")
        box = mailbox.Maildir(path, create=False) if path.is_dir() else mailbox.mbox(path, create=False)
        noted = 0
        try:
            with closing(box):
                failed = [each for message in box for each in _failed(message)]
                holds_none = not len(box)
        except OSError as error:
            raise Error(f"{path} is no mailbox: {error.strerror}.") from error
        if holds_none and path.is_file() and path.stat().st_size:
            raise Error(f"{path} is no mailbox: no message begins in it.")
        for address, status in failed:
            try:
                suppress(address, f"Sent back with status {status}.", now=timezone.now())
            except FollowError:
                continue  # what the report names is no address of ours
            except SealError as error:
                raise Error(str(error)) from error
            noted += 1
        self.stdout.write(f"{noted} addresses were sent back for good and get no mail any more.")


def _failed(message: Message) -> Iterator[tuple[str, str]]:
    """Yield address and status of each recipient that a report names as failed for good."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        payload = part.get_payload()
        groups = (
            [group for group in payload if isinstance(group, Message)] if isinstance(payload, list) else []
        )
        for group in groups:
            status, action = (
                str(group.get("Status", "")).strip(),
                str(group.get("Action", "")).strip().lower(),
            )
            recipient = str(group.get("Original-Recipient") or group.get("Final-Recipient") or "")
            kind, _, address = recipient.partition(";")
            if action == ACTION_FAILED and status.startswith(FOR_GOOD) and kind.strip().lower() == "rfc822":
                yield address.strip().strip("<>"), status
