"""A definition as plain JSON and back, so that it can be kept in a database column.

The JSON has the shape of `treaty.toml`: the short keys where they say everything, the tree where they do not.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from treaty.clauses.conditions import (
    EVERYONE,
    After,
    AllOf,
    Among,
    AnyOf,
    AtLeast,
    ConditionNode,
    DayReached,
    EventHappened,
    GroupMember,
    RatioOf,
    SumOf,
    Unless,
    amongs_of,
    short_form,
    tables_of,
)
from treaty.clauses.delays import Delay
from treaty.clauses.parse import parse_definition
from treaty.clauses.shapes import Clause, Definition, EntryIntoForce
from treaty.clauses.value_tables import table_text

Json = dict[str, Any]

_DAYS = {
    *("adopted_on", "as_of", "opens_on", "closes_on", "not_before", "known_until", "on", "day", "by"),
    *("valid_from", "valid_until", "earliest", "latest"),
}
_COUNTS = {"none": False, "one": True}


def definition_to_json(definition: Definition) -> Json:
    """Return the definition in the shape of its `treaty.toml`, days as ISO text, tables written out."""
    stored = _plain(definition)
    if definition.record_as_of:
        stored["as_of"] = stored.pop("record_as_of")
    del stored["clause"]
    return stored | _clause(definition.clause)


def definition_from_json(stored: Mapping[str, Any]) -> Definition:
    """Return what `definition_to_json` was given, through the same checks as the file.

    Raises:
        DefinitionError: if the stored form has been spoilt.

    """
    data, tables = definition_files(stored)
    return parse_definition(data, tables.__getitem__)


def definition_files(stored: Mapping[str, Any]) -> tuple[Json, dict[str, str]]:
    """Return a stored definition as the content of `treaty.toml`, and the tables beside it by name."""
    tables: dict[str, str] = dict(stored.get("tables", {}))
    data = {key: value for key, value in stored.items() if key != "tables"}
    return _with_days(data, tables), tables


def _clause(clause: Clause) -> Json:
    stored = _plain(clause)
    stored["entry_into_force"] = _entry_into_force(clause.entry_into_force)
    if clause.later_parties and clause.later_parties.by_kind:
        stored["later_parties"]["by_kind"] = {
            kind.value: _delay(delay) for kind, delay in clause.later_parties.by_kind
        }
    if clause.domestic_approval:
        stored["domestic_approval"]["reported"] = True
    if clause.events:
        stored["events"] = {event.name: _plain(event, leave_out="name") for event in clause.events}
    if clause.depositaries:
        stored["depositary"] = stored.pop("depositaries")
    condition = clause.entry_into_force.condition
    groups = {among.name: among.members for among in amongs_of(condition) if among.kind == "own_group"}
    if groups:
        stored["groups"] = {name: _members(members) for name, members in groups.items()}
    amounts = {
        table.name: {"what": table.what, "source": table.source}
        for table in tables_of(condition)
        if table.what
    }
    if amounts:
        stored["amounts"] = amounts
    if "condition" in stored["entry_into_force"]:
        tables = {table.name: table_text(table) for table in tables_of(condition)}
        stored |= {"tables": tables} if tables else {}
    return stored


def _entry_into_force(entry: EntryIntoForce) -> Json:
    stored = _plain(entry, leave_out="condition")
    stored.pop("organizations", None)
    if "after_treaties" in stored:
        slugs = stored.pop("after_treaties")
        stored["after_treaty"] = slugs if len(slugs) > 1 else slugs[0]
    stored["organisations_count"] = _COUNTS.get(entry.organizations, entry.organizations)
    if entry.fixed:
        stored["on"] = stored.pop("fixed")
    return stored | (_short(entry.condition) or {"condition": _node(entry.condition)})


def _short(condition: ConditionNode) -> Json | None:
    """Return the short keys that stand for a condition; None if only the tree can say it."""
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    counts = [part for part in parts if isinstance(part, AtLeast)]
    number = next((part.number for part in counts if part.among == EVERYONE), None)
    required = next((part.among.members for part in counts if part.among.kind == "named"), ())
    codes = tuple(member.iso3 for member in required)
    shares = tuple(part for part in parts if isinstance(part, SumOf))
    subsets = tuple(part for part in counts if part.among.kind in ("group", "own_group"))
    if condition != short_form(number, codes, shares, subsets) or not (number or codes or shares):
        return None
    if any(SumOf(share.table, share.limit) != share or not _is_plain_share(share) for share in shares):
        return None
    if any(subset.among.on for subset in subsets):
        return None
    said = {
        "instruments": number,
        "required_participants": list(codes),
        "share": [_share(share) for share in shares],
        "subset": [{"group": subset.among.name, "instruments": subset.number} for subset in subsets],
    }
    return {key: value for key, value in said.items() if value}


def _is_plain_share(share: SumOf) -> bool:
    return share.table.total is None and share.table.years[0][0] is None


def _share(share: SumOf) -> Json:
    values = {code: str(value) for code, value in share.table.years[0][1].items()}
    return {"table": share.table.name, "percent": float(share.limit), "values": values}


def _node(node: ConditionNode) -> Json:
    stored: Json
    match node:
        case AllOf() | AnyOf():
            stored = {"all" if isinstance(node, AllOf) else "any": [_node(part) for part in node.parts]}
        case AtLeast():
            number = "all" if node.fraction == 1 else node.number or str(node.fraction)
            key = "more_than" if node.more_than else "at_least"
            stored = {key: number, "of": _among(node.among)}
            if node.part_of and node.part_of != node.among:
                stored["part_of"] = _among(node.part_of)
            stored |= {"acts": [act.value for act in node.acts], "under": node.under}
        case SumOf():
            stored = {"sum": node.table.name, _limit_key(node, percent=node.percent): _number(node.limit)}
            stored |= {"total": node.table.total and _number(node.table.total), "of": _among(node.among)}
        case RatioOf():
            stored = {"ratio": [node.table.name, node.of.name]}
            stored[_limit_key(node, percent=True)] = _number(node.limit)
        case EventHappened():
            stored = {"event": node.name}
        case DayReached():
            stored = {"day": node.day.isoformat()}
        case After():
            stored = {"after": _delay(node.delay), "condition": _node(node.condition)}
        case Unless():
            stored = {"unless": _node(node.condition), "by": node.by.isoformat()}
    stored["article"] = node.article
    return {key: value for key, value in stored.items() if value not in ("", None, [], {})}


def _among(among: Among) -> Json:
    on = {"on": among.on.isoformat()} if among.on else {}
    match among.kind:
        case "everyone":
            return {}
        case "named":
            return {"participants": [member.iso3 for member in among.members]}
        case "parties":
            return {"treaty": among.name, **on}
    return {"group": among.name, **on}


def _members(members: tuple[GroupMember, ...]) -> list[Any]:
    if all(member == GroupMember(member.iso3) for member in members):
        return [member.iso3 for member in members]
    return [{"participant": member.iso3, **_plain(member, leave_out="iso3")} for member in members]


def _limit_key(node: SumOf | RatioOf, *, percent: bool) -> str:
    return ("more_than" if node.more_than else "at_least") + ("_percent" if percent else "")


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _delay(delay: Delay) -> Any:  # noqa: ANN401 - a table, or a list of tables
    steps = [_step(step) for step in delay.steps]
    return steps if len(steps) > 1 else steps[0]


def _step(step: Delay) -> Json:
    if step.to:
        said: Json = {"to": f"{step.to[0]:02}-{step.to[1]:02}"}
    else:
        unit = "years" if step.years else "months" if step.months else "days"
        said = {unit: getattr(step, unit)}
    return said | ({"then": step.then} if step.then else {})


def _plain(shape: Any, leave_out: str = "") -> Json:  # noqa: ANN401 - any dataclass of this package
    """Return the fields of a dataclass that say something: those that are not blank and not at their default."""
    stored = {}
    for field in fields(shape):
        value = getattr(shape, field.name)
        blank = value in (None, "", ()) or (field.default is not MISSING and value == field.default)
        if field.name != leave_out and not blank:
            stored[field.name] = _plain_value(value)
    return stored


def _plain_value(value: Any) -> Any:  # noqa: ANN401 - any value of a field goes in, any JSON value comes out
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Delay):
        return _delay(value)
    if is_dataclass(value):
        return _plain(value)
    return [_plain_value(item) for item in value] if isinstance(value, tuple) else value


def _with_days(value: Any, tables: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON value goes in, any comes out
    """Turn the days back into dates, and gather the share tables as the files they were."""
    if isinstance(value, list):
        return [_with_days(item, tables) for item in value]
    if not isinstance(value, dict):
        return value
    if "values" in value:
        lines = ["iso3,value", *(f"{code},{amount}" for code, amount in value["values"].items())]
        tables[value["table"]] = "\n".join(lines)
        return {key: item for key, item in value.items() if key != "values"}
    return {
        key: date.fromisoformat(item) if key in _DAYS and isinstance(item, str) else _with_days(item, tables)
        for key, item in value.items()
    }
