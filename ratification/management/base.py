"""Base class of the commands: bad input ends a command with exit status 1 and one sentence on standard error."""

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from common.http_client import OutboundError
from ratification.depositary.runs import RunError
from ratification.ledger.writing import LedgerError
from ratification.record.clocks import read_day, read_revision
from ratification.record.selectors import NotInRecordError
from ratification.scenario import ScenarioError
from states.tables import TableError
from treaty.models import Treaty
from treaty.official_text.files import TextFileError

T = TypeVar("T")

_REFUSALS = (TableError, LedgerError, NotInRecordError, RunError, OutboundError, ScenarioError, TextFileError)


class Error(CommandError):
    """Bad input. The command line prints the name of this class before the sentence."""


class _Parser(CommandParser):
    def error(self, message: str) -> NoReturn:
        raise Error(f"{message} (see --help)")


class TrackerCommand(BaseCommand):
    """A command that reports errors as sentences.

    Django's checks load every page, and a command shows none: `make lint` and `manage.py migrate` make them.
    """

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:  # noqa: ANN401 - Django's signature
        """Return a parser that raises Error, and asks for no checks."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = _Parser
        parser.set_defaults(skip_checks=True)
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command; print an error of the parser as a sentence."""
        try:
            super().run_from_argv(argv)
        except Error as error:  # raised by the parser, before Django's own handling begins
            self.stderr.write(f"Error: {error}")
            raise SystemExit(1) from error

    def execute(self, *args: Any, **options: Any) -> str | None:  # noqa: ANN401 - Django's signature
        """Run `handle`; convert refusals, and errors of a database that lacks migrations, to Error."""
        try:
            return super().execute(*args, **options)
        except _REFUSALS as error:
            raise Error(str(error)) from error
        except DatabaseError as error:
            if not _lacks_migrations():
                raise
            raise Error("The database is not up to date with this release; run manage.py migrate.") from error


def _lacks_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def day(text: str) -> date:
    """Parse a day of the command line; the parser prints the error."""
    return _argument(read_day, text)


def revision_number(text: str) -> int:
    """Parse a revision of the command line."""
    return _argument(read_revision, text)


def _argument(read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_treaty_at(parser: CommandParser) -> None:
    """Add the arguments of a treaty, both clocks and the output format."""
    parser.add_argument("slug")
    parser.add_argument("--as-of", type=day, help="Legal date; today, where the depositary is, by default.")
    parser.add_argument(
        "--revision", type=revision_number, help="State of the record; the latest by default."
    )
    parser.add_argument("--json", action="store_true", help="Print the whole document, as the API gives it.")


def treaty_named(slug: str) -> Treaty:
    """Return the treaty of a slug.

    Raises:
        Error: if there is none, naming the known ones.
    """
    try:
        return Treaty.objects.get(slug=slug)
    except Treaty.DoesNotExist:
        known = ", ".join(Treaty.objects.values_list("slug", flat=True)) or "none yet; run load_facts"
        raise Error(f"There is no treaty {slug!r}; known: {known}.") from None
