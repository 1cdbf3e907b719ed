"""The database's own refusal to change or delete a published entry, also against SQL typed by hand.

A migration installs these; a later migration that rebuilds the table on SQLite (which drops its triggers) must end with
`install` again. A test looks for them in the migrated database, and `check_ledger` in the one in use.

What they cannot stop is whoever may drop them: the account that owns the tables. On PostgreSQL, serve the site with an
account that does not.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "A published entry is never changed or deleted; correct or retract it."
TABLES = ("ratification_action", "ratification_report")
"""The tables of the ledger's entries."""


def _postgresql(table: str) -> dict[str, str]:
    name = f"{table}_immutable"
    return {
        name: f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
END $$;
CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION {name}();
""",
        f"{name}_truncate": f"""
CREATE OR REPLACE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
""",
    }


# INSERT OR REPLACE and UPDATE OR REPLACE delete the row in their way without firing its delete trigger.
_IN_THE_WAY = """EXISTS (
    SELECT 1 FROM {table} WHERE state = 'published' AND {other} (
        id = NEW.id
        OR (treaty_id = NEW.treaty_id AND revision = NEW.revision)
        OR (NEW.state = 'published' AND supersedes_id = NEW.supersedes_id)
    )
)"""
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"


def _sqlite(table: str) -> dict[str, str]:
    name = f"{table}_immutable"
    conditions = (
        ("update", "UPDATE", "OLD.state = 'published'"),
        ("delete", "DELETE", "OLD.state = 'published'"),
        ("insert_replace", "INSERT", _IN_THE_WAY.format(table=table, other="")),
        ("update_replace", "UPDATE", _IN_THE_WAY.format(table=table, other="id <> OLD.id AND")),
    )
    return {
        f"{name}_{each}": f"CREATE TRIGGER IF NOT EXISTS {name}_{each} BEFORE {event} ON {table} "
        f"WHEN {condition} {_REFUSE}"
        for each, event, condition in conditions
    }


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers where they are missing (a RunPython operation), of the tables that there are by then."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        there = connection.introspection.table_names(cursor)
    for table in TABLES:
        if table in there:
            for statement in wanted(connection, table).values():
                schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers (the reverse operation)."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for name in wanted(schema_editor.connection, table):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_immutable()")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that should be there, and are not or are switched off."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    lacking: set[str] = set()
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(query, [table])
            lacking |= wanted(connection, table).keys() - {name for (name,) in cursor.fetchall()}
    return sorted(lacking)


def wanted(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    """Return the triggers of a table, by name, as the statements that create them."""
    return _postgresql(table) if connection.vendor == "postgresql" else _sqlite(table)
