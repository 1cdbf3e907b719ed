"""The database's own refusal to change or delete a published entry, also against SQL typed by hand.

A migration installs these; a later migration that rebuilds the table on SQLite (which drops its triggers) must end with
`install` again. A test looks for them in the migrated database, and `check_ledger` in the one in use.

What they cannot stop is whoever may drop them: the account that owns the tables. On PostgreSQL, serve the site with an
account that does not.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "A published entry is never changed or deleted; correct or retract it."
NAME = "ratification_action_immutable"
TABLE = "ratification_action"

POSTGRESQL = {
    NAME: f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{NAME}';
END $$;
CREATE OR REPLACE TRIGGER {NAME} BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION {NAME}();
""",
    f"{NAME}_truncate": f"""
CREATE OR REPLACE TRIGGER {NAME}_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION {NAME}();
""",
}

# INSERT OR REPLACE and UPDATE OR REPLACE delete the row in their way without firing its delete trigger.
_IN_THE_WAY = """EXISTS (
    SELECT 1 FROM ratification_action WHERE state = 'published' AND {other} (
        id = NEW.id
        OR (treaty_id = NEW.treaty_id AND revision = NEW.revision)
        OR (NEW.state = 'published' AND supersedes_id = NEW.supersedes_id)
    )
)"""
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
SQLITE = {
    f"{NAME}_{name}": f"CREATE TRIGGER IF NOT EXISTS {NAME}_{name} BEFORE {event} ON {TABLE} WHEN {condition} {_REFUSE}"
    for name, event, condition in (
        ("update", "UPDATE", "OLD.state = 'published'"),
        ("delete", "DELETE", "OLD.state = 'published'"),
        ("insert_replace", "INSERT", _IN_THE_WAY.format(other="")),
        ("update_replace", "UPDATE", _IN_THE_WAY.format(other="id <> OLD.id AND")),
    )
}


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers where they are missing (a RunPython operation)."""
    for statement in _wanted(schema_editor.connection).values():
        schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers (the reverse operation)."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name in _wanted(schema_editor.connection):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {TABLE}" if postgresql else ""))
    if postgresql:
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that should be there, and are not or are switched off."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        there = {name for (name,) in cursor.fetchall()}
    return sorted(set(_wanted(connection)) - there)


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE
