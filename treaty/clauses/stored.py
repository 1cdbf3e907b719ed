"""A definition as plain JSON and back, so that it can be kept in a database column."""

import csv
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from io import StringIO
from typing import Any

from treaty.clauses.parse import parse_definition
from treaty.clauses.shapes import Definition

_DAYS = {"adopted_on", "as_of", "opens_on", "closes_on", "not_before"}


def definition_to_json(definition: Definition) -> dict[str, Any]:
    """Give the definition in the shape of its `treaty.toml`, days as ISO text, share tables written out."""
    stored: dict[str, Any] = asdict(definition)
    stored["as_of"] = stored.pop("record_as_of")
    stored |= stored.pop("clause")
    entry = stored["entry_into_force"]
    entry["share"] = [
        {
            "table": share["table"],
            "percent": float(share["percent"]),
            "values": {code: str(value) for code, value in share["values"].items()},
        }
        for share in entry.pop("shares")
    ]
    entry["subset"] = list(entry.pop("subsets"))
    if stored["domestic_approval"]:
        stored["domestic_approval"]["reported"] = True
    shaped: dict[str, Any] = _without_blanks(stored)
    return shaped


def definition_from_json(stored: Mapping[str, Any]) -> Definition:
    """Give back what `definition_to_json` was given, through the same checks as the file.

    Raises:
        DefinitionError: if the stored form has been spoilt.

    """
    tables: dict[str, str] = {}
    return parse_definition(_with_days(stored, tables), tables.__getitem__)


def _without_blanks(value: Any) -> Any:  # noqa: ANN401 - any JSON value goes in, any comes out
    """Leave out what says nothing, write days as text, and of a delay keep the one unit it has."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_without_blanks(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "days" in value:
        unit = next((unit for unit in ("years", "months") if value[unit]), "days")
        return {unit: value[unit]} | ({"then": value["then"]} if value["then"] else {})
    return {key: _without_blanks(item) for key, item in value.items() if item not in (None, "", (), [])}


def _with_days(value: Any, tables: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON value goes in, any comes out
    """Turn the days back into dates and gather the share tables as the files they were."""
    if isinstance(value, list):
        return [_with_days(item, tables) for item in value]
    if not isinstance(value, dict):
        return value
    if "values" in value:
        sheet = StringIO()
        csv.writer(sheet).writerows([("iso3", "value"), *value["values"].items()])
        tables[value["table"]] = sheet.getvalue()
        return {key: item for key, item in value.items() if key != "values"}
    return {
        key: date.fromisoformat(item) if key in _DAYS else _with_days(item, tables)
        for key, item in value.items()
    }
