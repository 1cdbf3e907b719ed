"""Columns of a table from a serializer's fields, and the cells of its rows."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, cast

from rest_framework.serializers import DateField, Serializer

from common.spreadsheets import Cell


@cache
def columns_of(serializer: type[Serializer[Any]]) -> tuple[str, ...]:
    """Return the columns of a serializer: its fields in order, nested ones with a dot. Links are left out."""
    return tuple(name for name, _ in named_fields(serializer()))


@cache
def days_of(serializer: type[Serializer[Any]]) -> frozenset[str]:
    """Return the columns whose values are days."""
    return frozenset(name for name, field in named_fields(serializer()) if isinstance(field, DateField))


def row_of(item: dict[str, Any], columns: Sequence[str], days: frozenset[str]) -> list[Cell]:
    """Return an item's cells; those of the columns `days` as days."""
    cells = [(column, _cell(_reached(item, column))) for column in columns]
    return [date.fromisoformat(str(cell)) if cell and column in days else cell for column, cell in cells]


def named_fields(serializer: Serializer[Any]) -> Iterator[tuple[str, Any]]:
    """Yield each column's name and field."""
    for name, field in serializer.fields.items():
        if isinstance(field, Serializer):
            yield from ((f"{name}.{column}", nested) for column, nested in named_fields(field))
        elif name != "links":
            yield name, field


def _reached(item: Any, column: str) -> Any:  # noqa: ANN401 - JSON
    for name in column.split("."):
        item = item.get(name) if item else None
    return item


def _cell(value: Any) -> Cell:  # noqa: ANN401 - JSON
    match value:
        case list() if any(isinstance(each, dict) and "key" not in each for each in value):
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case list():
            return "; ".join(str(each["key"] if isinstance(each, dict) else each) for each in value)
        case dict():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return cast("Cell", value)
