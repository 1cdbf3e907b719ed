"""Parts of a record that a process reads once and keeps, since what was published never changes.

The facts of a revision are fixed by its head, the hash over all that was published up to it. Entries and people also
quote reference data, which do change: they are kept for one edition of these, and for a minute at most, because an
edition is noted some seconds after the change. Only a treaty that was selected with its head (`heads.with_head`) names
the state that it shows; for any other everything is read anew, as ledger and review need it.

Keys are what the values rest on: hash of a head, digest of an edition, moment of an entry. Numbers alone would be those
of another record too, which was restored in the place of one while the process serves.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, wraps
from time import monotonic
from typing import Any, TypeVar

from ratification.models import Action, Report, Revision
from ratification.record import reach
from ratification.record.entries import (
    FACT_COLUMNS,
    Stated,
    TreatyFacts,
    entries_at,
    entries_published,
    facts_of,
    facts_of_columns,
    holding,
    read_facts,
    read_treaty_facts,
    reports_at,
    stated_at,
    stated_elsewhere,
    treaty_facts_of,
)
from ratification.record.evaluation import (
    Directory,
    clause_of,
    definition_text,
    looks_elsewhere,
    read_directory,
)
from ratification.record.heads import shown_revision
from ratification.rules.facts import Fact
from ratification.rules.outcome import Outcome
from states import naming
from treaty.models import Treaty

T = TypeVar("T")

SECONDS = 60
"""Longest time for which a change of reference data can be overlooked."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of a record, equal where the head is; beside it the edition of the reference data that was read."""

    treaty_id: int
    revision: int
    head: str
    treaty: Treaty = field(compare=False, repr=False)
    edition: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Question:
    """Key of an outcome: a state, as of a day, by a definition; equal without the way in which it is evaluated."""

    state: State
    as_of: date
    definition: bytes
    edition: str
    span: int
    evaluate: Callable[[], Outcome] = field(compare=False, repr=False)


EntryKey = tuple[int, datetime | None]
"""Primary key of a published entry and its moment: another record may have the former again."""
_Facts = Mapping[str, tuple[Fact, ...]]
_Stated = Mapping[str, Sequence[Stated]]


@dataclass(frozen=True, slots=True)
class RecordedEntries:
    """The entries that hold at a revision, with participants and sources, and the fact that each is to the rules."""

    entries: tuple[Action, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, eq=False)
class ActSources:
    """Participant, earliest day and source (key, title, address, confidence) of each act that holds at a revision.

    An act without a source is damage, which audits report; it is left out.

    As a key it is itself alone: what was made from it is kept while it is.
    """

    rows: tuple[tuple[str, date, tuple[str, str, str, str]], ...]


_SOURCE_COLUMNS = (
    *("participant__iso3", "taken_earliest"),
    *("source__key", "source__title", "source__url", "source__confidence"),
)


def facts_at(treaty: Treaty, revision: int) -> tuple[Fact, ...]:
    """Return the facts of a revision in the order of publication.

    No query where they are kept; else one, and another where something was corrected.
    """
    state = _shown(treaty, revision)
    return _kept_facts(state) if state else read_facts(treaty, revision)


def treaty_facts_of_revision(treaty: Treaty, revision: int) -> TreatyFacts:
    """Return the treaty facts of a revision. No query where they are kept, else one."""
    state = _shown(treaty, revision)
    if state is None:
        return read_treaty_facts(treaty, revision)
    return treaty_facts_of(treaty, _kept_stated(state))


def entries_of(treaty: Treaty, revision: int) -> RecordedEntries:
    """Return the entries of a revision. The same queries as `facts_at`; one more where those of another are kept."""
    state = _shown(treaty, revision)
    return _kept_entries(state, state.edition, present_span()) if state else _read_entries(treaty, revision)


def sources_at(treaty: Treaty, revision: int) -> ActSources:
    """Return the sources of a revision's acts, without model instances. No query where they are kept, else one."""
    state = _shown(treaty, revision)
    return _kept_sources(state, state.edition, present_span()) if state else _read_sources(treaty, revision)


def reports_of(treaty: Treaty, revision: int) -> Sequence[Report]:
    """Return the reports that hold at a revision. No query where they are kept, else one."""
    state = _shown(treaty, revision)
    return (
        _kept_reports(state, state.edition, present_span()) if state else list(reports_at(treaty, revision))
    )


