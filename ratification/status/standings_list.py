"""The API's list of participants: the standing of each under a treaty, and its sources.

Each row is written as JSON once for a state of the record. From one day to the next nearly all rows are the same, and
often all: of a list for a day that was not asked for before, only those in which something else stands are written.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from ratification.record import kept
from ratification.record.evaluation import Directory
from ratification.record.kept import ActSources
from ratification.rules.document import acting_participant, participant_without_act, unknown_participant
from ratification.rules.outcome import Outcome, ParticipantStanding, StandingKind
from ratification.rules.reasons import NO_ACT
from ratification.status.api_urls import ROOT
from states.models import Participant
from states.validity import holds
from treaty.models import Treaty

Row = dict[str, Any]
"""A participant's standing as JSON (`api.serializers.StandingSerializer`)."""
MOST = 2_000
"""Rows that are kept for one state of one record, about 1.5 MB."""
LISTS = 2
"""Whole lists that are kept for one state of one record."""

_Source = tuple[str, str, str, str]
_OF_SOURCE = ("key", "title", "url", "confidence")
_Standing = ParticipantStanding | date | None
"""A standing, the day since which none is known, or None where the record has no act."""


class StandingRows:
    """The rows of a treaty's list at one state of its record."""

    def __init__(self, slug: str, sources: ActSources, directory: Directory) -> None:
        self._slug = slug
        self._people = sorted(directory.participants.values(), key=lambda person: str(person.name))
        self._acts: dict[str, list[tuple[date, _Source]]] = defaultdict(list)
        for iso3, day, source in sources.rows:
            self._acts[iso3].append((day, source))
        self._days = {iso3: sorted(day for day, _ in acts) for iso3, acts in self._acts.items()}
        acts = [day for days in self._days.values() for day in days]
        validity = [day for person in self._people for day in (person.valid_from, person.valid_until) if day]
        self._turns = sorted(acts + validity)
        self._written: dict[tuple[str, _Standing, int], bytes] = {}
        self._joined: list[tuple[Any, tuple[int, bytes]]] = []

    def rows(self, outcome: Outcome, among: Collection[str] | None) -> list[Row]:
        """Return the rows of all that exist on the outcome's day or are in the record, by name; None is among all."""
        return [
            self._row(person, standing, outcome)
            for person, standing in self._listed(outcome)
            if among is None or person.iso3 in among
        ]

    def text(self, outcome: Outcome) -> tuple[int, bytes]:
        """Return the number of all rows, and their JSON joined by commas: the same on all days between two changes."""
        turn = bisect_right(self._turns, outcome.as_of)
        state = (turn, outcome.known_until, outcome.unknown, outcome.standings)
        for known, joined in self._joined:
            if known == state:
                return joined
        texts = [self._text(person, standing, outcome) for person, standing in self._listed(outcome)]
        joined = len(texts), b",".join(texts)
        self._joined = [(state, joined), *self._joined[: LISTS - 1]]
        return joined

    def _listed(self, outcome: Outcome) -> Iterator[tuple[Participant, _Standing]]:
        standings: dict[str, _Standing] = dict.fromkeys(outcome.unknown, outcome.known_until)
        standings |= {standing.participant: standing for standing in outcome.standings}
        for person in self._people:
            if person.iso3 in standings or holds(person, outcome.as_of):
                yield person, standings.get(person.iso3)

    def _text(self, person: Participant, standing: _Standing, outcome: Outcome) -> bytes:
        days = self._days.get(person.iso3)
        key = (person.iso3, standing, bisect_right(days, outcome.as_of) if days else 0)
        text = self._written.get(key)
        if text is None:
            if len(self._written) >= MOST:
                self._written.clear()
            text = self._written[key] = orjson.dumps(self._row(person, standing, outcome))
        return text

    def _row(self, person: Participant, standing: _Standing, outcome: Outcome) -> Row:
        row = None
        if isinstance(standing, ParticipantStanding):
            row = acting_participant(standing)
        elif standing:
            row = unknown_participant(person.iso3, outcome)
        acts = self._acts.get(person.iso3, ())
        return row_of(self._slug, row, person, (source for day, source in acts if day <= outcome.as_of))


def rows_at(treaty: Treaty, revision: int) -> StandingRows:
    """Return the rows of a revision. No query where entries and participants are kept."""
    return _rows(treaty.slug, kept.sources_at(treaty, revision), kept.directory_for(treaty, revision))


@lru_cache(maxsize=4)
def _rows(slug: str, sources: ActSources, directory: Directory) -> StandingRows:
    return StandingRows(slug, sources, directory)


kept.AGED.append(_rows.cache_clear)  # as the sources are, from which the rows were written


def row_of(slug: str, standing: Row | None, person: Participant, sources: Iterable[_Source]) -> Row:
    """Return one participant's standing as JSON, with each source once; None where the record has no act of it."""
    once: dict[str, _Source] = {}
    for source in sources:
        once.setdefault(source[0], source)
    return {
        **(standing or participant_without_act(person.iso3, StandingKind.NONE, NO_ACT)),
        "treaty": slug,
        "name": person.name,
        "kind": person.kind,
        "region": person.region,
        "un_group": person.un_group,
        "sources": [dict(zip(_OF_SOURCE, source, strict=True)) for source in once.values()],
        # By hand, because there are hundreds; a code and a slug need no quoting.
        "links": {
            "self": f"{ROOT}treaties/{slug}/participants/{person.iso3}/",
            "participant": f"{ROOT}participants/{person.iso3}/",
            "actions": f"{ROOT}treaties/{slug}/actions/?participant={person.iso3}",
        },
    }
