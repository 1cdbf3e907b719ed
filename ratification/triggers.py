"""The database's own refusal to change or delete a published entry, also against SQL typed by hand.

A migration installs these; a later migration that rebuilds the table on SQLite (which drops its triggers) must end with
`install` again. A test looks for them in the migrated database.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "A published entry is never changed or deleted; correct or retract it."
NAME = "ratification_action_immutable"

POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{NAME}';
END $$;
CREATE OR REPLACE TRIGGER {NAME} BEFORE UPDATE OR DELETE ON ratification_action
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION {NAME}();
"""
SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {NAME}_{event} BEFORE {event} ON ratification_action "
    f"WHEN OLD.state = 'published' BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for event in ("update", "delete")
]


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers where they are missing (a RunPython operation)."""
    statements = [POSTGRESQL] if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers (the reverse operation)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON ratification_action")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")
    else:
        for event in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}_{event}")
