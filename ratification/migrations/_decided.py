"""Triggers that keep the audit log, and changes that a second person has decided.

Frozen, as `_triggers` is. A migration that rebuilds one of the tables on SQLite, which drops its triggers, ends with
`install`.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DECIDED = "A decided change is never altered or deleted."
LOGGED = "The audit log is only added to."

_TABLES = {
    "ratification_accountchange": ("accepted IS NOT NULL", DECIDED),
    "ratification_referencechange": ("accepted IS NOT NULL", DECIDED),
    "django_admin_log": ("id IS NOT NULL", LOGGED),
}
"""Tables with the rows that stay, and the refusal."""


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers, where they are missing (a RunPython operation)."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table, (kept, message) in _TABLES.items():
        for statement in (_postgresql if postgresql else _sqlite)(table, f"OLD.{kept}", message):
            schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers (the reverse operation)."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in _TABLES:
        if postgresql:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_kept ON {table}")
        else:
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_kept_{event}")


def _sqlite(table: str, kept: str, message: str) -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_kept_{event.lower()} BEFORE {event} ON {table} "
        f"WHEN {kept} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        for event in ("UPDATE", "DELETE")
    ]


def _postgresql(table: str, kept: str, message: str) -> list[str]:
    return [
        f"""
CREATE OR REPLACE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW WHEN ({kept}) EXECUTE FUNCTION {table}_kept();
"""
    ]
