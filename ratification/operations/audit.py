"""Invariants of the whole ledger that no single constraint can hold; `manage.py check_ledger` prints breaches."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import connection, transaction

from ratification.ledger.appending import TYPES, refers_of
from ratification.ledger.content import AnyEntry
from ratification.models import Action, Change, Record, Report, Revision, TreatyFact, TreatyStatus, triggers
from ratification.record import chain
from ratification.record.entries import entries_at, facts_of, latest_revision
from ratification.record.evaluation import clause_of, record_for, with_elsewhere
from ratification.rules.admissibility import doubts_about
from ratification.rules.evaluate import evaluate
from ratification.rules.results import WITHOUT_EFFECT, results_of
from ratification.status import recompute
from treaty.models import Treaty

Entries = Sequence[AnyEntry]
_OF_THE_CLAUSE = frozenset({"act", "permission"})
"""Doubts that follow from the clause alone."""


def breaches(*, today: date, now: datetime) -> Iterator[str]:
    """Yield a line for each breach, by treaty; none if the ledger is sound.

    Args:
        today: the last legal date of possible acts.
        now: the moment of the recomputation, which is rolled back.

    """
    for name in triggers.missing(connection):
        yield f"database: the trigger {name} is missing or switched off; published entries can be changed."
    for treaty in Treaty.objects.order_by("slug"):
        actions = list(
            treaty.actions.filter(state=Action.State.PUBLISHED)
            .select_related("participant", "source", "supersedes", "relates_to", "predecessor")
            .order_by("revision", "pk")
        )
        reports = list(
            treaty.reports.filter(state=Report.State.PUBLISHED)
            .select_related("participant", "source", "supersedes", "measure")
            .order_by("revision", "pk")
        )
        facts = list(
            treaty.treatyfacts.filter(state=TreatyFact.State.PUBLISHED)
            .select_related("participant", "source", "supersedes")
            .order_by("revision", "pk")
        )
        entries: list[AnyEntry] = sorted([*actions, *reports, *facts], key=lambda entry: entry.revision or 0)
        for check in (_revisions, _columns, _references):
            yield from (f"{treaty.slug}: {line}" for line in check(entries))
        for kind in (actions, reports, facts):
            yield from (f"{treaty.slug}: {line}" for line in _chains(kind))
        yield from (f"{treaty.slug}: {line}" for line in _counter(treaty, entries))
        yield from _chained(treaty, entries)
        yield from (f"{treaty.slug}: {line}" for line in _admissible(treaty, today))
        yield from (f"{treaty.slug}: {line}" for line in _stored(treaty, now))


def _revisions(entries: Entries) -> Iterator[str]:
    """Revisions run from 1 without gaps or doubles, in the order of publication."""
    numbers = [entry.revision or 0 for entry in entries]
    for number in sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)):
        yield f"revision {number} is missing."
    for number, times in Counter(numbers).items():
        if times > 1:
            yield f"revision {number} is held by {times} entries."
    for earlier, later in pairwise(entries):
        if earlier.published_at and later.published_at and later.published_at < earlier.published_at:
            yield f"revision {later.revision} was published before revision {earlier.revision}."


def _columns(entries: Entries) -> Iterator[str]:
    """Every published entry has a source and a reviewer other than its author."""
    for entry in entries:
        if entry.source_id is None:
            yield f"{_name(entry)} has no source."
        if entry.reviewer_id is None or entry.reviewer_id == entry.author_id:
            yield f"{_name(entry)} was not reviewed by a second person."
        if entry.published_at is None:
            yield f"{_name(entry)} does not say when it was published."


def _chains(entries: Entries) -> Iterator[str]:
    """Every entry is superseded at most once, by a later one: otherwise two entries hold in its place."""
    for pk, times in Counter(entry.supersedes_id for entry in entries if entry.supersedes_id).items():
        if times > 1:
            yield f"entry {pk} is superseded {times} times, and so counted {times} times."
    for entry in entries:
        before = entry.supersedes
        if before is None:
            continue
        if before.treaty_id != entry.treaty_id:
            yield f"{_name(entry)} supersedes an entry of another treaty."
        elif before.revision is None or entry.revision is None or before.revision >= entry.revision:
            yield f"{_name(entry)} supersedes an entry that was not published before it."


def _references(entries: Entries) -> Iterator[str]:
    """Every reference leads to a published entry, measure or source of the same treaty."""
    for entry in entries:
        target = entry.relates_to if isinstance(entry, Action) else None
        if target and (target.treaty_id != entry.treaty_id or target.revision is None):
            yield f"{_name(entry)} relates to an entry that is not published in the same record."
        if isinstance(entry, Report) and (
            entry.measure.treaty_id != entry.treaty_id or entry.stage not in entry.measure.stages
        ):
            yield f"{_name(entry)} is not about a stage of a measure of the treaty."
        if entry.source and entry.source.treaty_id != entry.treaty_id:
            yield f"{_name(entry)} rests on a source of another treaty."


def _counter(treaty: Treaty, entries: Entries) -> Iterator[str]:
    """The revision of the record is that of the last published entry."""
    record = Record.objects.filter(treaty=treaty).first()
    stored = record.revision if record else 0
    last = max((entry.revision or 0 for entry in entries), default=0)
    if stored != last:
        yield f"the record stands at revision {stored}, its last published entry at {last}."


def _chained(treaty: Treaty, entries: Entries) -> Iterator[str]:
    """The revisions are one chain, and each published entry is what its revision says."""
    texts, hashes = [], []
    for text, stored in Revision.objects.filter(treaty=treaty).order_by("number").values_list("text", "hash"):
        texts.append(text)
        hashes.append(stored)
    try:
        revisions, computed = chain.read_chain(texts)
    except chain.ChainError as error:
        yield str(error)
        return
    if computed != hashes:
        yield f"{treaty.slug}: a stored hash is not that of its revision's text."
    said = {each["revision"]: each for each in revisions}
    for entry in entries:
        revision = said.pop(entry.revision, None)
        if revision is None:
            yield f"{treaty.slug}: {_name(entry)} has no row among the revisions."
        elif differing := _differing(revision, entry):
            yield f"{treaty.slug}: {_name(entry)} is not what was published: {', '.join(differing)} differ."
    for number in said:
        yield f"{treaty.slug}: revision {number} has no published entry."


def _differing(revision: dict[str, Any], entry: AnyEntry) -> list[str]:
    """Return in what a published entry is not what its revision says."""
    if revision["entry"]["type"] != TYPES[type(entry)]:
        return ["type"]
    source = entry.source.key if entry.source else ""
    return chain.disagreements(revision, vars(entry), refers_of(entry), source)


def _admissible(treaty: Treaty, today: date) -> Iterator[str]:
    """No entry that holds describes an impossible act (a deposit before the treaty was open), or has no effect.

    Nor does one describe, without an explanation, an act that the clause does not admit: it can have been loaded later.
    """
    entries = list(entries_at(treaty, latest_revision(treaty)))
    facts, clause = facts_of(treaty, entries), clause_of(treaty)
    record = with_elsewhere(record_for(clause, facts), treaty, clause, today)
    results = results_of(record, clause, today, evaluate(clause, record, today).ended)
    for entry, fact in zip(entries, facts, strict=True):
        doubts = doubts_about(fact, clause, record, today)
        impossible = [doubt for doubt in doubts if doubt.impossible]
        for doubt in impossible:
            yield f"{_name(entry)}: {doubt.sentence}"
        for doubt in doubts:
            if doubt.rule in _OF_THE_CLAUSE and not doubt.impossible and not entry.override.strip():
                yield f"{_name(entry)}: {doubt.sentence} The entry does not say why it is right all the same."
        result = results.get(fact.id)
        if result and result.state == WITHOUT_EFFECT and not impossible:
            yield f"{_name(entry)}: it has no effect, for nothing that it concerns stood on its day."


def _stored(treaty: Treaty, now: datetime) -> Iterator[str]:
    """The stored status equals the status computed from the record on the same day."""
    stored = TreatyStatus.objects.filter(treaty=treaty).first()
    if stored is None:
        yield "no status is stored; recompute."
        return
    with transaction.atomic():
        last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        writes = recompute.recompute(treaty.pk, today=stored.as_of, now=now)
        subjects = sorted(
            set(Change.objects.filter(treaty=treaty, pk__gt=last).values_list("subject", flat=True))
        )
        transaction.set_rollback(True)
    if writes:
        differs = ", ".join(subjects) or "its rows"
        yield (
            f"the stored status as of {stored.as_of}, revision {stored.revision}, is not what the record gives: "
            f"{differs} would change."
        )


def _name(entry: AnyEntry) -> str:
    return f"revision {entry.revision} ({entry})"
