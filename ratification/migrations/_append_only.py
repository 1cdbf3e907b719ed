"""Triggers that let a record only grow at its end: no forged, back-dated or changed revision, on both databases.

Frozen, as `_triggers` is. A migration that rebuilds one of the tables on SQLite, which drops its triggers, ends with
`install`.

A revision takes the next number, no earlier moment than the last, and the last one's hash. An entry is published only
under a revision of its type that has been written with the same moment, and from a draft only through review, during
which its content stays. The counter of the record stands at the last revision.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

IMMUTABLE = "A revision is never changed or deleted."
NUMBER = "A revision takes the number after the last one of its treaty."
MOMENT = "A revision is not dated before the last one of its treaty."
CHAINED = "A revision names the hash of the one before, and its own number."
SHOWN = "A revision names the digest of what its reviewer was shown."
HASHED = "The hash of a revision is that of its text."
UNDER_A_REVISION = "An entry is published under a revision of its own, written with it."
FROM_REVIEW = "An entry is published from review, and keeps its content there."
COUNTER = "The record stands at its last revision."

_CONTENT = (
    *("treaty_id", "participant_id", "taken_earliest", "taken_latest", "summary", "source_id", "confidence", "note"),
    *("entry", "reason", "override", "origin", "author_id", "created_at", "supersedes_id"),
)
_TABLES = {
    "ratification_action": (
        "action",
        (*_CONTENT, "kind", "effective_earliest", "effective_latest", "relates_to_id", "provisions", "notification"),
    ),
    "ratification_report": ("report", (*_CONTENT, "measure_id", "stage")),
    "ratification_treatyfact": ("treaty_fact", (*_CONTENT, "kind", "number", "notification")),
}
_REVISION = "ratification_revision"
_RECORD = "ratification_record"
_GENESIS = "0" * 64


def install(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers, where they are missing (a RunPython operation)."""
    made = _postgresql() if schema_editor.connection.vendor == "postgresql" else _sqlite()
    for statement in made:
        schema_editor.execute(statement)


def remove(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers (the reverse operation). PostgreSQL keeps their functions, which later triggers use too."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        existing = schema_editor.connection.introspection.table_names(cursor)
    for table, names in _names(postgresql).items():
        if table in existing:
            for name in names:
                where = f" ON {table}" if postgresql else ""
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


def _names(postgresql: bool) -> dict[str, list[str]]:  # noqa: FBT001 - a private function
    of_entry, of_revision, of_record = (
        (("publish", "in_review"), ("append", "immutable", "immutable_truncate"), ("counter",))
        if postgresql
        else (
            ("publish_insert", "publish_update", "in_review"),
            ("append", "immutable_update", "immutable_delete"),
            ("counter_insert", "counter_update", "counter_delete"),
        )
    )
    names = {table: [f"{table}_{name}" for name in of_entry] for table in _TABLES}
    names[_REVISION] = [f"{_REVISION}_{name}" for name in of_revision]
    names[_RECORD] = [f"{_RECORD}_{name}" for name in of_record]
    return names


def _differs(names: tuple[str, ...], operator: str) -> str:
    return "(" + " OR ".join(f'NEW."{name}" {operator} OLD."{name}"' for name in names) + ")"


def _sqlite() -> list[str]:
    last = f"FROM {_REVISION} WHERE treaty_id = NEW.treaty_id ORDER BY number DESC LIMIT 1"  # noqa: S608 - no input
    statements = [
        f"""CREATE TRIGGER IF NOT EXISTS {_REVISION}_append BEFORE INSERT ON {_REVISION} BEGIN
    SELECT RAISE(ABORT, '{NUMBER}')
        WHERE NEW.number IS NOT COALESCE((SELECT number {last}), 0) + 1
        OR EXISTS (SELECT 1 FROM {_REVISION} WHERE id = NEW.id);
    SELECT RAISE(ABORT, '{MOMENT}') WHERE NEW.recorded_at < (SELECT recorded_at {last});
    SELECT RAISE(ABORT, '{CHAINED}')
        WHERE json_extract(NEW.text, '$.previous') IS NOT COALESCE((SELECT hash {last}), '{_GENESIS}')
        OR json_extract(NEW.text, '$.revision') IS NOT NEW.number;
    SELECT RAISE(ABORT, '{SHOWN}')
        WHERE length(NEW.shown) <> 64 OR json_extract(NEW.text, '$.shown') IS NOT NEW.shown;
    SELECT RAISE(ABORT, '{HASHED}') WHERE length(NEW.hash) <> 64;
END""",
        *(
            f"CREATE TRIGGER IF NOT EXISTS {_REVISION}_immutable_{event.lower()} BEFORE {event} ON {_REVISION} "
            f"BEGIN SELECT RAISE(ABORT, '{IMMUTABLE}'); END"
            for event in ("UPDATE", "DELETE")
        ),
        *(
            f"CREATE TRIGGER IF NOT EXISTS {_RECORD}_counter_{suffix} BEFORE {event} ON {_RECORD} "
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{COUNTER}'); END"
            for suffix, event, condition in (
                ("insert", "INSERT", f"NEW.revision <> COALESCE((SELECT number {last}), 0)"),
                (
                    "update",
                    "UPDATE OF revision, treaty_id",
                    f"NEW.treaty_id <> OLD.treaty_id OR NEW.revision <> COALESCE((SELECT number {last}), 0)",
                ),
                ("delete", "DELETE", "OLD.revision > 0"),
            )
        ),
    ]
    for table, (kind, content) in _TABLES.items():
        alone = (
            f"NOT EXISTS (SELECT 1 FROM {_REVISION} WHERE treaty_id = NEW.treaty_id AND number = NEW.revision"  # noqa: S608 - no input
            f" AND recorded_at = NEW.published_at AND json_extract(text, '$.entry.type') = '{kind}')"
        )
        changed = _differs(content, "IS NOT")
        statements += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_publish_insert BEFORE INSERT ON {table} "
            f"WHEN NEW.state = 'published' BEGIN SELECT RAISE(ABORT, '{UNDER_A_REVISION}') WHERE {alone}; END",
            f"CREATE TRIGGER IF NOT EXISTS {table}_publish_update BEFORE UPDATE ON {table} "
            "WHEN NEW.state = 'published' AND OLD.state <> 'published' BEGIN "
            f"SELECT RAISE(ABORT, '{FROM_REVIEW}') WHERE OLD.state <> 'in_review' OR {changed};"
            f"SELECT RAISE(ABORT, '{UNDER_A_REVISION}') WHERE {alone}; END",
            f"CREATE TRIGGER IF NOT EXISTS {table}_in_review BEFORE UPDATE ON {table} "
            f"WHEN OLD.state = 'in_review' AND NEW.state = 'in_review' AND {changed} "
            f"BEGIN SELECT RAISE(ABORT, '{FROM_REVIEW}'); END",
        ]
    return statements


