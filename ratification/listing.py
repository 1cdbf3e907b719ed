"""Where everybody stands under a treaty, who that is, and where it is stated: the API's list of participants.

The job stores the whole list beside the status of a record that is kept up to date, since it is what partners ask for
most. It is served as it stands where its day, revision and edition are those asked for; all else is computed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.db.models import QuerySet

from ratification import reading
from ratification.addresses import ROOT
from ratification.models import Action, Listing
from ratification.rules.document import days
from states.models import Participant
from states.validity import holds
from treaty.models import Treaty

Row = dict[str, Any]
"""A participant's standing as JSON (`ratification.api.shapes.Standing`)."""


class Person(NamedTuple):
    """What a standing says of its participant, as columns: a long list needs no rows."""

    iso3: str
    name: str
    kind: str
    region: str
    un_group: str
    valid_from: date | None
    valid_until: date | None


def rows_of(
    treaty: Treaty,
    as_of: date,
    standings: Iterable[Row],
    entries: QuerySet[Action],
    people: QuerySet[Participant],
) -> list[Row]:
    """Give the standing of all of `people` that exist on a day or are in the record, by name. Two queries.

    Args:
        treaty: the treaty.
        as_of: the legal date.
        standings: those of the status document.
        entries: what the record holds, as far as it had happened; they name the sources.
        people: who is asked for.
    """
    known = {row["participant"]: row for row in standings}
    persons = [Person(*columns) for columns in people.order_by("name").values_list(*Person._fields)]
    sources = _sources(entries)
    rows = [
        row_of(treaty.slug, known.get(person.iso3), person, sources.get(person.iso3, {}).values())
        for person in persons
        if person.iso3 in known or holds(person, as_of)
    ]
    return sorted(rows, key=lambda row: str(row["name"]))  # databases differ in what comes after z


def row_of(slug: str, standing: Row | None, person: Person | Participant, sources: Iterable[Row]) -> Row:
    """Give one participant's standing; None where the record says nothing of it."""
    return {
        **(standing or {**_NO_STANDING, "participant": person.iso3}),
        "treaty": slug,
        "name": person.name,
        "kind": person.kind,
        "region": person.region,
        "un_group": person.un_group,
        "sources": list(sources),
        # By hand, because there are hundreds; a code and a slug need no quoting.
        "links": {
            "self": f"{ROOT}treaties/{slug}/participants/{person.iso3}/",
            "participant": f"{ROOT}participants/{person.iso3}/",
            "actions": f"{ROOT}treaties/{slug}/actions/?participant={person.iso3}",
        },
    }


def text_of(rows: list[Row]) -> str:
    """Write the list as the members of a JSON object that stand behind the clocks."""
    return orjson.dumps({"count": len(rows), "results": rows}).decode()


def store(treaty: Treaty, as_of: date, revision: int, edition: int, document: Mapping[str, Any]) -> None:
    """Store the list of a status document, unless it is stored already.

    Args:
        treaty: a treaty whose record is kept up to date; lists taken over whole are not stored.
        as_of: the legal date of the document.
        revision: its state of the record.
        edition: the state of the reference data, read before anything else was: what changes meanwhile makes the list
            newer than it says, and so it is not served.
        document: the status document.
    """
    if treaty.record_as_of is not None:
        return
    entries = reading.entries_at(treaty, revision).filter(taken_earliest__lte=as_of)
    rows = rows_of(treaty, as_of, document["participants"], entries, Participant.objects.all())
    wanted = {"as_of": as_of, "revision": revision, "edition": edition, "text": text_of(rows)}
    stored = Listing.objects.filter(treaty=treaty)
    if not stored.filter(**wanted).exists() and not stored.update(**wanted):
        Listing.objects.create(treaty=treaty, **wanted)


def stored(treaty: Treaty, as_of: date, revision: int, edition: int) -> str | None:
    """Return the stored list, if it is the one asked for. One query."""
    listing = Listing.objects.filter(treaty=treaty, as_of=as_of, revision=revision, edition=edition)
    return listing.values_list("text", flat=True).first()


def _sources(entries: QuerySet[Action]) -> dict[str, dict[str, Row]]:
    """Gather the sources of each participant's entries, each once, in the order of the record. One query."""
    sources: dict[str, dict[str, Row]] = defaultdict(dict)
    fields = ("key", "title", "url", "confidence")
    rows = entries.values_list("participant__iso3", *(f"source__{field}" for field in fields))
    for iso3, *values in rows:
        sources[iso3].setdefault(values[0], dict(zip(fields, values, strict=True)))
    return sources


_NO_STANDING: Row = {
    "participant": "",
    "standing": "none",
    "signed_on": None,
    "consent": {"kind": None, **days(None)},
    "in_force": days(None),
    "counted": False,
    "reason": "No signature and no consent to be bound is recorded.",
    "signed": days(None),
}
