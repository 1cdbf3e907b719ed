"""A comparison of a treaty with a document of the depositary: made, kept, trusted. The ledger is only read.

content -> examine -> Comparison -> keep -> ImportRun: compared | suspect --trust--> trusted | stopped
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import tee

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from ratification.depositary.compare import Finding, LastStanding, compare, held_entries
from ratification.depositary.declared_remarks import declared_remarks
from ratification.depositary.document import Document, ListedAct
from ratification.depositary.formats import read_document
from ratification.depositary.names import Names, UnknownNamesError, known_names, resolve, sentence
from ratification.depositary.reference import check_depositary, check_reference
from ratification.depositary.stated_differences import stated_differences
from ratification.depositary.suspicion import suspicions_about
from ratification.ledger.preconditions import check_reason
from ratification.models import Action, Difference, ImportRun, StatusDocument
from ratification.record.entries import entries_at, latest_revision
from ratification.record.reach import ADDED
from ratification.status import version
from states.models import Participant
from states.names import normalise
from treaty.clauses import ActionKind
from treaty.models import Treaty

GOOD = (ImportRun.State.COMPARED, ImportRun.State.TRUSTED)
"""The states of comparisons that count."""

Shown = tuple[int, date, frozenset[ActionKind]]
"""An entry without brackets: the id of its participant, its day, and the kinds that it may be."""


class RunError(Exception):
    """A request about a comparison that is refused; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Comparison of a document with the ledger, before anything is written. `findings` has agreeing lines too."""

    content: bytes
    document: Document
    findings: list[Finding]
    run: ImportRun
    differences: list[Difference]

    @property
    def proposals(self) -> list[Difference]:
        """The differences that can become drafts, and have not."""
        return [
            difference
            for difference in self.differences
            if self.run.proposes and difference.proposes and difference.draft is None
        ]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines of each outcome."""
        counts = Counter(difference.outcome for difference in self.differences)
        return {"agrees": self.run.agrees} | {
            str(outcome): counts[outcome] for outcome in Difference.Outcome.values
        }


def examine(
    treaty: Treaty,
    content: bytes,
    *,
    address: str,
    retrieved_at: datetime,
    now: datetime,
    names: Names | None = None,
    document: Document | None = None,
    with_texts: bool = True,
) -> Comparison:
    """Compare a treaty's ledger with a document. Nothing is written.

    Args:
        treaty: the treaty.
        content: the document's bytes.
        address: where it came from: a file's name or an address.
        retrieved_at: when it was retrieved: what it says, it says as of this day (UTC).
        now: the moment of the comparison.
        names: `known_names()`, where the caller compares many documents.
        document: the document, where the caller has parsed it.
        with_texts: whether statements and end notes are read too, or the table alone.

    Returns:
        The comparison. Its run is `compared`; `suspect` with the reasons, or `stopped` where names are unknown: then it
        proposes nothing.

    Raises:
        DocumentError: if the document cannot be read, or is that of another treaty.
    """
    document = document or read_document(content)
    check_depositary(document.depositary, treaty.depositary)
    check_reference(document.reference, treaty.depositary_reference)
    previous = good_runs(treaty).filter(retrieved_at__lte=retrieved_at).last()
    on = retrieved_at.date()
    run = _run_of(treaty, document, address=address, retrieved_at=retrieved_at, now=now)
    revision = run.revision
    findings: list[Finding] = []
    names = known_names() if names is None else names
    try:
        rows = resolve(document, names)
    except UnknownNamesError as error:
        run.state = ImportRun.State.STOPPED
        run.suspicions = [sentence(line, nearest) for line, nearest in error.unknown]
        differences = [_unknown(line.printed, sentence(line, nearest)) for line, nearest in error.unknown]
        return Comparison(content, document, findings, run, differences)
    entries = list(entries_at(treaty, revision)) if revision else []
    held = held_entries(treaty, entries)
    last_standing = _last_standing(treaty, retrieved_at, names)
    findings = compare(document, rows, held, on=on, last_standing=last_standing)
    run.suspicions = suspicions_about(treaty, document, findings, previous=previous, on=on)
    if run.suspicions:
        _trust_as_before(run, content)
    run.remarks += _shared_rows([participant for participant, _line in rows])
    run.remarks += declared_remarks(treaty, rows, entries, on=on, revision=revision)
    run.agrees = sum(finding.outcome is None for finding in findings)
    differences = [_difference(finding, finding.outcome) for finding in findings if finding.outcome]
    if with_texts:
        stated, remarks = stated_differences(treaty, document, entries, names)
        differences += stated
        run.remarks += remarks
    waiting = entries_since(run)
    for difference in differences:
        difference.draft = met_by(difference, waiting) if difference.proposes else None
    return Comparison(content, document, findings, run, differences)


