"""The whole record of a treaty in memory, so that it can be evaluated at one revision after another.

The status job walks through every revision that it has not seen yet. Reading the record from the database for each
would cost it a handful of queries a revision.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from ratification.models import Action, Report, Revision, TreatyFact
from ratification.models.entry import LedgerEntry
from ratification.record.entries import FACT_COLUMNS, fact_from, first_entries, treaty_facts_of
from ratification.record.evaluation import Directory, clause_of, record_of, with_elsewhere
from ratification.rules import facts
from ratification.rules.evaluate import evaluate
from ratification.rules.outcome import Outcome
from treaty.models import Treaty

_NEVER = float("inf")
_ENTRY = (
    *("pk", "revision", "entry", "supersedes", "supersedes__revision", "published_at"),
    "participant__iso3",
)
_STATED = ("kind", "participant__iso3", "taken_earliest", "taken_latest")


@dataclass(frozen=True, slots=True)
class PublishedEntry:
    """A published entry without its content; `supersedes` is the revision of the entry that it takes back."""

    model: type[LedgerEntry]
    pk: int
    revision: int
    entry: str
    superseded_pk: int | None
    supersedes: int | None
    published_at: datetime
    participant: str | None


class History:
    """The published entries of a treaty; `entries` has them by revision.

    `within_publications` are the revisions that are no states of the record: lines of a set published as one.
    """

    def __init__(self, treaty: Treaty, directory: Directory) -> None:
        self._treaty, self._directory = treaty, directory
        self._clause = clause_of(treaty)
        self._record = record_of((), directory)
        self._facts: list[tuple[PublishedEntry, facts.Fact]] = []
        self._stated: list[tuple[PublishedEntry, Any]] = []
        self._elsewhere: dict[date, facts.FactRecord] = {}  # what other treaties say, by day
        self._until: dict[tuple[type[LedgerEntry], int], int] = {}
        self.entries: dict[int, PublishedEntry] = {}
        first = first_entries(treaty)
        for entry, columns in self._read(Action, *FACT_COLUMNS):
            self._facts.append((entry, fact_from(columns, first)))
        for entry, columns in self._read(TreatyFact, *_STATED):
            self._stated.append((entry, columns))
        self._stated.sort(key=lambda each: (each[1][3], each[0].revision))
        self._read(Report)
        inner = Revision.objects.filter(treaty=treaty, ends_publication=False)
        self.within_publications = set(inner.values_list("number", flat=True))

    def outcome(self, day: date, revision: int) -> Outcome:
        """Apply the rules to the record at a revision as of a day: the outcome of `selectors.view_of`."""
        known = self.facts_at(day, revision)
        stated = treaty_facts_of(
            self._treaty, [columns for entry, columns in self._stated if self._holds(entry, revision)]
        )
        if day not in self._elsewhere:
            self._elsewhere[day] = with_elsewhere(
                self._record, self._treaty, self._clause, day, self._directory, events=stated.events
            )
        record = replace(self._elsewhere[day], facts=facts.FactRecord.of(known).facts, events=stated.events)
        return evaluate(
            self._clause,
            record,
            day,
            known_until=stated.known_until,
            declared=stated.declared,
        )

    def facts_at(self, day: date, revision: int) -> list[facts.Fact]:
        """Return the facts that hold at a revision and may have happened by a day."""
        return [
            fact for entry, fact in self._facts if fact.taken.earliest <= day and self._holds(entry, revision)
        ]

    def last_of_batch(self, revision: int) -> int:
        """Return the last revision that was published in the same moment as another: one transaction wrote them."""
        moment = self.entries[revision].published_at
        while revision + 1 in self.entries and self.entries[revision + 1].published_at == moment:
            revision += 1
        return revision

    def _read(self, model: type[LedgerEntry], *columns: str) -> list[tuple[PublishedEntry, tuple[Any, ...]]]:
        """Read the published entries of a kind with some columns, and note until when each holds. One query."""
        rows = model._default_manager.filter(treaty=self._treaty, revision__isnull=False)  # noqa: SLF001 - documented API
        found = []
        for row in rows.order_by("revision").values_list(*_ENTRY, *columns):
            entry = PublishedEntry(model, *cast("Any", row[: len(_ENTRY)]))
            self.entries[entry.revision] = entry
            if entry.superseded_pk is not None:
                key = model, entry.superseded_pk
                self._until[key] = min(entry.revision, self._until.get(key, entry.revision))
            found.append((entry, row[len(_ENTRY) :]))
        return found

    def _holds(self, entry: PublishedEntry, revision: int) -> bool:
        """Return whether an entry holds at a revision, as `entries.holding_at` selects it."""
        return (
            entry.revision <= revision < self._until.get((entry.model, entry.pk), _NEVER)
            and entry.entry != LedgerEntry.Entry.RETRACTION
        )
