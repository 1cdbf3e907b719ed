"""`manage.py verify ARCHIVE|URL [--head REVISION:HASH]`: check that a record extends one seen earlier."""

from typing import Any

from django.core.management.base import CommandParser

from ratification.management.base import Error, TrackerCommand
from ratification.operations import verify
from ratification.record.chain import ChainError


class Command(TrackerCommand):
    """Print the head of each record, or fail with the first thing that is broken."""

    help = (
        "Check that each record of an archive, a data package or an address is one unbroken chain, that it has the"
        " heads seen earlier, and that an archive's entries are what was published. It reads no database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file or address, and the heads."""
        parser.add_argument("source", metavar="ARCHIVE|URL")
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="REVISION:HASH",
            help="A head seen earlier (header Record-Head); may be given again for further ones.",
        )

    def handle(self, *, source: str, head: list[str], **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Verify, and print the heads."""
        try:
            content = verify.read(source)
        except ChainError as error:
            raise Error(str(error)) from error
        try:
            records = verify.verify(content, head)
        except ChainError as error:
            raise Error(f"{source}: {error}") from error
        for record in records:
            self.stdout.write(f"{record.treaty}: {record.head}")
            for name, times in sorted(record.changed.items()):
                revisions = f"{times} revision{'s' * (times > 1)}"
                self.stdout.write(f"  {name} has changed since {revisions} cited it")
        seen = f", and extends {'what was' if len(head) == 1 else 'each head'} seen earlier" if head else ""
        self.stdout.write(f"The record is one unbroken chain{seen}.")