def _run_of(
    treaty: Treaty, document: Document, *, address: str, retrieved_at: datetime, now: datetime
) -> ImportRun:
    """Return the run of a comparison before its findings."""
    return ImportRun(
        treaty=treaty,
        address=address,
        retrieved_at=retrieved_at,
        compared_at=now,
        revision=latest_revision(treaty),
        headings=[heading.text for heading in document.headings],
        rows=len(document.lines),
        signatories=document.signatories[:40],
        parties=document.parties[:40],
        state=ImportRun.State.COMPARED,
        remarks=[str(remark) for remark in document.remarks],
    )


def _trust_as_before(run: ImportRun, content: bytes) -> None:
    """Trust a document that raises suspicions only where somebody has trusted the same bytes before."""
    same = good_runs(run.treaty).filter(document__sha256=digest_of(content), state=ImportRun.State.TRUSTED)
    trusted = same.last()
    run.state = ImportRun.State.TRUSTED if trusted else ImportRun.State.SUSPECT
    if trusted:
        run.trusted_by, run.trusted_because = trusted.trusted_by, trusted.trusted_because


def digest_of(content: bytes) -> str:
    """Return the name under which a document's bytes are kept."""
    return hashlib.sha256(content).hexdigest()


@transaction.atomic
def keep(comparison: Comparison) -> ImportRun:
    """Store a comparison: its document once, the run, and a row for each difference.

    Comparing one document of a day with one state of the record again keeps the first comparison.
    """
    run = comparison.run
    run.document, _new = StatusDocument.objects.get_or_create(
        sha256=digest_of(comparison.content), defaults={"compressed": zlib.compress(comparison.content)}
    )
    # A name may have been confirmed since a comparison was stopped: that one is made again.
    same = (
        ImportRun.objects.filter(treaty=run.treaty, document=run.document, revision=run.revision)
        .filter(retrieved_at__date=run.retrieved_at.date())
        .exclude(state=ImportRun.State.STOPPED)
        .last()
    )
    if same is not None:
        return same
    run.save()
    for number, difference in enumerate(comparison.differences, 1):
        difference.run, difference.number = run, difference.number or number
    Difference.objects.bulk_create(comparison.differences)
    version.bump(run.treaty_id, ADDED)
    return run


def compare_run(
    treaty: Treaty, content: bytes, *, address: str, retrieved_at: datetime, now: datetime
) -> ImportRun:
    """Compare a treaty's ledger with a document and keep the comparison; arguments and errors as for `examine`."""
    return keep(examine(treaty, content, address=address, retrieved_at=retrieved_at, now=now))


def alike(run: ImportRun) -> list[Finding]:
    """Return the lines on which the two sides of a kept comparison agree, which it only counts.

    They are made again from its document and from the record as it stood then.

    Raises:
        UnknownNamesError: naming every row whose name still belongs to nobody.
    """
    document, names = read_document(run.document.content), known_names()
    rows = resolve(document, names)
    held = held_entries(run.treaty, entries_at(run.treaty, run.revision))
    findings = compare(
        document,
        rows,
        held,
        on=run.retrieved_at.date(),
        last_standing=_last_standing(run.treaty, run.retrieved_at, names),
    )
    return [finding for finding in findings if finding.outcome is None]


@transaction.atomic
def trust(run: ImportRun, *, by: User, reason: str) -> ImportRun:
    """Let a suspect run propose its differences after all, because a person says that the document is right.

    Raises:
        RunError: if the run is not suspect.
        LedgerError: if no reason is given, or a longer one than is kept.
    """
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != ImportRun.State.SUSPECT:
        raise RunError(f"Only a suspect comparison is to be trusted; this one is {run.get_state_display()}.")
    check_reason(reason, "To trust a suspect document needs a reason.")
    run.state = ImportRun.State.TRUSTED
    run.trusted_by, run.trusted_because = by, reason
    run.save(update_fields=["state", "trusted_by", "trusted_because"])
    version.bump(run.treaty_id, ADDED)
    return run


