"""Metadata beside a table (CSV on the Web): its columns, and the next expected change."""

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

Json = dict[str, Any]
CONTEXT: list[Any] = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (DateTimeField, "dateTime"),
    (DateField, "date"),
    (IntegerField, "integer"),
    (BooleanField, "boolean"),
)


def described_columns(serializer: type[Serializer[Any]]) -> list[Json]:
    """Return the columns of a serializer's table with their types and meanings."""
    return [_column(name, field) for name, field in named_fields(serializer())]


def next_change(document: Json) -> Json | None:
    """Return the first day after that of a status document on which it changes without any deposit, and why."""
    as_of, force = document["as_of"], document["entry_into_force"]
    found = [
        (day, f"The treaty enters into force for {row['participant']}.", row.get("may_be_earlier", False))
        for row in document["participants"]
        if (day := row["in_force"]["on"])
    ]
    found.append((force["on"] or "", "The treaty enters into force.", force.get("may_be_earlier", False)))
    for window in document["windows"]:
        follows = window.get("may_be_earlier", False)
        kind = f"The window for {window['kind'].replace('_', ' ')}"
        whose = f" of {window['participant']}" if window["participant"] else ""
        found.append((window["opens_on"] or "", f"{kind}{whose} opens.", follows))
        if closes := window["closes_on"]:
            day_after = date.fromisoformat(closes) + timedelta(days=1)
            found.append((day_after.isoformat(), f"{kind}{whose} is closed.", follows))
    coming = [each for each in found if each[0] > as_of]
    if not coming:
        return None
    on, reason, follows = min(coming)
    if not follows:
        return {"on": on, "reason": reason}
    return {"on": on, "reason": f"{reason} {force['caveat']}", "may_be_earlier": True}


def _column(name: str, field: Field[Any, Any, Any, Any]) -> Json:
    described = field.help_text or (field.parent.help_text if field.parent else "")
    if isinstance(field, ChoiceField):
        datatype: Any = {"base": "string", "format": "|".join(map(str, field.choices))}
    else:
        datatype = next((name for kind, name in _TYPES if isinstance(field, kind)), "string")
    column = {"name": name.replace(".", "_"), "titles": name, "datatype": datatype}
    return {**column, "dc:description": str(described)} if described else column
