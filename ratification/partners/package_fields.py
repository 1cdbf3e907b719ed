"""Fields of the data package: what each column means, which values it has, and which table it refers to."""

from collections.abc import Iterable, Mapping
from typing import Any

from ratification.models import Action
from ratification.rules.outcome import StandingKind, WindowKind
from ratification.rules.statements import ProvisionState
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Article, Measure, Source

DESCRIPTIONS = {
    "revision": "Revision of the record with which the entry was published.",
    "statements.revision": "Revision of the entry that made the statement.",
    "entry": "Whether it stands for itself, corrects an entry or retracts one.",
    "supersedes": "Revision of the entry that it corrects or retracts.",
    "participant": "Who acted: code in participants.csv.",
    "windows.participant": "Whose window it is; empty: of all.",
    "kind": "What was done.",
    "groups.kind": "What the group is.",
    "participants.kind": "What the participant is in treaty practice.",
    "windows.kind": "What the window is for.",
    "statements.kind": "What the statement is.",
    "taken": "When it was taken",
    "effective": "When it takes effect, where that differs",
    "relates_to": "Revision of the entry that it answers, such as the reservation of an objection.",
    "provisions": "Provisions of the treaty that it concerns.",
    "measures.articles": "Articles of the treaty that it carries out.",
    "summary": "Summary in this project's own words.",
    "notification": "The depositary's notification (C.N.).",
    "source": "Source that states it: key in sources.csv.",
    "participants.source": "Where these facts come from.",
    "groups.source": "Where it is stated.",
    "memberships.source": "Where it is stated.",
    "confidence": "How reliable the source is.",
    "note": "Note of the staff.",
    "reason": "Reason of a correction or retraction.",
    "standings.reason": "The status in words.",
    "published_at": "When it was published (UTC).",
    "excludes": "Whether a reservation excludes the provision whole.",
    "precludes": "Whether an objection keeps the treaty from entering into force between the two.",
    "territories": "Territories that it extends to or excludes.",
    "predecessor": "State that a succession succeeds: code in participants.csv.",
    "notified_on": "When the depositary notified it.",
    "texts": "The statement's text, by language.",
    "provision": "Provision of the statement; empty: the treaty as a whole.",
    "state": "State on the day.",
    "certain": "False where an open day permits another state.",
    "by": "Revision of the entry that gave it the state.",
    "since": "Since when it has the state",
    "withdrawn": "Parts of it that were withdrawn.",
    "objections": "Revisions of the objections that stand against it.",
    "slug": "Stable name.",
    "name": "Name.",
    "theme": "Theme.",
    "articles": "Articles that it concerns.",
    "stages": "Stages that it can have, in order.",
    "stage": "Stage that is reported.",
    "description": "Description.",
    "measure": "What is reported on: slug in measures.csv.",
    "standing": "Status of the participant on the day.",
    "signed": "When it signed",
    "consent_kind": "How it consented to be bound.",
    "consent": "When it consented to be bound",
    "in_force": "When the treaty enters into force for it",
    "counted": "Whether the consent certainly counts toward the threshold.",
    "number": "Number.",
    "windows.number": "Position in the status document.",
    "opens": "First day",
    "closes": "Last day, included",
    "basis": "Provision from which it follows, or the claim that reported it.",
    "reported": "Only reported, not in the text.",
    "iso3": "Code: ISO 3166-1 alpha-3; EUE for the European Union.",
    "iso2": "ISO 3166-1 alpha-2, where there is one.",
    "m49": "United Nations M49, where there is one.",
    "region": "United Nations M49 region.",
    "subregion": "United Nations M49 sub-region.",
    "un_group": "United Nations regional group.",
    "valid_from": "First day; empty: before the record.",
    "valid_until": "First day after; empty: still.",
    "organization": "Organization that the group is of: code in participants.csv.",
    "group": "Group: slug in groups.csv.",
    "position": "Position in the text.",
    "title": "Title.",
    "chapter": "Chapter: number in chapters.csv.",
    "status": "Adopted, or only reported to exist.",
    "title_status": "How far the title was checked.",
    "summary_status": "How far the summary was checked against the text.",
    "key": "Stable name of the source.",
    "url": "Address.",
    "publisher": "Publisher.",
    "published_on": "When it was published, as exactly as is known.",
}
"""By column, or by table and column where it means another thing there; of an open day by its first part."""

_DAY = {
    "on": "the day, if it is known",
    "earliest": "first possible day",
    "latest": "last possible day; empty beside an earliest: it may never happen",
}
_SOURCE = [each.value for each in Source.Confidence]
_STAGES = [each.value for each in Measure.Stage]
VALUES: Mapping[str, Iterable[str]] = {
    "entry": Action.Entry.values,
    "kind": [each.value for each in ActionKind],
    "windows.kind": [each.value for each in WindowKind],
    "participants.kind": Participant.Kind.values,
    "participants.un_group": Participant.UNGroup.values,
    "confidence": _SOURCE,
    "statements.state": [each.value for each in ProvisionState],
    "windows.state": ["not_yet_open", "open", "closed", "uncertain"],
    "theme": Measure.Theme.values,
    "stage": _STAGES,
    "standing": [each.value for each in StandingKind],
    "consent_kind": [each.value for each in ActionKind],
    "articles.status": Article.Status.values,
    "title_status": Article.Checked.values,
    "summary_status": Article.Checked.values,
}
REFERENCES = {
    "supersedes": ("", "revision"),
    "relates_to": ("", "revision"),
    "statements.revision": ("actions", "revision"),
    "by": ("actions", "revision"),
    "participant": ("participants", "iso3"),
    "predecessor": ("participants", "iso3"),
    "organization": ("participants", "iso3"),
    "measure": ("measures", "slug"),
    "group": ("groups", "slug"),
    "chapter": ("chapters", "number"),
    "source": ("sources", "key"),
}
"""Columns that name a row of another table; an empty table is the same one."""
_NO_KEYS = frozenset({"participants.source", "groups.source", "memberships.source", "groups.kind"})
"""Columns that are texts here."""


def table_schema(table: str, columns: Mapping[str, str], key: Iterable[str]) -> dict[str, Any]:
    """Return the schema of a table (Frictionless): its fields, its key, and what it refers to."""
    keys = list(key)
    fields = [_field(table, name, kind, required=name in keys) for name, kind in columns.items()]
    references = [
        {"fields": [name], "reference": {"resource": resource, "fields": [column]}}
        for name in columns
        if (found := _of(table, name, REFERENCES))
        for resource, column in [found]
    ]
    schema: dict[str, Any] = {"fields": fields}
    if keys:
        schema["primaryKey"] = keys
    if references:
        schema["foreignKeys"] = references
    return schema


def _field(table: str, name: str, kind: str, *, required: bool) -> dict[str, Any]:
    first, _, part = name.partition(".")
    words = _of(table, first, DESCRIPTIONS)
    field: dict[str, Any] = {
        "name": name,
        "type": kind,
        "description": f"{words}: {_DAY[part]}." if part else words,
    }
    values = _of(table, name, VALUES)
    constraints: dict[str, Any] = {"required": True} if required else {}
    if values:
        constraints |= {"enum": list(values)}
    return field | ({"constraints": constraints} if constraints else {})


def _of(table: str, name: str, mapping: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of several mappings
    """Return what is said of a column: of this table, else of all; None where it is a text of its own."""
    own = f"{table}.{name}"
    if own in _NO_KEYS and own not in mapping:
        return None
    return mapping.get(own, mapping.get(name))
