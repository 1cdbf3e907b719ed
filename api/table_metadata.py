"""Metadata beside a table (CSV on the Web): what it is of, from which state, under which licence, and its columns."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rest_framework.serializers import (
    BooleanField,
    ChoiceField,
    DateField,
    DateTimeField,
    Field,
    IntegerField,
    Serializer,
)

from api.columns import named_fields
from ratification.record.about import LICENCE

Json = dict[str, Any]
CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (DateTimeField, "dateTime"),
    (DateField, "date"),
    (IntegerField, "integer"),
    (BooleanField, "boolean"),
)
_STATED = "Each row names its own sources. The depositary's own record is authoritative"


def table_metadata(
    serializer: type[Serializer[Any]],
    *,
    title: str,
    description: str,
    table: str,
    permalink: str,
    authority: str,
    clocks: Mapping[str, Any],
    following: Json | None,
) -> Json:
    """Return the metadata of a table.

    Args:
        serializer: of the rows, from which the columns are made.
        title: the table's name.
        description: what it holds.
        table: address of the CSV file.
        permalink: address that gives this state again.
        authority: whose record is authoritative; empty where there is no treaty.
        clocks: day and revision of the table, where it depends on them.
        following: the next change that can be expected, where one can.
    """
    return {
        "@context": CONTEXT,
        "url": table,
        "dc:title": title,
        "dc:description": description,
        "dc:license": {"@id": LICENCE["path"]},
        "dc:source": f"{_STATED}{f' ({authority})' if authority else ''}.",
        "dialect": {"header": True, "encoding": "utf-8"},
        "tableSchema": {"columns": [_column(name, field) for name, field in named_fields(serializer())]},
        "notes": [{**clocks, "permalink": permalink, "next_expected_change": following}],
    }


def next_change(document: Json) -> Json | None:
    """Return the first day after that of a status document on which it changes without any deposit, and why."""
    as_of = document["as_of"]
    found = [
        (day, f"The treaty enters into force for {row['participant']}.")
        for row in document["participants"]
        if (day := row["in_force"]["on"])
    ]
    found.append((document["entry_into_force"]["on"] or "", "The treaty enters into force."))
    for window in document["windows"]:
        kind = f"The window for {window['kind'].replace('_', ' ')}"
        whose = f" of {window['participant']}" if window["participant"] else ""
        found.append((window["opens_on"] or "", f"{kind}{whose} opens."))
        if closes := window["closes_on"]:
            day_after = date.fromisoformat(closes) + timedelta(days=1)
            found.append((day_after.isoformat(), f"{kind}{whose} is closed."))
    coming = [each for each in found if each[0] > as_of]
    return dict(zip(("on", "reason"), min(coming), strict=True)) if coming else None


def _column(name: str, field: Field[Any, Any, Any, Any]) -> Json:
    described = field.help_text or (field.parent.help_text if field.parent else "")
    if isinstance(field, ChoiceField):
        datatype: Any = {"base": "string", "format": "|".join(map(str, field.choices))}
    else:
        datatype = next((name for kind, name in _TYPES if isinstance(field, kind)), "string")
    column = {"name": name.replace(".", "_"), "titles": name, "datatype": datatype}
    return {**column, "dc:description": str(described)} if described else column
