"""Tables whose rows are added and never changed or deleted, whatever SQL is sent: changes, histories, the audit log.

The triggers are taken down before migrations that have something to do, which may fill in new columns, and made after
each `migrate`: a migration that rebuilds a table on SQLite would drop them anyway. Those of the ledger's own tables are
made by migrations (`ratification.models.triggers`). Decided changes of accounts and reference data, and the audit log,
have triggers of a migration too; here stands what these lack, a row that takes the place of another (REPLACE), and a
whole table emptied at once.
"""

from collections.abc import Collection, Iterator

from django.apps import AppConfig, apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

APPENDED = (
    "ratification_change",
    "ratification_contactlookup",
    "ratification_edition",
)
"""Tables whose rows the site writes once; so are those of the histories."""
_DECIDED = {
    "ratification_accountchange": "accepted IS NOT NULL",
    "ratification_referencechange": "accepted IS NOT NULL",
    "django_admin_log": "TRUE",
}
_FIX_SEARCH_PATH = """
DO $$
DECLARE each regprocedure;
BEGIN
    FOR each IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
            AND proconfig IS DISTINCT FROM ARRAY['search_path=pg_catalog, public, pg_temp']
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', each);
    END LOOP;
END $$
"""
"""Makes every trigger read the record's own tables: by default a session's temporary table of the same name goes first,
so that any role could show a trigger a record of its own making."""
REFUSAL = "Rows of this table are only added, never changed or deleted."


def tables() -> dict[str, str]:
    """Return the tables, each with the condition under which a row of it stays."""
    histories = {
        model._meta.db_table  # noqa: SLF001 - documented API
        for model in apps.get_models()
        if model.__name__.startswith("Historical")
    }
    return dict.fromkeys([*APPENDED, *sorted(histories)], "TRUE") | _DECIDED


def trigger_names(connection: BaseDatabaseWrapper, table: str) -> set[str]:
    """Return the names of the triggers that a table needs."""
    return set(_statements(connection, table))


def install(sender: AppConfig, using: str, **_more: object) -> None:  # noqa: ARG001 - a signal's receiver
    """Create the triggers of the tables that exist, after a `migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in sorted(existing & tables().keys()):
            for statement in _statements(connection, table).values():
                cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute(_FIX_SEARCH_PATH)


def lift(sender: AppConfig, using: str, plan: Collection[object], **_more: object) -> None:  # noqa: ARG001 - as above
    """Take the triggers down before a `migrate` with anything to do."""
    if plan:
        drop(connections[using])


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers of the tables that exist down; the next `migrate` makes them again."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table in sorted(existing & tables().keys()):
            where = f" ON {table}" if connection.vendor == "postgresql" else ""
            for name in sorted(_statements(connection, table)):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


def _statements(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    """Return the statement of each trigger, by its name."""
    made = _postgresql if connection.vendor == "postgresql" else _sqlite
    return dict(made(table, tables()[table]))


def _postgresql(table: str, _kept: str) -> Iterator[tuple[str, str]]:
    events = {"truncate": "TRUNCATE ON {} FOR EACH STATEMENT"}
    if table not in _DECIDED:
        events["row"] = "UPDATE OR DELETE ON {} FOR EACH ROW"
    for name, event in events.items():
        yield (
            f"{table}_added_{name}",
            f"""
CREATE OR REPLACE FUNCTION ratification_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE OR REPLACE TRIGGER {table}_added_{name} BEFORE {event.format(table)} EXECUTE FUNCTION ratification_added();
""",
        )


def _sqlite(table: str, kept: str) -> Iterator[tuple[str, str]]:
    """Yield them; INSERT OR REPLACE and UPDATE OR REPLACE delete the row in their way without its delete trigger."""
    unique = _unique(table)
    key = unique[0][0]
    same = (" AND ".join(f'"{column}" = NEW."{column}"' for column in columns) for columns in unique)
    in_the_way = " OR ".join(f"({each})" for each in same)
    conditions = {
        "update": ("UPDATE", f'NEW."{key}" <> OLD."{key}"'),
        "replace": ("INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {kept} AND ({in_the_way}))"),  # noqa: S608 - no input
    }
    if table not in _DECIDED:
        conditions |= {"update": ("UPDATE", "TRUE"), "delete": ("DELETE", "TRUE")}
    for name, (event, condition) in conditions.items():
        yield (
            f"{table}_added_{name}",
            f"""
CREATE TRIGGER IF NOT EXISTS {table}_added_{name} BEFORE {event} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
""",
        )


def _unique(table: str) -> list[list[str]]:
    """Return the columns of the primary key, then those of each constraint of uniqueness."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)  # noqa: SLF001 - as above
    options = model._meta  # noqa: SLF001 - as above
    fields = {field.name: str(field.column) for field in options.local_concrete_fields}
    assert options.pk is not None  # noqa: S101 - for the types
    single = [[str(field.column)] for field in options.local_concrete_fields if field.unique]
    several = [
        [fields[name] for name in constraint.fields]
        for constraint in options.total_unique_constraints
        if isinstance(constraint, models.UniqueConstraint)
    ]
    return [[str(options.pk.column)], *single, *several]
