"""Django's migrate, which refuses a database of a version from which, or to which, no migration leads."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from ratification.operations import database_roles

OWN = frozenset({"states", "treaty", "ratification"})
STEP = "5b4da67"
"""Last commit with the eighteen migrations that each app's first one replaces."""


class Command(MigrateCommand):
    """Django would find nothing to do on such a database, and say that all is well."""

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Refuse the database, or migrate it, and give the site's role its rights."""
        if problem := unsupported_version(connections[options["database"]]):
            raise CommandError(problem)
        connection = connections[options["database"]]
        try:
            with _garbage_seldom_searched():
                super().handle(*args, **options)
        except ProgrammingError as error:
            if "must be owner" in str(error) or "permission denied" in str(error):
                raise CommandError(
                    "The database's account does not own the tables: migrate as their owner (docs/operations.md,"
                    f" OWNER_DATABASE_URL). {error}"
                ) from error
            raise
        if settings.SITE_DATABASE_ROLE and connection.vendor == "postgresql":
            try:
                database_roles.grant(connection, settings.SITE_DATABASE_ROLE)
            except database_roles.RoleError as error:
                raise CommandError(str(error)) from error


@contextmanager
def _garbage_seldom_searched() -> Iterator[None]:
    """Search for garbage every 200,000 objects: a migration makes all models anew, and this was a quarter."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def unsupported_version(connection: BaseDatabaseWrapper) -> str:
    """Return why a database cannot be migrated to this version of the program; empty if it can."""
    loader = MigrationLoader(connection)
    recorded = {key for key in MigrationRecorder(connection).applied_migrations() if key[0] in OWN}
    known = set(loader.disk_migrations)
    for key, migration in loader.disk_migrations.items():
        known |= set(migration.replaces)
        lacking = set(migration.replaces) - recorded
        if key not in recorded and migration.replaces and 0 < len(lacking) < len(migration.replaces):
            return (
                f"The database is older than this version can migrate ({', '.join(sorted(name for _, name in lacking))}"
                f" of {key[0]} is missing). Back it up, run `manage.py migrate` of the commit {STEP} on it, then"
                " this version's."
            )
    if unknown := sorted(f"{app}.{name}" for app, name in recorded - known):
        return (
            f"The database is of a later version: this one does not know its migration {', '.join(unknown)}."
            " Start that version, or restore a backup of this one into a new database."
        )
    return ""
