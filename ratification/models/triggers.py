"""The database's own refusal to rewrite the record, also against SQL typed by hand.

The modules `_triggers`, `_append_only`, `_statement_columns` and `_decided` of the migrations install the triggers: a
published entry, a revision, a decided change and the audit log are never changed or deleted, and a record grows only
at its end. A test looks for them in the migrated database, and `check_ledger` in the one in use.

Tables that are only added to have theirs made after each `migrate` (`ratification.models.added_rows`).

They do not bind the account that owns the tables, which can drop them. On PostgreSQL, serve the site with an account
that does not own them; what the owner rewrites is found by `manage.py verify` from an earlier head.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

from ratification.models import added_rows

_ENTRIES = ("ratification_action", "ratification_report", "ratification_treatyfact")
_REVISION, _RECORD = "ratification_revision", "ratification_record"
_KEPT = ("ratification_accountchange", "ratification_referencechange", "django_admin_log")
TABLES = (*_ENTRIES, _REVISION, _RECORD, *_KEPT)
"""Tables of the ledger (entries, revisions, the counter of each record), of decided changes, and the audit log."""


def guarded_tables() -> list[str]:
    """Return every table with triggers."""
    return [*TABLES, *sorted(added_rows.tables().keys() - set(TABLES))]


_OF_ENTRIES = {
    "postgresql": ("immutable", "immutable_truncate", "publish", "in_review"),
    "sqlite": (
        *("immutable_update", "immutable_delete", "immutable_insert_replace", "immutable_update_replace"),
        *("publish_insert", "publish_update", "in_review"),
    ),
}
_SAID = ("ratification_action", "ratification_treatyfact")
"""Tables with columns that migration 0008 added."""
_OF_REVISIONS = {
    "postgresql": ("append", "immutable", "immutable_truncate"),
    "sqlite": ("append", "immutable_update", "immutable_delete"),
}
_OF_RECORDS = {
    "postgresql": ("counter",),
    "sqlite": ("counter_insert", "counter_update", "counter_delete"),
}

_OF_KEPT = {"postgresql": ("",), "sqlite": ("_update", "_delete")}


def trigger_names(connection: BaseDatabaseWrapper, table: str) -> set[str]:
    """Return the names of the triggers that a table needs."""
    if table in added_rows.tables():
        kept = (
            {f"{table}_kept{suffix}" for suffix in _OF_KEPT[connection.vendor]} if table in _KEPT else set()
        )
        return kept | added_rows.trigger_names(connection, table)
    of_table = _OF_REVISIONS if table == _REVISION else _OF_RECORDS if table == _RECORD else _OF_ENTRIES
    suffixes = of_table[connection.vendor]
    said = {f"{table}_in_review_said"} if table in _SAID else set()
    return said | {f"{table}_{suffix}" for suffix in suffixes}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of needed triggers that do not exist, are disabled, or could read a temporary table."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A') AND proconfig IS NOT NULL"
        )
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    lacking: set[str] = set()
    for table in guarded_tables():
        with connection.cursor() as cursor:
            cursor.execute(query, [table])
            lacking |= trigger_names(connection, table) - {name for (name,) in cursor.fetchall()}
    return sorted(lacking)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers down, and put them back as they were: for rows that come back in another order (`restore`).

    Only the account that owns the tables can.
    """
    connection.check_constraints()  # PostgreSQL alters no table while a check is still to come
    if connection.vendor == "postgresql":
        query = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        down, back = "ALTER TABLE {0} DISABLE TRIGGER USER", "ALTER TABLE {0} ENABLE TRIGGER USER"
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        down, back = "DROP TRIGGER {0}", "{1}"
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()
        for each in found:
            cursor.execute(down.format(*each))
    yield
    connection.check_constraints()
    with connection.cursor() as cursor:
        for each in found:
            cursor.execute(back.format(*each))