def entries_since(run: ImportRun) -> list[Action]:
    """Return the drafts that wait, and what was published since the comparison."""
    return list(
        Action.objects.filter(Q(revision__isnull=True) | Q(revision__gt=run.revision), treaty=run.treaty)
    )


def met_by(difference: Difference, entries: Iterable[Action]) -> Action | None:
    """Return the one of the entries that says what the difference would: it need not be proposed again."""
    return next((entry for entry in entries if _says(entry, difference)), None)


def origin_of(difference: Difference) -> str:
    """Return the origin of the entry that a difference becomes: the document and the number in its comparison."""
    return f"depositary:{difference.run.document.sha256[:12]}:{difference.number}"


def _says(entry: Action, difference: Difference) -> bool:
    if difference.is_stated:  # a document can state two acts of one kind, maker and day
        return bool(difference.run_id) and entry.origin == origin_of(difference)
    if difference.outcome == Difference.Outcome.WITHDRAWN:
        return entry.kind == ActionKind.WITHDRAWAL and entry.relates_to_id == difference.held_id
    same = (entry.kind, entry.taken.on) == (difference.kind, difference.listed_on)
    if difference.outcome == Difference.Outcome.DIFFERS:
        return same and entry.supersedes_id == difference.held_id
    return same and entry.participant_id == difference.participant_id and entry.supersedes_id is None


def good_runs(treaty: Treaty) -> QuerySet[ImportRun]:
    """Return the comparisons that count, by their documents' day: not suspect, or trusted by a person."""
    return ImportRun.objects.filter(treaty=treaty, state__in=GOOD).order_by("retrieved_at", "pk")


def _last_standing(treaty: Treaty, before: datetime, names: Names) -> LastStanding:
    """Return the function that finds the last day on which the depositary's list showed an entry without brackets.

    Each earlier document is read once, however many entries are asked about, and none before it is needed.
    """
    earlier = _earlier(treaty, before, names)

    def find(participant: Participant, entry: ListedAct) -> date | None:
        nonlocal earlier
        earlier, again = tee(earlier)  # what is read now stays for whoever is asked about next
        asked = participant.pk, entry.on, entry.kinds
        return next((day for day, shown in again if asked in shown), None)

    return find


def _earlier(treaty: Treaty, before: datetime, names: Names) -> Iterator[tuple[date, set[Shown]]]:
    """Return, latest first, the day of each good run's document before a moment, with its acts without brackets."""
    seen: set[int] = set()
    for run in good_runs(treaty).filter(retrieved_at__lt=before).select_related("document").reverse():
        if run.document_id in seen:
            continue
        seen.add(run.document_id)
        owners = (
            (names.get(normalise(line.name)), line) for line in read_document(run.document.content).lines
        )
        yield (
            run.retrieved_at.date(),
            {
                (owner.pk, entry.on, entry.kinds)
                for owner, line in owners
                if owner
                for entry in line.entries
                if not entry.bracketed
            },
        )


def _difference(finding: Finding, outcome: Difference.Outcome) -> Difference:
    listed, held, withdrawn = finding.listed, finding.held, finding.withdrawn
    return Difference(
        outcome=outcome,
        participant=finding.participant,
        printed=finding.line.printed if finding.line else "",
        kind=listed.kind if listed else held.kind if held else "",
        listed_on=listed.on if listed else None,
        words=listed.words if listed else "",
        bracketed=bool(listed and listed.bracketed),
        withdrawn_earliest=withdrawn.earliest if withdrawn else None,
        withdrawn_latest=withdrawn.latest if withdrawn else None,
        held=held.action if held else None,
        note=finding.note,
    )


def _unknown(printed: str, note: str) -> Difference:
    return Difference(outcome=Difference.Outcome.UNKNOWN, printed=printed, note=note)


def _shared_rows(participants: list[Participant]) -> list[str]:
    counts = Counter(participant.name for participant in participants)
    return [f"{name} has {count} rows, under different names." for name, count in counts.items() if count > 1]
