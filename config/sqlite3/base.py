"""Django's backend for SQLite, which rewrites the places of parameters once for a statement.

Django writes them as PostgreSQL reads them, `%s`, and searches each statement for them before SQLite gets it: of a
statement with many columns that takes longer than SQLite takes to answer it (docs/performance.md).
"""

from collections.abc import Iterable
from functools import lru_cache

from django.db.backends.sqlite3 import base

LONGEST = 8_192
"""Characters of a statement that is remembered; longer ones add many rows, and seldom come again."""


@lru_cache(maxsize=256)
def _rewritten(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class RememberingCursor(base.SQLiteCursorWrapper):
    """A cursor that remembers statements as SQLite reads them."""

    def convert_query(self, query: str, *, param_names: Iterable[str] | None = None) -> str:
        """Return a statement with `?` where its parameters go, or with their names."""
        if param_names is None and len(query) <= LONGEST:
            return _rewritten(query)
        rewritten: str = super().convert_query(query, param_names=param_names)
        return rewritten


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose cursors remember."""

    def create_cursor(self, name: str | None = None) -> RememberingCursor:  # noqa: ARG002 - Django's own signature
        """Return a cursor."""
        cursor: RememberingCursor = self.connection.cursor(factory=RememberingCursor)
        return cursor
