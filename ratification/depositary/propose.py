"""From differences to entries of the ledger: as drafts for review, or published at once for a first load.

The differences say what; `ratification.ledger.writing` writes. Nothing is overwritten: what the ledger has
otherwise becomes a correction, which supersedes the earlier entry and keeps it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from ratification.depositary.headings import read_heading
from ratification.depositary.runs import Comparison, RunError, entries_since, keep, met_by, origin_of
from ratification.depositary.stated_differences import contents
from ratification.ledger import writing as ledger
from ratification.ledger.system_accounts import system_user
from ratification.ledger.writing import ActionContent, LedgerError, content_of
from ratification.models import Action, Difference, ImportRun
from ratification.rules.dates import Span
from treaty.clauses import ActionKind
from treaty.models import Source

Outcome = Difference.Outcome
AUTHOR = ("depositary-import", "the depositary's documents, loaded whole")
REVIEWER = ("depositary", "the depositary's own record")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The drafts that differences became, and the differences that the ledger refused, each with its reason."""

    drafts: list[Action]
    refused: list[tuple[Difference, str]]


@transaction.atomic
def accept(
    run: ImportRun, differences: Iterable[Difference] | None = None, *, author: User, now: datetime
) -> Accepted:
    """Draft the entries that differences propose, for review like any other draft.

    What the document states in its text is drafted only where it is picked: a person has to read it.

    A withdrawal is drafted when the instrument that it takes back is published: for a new instrument in brackets the
    next comparison proposes it.

    Args:
        run: the comparison.
        differences: those of its differences that are accepted; all of its table that propose something when None.
        author: who accepts them, and so the drafts' author.
        now: the moment of writing.

    Returns:
        The drafts, and what the ledger refuses because it cannot have happened. Nothing for a difference that the
        ledger or a waiting draft has met since: accepting twice drafts once.

    Raises:
        RunError: if the run is suspect or stopped, or a difference is not its own or proposes nothing.
    """
    picked = _picked(run, differences)
    source = source_of(run) if picked else None
    accepted = Accepted([], [])
    for difference in picked:
        try:
            with transaction.atomic():
                drafts = _drafts(difference, source, author, now)
        except LedgerError as error:
            accepted.refused.append((difference, str(error)))
            continue
        difference.draft = drafts[0]
        accepted.drafts.extend(drafts)
    Difference.objects.bulk_update(picked, ["draft"])
    return accepted


def _drafts(difference: Difference, source: Source | None, author: User, now: datetime) -> list[Action]:
    treaty, held = difference.run.treaty, difference.held
    if difference.is_stated:
        texts = contents(difference, source, origin=origin_of(difference), override=_reason(difference.run))
        return [ledger.draft(treaty, content, author=author, now=now) for content in texts]
    if held is None:
        return [ledger.draft(treaty, _entry(difference, source), author=author, now=now)]
    drafts = []
    if _corrects(difference, held):
        statement = _entry(difference, source)
        drafts.append(ledger.correct(held, statement, author=author, reason=_reason(difference.run), now=now))
    if difference.withdrawn_latest is not None:
        withdrawal = _withdrawal(difference, held, source)
        drafts.append(ledger.draft(treaty, withdrawal, author=author, now=now))
    return drafts


def _corrects(difference: Difference, held: Action) -> bool:
    """Whether the document says the entry otherwise, apart from a withdrawal.

    An open legend gives consent to be bound, which each of its acts is.
    """
    if difference.outcome == Outcome.DIFFERS:
        return True
    other_kind = difference.kind not in (held.kind, ActionKind.CONSENT_TO_BE_BOUND)
    return difference.outcome == Outcome.WITHDRAWN and (held.taken.on != difference.listed_on or other_kind)


@transaction.atomic
def publish(run: ImportRun, *, now: datetime) -> list[Action]:
    """Publish everything that a run proposes, in the name of the import itself: for a first load from the command line.

    Nobody reviews these entries one by one; their author and reviewer are accounts that say so.

    Raises:
        RunError: as for `accept`.
        LedgerError: if a correction says what cannot have happened; nothing is published then.
    """
    picked = _picked(run, None)
    entries = _publish(run, picked, now)
    Difference.objects.bulk_update(picked, ["draft"])
    return entries


@transaction.atomic
def publish_whole(comparison: Comparison, *, now: datetime) -> list[Action]:
    """Take over a whole list into an empty record: keep the comparison and publish all that it proposes, as `publish`.

    The differences are not kept beside the entries that they become, each of which names the document and its own
    number in it. What the text states is kept as proposals, and not published.

    Raises:
        RunError: if the record is not empty, or the comparison is suspect or stopped.
    """
    if comparison.run.revision or not comparison.run.proposes:
        raise RunError("Only a list that is not suspect is taken over whole, and only into an empty record.")
    comparison.run.remarks.append("Taken over whole: the record was empty.")
    for number, difference in enumerate(comparison.differences, 1):
        difference.number = number
    run = keep(replace(comparison, differences=[each for each in comparison.differences if each.is_stated]))
    listed = [difference for difference in comparison.proposals if not difference.is_stated]
    for difference in listed:
        difference.run = run
    return _publish(run, listed, now)


