"""Columns of a table from a serializer's fields, and the cells of its rows."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from rest_framework.serializers import DateField, Serializer

from common.spreadsheets import Cell


def table_of(
    serializer: type[Serializer[Any]], items: Iterable[dict[str, Any]]
) -> tuple[list[str], list[list[Cell]]]:
    """Return the columns and the rows of a list."""
    columns = columns_of(serializer)
    places = [(name.split("."), is_day) for name, is_day in columns.items()]
    return list(columns), [
        [
            None if (value := _reached(item, place)) is None else _cell(value, is_day=is_day)
            for place, is_day in places
        ]
        for item in items
    ]


@cache
def columns_of(serializer: type[Serializer[Any]]) -> dict[str, bool]:
    """Return the columns of a serializer, and whether each holds days: its fields in order, nested ones with a dot.

    Links are left out.
    """
    return {name: isinstance(field, DateField) for name, field in named_fields(serializer())}


def named_fields(serializer: Serializer[Any]) -> Iterator[tuple[str, Any]]:
    """Yield each column's name and field. What a row may lack has none: `reason` says it in words."""
    for name, field in serializer.fields.items():
        if isinstance(field, Serializer):
            yield from ((f"{name}.{column}", nested) for column, nested in named_fields(field))
        elif name != "links" and (field.required or field.read_only):
            yield name, field


def _reached(item: Any, place: Iterable[str]) -> Any:  # noqa: ANN401 - JSON
    for name in place:
        item = item.get(name) if item else None
    return item


def _cell(value: Any, *, is_day: bool) -> Cell:  # noqa: ANN401 - JSON
    match value:
        case str() if value and is_day:
            return date.fromisoformat(value)
        case list() if all(not isinstance(each, dict) or "key" in each for each in value):
            return "; ".join(str(each["key"] if isinstance(each, dict) else each) for each in value)
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    cell: Cell = value
    return cell