def facts_elsewhere(treaties: Sequence[Treaty]) -> dict[str, tuple[tuple[Fact, ...], TreatyFacts]]:
    """Return facts and treaty facts of several treaties, by slug, from the latest revision of each.

    No query where they are kept; else two however many treaties, and one more for each where something was corrected.
    """
    for treaty in treaties:
        reach.note(treaty)
    states = [_shown(treaty, shown_revision(treaty)) for treaty in treaties]
    known = tuple(state for state in states if state)
    facts, stated = _kept_elsewhere(known) if len(known) == len(states) else _read_elsewhere(treaties)
    return {
        treaty.slug: (facts[treaty.slug], treaty_facts_of(treaty, stated[treaty.slug])) for treaty in treaties
    }


def outcome_of(treaty: Treaty, revision: int, as_of: date, evaluate: Callable[[], Outcome]) -> Outcome:
    """Return the outcome of a revision as of a day, evaluated where it is not kept.

    After a publication, all pages of a treaty and those that compare treaties rest on the same few outcomes. None is
    kept where the clause looks at other treaties, which have heads of their own.
    """
    state = _shown(treaty, revision)
    if state is None or looks_elsewhere(clause_of(treaty)):
        return evaluate()
    question = _Question(state, as_of, definition_text(treaty), state.edition, present_span(), evaluate)
    return _kept_outcome(question)


def directory_for(treaty: Treaty, revision: int) -> Directory:
    """Return participants and groups as a treaty's pages show them. No query where they are kept, else two."""
    state = _shown(treaty, revision)
    return _kept_directory(state.edition, present_span()) if state else read_directory()


def kept_for_edition(read: Callable[..., T]) -> Callable[..., T]:
    """Let what is read of reference data beside a treaty be kept as the participants are.

    The treaty is the first argument of what is decorated; what it returns is shared, and nobody changes it.
    """

    @lru_cache(maxsize=16)
    def kept(treaty: Treaty, edition: str, span: int, *which: object) -> T:  # noqa: ARG001 - as below
        return read(treaty, *which)

    AGED.append(kept.cache_clear)

    @wraps(read)
    def found(treaty: Treaty, *which: object) -> T:
        edition = getattr(treaty, "edition_digest", None)
        return kept(treaty, str(edition), present_span(), *which) if edition else read(treaty, *which)

    return found


def entry_key(entry: Action) -> EntryKey:
    """Return the key under which something is kept of a published entry, which never changes."""
    return entry.pk, entry.published_at


def begin_names(treaty: Treaty) -> None:
    """Let names in the page's language be kept as the participants are: for one edition, and for a minute at most."""
    if edition := getattr(treaty, "edition_digest", None):
        naming.begin(f"{edition}/{present_span()}")


def forget() -> None:
    """Keep nothing of what was read so far."""
    naming.forget()
    for kept in (_kept_facts, _kept_stated, _kept_elsewhere):
        kept.cache_clear()
    _forget_aged()


def _forget_aged() -> None:
    for forget_aged in AGED:
        forget_aged()


def _shown(treaty: Treaty, revision: int) -> State | None:
    """Return the state that a treaty was selected with, or None where it does not say."""
    shown, head, edition = (
        getattr(treaty, name, None) for name in ("shown_revision", "head_hash", "edition_digest")
    )
    if shown != revision or not head or not edition:
        return None
    return State(treaty.pk, revision, str(head), treaty, str(edition))


