"""Entries that hold at a revision, as rows and as the facts that the rules read.

Ledger, status and selectors all read entries here, so that an entry is visible to all of them or to none.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from ratification.models import Action, Record, Report, TreatyFact
from ratification.models.entry import LedgerEntry
from ratification.record import reach
from ratification.rules.dates import Span
from ratification.rules.declared import Declared
from ratification.rules.facts import Fact
from treaty.clauses import ActionKind
from treaty.models import Treaty

E = TypeVar("E", bound=LedgerEntry)


def latest_revision(treaty: Treaty) -> int:
    """Return the number of the last published entry; 0 for a treaty without any."""
    return Record.objects.filter(treaty=treaty).values_list("revision", flat=True).first() or 0


_SUPERSEDED = """SELECT supersedes_id FROM {}
    WHERE supersedes_id IS NOT NULL AND revision <= %s AND treaty_id = %s"""


def holding(entries: QuerySet[E]) -> QuerySet[E]:
    """Keep the entries that hold at the latest revision of each treaty: published, not superseded, no retractions."""
    later = entries.model._default_manager.filter(supersedes=OuterRef("pk"), revision__isnull=False)  # noqa: SLF001 - Django's documented API
    return entries.filter(~Exists(later), revision__isnull=False).exclude(entry=LedgerEntry.Entry.RETRACTION)


def holding_at(entries: QuerySet[E], treaty: Treaty, revision: int) -> QuerySet[E]:
    """Keep the entries of a treaty that hold at `revision`: published by then, not superseded by then, no retractions.

    What is superseded is selected by raw SQL, because each response needs it, and the ORM takes twice as long to write
    the whole query without it.
    """
    table = entries.model._meta.db_table  # noqa: SLF001 - Django's documented API
    superseded = RawSQL(_SUPERSEDED.format(table), [revision, treaty.pk])  # noqa: S611 - names of ours only
    published = entries.filter(treaty=treaty, revision__lte=revision)
    return published.exclude(entry=LedgerEntry.Entry.RETRACTION).exclude(pk__in=superseded)


def entries_at(treaty: Treaty, revision: int) -> QuerySet[Action]:
    """Return the treaty actions that hold at `revision`."""
    return holding_at(_with_people(), treaty, revision).order_by("revision")


def entries_published(treaty: Treaty, after: int, until: int) -> list[Action]:
    """Return the entries published after one revision and until another, retractions and superseded ones too."""
    published = _with_people().filter(treaty=treaty, revision__gt=after, revision__lte=until)
    return list(published.order_by("revision"))


def _with_people() -> QuerySet[Action]:
    return Action.objects.select_related("participant", "source", "predecessor")


def entries_elsewhere(slugs: Iterable[str], kinds: Collection[ActionKind]) -> QuerySet[Action]:
    """Return the treaty actions of some kinds under other treaties, from the latest record of each."""
    slugs = list(slugs)
    reach.note_others(slugs)
    actions = Action.objects.filter(treaty__slug__in=slugs, kind__in=kinds).select_related("treaty")
    return holding(actions).order_by("treaty__adopted_on", "taken_earliest")


def reports_at(treaty: Treaty, revision: int) -> QuerySet[Report]:
    """Return the reports that hold at `revision`."""
    reports = Report.objects.select_related("participant", "measure", "source")
    return holding_at(reports, treaty, revision).order_by("revision")


def treaty_facts_at(treaty: Treaty, revision: int) -> QuerySet[TreatyFact]:
    """Return the treaty facts that hold at `revision`."""
    stated = TreatyFact.objects.select_related("participant", "source")
    return holding_at(stated, treaty, revision).order_by("revision")


@dataclass(frozen=True, slots=True)
class TreatyFacts:
    """The treaty facts of a revision for the rules: the day until which the list is known, declared days and events."""

    known_until: date | None
    declared: Declared
    events: Mapping[str, Span] = field(default_factory=dict)


Stated = tuple[str, str | None, date, date]
"""Kind of a treaty fact, code of the participant that it concerns (None: the treaty), earliest and latest day."""
NO_TREATY_FACTS = TreatyFacts(None, Declared())


def read_treaty_facts(treaty: Treaty, revision: int) -> TreatyFacts:
    """Read the treaty facts that hold at `revision`. One query."""
    return treaty_facts_of(treaty, stated_at(treaty, revision))


def stated_at(treaty: Treaty, revision: int) -> QuerySet[TreatyFact, Stated]:
    """Return kind, participant and days of the treaty facts that hold at `revision`, in the order of the days."""
    rows = treaty_facts_at(treaty, revision).order_by("taken_latest", "revision")
    return rows.values_list("kind", "participant__iso3", "taken_earliest", "taken_latest")


def read_treaty_facts_elsewhere(treaties: Iterable[Treaty]) -> dict[str, TreatyFacts]:
    """Read the treaty facts of several treaties, by slug, from the latest record of each. One query."""
    found = {treaty.slug: treaty for treaty in treaties}
    stated = stated_elsewhere(found)
    return {slug: treaty_facts_of(treaty, stated[slug]) for slug, treaty in found.items()}


def stated_elsewhere(slugs: Collection[str]) -> dict[str, list[Stated]]:
    """Read kind, participant and days of treaty facts by the treaty's slug, in the order of the days. One query."""
    reach.note_others(slugs)
    rows = (
        holding(TreatyFact.objects.filter(treaty__slug__in=slugs))
        .order_by("taken_latest", "revision")
        .values_list("treaty__slug", "kind", "participant__iso3", "taken_earliest", "taken_latest")
    )
    of_treaty: dict[str, list[Stated]] = {slug: [] for slug in slugs}
    for slug, kind, iso3, earliest, latest in rows:
        of_treaty[slug].append((kind, iso3, earliest, latest))
    return of_treaty


