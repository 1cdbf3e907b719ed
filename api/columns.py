"""From a shape to the columns of a table, and from an item to its row."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    NotRequired,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from common.spreadsheets import Cell


@cache
def columns_of(shape: type) -> tuple[str, ...]:
    """Return the columns of a shape: its fields in order, nested ones with a dot. Links are left out."""
    return tuple(_columns(shape))


def row_of(item: dict[str, Any], columns: Sequence[str]) -> list[Cell]:
    """Return an item's cells."""
    return [_cell(_reached(item, column)) for column in columns]


def _columns(shape: type) -> Iterator[str]:
    for name, hint in get_type_hints(shape).items():
        inner = _bare(hint)
        if is_typeddict(inner):
            yield from (f"{name}.{column}" for column in _columns(inner))
        elif name != "links":
            yield name


def _bare(hint: Any) -> Any:  # noqa: ANN401 - a type
    """Return the type without its annotations and without null."""
    while get_origin(hint) in {Annotated, NotRequired}:
        hint = get_args(hint)[0]
    if get_origin(hint) in {Union, UnionType}:
        hint = _bare(next(each for each in get_args(hint) if each is not type(None)))
    return hint


def _reached(item: Any, column: str) -> Any:  # noqa: ANN401 - JSON
    for name in column.split("."):
        item = item.get(name) if item else None
    return item


def _cell(value: Any) -> Cell:  # noqa: ANN401 - JSON
    match value:
        case list():
            return "; ".join(str(each["key"] if isinstance(each, dict) else each) for each in value)
        case dict():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return cast("Cell", value)
