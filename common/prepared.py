"""Querysets of which the SQL is written once, since the ORM takes longer to write it than a database to answer.

The places that a request fills hold markers while it is written; values of the same types take their place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class _Written:
    """SQL of a queryset on one database, and what the ORM makes of a row."""

    sql: str
    params: tuple[Any, ...]
    columns: slice
    names: list[str]
    annotations: dict[str, int]
    converters: list[tuple[int, list[Callable[..., Any]], Any]]


class Prepared(Generic[Row]):
    """A queryset over one model and its annotations, without related objects, with markers for what is given later."""

    def __init__(self, model: type[Row], queryset: Callable[[], QuerySet[Row]]) -> None:
        self._model, self._queryset = model, queryset
        self._written: dict[str, _Written] = {}
        self._last: tuple[_Written, tuple[Any, ...], list[Any]] | None = None

    def first(self, given: Mapping[Any, Any]) -> Row | None:
        """Return the first row, with values in the places of the markers; None if there is none. One query."""
        return next(iter(self._rows(given, most=1)), None)

    def all(self) -> list[Row]:
        """Return all rows of a queryset without markers. One query."""
        return self._rows({}, most=None)

    def _rows(self, given: Mapping[Any, Any], most: int | None) -> list[Row]:
        using = router.db_for_read(self._model)
        written = self._written.get(using)
        if written is None:
            written = self._written[using] = _write(self._queryset(), using)
        connection = connections[using]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, [given.get(param, param) for param in written.params])
            found = cursor.fetchall() if most is None else cursor.fetchmany(most)
        return [self._made(row, written, connection) for row in found]

    def _made(self, stored: tuple[Any, ...], written: _Written, connection: BaseDatabaseWrapper) -> Row:
        row = self._converted(stored, written, connection)
        instance = self._model.from_db(connection.alias, written.names, row[written.columns])
        for name, place in written.annotations.items():
            setattr(instance, name, row[place])
        return instance

    def _converted(
        self, stored: tuple[Any, ...], written: _Written, connection: BaseDatabaseWrapper
    ) -> list[Any]:
        """Return the values of a row as the model has them: those of the last row, if the same row comes again.

        Its days and JSON take as long to read as the database takes to find the row. Its instances share them, so
        nobody may change a value in place.
        """
        last = self._last
        if last is not None and last[0] is written and last[1] == stored:
            return last[2]
        row = list(stored)
        for place, converters, expression in written.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        self._last = written, stored, row
        return row


def _write(queryset: QuerySet[Any], using: str) -> _Written:
    """Compile a queryset, as `ModelIterable` does for each of its iterations."""
    compiler = queryset.query.get_compiler(using=using)
    sql, params = compiler.as_sql()
    chosen: list[int] = compiler.klass_info["select_fields"]
    return _Written(
        sql,
        tuple(params),
        slice(chosen[0], chosen[-1] + 1),
        [compiler.select[place][0].target.attname for place in chosen],
        dict(compiler.annotation_col_map),
        [
            (place, converters, expression)
            for place, (converters, expression) in compiler.get_converters(
                [each[0] for each in compiler.select]
            ).items()
        ],
    )
