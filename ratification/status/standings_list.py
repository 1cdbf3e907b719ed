"""The API's list of participants: the standing of each under a treaty, and its sources.

The job stores the whole list with the status of a record that is kept up to date, since partners ask for it most. It
is served where its day, revision and edition are those asked for; any other is computed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.db import connections, router

from ratification.models import Action, Listing
from ratification.record.selectors import View
from ratification.rules.document import participant_without_act
from ratification.rules.outcome import StandingKind
from ratification.rules.reasons import NO_ACT
from ratification.status.api_urls import ROOT
from states.models import Participant
from states.validity import holds
from treaty.models import Treaty

Row = dict[str, Any]
"""A participant's standing as JSON (`api.serializers.StandingSerializer`)."""


SourceOfAct = tuple[str, str, str, str, str]
"""Code of the participant that acted; key, title, address and confidence of the source."""
SOURCE_COLUMNS = ("participant__iso3", "source__key", "source__title", "source__url", "source__confidence")
"""The same as columns of the entries: a long list needs no model instances."""


_STORED = "SELECT text FROM ratification_listing WHERE treaty_id = %s AND as_of = %s AND revision = %s AND edition = %s"


class Person(NamedTuple):
    """The columns of a participant that a standing shows: a long list needs no model instances."""

    iso3: str
    name: str
    kind: str
    region: str
    un_group: str
    valid_from: date | None
    valid_until: date | None


def rows_of(
    slug: str,
    as_of: date,
    standings: Iterable[Row],
    people: Iterable[Person | Participant],
    sources: Iterable[SourceOfAct],
) -> list[Row]:
    """Return the standings of those of `people` that exist on a day or are in the record, by name.

    Args:
        slug: the treaty.
        as_of: the legal date.
        standings: those of the status document.
        people: the participants asked for.
        sources: those of the acts up to the legal date, in the order of the record.
    """
    known = {row["participant"]: row for row in standings}
    by_participant = sources_of(sources)
    rows = [
        row_of(slug, known.get(person.iso3), person, by_participant.get(person.iso3, {}).values())
        for person in people
        if person.iso3 in known or holds(person, as_of)
    ]
    return sorted(rows, key=lambda row: str(row["name"]))  # databases differ in what comes after z


def row_of(slug: str, standing: Row | None, person: Person | Participant, sources: Iterable[Row]) -> Row:
    """Return one participant's standing as JSON; `standing` is None where the record has no act of it."""
    return {
        **(standing or participant_without_act(person.iso3, StandingKind.NONE, NO_ACT)),
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


def store(view: View, edition: int, standings: Iterable[Row]) -> None:
    """Store the whole list, unless it is stored already; lists of treaties taken over whole are not.

    Args:
        view: the treaty's view.
        edition: the state of the reference data, read before anything else: a list that a later change has reached is
            stored under the earlier edition, and so is not served.
        standings: those of its status document.
    """
    if view.treaty.record_as_of is not None:
        return
    people = view.directory.participants.values()
    rows = rows_of(view.treaty.slug, view.as_of, standings, people, act_sources(view.entries))
    text = orjson.dumps({"count": len(rows), "results": rows}).decode()  # the clocks are written before it
    wanted = {"as_of": view.as_of, "revision": view.revision, "edition": edition, "text": text}
    stored = Listing.objects.filter(treaty=view.treaty)
    if not stored.filter(**wanted).exists() and not stored.update(**wanted):
        Listing.objects.create(treaty=view.treaty, **wanted)


def stored(treaty: Treaty, as_of: date, revision: int, edition: int) -> str | None:
    """Return the stored list, if it is the one asked for. One query."""
    with connections[router.db_for_read(Listing)].cursor() as cursor:
        cursor.execute(_STORED, [treaty.pk, as_of.isoformat(), revision, edition])
        row = cursor.fetchone()
    return str(row[0]) if row else None


def sources_of(sources: Iterable[SourceOfAct]) -> dict[str, dict[str, Row]]:
    """Group sources by participant and key, each once, in their order."""
    grouped: dict[str, dict[str, Row]] = defaultdict(dict)
    for iso3, key, title, url, confidence in sources:
        source = {"key": key, "title": title, "url": url, "confidence": confidence}
        grouped[iso3].setdefault(key, source)
    return grouped


def act_sources(entries: Iterable[Action]) -> Iterator[SourceOfAct]:
    """Yield participant and source of each entry; one without a source is damage, which the audit reports."""
    for entry in entries:
        if source := entry.source:
            yield entry.participant.iso3, source.key, source.title, source.url, source.confidence
