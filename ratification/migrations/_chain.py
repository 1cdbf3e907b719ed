"""Revisions of the entries published before revisions were rows, each chained to the one before.

Frozen: the hashes of existing records follow from this code. `ratification.record.chain` writes the same text for new
revisions; a test compares the two.
"""

import hashlib
import json
from datetime import UTC, date, datetime
from itertools import chain, groupby
from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_GENESIS = "0" * 64
_OF_ALL = ("entry", "taken_earliest", "taken_latest", "summary", "confidence", "note", "reason")
_TYPES = {
    "Action": (
        "action",
        (*_OF_ALL, "kind", "effective_earliest", "effective_latest", "provisions", "notification"),
    ),
    "Report": ("report", (*_OF_ALL, "stage")),
    "TreatyFact": ("treaty_fact", (*_OF_ALL, "kind", "number", "notification")),
}
_INTERNAL = ("author_id", "reviewer_id", "created_at", "override", "origin")
_SOURCE = ("key", "title", "url", "publisher", "published_on", "confidence", "note")
_PARTICIPANT = ("iso3", "iso2", "m49", "name", "kind", "valid_from", "valid_until")
_MEASURE = ("slug", "name", "stages")
_TREATY = ("slug", "title", "definition")
_BATCH = 500


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the revisions of every published entry (a RunPython operation)."""
    alias = schema_editor.connection.alias
    revision = apps.get_model("ratification", "Revision")
    for treaty in apps.get_model("treaty", "Treaty")._default_manager.using(alias).order_by("pk"):  # noqa: SLF001 - documented API
        of_treaty = {"treaty": _digest(_columns(treaty, _TREATY))}
        previous, rows = _GENESIS, []
        for number, entries in groupby(_entries(apps, alias, treaty), key=lambda entry: entry.revision):
            entry, *others = entries
            if others:
                raise ValueError(
                    f"The record of {treaty.slug} holds revision {number} {1 + len(others)} times:"
                    " `manage.py check_ledger` of the version before names them."
                )
            text = text_of(treaty.slug, entry, previous, of_treaty)
            previous = hashlib.sha256(text.encode()).hexdigest()
            rows.append(
                revision(
                    treaty=treaty, number=number, recorded_at=entry.published_at, text=text, hash=previous
                )
            )
        revision._default_manager.using(alias).bulk_create(rows, batch_size=_BATCH)  # noqa: SLF001 - documented API


def _entries(apps: Apps, alias: str, treaty: Any) -> list[Any]:
    kinds = {
        "Action": ("participant", "source", "supersedes", "relates_to"),
        "Report": ("participant", "source", "supersedes", "measure"),
        "TreatyFact": ("participant", "source", "supersedes"),
    }
    found = chain.from_iterable(
        apps.get_model("ratification", name)
        ._default_manager.using(alias)
        .filter(treaty=treaty, revision__isnull=False)
        .select_related(*related)
        for name, related in kinds.items()
    )
    return sorted(found, key=lambda entry: entry.revision)


def text_of(treaty: str, entry: Any, previous: str, of_treaty: dict[str, str]) -> str:
    """Return the text of the revision of a published entry (a historical model)."""
    name = entry._meta.object_name  # noqa: SLF001 - documented API
    kind, content = _TYPES[name]
    reference = dict(of_treaty)
    refers = {
        "participant": entry.participant.iso3 if entry.participant else None,
        "supersedes": entry.supersedes.revision if entry.supersedes else None,
    }
    if entry.participant:
        reference["participant"] = _digest(_columns(entry.participant, _PARTICIPANT))
    if name == "Action":
        refers["relates_to"] = entry.relates_to.revision if entry.relates_to else None
    if name == "Report":
        refers["measure"] = entry.measure.slug
        reference["measure"] = _digest(_columns(entry.measure, _MEASURE))
    return _canonical(
        {
            "entry": {"type": kind, **_columns(entry, content), **refers},
            "internal": _digest(_columns(entry, _INTERNAL)),
            "previous": previous,
            "recorded_at": _plain(entry.published_at),
            "reference": reference,
            "revision": entry.revision,
            "shown": "",
            "source": _columns(entry.source, _SOURCE),
            "treaty": treaty,
        }
    )


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, object]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(value: object) -> str:
    return hashlib.sha256(_canonical(value).encode()).hexdigest()
