"""Rights of the database role that serves the site, on PostgreSQL: it owns no table and rewrites no record.

The owner of the tables can drop their triggers and rewrite them; so the owner migrates and restores, and another role
serves (docs/operations.md). `migrate` gives the site's role its rights anew each time, because new tables have none.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from ratification.models import added_rows

APPENDED = frozenset({"ratification_revision", "django_admin_log", *added_rows.APPENDED})
"""Tables whose rows the site writes once; so are those of the histories."""
READ = frozenset({"django_migrations"})


_OVER_THE_RECORD = """
SELECT rolname FROM pg_roles WHERE pg_has_role(%s, oid, 'MEMBER') AND (
    rolsuper OR rolname = current_user OR rolname IN ('pg_execute_server_program', 'pg_write_server_files')
    OR oid IN (SELECT relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace)
) ORDER BY rolname
"""
"""Roles that a role is or can become, and that own tables or can change files of the server."""


class RoleError(Exception):
    """Rights that cannot be given; the message says why."""


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give a role what the site needs, and nothing more; run by the owner of the tables.

    Raises:
        RoleError: if there is no such role, or it owns tables or stands above them.
    """
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None:
            raise RoleError(f"The database has no role {role!r}: make it first (docs/operations.md).")
        cursor.execute(_OVER_THE_RECORD, [role])
        over = [each for (each,) in cursor.fetchall()]
        if found[0] or over:
            stands = " or ".join(over) or "every role"
            raise RoleError(
                f"The role {role!r} is, or can become, {stands} (a superuser or an owner of tables):"
                " the site needs one of its own."
            )
        tables = connection.introspection.table_names(cursor)
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
        cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {name}")
        database = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC, {name}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        for table in tables:
            rights = "SELECT, INSERT, UPDATE, DELETE"
            if table in READ:
                rights = "SELECT"
            elif table in APPENDED or "_historical" in table:
                rights = "SELECT, INSERT"
            cursor.execute(f"GRANT {rights} ON {connection.ops.quote_name(table)} TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
