"""The database's own refusal to change or delete a published entry, also against SQL typed by hand.

`ratification.migrations._triggers` installs the triggers. A test looks for them in the migrated database, and
`check_ledger` in the one in use.

They do not bind the account that owns the tables, which can drop them. On PostgreSQL, serve the site with an account
that does not own them.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("ratification_action", "ratification_report", "ratification_treatyfact")
"""Tables of the ledger's entries."""

_SUFFIXES = {
    "postgresql": ("", "_truncate"),
    "sqlite": ("_update", "_delete", "_insert_replace", "_update_replace"),
}


def wanted(connection: BaseDatabaseWrapper, table: str) -> set[str]:
    """Return the names of the triggers that a table needs."""
    return {f"{table}_immutable{suffix}" for suffix in _SUFFIXES[connection.vendor]}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of needed triggers that do not exist or are disabled."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    lacking: set[str] = set()
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(query, [table])
            lacking |= wanted(connection, table) - {name for (name,) in cursor.fetchall()}
    return sorted(lacking)
