"""Triggers that refuse to change or delete a published entry, as SQL for both databases.

Frozen: databases in use were made by these statements. Another rule is another module beside this one and a migration
that runs it. A migration that rebuilds one of the tables on SQLite, which drops its triggers, ends with `install`.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "A published entry is never changed or deleted; correct or retract it."
TABLES = ("ratification_action", "ratification_report")

# INSERT OR REPLACE and UPDATE OR REPLACE delete the row in their way without firing its delete trigger.
_SQLITE_IN_THE_WAY = """EXISTS (
    SELECT 1 FROM {table} WHERE state = 'published' AND {other} (
        id = NEW.id
        OR (treaty_id = NEW.treaty_id AND revision = NEW.revision)
        OR (NEW.state = 'published' AND supersedes_id = NEW.supersedes_id)
    )
)"""


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of the tables that exist, where they are missing (a RunPython operation)."""
    for table in _existing_tables(schema_editor):
        _install_on(table, schema_editor)


def install_on_treaty_facts(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers of the table that migration 0003 adds (a RunPython operation)."""
    _install_on("ratification_treatyfact", schema_editor)


def _install_on(table: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
    for statement in statements(table):
        schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers (the reverse operation)."""
    for table in _existing_tables(schema_editor):
        name = f"{table}_immutable"
        if schema_editor.connection.vendor == "postgresql":
            for trigger in (name, f"{name}_truncate"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")
        else:
            for event in ("update", "delete", "insert_replace", "update_replace"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}")


def _existing_tables(schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    with schema_editor.connection.cursor() as cursor:
        existing = schema_editor.connection.introspection.table_names(cursor)
    return [table for table in TABLES if table in existing]


def _postgresql(table: str) -> list[str]:
    name = f"{table}_immutable"
    return [
        f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
END $$;
CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION {name}();
CREATE OR REPLACE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
    ]


def _sqlite(table: str) -> list[str]:
    name = f"{table}_immutable"
    conditions = (
        ("update", "UPDATE", "OLD.state = 'published'"),
        ("delete", "DELETE", "OLD.state = 'published'"),
        ("insert_replace", "INSERT", _SQLITE_IN_THE_WAY.format(table=table, other="")),
        ("update_replace", "UPDATE", _SQLITE_IN_THE_WAY.format(table=table, other="id <> OLD.id AND")),
    )
    return [
        f"CREATE TRIGGER IF NOT EXISTS {name}_{suffix} BEFORE {event} ON {table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for suffix, event, condition in conditions
    ]