def _publish(run: ImportRun, picked: list[Difference], now: datetime) -> list[Action]:
    """Publish what the differences propose, and note in each which entry it became."""
    if not picked:
        return []
    source = source_of(run)
    author, reviewer = system_user(*AUTHOR), system_user(*REVIEWER)
    fresh = [difference for difference in picked if difference.outcome == Outcome.NEW]
    statements = [_entry(difference, source) for difference in fresh]
    entries = ledger.record(run.treaty, statements, author=author, reviewer=reviewer, now=now)
    for difference, entry in zip(fresh, entries, strict=True):
        difference.draft = entry
    for difference in picked:
        if difference.held is not None and _corrects(difference, difference.held):
            statement = _entry(difference, source)
            draft = ledger.correct(difference.held, statement, author=author, reason=_reason(run), now=now)
            difference.draft = ledger.publish(ledger.submit(draft, by=author), reviewer=reviewer, now=now)
            entries.append(difference.draft)
    withdrawn = [difference for difference in picked if difference.withdrawn_latest is not None]
    statements = [
        _withdrawal(difference, difference.held or difference.draft, source) for difference in withdrawn
    ]
    withdrawals = ledger.record(run.treaty, statements, author=author, reviewer=reviewer, now=now)
    for difference, entry in zip(withdrawn, withdrawals, strict=True):
        difference.draft = difference.draft or entry
    return entries + withdrawals


def _picked(run: ImportRun, differences: Iterable[Difference] | None) -> list[Difference]:
    """Check the accepted proposals, and leave out those that have been fulfilled since the comparison."""
    if not run.proposes:
        raise RunError(
            f"The comparison is {run.get_state_display()}, so it proposes nothing: {' '.join(run.suspicions)}"
        )
    if differences is None:
        wanted = [
            difference
            for difference in run.differences.select_related(
                "participant", "held__participant", "held__source"
            )
            if difference.proposes and not difference.is_stated
        ]
    else:
        wanted = list(differences)
        for difference in wanted:
            if difference.run_id != run.pk:
                raise RunError(f"This is a difference of another comparison: {difference}")
            if not difference.proposes:
                raise RunError(
                    f"Nothing can be drafted from this; a person has to see what is right: {difference}"
                )
    since = entries_since(run)
    return [
        difference for difference in wanted if difference.draft_id is None and not met_by(difference, since)
    ]


def _entry(difference: Difference, source: Source | None) -> ActionContent:
    """Return what the document says of the act; what else the ledger knows of it stays."""
    if difference.participant is None or difference.listed_on is None:
        raise RunError(f"Nothing is listed: {difference}")
    kind = ActionKind(difference.kind)
    stated = ActionContent(
        participant=difference.participant,
        kind=kind,
        taken=Span.day(difference.listed_on),
        source=source,
        confidence=Source.Confidence.PRIMARY,
        note=_note(difference),
        override=_reason(difference.run),
        origin=origin_of(difference),
    )
    if difference.held is None:
        return stated
    return replace(
        content_of(difference.held),
        kind=kind,
        taken=stated.taken,
        source=source,
        confidence=stated.confidence,
        note=stated.note,
        override=stated.override,
        origin=stated.origin,
    )


def _note(difference: Difference) -> str:
    """Return what the heading adds to the kind: its own words, or that it leaves open which act it is."""
    acts = difference.words.split(" / ")
    if len(acts) > 1 or len(read_heading(difference.words).acts) > 1:
        return f"The list leaves open which act it is: {'; '.join(acts)}."
    if difference.words.casefold() == ActionKind(difference.kind).label.casefold():
        return ""
    return f"In the list's own words: {difference.words}."


def _withdrawal(difference: Difference, entry: Action | None, source: Source | None) -> ActionContent:
    if entry is None or difference.withdrawn_earliest is None or difference.withdrawn_latest is None:
        raise RunError(f"Nothing was withdrawn: {difference}")
    return ActionContent(
        participant=entry.participant,
        kind=ActionKind.WITHDRAWAL,
        taken=Span(difference.withdrawn_earliest, difference.withdrawn_latest),
        relates_to=entry,
        source=source,
        confidence=Source.Confidence.PRIMARY,
        note=(
            "The depositary's list shows the instrument in square brackets, which mean withdrawn, and does not say "
            "since when. It can have been withdrawn from its deposit, or from the day of the last list that showed it "
            "standing, to the day of this list."
        ),
        origin=f"{origin_of(difference)}:withdrawal",
    )


def _reason(run: ImportRun) -> str:
    return f"The depositary's list of {run.retrieved_at:%Y-%m-%d} says so."


def source_of(run: ImportRun) -> Source:
    """Return the document as a source of the treaty."""
    day = f"{run.retrieved_at:%Y-%m-%d}"
    reference = run.treaty.depositary_reference or run.treaty.short_title
    return Source.objects.get_or_create(
        treaty=run.treaty,
        key=f"depositary-{day}-{run.document.sha256[:12]}",
        defaults={
            "title": f"{run.treaty.depositary}, depositary: status list {reference}, as retrieved on {day}",
            "url": run.address if run.address.startswith("https://") else "",
            "publisher": "United Nations Treaty Collection",
            "confidence": Source.Confidence.PRIMARY,
            "note": f"SHA-256 of the document: {run.document.sha256}",
        },
    )[0]
