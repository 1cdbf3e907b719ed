"""Reading one table of a `treaty.toml` strictly: each problem is noted by its key, none stops it."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeVar

T = TypeVar("T")
C = TypeVar("C", bound=str)

LARGEST = 1_000_000
"""Largest whole number of a clause: more instruments, days or parties than any treaty asks for are a slip."""
_NO_DAY = date.min
"""Stands for a day that could not be read; never leaves this package, because the problem is raised."""


class DefinitionError(ValueError):
    """A definition that is incomplete or contradictory.

    `problems` holds each as (key, reason), in the order found; `key` and `reason` are the first.
    """

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.problems = problems
        self.key, self.reason = problems[0]
        super().__init__("; ".join(f"{key}: {reason}" for key, reason in problems))


class TomlTable:
    """One table of the file. Each key is read once; `end` then refuses the keys that were not read."""

    def __init__(self, data: Mapping[str, object], path: str, problems: list[tuple[str, str]]) -> None:
        self._data = data
        self._path = path
        self._problems = problems
        self._asked: list[str] = []

    def refuse(self, key: str, reason: str) -> None:
        """Note a problem under this table's own path."""
        self._problems.append((self.path_of(key), reason))

    def path_of(self, key: str) -> str:
        """Give the full key, as in `entry_into_force.delay`; an empty key is the table itself."""
        return ".".join(part for part in (self._path, key) if part)

    def has(self, key: str) -> bool:
        """Say whether the key is there at all."""
        return key in self._data

    def peek(self, key: str) -> object:
        """Return the value as it stands, without reading it; None where it is absent."""
        return self._data.get(key)

    def keys(self) -> tuple[str, ...]:
        """Return the keys of a table whose keys are names."""
        return tuple(self._data)

    def text(self, key: str, *, required: bool = True) -> str:
        """Read a text; a required one may not be blank."""
        value = self._take(key, required=required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(key, f"must be a text, not {_kind_of(value)}")
            return ""
        if required and not value.strip():
            self.refuse(key, "must not be empty")
        return value.strip()

    def day(self, key: str) -> date:
        """Read a required day."""
        return self.day_or_none(key, required=True) or _NO_DAY

    def day_or_none(self, key: str, *, required: bool = False) -> date | None:
        """Read a day, written as a date without quotes and without a time."""
        value = self._take(key, required=required)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            self.refuse(key, f"must be a date such as 2026-12-31, not {_kind_of(value)}")
            return None
        return value

    def flag(self, key: str, *, required: bool = False) -> bool:
        """Read true or false; false where the key is absent."""
        value = self._take(key, required=required)
        if value is None:
            return False
        if not isinstance(value, bool):
            self.refuse(key, f"must be true or false, not {_kind_of(value)}")
            return False
        return value

    def whole(self, key: str, *, minimum: int, required: bool = True) -> int | None:
        """Read a whole number, `minimum` or more; None where it is absent or wrong."""
        value = self._take(key, required=required)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, f"must be a whole number, not {_kind_of(value)}")
            return None
        if value < minimum:
            self.refuse(key, f"must be {minimum} or more, not {value}")
            return None
        if value > LARGEST:
            self.refuse(key, f"must be at most {LARGEST}, not {value}")
            return None
        return value

    def percent(self, key: str) -> Decimal:
        """Read a percentage, above 0 and at most 100, exactly as written."""
        value = self._take(key, required=True)
        if value is None:
            return Decimal(100)
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.refuse(key, f"must be a number, not {_kind_of(value)}")
            return Decimal(100)
        percent = Decimal(str(value))
        if not 0 < percent <= 100:  # noqa: PLR2004 - a percentage ends at one hundred
            self.refuse(key, f"must be above 0 and at most 100, not {value}")
        return percent

    def amount(self, key: str, *, required: bool = True) -> Decimal | None:
        """Read an amount above 0, exactly as written; None where it is absent or wrong."""
        value = self._take(key, required=required)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.refuse(key, f"must be a number, not {_kind_of(value)}")
            return None
        if not 0 < value < math.inf:
            self.refuse(key, f"must be above 0, not {value}")
            return None
        return Decimal(str(value))

    def choice(self, key: str, known: tuple[C, ...]) -> C:
        """Read one of the known words; the first of them where the key is absent."""
        word = self.text(key, required=False)
        for each in known:
            if each == word:
                return each
        if self.has(key):
            self.refuse(key, f'"{word}" is unknown; known are {", ".join(known)}')
        return known[0]

    def words(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Read a list of different texts."""
        value = self._take(key, required=required)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            self.refuse(key, "must be a list of texts")
            return ()
        if not value:
            self.refuse(key, "must not be empty")
        for item in dict.fromkeys(item for item in value if value.count(item) > 1):
            self.refuse(key, f'lists "{item}" more than once')
        return tuple(dict.fromkeys(value))

    def table(self, key: str, read: Callable[["TomlTable"], T], *, required: bool = False) -> T | None:
        """Read a table within this one with `read`; None where it is absent or no table."""
        value = self._take(key, required=required)
        return None if value is None else self._open(value, key, read)

    def each(self, key: str, read: Callable[["TomlTable"], T]) -> tuple[T, ...]:
        """Read every table of a list of tables with `read`."""
        value = self._take(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not value:
            self.refuse(key, "must be a list of tables, and not empty")
            return ()
        found = (self._open(item, f"{key}[{number}]", read) for number, item in enumerate(value))
        return tuple(item for item in found if item is not None)

    def end(self) -> None:
        """Refuse every key that was not read, naming the nearest known one."""
        for key in self._data:
            if key not in self._asked:
                near = get_close_matches(key, self._asked, n=1)
                self.refuse(key, f'unknown key; did you mean "{near[0]}"?' if near else "unknown key")

    def _take(self, key: str, *, required: bool) -> object:
        self._asked.append(key)
        value = self._data.get(key)
        if value is None and required:
            self.refuse(key, "is missing")
        return value

    def _open(self, value: object, key: str, read: Callable[["TomlTable"], T]) -> T | None:
        if not isinstance(value, Mapping):
            self.refuse(key, f"must be a table, not {_kind_of(value)}")
            return None
        inner = TomlTable(value, self.path_of(key), self._problems)
        result = read(inner)
        inner.end()
        return result


def _kind_of(value: object) -> str:
    """Name what was found in words of the file format."""
    if isinstance(value, bool):
        return "true or false"
    for kind, words in (
        (str, "a text"),
        (int | float, "a number"),
        (datetime, "a date with a time"),
        (date, "a date"),
        (list, "a list"),
        (Mapping, "a table"),
    ):
        if isinstance(value, kind):
            return words
    return type(value).__name__
