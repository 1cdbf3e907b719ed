"""What can be asked: every parameter with its strict reading and its schema. What is not named here is refused."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from api.problems import invalid_value, unknown_parameter
from ratification.record.clocks import LARGEST_REVISION, read_day, read_revision

Schema = dict[str, Any]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the query.

    `read` takes the text and gives the value, or raises ValueError with a sentence. `allowed` lists the values where
    there is a list of them. `many` of them may be given, each by itself or with commas between them.
    """

    name: str
    description: str
    schema: Schema
    read: Callable[[str], Any]
    allowed: tuple[str, ...] = ()
    many: bool = False


def read_query(query: QueryDict, parameters: Iterable[Parameter]) -> Values:
    """Read a query strictly.

    Raises:
        Problem: 400, for an unknown parameter, one given twice, or a value that is not allowed.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values = {}
    for name, texts in query.lists():
        if name not in known:
            raise unknown_parameter(name, sorted(known))
        parameter = known[name]
        if len(texts) > 1 and not parameter.many:
            raise invalid_value(
                name, f"{name!r} is given {len(texts)} times; give it once.", list(parameter.allowed)
            )
        try:
            values[name] = parameter.read(",".join(texts))
        except ValueError as error:
            raise invalid_value(name, f"{name!r}: {error}", list(parameter.allowed)) from error
    return values


def day(name: str, description: str) -> Parameter:
    """A day such as 2026-12-31."""
    return Parameter(name, description, {"type": "string", "format": "date"}, read_day)


def whole(name: str, description: str, *, least: int, most: int = 2**31 - 1) -> Parameter:
    """A whole number between two bounds, both included."""

    def read(text: str) -> int:
        # The length is bounded too: Python refuses to read very long numbers.
        if re.fullmatch(r"-?\d{1,12}", text, re.ASCII) and least <= int(text) <= most:
            return int(text)
        raise ValueError(f"{text!r} is not a whole number from {least} to {most}.")

    return Parameter(name, description, {"type": "integer", "minimum": least, "maximum": most}, read)


def choice(name: str, description: str, allowed: Iterable[str]) -> Parameter:
    """One of a few values."""
    values = tuple(allowed)
    return Parameter(name, description, {"type": "string", "enum": list(values)}, _one_of(values), values)


def choices(name: str, description: str, allowed: Iterable[str]) -> Parameter:
    """One or more of a few values."""
    values = tuple(allowed)
    one = _one_of(values)
    schema = {"type": "array", "items": {"type": "string", "enum": list(values)}, "minItems": 1}
    return Parameter(
        name, description, schema, lambda text: [one(part) for part in text.split(",")], values, many=True
    )


def _one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"{text!r} is not one of: {', '.join(values)}.")
        return text

    return read


def flag(name: str, description: str) -> Parameter:
    """Yes or no, as `true` and `false`."""
    values = {"true": True, "false": False}
    one = _one_of(tuple(values))
    return Parameter(name, description, {"type": "boolean"}, lambda text: values[one(text)], tuple(values))


def switch(name: str, description: str) -> Parameter:
    """Something more, as `1`."""
    one = _one_of(("0", "1"))
    return Parameter(
        name, description, {"type": "integer", "enum": [0, 1]}, lambda text: int(one(text)), ("0", "1")
    )


def text(name: str, description: str, pattern: str = r"^[^\x00-\x1f]+$", longest: int = 100) -> Parameter:
    """Words, or a code of the given pattern."""

    def read(given: str) -> str:
        if not 1 <= len(given) <= longest or not re.search(pattern, given):
            raise ValueError(f"must have 1 to {longest} characters and match {pattern}.")
        return given

    return Parameter(
        name, description, {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern}, read
    )


def written(values: Mapping[str, Any]) -> dict[str, str]:
    """Write values as they stand in an address: the inverse of `read_query`."""
    return {name: _written(value) for name, value in values.items() if value is not None}


def _written(value: Any) -> str:  # noqa: ANN401 - whatever a parameter reads
    match value:
        case bool():
            return str(value).lower()
        case date():
            return value.isoformat()
        case list():
            return ",".join(value)
    return str(value)


AS_OF = day("as_of", "Legal date: what happened later is left out. Today (UTC) if not given.")
REVISION = Parameter(
    "revision",
    "State of the record: what was published later is left out. The latest if not given.",
    {"type": "integer", "minimum": 0, "maximum": LARGEST_REVISION},
    read_revision,
)
EXPLAIN = switch(
    "explain", "1 adds the whole working: the rule, the arithmetic, and every consent with its reason."
)
LIMIT = whole("limit", "Rows of one page. 100 if not given.", least=1, most=250)
CURSOR = text(
    "cursor", "Where the page begins: taken from `next` or `previous`, never made by hand.", longest=400
)
SEARCH = text("q", "Words to look for, in any order.")