def treaty_facts_of(treaty: Treaty, rows: Iterable[Stated]) -> TreatyFacts:
    """Gather kind, participant and days, in the order of the days.

    The latest day of a kind holds, of an event the first. An open day is not a declared one, and a list whose last day
    is open is known until the first day that it can be.
    A list whose day is not among them is known until the day that its definition gives, or is kept up to date.
    """
    days: dict[str, date] = {}
    for_participants: dict[str, tuple[date, ...]] = {}
    events: dict[str, Span] = {}
    for kind, iso3, earliest, day in rows:
        if kind == TreatyFact.Kind.KNOWN_UNTIL:
            days[kind] = max(earliest, days.get(kind, earliest))
        elif earliest == day and iso3:
            for_participants[iso3] = (*for_participants.get(iso3, ()), day)
        elif earliest == day:
            days[kind] = day
        if kind in TreatyFact.EVENTS:
            events.setdefault(kind.replace("_", "-"), Span(earliest, day))
    return TreatyFacts(
        known_until=days.get(TreatyFact.Kind.KNOWN_UNTIL, treaty.record_as_of),
        declared=Declared(
            entry_into_force=days.get(TreatyFact.Kind.ENTRY_INTO_FORCE),
            threshold_reached=days.get(TreatyFact.Kind.THRESHOLD_REACHED),
            entry_into_force_for=for_participants,
        ),
        events=events,
    )


def read_facts(treaty: Treaty, revision: int) -> tuple[Fact, ...]:
    """Read the entries that hold at `revision` as facts, without their rows. One query, or two as for `facts_of`."""
    return facts_of_columns(treaty, entries_at(treaty, revision).values_list("entry", *FACT_COLUMNS))


def facts_of_columns(treaty: Treaty, rows: Iterable[Sequence[Any]]) -> tuple[Fact, ...]:
    """Return the facts of entries of which the column `entry` and `FACT_COLUMNS` were selected."""
    held = list(rows)
    first = _first_entries_behind(treaty, (row[0] for row in held))
    return tuple(fact_from(row[1:], first) for row in held)


def facts_of(treaty: Treaty, entries: Iterable[Action]) -> list[Fact]:
    """Return the entries as facts. Makes one further query, or none where no entry is a correction."""
    held = list(entries)
    first = _first_entries_behind(treaty, (entry.entry for entry in held))
    return [_fact_of(entry, first) for entry in held]


def _first_entries_behind(treaty: Treaty, kinds: Iterable[str]) -> dict[int, int]:
    """Map corrections to first entries where one holds: only that can have taken the place of what others refer to."""
    return first_entries(treaty) if Action.Entry.CORRECTION in kinds else {}


def change_of(entry: Action, first: Mapping[int, int]) -> tuple[Fact | None, Fact | None]:
    """Return the fact that a draft would take out of the record, and the one that it would put in its place.

    A correction takes over the identity of what it corrects, so that what refers to that survives; `first` is from
    `first_entries`, and may be empty for a draft that refers to no entry.
    """
    gone = _fact_of(entry.supersedes, first) if entry.supersedes else None
    if entry.entry == Action.Entry.RETRACTION:
        return gone, None
    new = _fact_of(entry, first)
    return gone, replace(new, id=gone.id) if gone else new


def first_entries(treaty: Treaty) -> dict[int, int]:
    """Map each correction to the first entry of its chain, so that references survive it. One query."""
    corrections = Action.objects.filter(treaty=treaty, revision__isnull=False, supersedes__isnull=False)
    first: dict[int, int] = {}
    for pk, earlier in corrections.order_by("revision").values_list("pk", "supersedes"):
        if earlier is not None:
            first[pk] = first.get(earlier, earlier)
    return first


FACT_COLUMNS = (
    *("pk", "participant__iso3", "kind", "taken_earliest", "taken_latest"),
    *("effective_earliest", "effective_latest", "relates_to", "provisions"),
    *("notified_on", "territories", "predecessor__iso3", "precludes", "excludes"),
)
"""The columns of an entry from which `fact_from` makes a fact."""


def fact_from(columns: Iterable[Any], first: Mapping[int, int]) -> Fact:
    """Make a fact of the values of `FACT_COLUMNS`; `first` is the answer of `first_entries`."""
    pk, iso3, kind, earliest, latest, effective, effective_latest, target, articles, *said = columns
    notified, territories, predecessor, precludes, excludes = said
    return Fact(
        id=str(first.get(pk, pk)),
        participant=iso3,
        kind=ActionKind(kind),
        taken=Span(earliest, latest),
        effective=Span(effective, effective_latest) if effective and effective_latest else None,
        target="" if target is None else str(first.get(target, target)),
        articles=tuple(articles),
        notified=Span.day(notified) if notified else None,
        territories=tuple(territories),
        predecessor=predecessor or "",
        precludes=precludes,
        excludes=excludes,
    )


def _fact_of(entry: Action, first: Mapping[int, int]) -> Fact:
    taken = entry.taken_earliest, entry.taken_latest
    effective = entry.effective_earliest, entry.effective_latest
    columns = entry.pk, entry.participant.iso3, entry.kind, *taken, *effective, entry.relates_to_id
    predecessor = entry.predecessor.iso3 if entry.predecessor else None
    said = entry.notified_on, entry.territories, predecessor, entry.precludes, entry.excludes
    return fact_from((*columns, entry.provisions, *said), first)
