"""What a document declares of a treaty, as proposals for treaty facts, and the day until which a list is known.

The head's day of entry into force, the days of participants and the totals are drafted where a person picks them, for
review like any entry. A list that a comparison agrees with, or that was taken over whole, is known until its own day.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from ratification.depositary.cells import days_in
from ratification.depositary.chart_head import numeric_day
from ratification.depositary.document import Document
from ratification.depositary.formats import read_document
from ratification.depositary.names import UnknownNamesError, known_names, resolve
from ratification.depositary.propose import AUTHOR, REVIEWER, source_of
from ratification.depositary.runs import RunError
from ratification.ledger import writing as ledger
from ratification.ledger.content import TreatyFactContent
from ratification.ledger.system_accounts import system_user
from ratification.models import Difference, ImportRun, TreatyFact
from ratification.record.entries import latest_revision, read_treaty_facts, treaty_facts_at
from ratification.rules.dates import Span
from treaty.models import Source

_BEGINS = 60
"""Characters of the head's line within which its day stands."""
Kind = TreatyFact.Kind


def printed_day(in_force: str) -> date | None:
    """Return the day of general entry into force that a head prints: the definitive one where there are two."""
    if day := numeric_day(in_force):
        return day
    _, definitively, rest = in_force.partition("definitively on ")
    days = days_in((rest if definitively else in_force)[:_BEGINS])
    begins = definitively or re.match(r"\W*(?:provisionally on )?\d", in_force)
    return days[0] if days and begins else None


def declared_in(run: ImportRun) -> list[TreatyFactContent]:
    """Return what a kept document declares and the record does not have, drafts included; nothing of a doubtful one.

    A total that the record has as its last one is declared already.
    """
    if not run.proposes:
        return []
    recorded = list(
        treaty_facts_at(run.treaty, latest_revision(run.treaty)).order_by("taken_latest", "revision")
    )
    waiting = TreatyFact.objects.filter(treaty=run.treaty, revision__isnull=True)
    origins = set(waiting.values_list("origin", flat=True))
    held = {(fact.kind, fact.participant_id, fact.taken.on) for fact in recorded}
    totals = {fact.kind: fact.number for fact in recorded if fact.kind in TreatyFact.TOTALS}
    return [
        content
        for content in _contents(run, read_document(run.document.content))
        if content.origin not in origins
        and (content.kind, content.participant and content.participant.pk, content.taken.on) not in held
        and (content.number is None or totals.get(content.kind) != content.number)
    ]


def _contents(run: ImportRun, document: Document) -> Iterator[TreatyFactContent]:
    day = printed_day(document.in_force)
    if day:
        yield _content(
            run, Kind.ENTRY_INTO_FORCE, day, summary=f"As printed: {document.in_force[:_BEGINS].strip()}"
        )
    for kind, printed in ((Kind.SIGNATORIES, document.signatories), (Kind.PARTIES, document.parties)):
        if match := re.fullmatch(r"\W*(\d{1,4})\W*", printed):
            yield _content(run, kind, run.retrieved_at.date(), number=int(match[1]))
    try:
        rows = resolve(document, known_names())
    except UnknownNamesError:
        return
    for participant, line in rows:
        if line.in_force_on:
            content = _content(run, Kind.ENTRY_INTO_FORCE_FOR, line.in_force_on, key=participant.iso3)
            yield replace(content, participant=participant)


def _content(
    run: ImportRun,
    kind: TreatyFact.Kind,
    day: date,
    *,
    number: int | None = None,
    summary: str = "",
    key: str = "",
) -> TreatyFactContent:
    return TreatyFactContent(
        kind=kind,
        taken=Span.day(day),
        number=number,
        summary=summary,
        confidence=Source.Confidence.PRIMARY,
        origin=f"depositary:{run.document.sha256[:12]}:{kind.value}{key and f':{key}'}",
    )


@transaction.atomic
def draft_declared(
    run: ImportRun, origins: Collection[str] | None = None, *, author: User, now: datetime
) -> list[TreatyFact]:
    """Draft what a document declares, for review; accepting twice drafts once.

    Args:
        run: the comparison.
        origins: those picked; all when None.
        author: who accepts them.
        now: the moment of writing.

    Raises:
        RunError: if the comparison is suspect or stopped.
    """
    if not run.proposes:
        raise RunError(f"The comparison is {run.get_state_display()}, so it proposes nothing.")
    picked = [content for content in declared_in(run) if origins is None or content.origin in origins]
    source = source_of(run) if picked else None
    drafts = [replace(content, source=source) for content in picked]
    return [ledger.draft(run.treaty, content, author=author, now=now) for content in drafts]


def vouch(
    run: ImportRun, *, now: datetime, until: date | None = None, by: User | None = None
) -> TreatyFact | None:
    """Record that a list is known until the day of a document, if that is later than the record says.

    Args:
        run: a comparison whose document and record agree, or whose list was taken over.
        now: the moment of writing.
        until: the day; that of the document when None.
        by: who brought the document: it waits for another person then. None where the depositary's host gave it, or
            an operator on the command line: it is published in the import's own name.
    """
    day = min(until or run.retrieved_at.date(), run.treaty.legal_day(now))
    known = read_treaty_facts(run.treaty, latest_revision(run.treaty)).known_until
    fact = replace(_content(run, Kind.KNOWN_UNTIL, day, key=day.isoformat()), source=source_of(run))
    drafts = TreatyFact.objects.filter(treaty=run.treaty, revision__isnull=True)
    if (known is not None and known >= day) or drafts.filter(origin=fact.origin).exists():
        return None
    if by is not None:
        return ledger.submit(ledger.draft(run.treaty, fact, author=by, now=now), by=by)
    author, reviewer = system_user(*AUTHOR), system_user(*REVIEWER)
    (entry,) = ledger.record(run.treaty, [fact], author=author, reviewer=reviewer, now=now)
    return entry


def vouch_where_agreed(run: ImportRun, *, now: datetime, by: User | None = None) -> TreatyFact | None:
    """Record the day of a document with which every act agrees; a list that is kept up to date has no such day."""
    if not run.proposes or not run.agrees:
        return None
    if run.differences.exclude(outcome=Difference.Outcome.STATED).exists():
        return None
    known = read_treaty_facts(run.treaty, latest_revision(run.treaty)).known_until
    return vouch(run, now=now, by=by) if known is not None else None