def _postgresql() -> list[str]:
    def function(name: str, body: str) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION ratification_{name}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body}\n$$"
        )

    def refuse(message: str) -> str:
        return (
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;"
        )

    statements = [
        function("immutable", f"BEGIN {refuse(IMMUTABLE)} END"),
        function(
            "append",
            f"""DECLARE previous RECORD;
BEGIN
    SELECT number, recorded_at, hash INTO previous FROM {_REVISION}
        WHERE treaty_id = NEW.treaty_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> COALESCE(previous.number, 0) + 1 THEN {refuse(NUMBER)} END IF;
    IF NEW.recorded_at < previous.recorded_at THEN {refuse(MOMENT)} END IF;
    IF NEW.text::json ->> 'previous' IS DISTINCT FROM COALESCE(previous.hash, '{_GENESIS}')
        OR NEW.text::json ->> 'revision' IS DISTINCT FROM NEW.number::text THEN {refuse(CHAINED)} END IF;
    IF length(NEW.shown) <> 64 OR NEW.text::json ->> 'shown' IS DISTINCT FROM NEW.shown THEN {refuse(SHOWN)} END IF;
    IF NEW.hash <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex') THEN {refuse(HASHED)} END IF;
    RETURN NEW;
END""",  # noqa: S608 - no input
        ),
        f"CREATE OR REPLACE TRIGGER {_REVISION}_append BEFORE INSERT ON {_REVISION} "
        "FOR EACH ROW EXECUTE FUNCTION ratification_append()",
        f"CREATE OR REPLACE TRIGGER {_REVISION}_immutable BEFORE UPDATE OR DELETE ON {_REVISION} "
        "FOR EACH ROW EXECUTE FUNCTION ratification_immutable()",
        f"CREATE OR REPLACE TRIGGER {_REVISION}_immutable_truncate BEFORE TRUNCATE ON {_REVISION} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ratification_immutable()",
        function(
            "counter",
            f"""BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.revision > 0 THEN {refuse(COUNTER)} END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.treaty_id <> OLD.treaty_id THEN {refuse(COUNTER)} END IF;
    IF NEW.revision <> COALESCE((SELECT max(number) FROM {_REVISION} WHERE treaty_id = NEW.treaty_id), 0)
        THEN {refuse(COUNTER)} END IF;
    RETURN NEW;
END""",  # noqa: S608 - no input
        ),
        f"CREATE OR REPLACE TRIGGER {_RECORD}_counter BEFORE INSERT OR DELETE OR UPDATE OF revision, treaty_id "
        f"ON {_RECORD} FOR EACH ROW EXECUTE FUNCTION ratification_counter()",
        function(
            "publish",
            f"""BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM {_REVISION} WHERE treaty_id = NEW.treaty_id AND number = NEW.revision
            AND recorded_at = NEW.published_at AND text::json -> 'entry' ->> 'type' = TG_ARGV[0]
    ) THEN {refuse(UNDER_A_REVISION)} END IF;
    RETURN NEW;
END""",  # noqa: S608 - no input
        ),
        function("in_review", f"BEGIN {refuse(FROM_REVIEW)} END"),
    ]
    for table, (kind, content) in _TABLES.items():
        changed = _differs(content, "IS DISTINCT FROM")
        statements += [
            f"CREATE OR REPLACE TRIGGER {table}_publish BEFORE INSERT OR UPDATE ON {table} "
            f"FOR EACH ROW WHEN (NEW.state = 'published') EXECUTE FUNCTION ratification_publish('{kind}')",
            f"CREATE OR REPLACE TRIGGER {table}_in_review BEFORE UPDATE ON {table} FOR EACH ROW WHEN ("
            "(NEW.state = 'published' AND OLD.state = 'draft')"
            f" OR (OLD.state = 'in_review' AND NEW.state <> 'draft' AND {changed}))"
            " EXECUTE FUNCTION ratification_in_review()",
        ]
    return statements