def present_span() -> int:
    """Return the present period of `SECONDS`.

    What is kept for one is not asked for in the next, which begins with nothing: else a process would keep the
    entries, participants and outcomes of one record many times over, until it has kept as many as it may.
    """
    span = int(monotonic() // SECONDS)
    if _spans and _spans[-1] != span:
        _forget_aged()
    _spans.append(span)
    return span


@lru_cache(maxsize=64)
def _kept_facts(state: State) -> tuple[Fact, ...]:
    return read_facts(state.treaty, state.revision)


@lru_cache(maxsize=64)
def _kept_stated(state: State) -> tuple[Stated, ...]:
    return tuple(stated_at(state.treaty, state.revision))


@lru_cache(maxsize=16)
def _kept_entries(state: State, edition: str, span: int) -> RecordedEntries:
    latest = _latest_entries(state.treaty_id, edition, span)
    for earlier, recorded in latest:
        if earlier.revision < state.revision and _still_there(earlier):
            found = _with_later(recorded, earlier, state.revision)
            break
    else:
        found = _read_entries(state.treaty, state.revision)
    latest.append((state, found))
    return found


@lru_cache(maxsize=16)
def _latest_entries(treaty_id: int, edition: str, span: int) -> deque[tuple[State, RecordedEntries]]:  # noqa: ARG001 - as below
    """Return what was read last of a treaty's record: a later revision has the same entries, but for a few."""
    return deque(maxlen=1)


@lru_cache(maxsize=16)
def _kept_sources(state: State, edition: str, span: int) -> ActSources:  # noqa: ARG001 - as below
    return _read_sources(state.treaty, state.revision)


@lru_cache(maxsize=16)
def _kept_reports(state: State, edition: str, span: int) -> Sequence[Report]:  # noqa: ARG001 - as below
    return list(reports_at(state.treaty, state.revision))


@lru_cache(maxsize=16)
def _kept_elsewhere(states: tuple[State, ...]) -> tuple[_Facts, _Stated]:
    return _read_elsewhere([state.treaty for state in states])


@lru_cache(maxsize=1)
def _kept_directory(edition: str, span: int) -> Directory:  # noqa: ARG001 - the arguments name what is kept
    return read_directory()


@lru_cache(maxsize=16)
def _kept_outcome(question: _Question) -> Outcome:
    return question.evaluate()


AGED: list[Callable[[], None]] = [
    kept.cache_clear
    for kept in (_kept_entries, _latest_entries, _kept_sources, _kept_reports, _kept_directory)
] + [_kept_outcome.cache_clear]
"""Functions that forget what is kept for a period of `SECONDS`."""
_spans: deque[int] = deque(maxlen=1)


def _read_elsewhere(treaties: Sequence[Treaty]) -> tuple[_Facts, _Stated]:
    known = {treaty.slug: treaty for treaty in treaties}
    rows: dict[str, list[Any]] = {slug: [] for slug in known}
    found = holding(Action.objects.filter(treaty__slug__in=known)).order_by("revision")
    for slug, *row in found.values_list("treaty__slug", "entry", *FACT_COLUMNS):
        rows[slug].append(row)
    facts = {slug: facts_of_columns(treaty, rows[slug]) for slug, treaty in known.items()}
    return facts, stated_elsewhere(known)


def _read_entries(treaty: Treaty, revision: int) -> RecordedEntries:
    entries = tuple(entries_at(treaty, revision))
    _share_participants(entries)
    return RecordedEntries(entries, tuple(facts_of(treaty, entries)))


def _share_participants(entries: Iterable[Action], known: Iterable[Action] = ()) -> None:
    """Give entries one object for each participant, of whom a query made one for each entry."""
    people = {entry.participant_id: entry.participant for entry in known}
    for entry in entries:
        entry.participant = people.setdefault(entry.participant_id, entry.participant)


def _still_there(state: State) -> bool:
    """Whether the record has that state in its past, as it has unless another record took its place. One query."""
    return Revision.objects.filter(treaty_id=state.treaty_id, number=state.revision, hash=state.head).exists()


def _with_later(recorded: RecordedEntries, state: State, revision: int) -> RecordedEntries:
    """Return the entries of a later revision: those recorded in a state, and what was published since.

    One query, two where a correction is among these.
    """
    published = entries_published(state.treaty, state.revision, revision)
    superseded = {entry.supersedes_id for entry in published}
    new = [
        entry for entry in published if entry.pk not in superseded and entry.entry != Action.Entry.RETRACTION
    ]
    _share_participants(new, recorded.entries)
    pairs = [
        (entry, fact)
        for entry, fact in zip(recorded.entries, recorded.facts, strict=True)
        if entry.pk not in superseded
    ]
    pairs += zip(new, facts_of(state.treaty, new), strict=True)
    return RecordedEntries(tuple(entry for entry, _ in pairs), tuple(fact for _, fact in pairs))


def _read_sources(treaty: Treaty, revision: int) -> ActSources:
    rows = entries_at(treaty, revision).values_list(*_SOURCE_COLUMNS)
    return ActSources(tuple((iso3, day, (key, *rest)) for iso3, day, key, *rest in rows if key))
