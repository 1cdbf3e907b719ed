"""Triggers that keep the columns of migration 0008 while an entry is in review.

Frozen, as `_triggers` and `_append_only` are.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FROM_REVIEW = "An entry is published from review, and keeps its content there."

_ADDED = {
    "ratification_action": (
        *("texts", "territories", "excludes", "precludes", "notified_on", "predecessor_id"),
    ),
    "ratification_treatyfact": ("notified_on",),
}
"""Columns that an entry keeps in review, beside those of `_append_only`."""


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers (a RunPython operation)."""
    made = _postgresql if schema_editor.connection.vendor == "postgresql" else _sqlite
    for table, added in _ADDED.items():
        for statement in made(table, added):
            schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers (the reverse operation)."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table in _ADDED:
        where = f" ON {table}" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_in_review_said{where}")


def _differs(names: tuple[str, ...], operator: str) -> str:
    return "(" + " OR ".join(f'NEW."{name}"{{0}} {operator} OLD."{name}"{{0}}' for name in names) + ")"


def _sqlite(table: str, added: tuple[str, ...]) -> list[str]:
    changed = _differs(added, "IS NOT").format("")
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_in_review_said BEFORE UPDATE ON {table} "
        f"WHEN OLD.state = 'in_review' AND NEW.state <> 'draft' AND {changed} "
        f"BEGIN SELECT RAISE(ABORT, '{FROM_REVIEW}'); END"
    ]


def _postgresql(table: str, added: tuple[str, ...]) -> list[str]:
    changed = _differs(added, "IS DISTINCT FROM").format("::text")
    return [
        f"CREATE OR REPLACE TRIGGER {table}_in_review_said BEFORE UPDATE ON {table} FOR EACH ROW WHEN "
        f"(OLD.state = 'in_review' AND NEW.state <> 'draft' AND {changed}) "
        "EXECUTE FUNCTION ratification_in_review()"
    ]
