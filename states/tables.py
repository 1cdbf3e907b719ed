"""Bundled tables: reading them, and creating and updating the rows of the database after them."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model

from common.spreadsheets import SpreadsheetError, read_csv

M = TypeVar("M", bound=Model)
_DAYS = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


class TableError(Exception):
    """A table that cannot be loaded; the message names file, row and reason."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table, with its place for error messages."""

    place: str
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def error(self, reason: str) -> TableError:
        """Return the error that names this row."""
        return TableError(self.place, reason)

    def day(self, column: str) -> date | None:
        """Return the cell as a day, or None when it is empty."""
        if not self[column]:
            return None
        try:
            return date.fromisoformat(self[column])
        except ValueError:
            raise self.error(f"{column} is {self[column]!r}, not a date such as 2026-12-31") from None

    def choice(self, column: str, allowed: Collection[str]) -> str:
        """Return the cell, which must be one of `allowed`."""
        if self[column] not in allowed:
            raise self.error(f"{column} is {self[column]!r}, not one of {', '.join(sorted(allowed))}")
        return self[column]

    def days(self, column: str) -> str:
        """Return the cell, which is empty, a day, month or year, or an interval of two of these (EDTF level 0)."""
        parts = self[column].split("/") if self[column] else []
        if len(parts) > 2 or None in map(first_day, parts):  # noqa: PLR2004 - the two ends of an interval
            raise self.error(
                f"{column} is {self[column]!r}, not days such as 2026-12-31, 2026-12, 2026 or 2026/2027"
            )
        return self[column]

    def named(self, column: str, found: dict[str, M]) -> M:
        """Return the object that the cell names."""
        if self[column] not in found:
            raise self.error(f"{column} is {self[column]!r}, which is unknown")
        return found[self[column]]


def first_day(text: str) -> date | None:
    """Return the first day of a day, month or year, as ISO 8601 writes it; None for what the calendar has not."""
    try:
        return date.fromisoformat(f"{text}-01-01"[:10]) if _DAYS.fullmatch(text) else None
    except ValueError:
        return None


def read_table(path: Path, required: Collection[str], optional: Collection[str] = ()) -> Iterator[TableRow]:
    """Read a UTF-8 table with a heading row; yield its rows.

    Args:
        path: the file.
        required: columns that must be there.
        optional: columns that may be there.

    Raises:
        TableError: if a column is missing, unknown or repeated, or a row has more or fewer cells than the heading.
    """
    place = f"{path.parent.name}/{path.name}"
    try:
        lines = read_csv(path.read_bytes())
        _, heading = next(lines, (0, []))
        _check_heading(place, heading, required, optional)
        for line, cells in lines:
            if len(cells) != len(heading):
                raise TableError(f"{place}, row {line}", f"{len(cells)} cells under {len(heading)} headings")
            yield TableRow(f"{place}, row {line}", dict(zip(heading, cells, strict=True)))
    except SpreadsheetError as error:
        raise TableError(f"{place}, row {error.line}" if error.line else str(path), str(error)) from error


def _check_heading(
    place: str, heading: list[str], required: Collection[str], optional: Collection[str]
) -> None:
    if missing := set(required) - set(heading):
        raise TableError(place, f"lacks the column {', '.join(sorted(missing))}")
    if unknown := set(heading) - set(required) - set(optional):
        raise TableError(place, f"has the unknown column {', '.join(sorted(unknown))}")
    if len(set(heading)) != len(heading):
        raise TableError(place, "repeats a column")


def sync(
    model: type[M], key: Sequence[str], wanted: Iterable[tuple[TableRow, M]], existing: Iterable[M]
) -> int:
    """Create or update rows so that each wanted object stands in the database; return the number of writes.

    What a person has edited or deleted since stays as that person left it: such rows have a history, loaded ones none.

    Args:
        model: the model.
        key: the attributes that identify an object; the objects of one call must differ in them.
        wanted: the objects as they should be, each with the row that it came from.
        existing: the objects that are there now.

    Raises:
        TableError: if two rows have the same key, or a row breaks a rule of the model.
    """
    columns = [f.attname for f in model._meta.concrete_fields if not f.primary_key]  # noqa: SLF001 - Django's documented API
    named = len(key)
    key = [*key, *({"treaty_id"} & set(columns))]
    identify: Callable[[Model], tuple[Any, ...]] = lambda item: tuple(getattr(item, name) for name in key)  # noqa: E731
    there = {identify(item): item for item in existing}
    edited, edited_keys = _edited(model, key)
    seen: set[tuple[Any, ...]] = set()
    new: list[M] = []
    changed: list[M] = []
    for row, item in wanted:
        identity = identify(item)
        if identity in seen:
            raise row.error(f"repeats {', '.join(str(part) for part in identity[:named])}")
        seen.add(identity)
        old = there.get(identity)
        if identity in edited_keys or (old is not None and old.pk in edited):
            continue
        if old is not None and all(getattr(old, name) == getattr(item, name) for name in columns):
            continue
        if old is not None:
            item.pk = old.pk
        _check(row, item)
        (new if old is None else changed).append(item)
    model._default_manager.bulk_create(new)  # noqa: SLF001 - Django's documented API
    if changed:
        model._default_manager.bulk_update(changed, columns)  # noqa: SLF001 - Django's documented API
    return len(new) + len(changed)


def _edited(model: type[Model], key: Sequence[str]) -> tuple[set[Any], set[tuple[Any, ...]]]:
    """Return the ids of the rows that have a history, and every key that they ever had."""
    history = getattr(model, "history", None)
    if history is None:
        return set(), set()
    records = list(history.values_list("id", *key))
    return {pk for pk, *_ in records}, {tuple(parts) for _, *parts in records}


def _check(row: TableRow, item: Model) -> None:
    # Relations were resolved from the tables already; checking them again would cost a query a row.
    relations = {field.name for field in item._meta.concrete_fields if field.is_relation}  # noqa: SLF001 - documented API
    try:
        item.clean_fields(exclude=relations)
    except ValidationError as error:
        problems = "; ".join(
            f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()
        )
        raise row.error(problems) from error
