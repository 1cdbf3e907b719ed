"""Conversion of rows to JSON: one function for each serializer, faster than its fields would be."""

from datetime import date, datetime
from typing import Any, cast

from ratification import models
from ratification.rules.dates import Span
from ratification.rules.document import days
from ratification.status import changes
from ratification.status.api_urls import address
from states import models as states
from states.validity import holds
from treaty import models as text

Document = dict[str, Any]
"""An answer, or a part of one, as JSON."""


def source(row: text.Source) -> Document:
    """Give a source as it is cited."""
    return {"key": row.key, "title": row.title, "url": row.url, "confidence": row.confidence}


def action(row: models.Action, slug: str) -> Document:
    """Give an entry of the ledger. Its participant, source, `supersedes` and `relates_to` come with it."""
    taken = row.taken
    iso3 = row.participant.iso3
    return {
        "treaty": slug,
        "revision": row.revision or 0,
        "participant": iso3,
        "name": row.participant.name,
        "kind": row.kind,
        "taken_on": iso(taken.on),
        "taken": _days(taken),
        "effective": _days(row.effective),
        "provisions": row.provisions,
        "summary": row.summary,
        "notification": row.notification,
        "confidence": row.confidence,
        "note": row.note,
        "entry": "correction" if row.entry == models.Action.Entry.CORRECTION else "original",
        "supersedes": row.supersedes.revision if row.supersedes else None,
        "reason": row.reason,
        "relates_to": row.relates_to.revision if row.relates_to else None,
        "published_at": moment(row.published_at),
        "source": source(cast("text.Source", row.source)),  # the constraint: a published entry has one
        "links": {
            "participant": address("participants", iso3),
            "standing": address("treaties", slug, "participants", iso3),
        },
    }


def window(row: Document, slug: str) -> Document:
    """Give a window with where to read on."""
    links = {"treaty": address("treaties", slug)}
    if row["participant"]:
        links["standing"] = address("treaties", slug, "participants", row["participant"])
    return {**row, "treaty": slug, "links": links}


def change(row: models.Change) -> Document:
    """Give a change with the status in which it shows."""
    document = changes.change_document(row)
    document["links"] = {
        "status": address("treaties", document["treaty"], "status", as_of=row.as_of, revision=row.revision)
    }
    return document


def participant(row: states.Participant, as_of: date) -> Document:
    """Give a participant and its groups of a day; its memberships come with it."""
    groups = [held.group.slug for held in row.memberships.all() if holds(held, as_of)]
    return {
        "iso3": row.iso3,
        "iso2": row.iso2,
        "m49": row.m49,
        "name": row.name,
        "kind": row.kind,
        "region": row.region,
        "subregion": row.subregion,
        "un_group": row.un_group,
        "valid_from": iso(row.valid_from),
        "valid_until": iso(row.valid_until),
        "groups": sorted(groups),
        "source": row.source,
        "links": {"self": address("participants", row.iso3)},
    }


def name(row: states.ParticipantName) -> Document:
    """Give another name of a participant."""
    return {
        "name": row.name,
        "kind": row.kind,
        "valid_from": iso(row.valid_from),
        "valid_until": iso(row.valid_until),
        "source": row.source,
    }


def group(row: states.Group, as_of: date) -> Document:
    """Give a group and its members of a day; its memberships come with it."""
    members = [held.participant.iso3 for held in row.memberships.all() if holds(held, as_of)]
    return {
        "slug": row.slug,
        "name": row.name,
        "kind": row.kind,
        "organization": row.organization.iso3 if row.organization else None,
        "description": row.description,
        "members": sorted(members),
        "source": row.source,
        "links": {
            "self": address("groups", row.slug),
            "participants": address("participants", group=row.slug),
        },
    }


def iso(day: date | None) -> str | None:
    """Write a day."""
    return day.isoformat() if day else None


def moment(at: datetime | None) -> str:
    """Write a moment, in UTC."""
    return at.isoformat().replace("+00:00", "Z") if at else ""


def _days(span: Span | None) -> Document:
    return days(span)
