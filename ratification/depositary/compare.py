"""Comparison of the depositary's rows with the ledger's entries: agreements and differences. Writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ratification.depositary.document import Document, DocumentRow, ListedAct
from ratification.models import Action, Difference
from ratification.record.entries import facts_of
from ratification.rules.dates import Span
from states.models import Participant
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind
from treaty.models import Treaty

Outcome = Difference.Outcome
# A list shows the notifications under one article; the ledger may have others besides. So they are compared where
# they are the same, and one that a list lacks is no difference.
_NOTIFICATION = ActionKind.NOTIFICATION


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """An entry of the ledger that a status list would show, with the entry that takes it back, if there is one."""

    action: Action
    kind: ActionKind
    taken: Span
    withdrawal: Action | None


Listed = tuple[DocumentRow, ListedAct]
LastStanding = Callable[[Participant, ListedAct], date | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the comparison.

    `outcome` is None where both sides agree. `withdrawn`: when an instrument in brackets can have been withdrawn.
    """

    outcome: Outcome | None
    participant: Participant
    line: DocumentRow | None
    listed: ListedAct | None
    held: HeldEntry | None
    note: str
    withdrawn: Span | None = None


def held_entries(treaty: Treaty, entries: Iterable[Action]) -> list[HeldEntry]:
    """Return the entries that a status list shows, of `entries` that hold (as `entries_at` gives them)."""
    entries = list(entries)
    facts = facts_of(treaty, entries)
    withdrawals = {
        fact.target: entry
        for entry, fact in zip(entries, facts, strict=True)
        if fact.kind == ActionKind.WITHDRAWAL
    }
    return [
        HeldEntry(entry, fact.kind, fact.taken, withdrawals.get(fact.id))
        for entry, fact in zip(entries, facts, strict=True)
        if _group(fact.kind)
    ]


def compare(
    document: Document,
    rows: Iterable[tuple[Participant, DocumentRow]],
    held: Iterable[HeldEntry],
    *,
    on: date,
    last_standing: LastStanding,
) -> list[Finding]:
    """Compare a document with the ledger.

    Args:
        document: the document.
        rows: its rows with their participants.
        held: the ledger's entries.
        on: the day of the document. What the ledger says of later days is not compared.
        last_standing: gives the day of the last earlier document that showed the entry without brackets, if there
            is one: before it the instrument had not been withdrawn.

    Returns:
        A finding for each dated entry of the document and for each entry of the ledger that it should have and
        lacks, by participant in the document's order.
    """
    ours: dict[int, list[HeldEntry]] = defaultdict(list)
    for item in held:
        if item.taken.earliest <= on:
            ours[item.action.participant_id].append(item)
    listed: dict[int, tuple[Participant, list[Listed]]] = {}
    for participant, line in rows:
        _participant, acts = listed.setdefault(participant.pk, (participant, []))
        # One participant may stand under two names: what both rows show is one act.
        said = {(entry.kinds, entry.on, entry.bracketed) for _line, entry in acts}
        acts += [
            (line, entry) for entry in line.entries if (entry.kinds, entry.on, entry.bracketed) not in said
        ]
    findings: list[Finding] = []
    for pk, (participant, theirs) in listed.items():
        paired, new, rest = _paired(theirs, ours.pop(pk, []))
        found = [_judge(participant, listed, item, on, last_standing) for listed, item in paired]
        found += [_new(participant, listed, on, last_standing) for listed in new]
        findings += sorted(found, key=_place) + _missing(rest, document)
    for rest in ours.values():
        findings += _missing(rest, document)
    return findings


def _group(kind: ActionKind) -> str:
    """The kinds that stand for one another in a status list; "" for what no status list shows."""
    if kind in SIGNATURES:
        return "signature"
    if kind in CONSENTS:
        return "consent"
    return kind.value if kind in (ActionKind.PROVISIONAL_APPLICATION, _NOTIFICATION) else ""


def _place(finding: Finding) -> tuple[int, date]:
    return (finding.listed.column, finding.listed.on) if finding.listed else (0, date.min)


def _paired(
    theirs: list[Listed], ours: list[HeldEntry]
) -> tuple[list[tuple[Listed, HeldEntry]], list[Listed], list[HeldEntry]]:
    """Pair acts that are certainly the same. Remaining acts are paired only where each side has exactly one."""
    pairs: list[tuple[Listed, HeldEntry]] = []
    theirs, ours = list(theirs), list(ours)
    for alike in _ALIKE:
        for listed in list(theirs):
            match = next((item for item in ours if alike(listed[1], item)), None)
            if match is not None:
                pairs.append((listed, match))
                theirs.remove(listed)
                ours.remove(match)
    for alike in _ALIKE_IF_ALONE:
        for listed in list(theirs):
            matches = [item for item in ours if item.kind != _NOTIFICATION and alike(listed[1], item)]
            if len(matches) == 1 and sum(alike(entry, matches[0]) for _line, entry in theirs) == 1:
                pairs.append((listed, matches[0]))
                theirs.remove(listed)
                ours.remove(matches[0])
    return pairs, theirs, ours


# The surest first. A day that lies within what the ledger knows of it is the same act, known better.
_ALIKE: list[Callable[[ListedAct, HeldEntry], bool]] = [
    lambda entry, item: entry.admits(item.kind) and item.taken.on == entry.on,
    lambda entry, item: entry.admits(item.kind) and item.taken.earliest <= entry.on <= item.taken.latest,
]
_ALIKE_IF_ALONE: list[Callable[[ListedAct, HeldEntry], bool]] = [
    lambda entry, item: entry.admits(item.kind),
    lambda entry, item: _group(item.kind) == _group(entry.kind),
    lambda entry, item: item.taken.on == entry.on,
]


def _judge(
    participant: Participant, listed: Listed, item: HeldEntry, on: date, last_standing: LastStanding
) -> Finding:
    line, entry = listed
    taken_back = item.withdrawal
    withdrawn = (
        _withdrawn(participant, entry, on, last_standing) if entry.bracketed and not taken_back else None
    )
    if not entry.admits(item.kind) or item.taken.on != entry.on:
        note = (
            f"{participant.name}: the ledger has {item.kind.label} of {item.taken.edtf}, "
            f"the list {entry.kind.label} of {entry.on}{', shown as withdrawn' if entry.bracketed else ''}."
        )
        outcome = Outcome.WITHDRAWN if withdrawn else Outcome.DIFFERS
        return Finding(outcome, participant, line, entry, item, note, withdrawn)
    if withdrawn:
        note = f"{participant.name}: the list shows the {item.kind.label} of {entry.on} as withdrawn."
        return Finding(Outcome.WITHDRAWN, participant, line, entry, item, note, withdrawn)
    if taken_back and not entry.bracketed and taken_back.taken_latest <= on:
        note = (
            f"{participant.name}: the ledger has the {item.kind.label} of {entry.on} as withdrawn on "
            f"{taken_back.taken.edtf}, the list shows it standing."
        )
        # Nothing is listed for it: whether the withdrawal is to be retracted is for a person to see.
        return Finding(Outcome.DIFFERS, participant, line, None, item, note)
    return Finding(
        None, participant, line, entry, item, f"{participant.name}: {item.kind.label} of {entry.on}."
    )


def _new(participant: Participant, listed: Listed, on: date, last_standing: LastStanding) -> Finding:
    line, entry = listed
    withdrawn = _withdrawn(participant, entry, on, last_standing) if entry.bracketed else None
    note = f"{participant.name}: {entry.kind.label} of {entry.on} is not in the ledger"
    note += ", and is shown as withdrawn." if withdrawn else "."
    return Finding(Outcome.NEW, participant, line, entry, None, note, withdrawn)


def _withdrawn(participant: Participant, entry: ListedAct, on: date, last_standing: LastStanding) -> Span:
    """The days on which a bracketed entry can have been withdrawn: brackets say that it was, not when.

    From the last document that showed it standing, or else from its deposit, to the day of this document.
    """
    earliest = max(entry.on, last_standing(participant, entry) or entry.on)
    return Span(min(earliest, on), on)


def _missing(ours: Iterable[HeldEntry], document: Document) -> list[Finding]:
    """Return the ledger's entries of groups that the document has a column for, and that it does not show."""
    if document.unread:
        return []  # what seems to be missing may stand in a row that is not read
    shown = {_group(act.kind) for heading in document.headings for act in heading.acts}
    return [
        Finding(
            Outcome.MISSING,
            item.action.participant,
            None,
            None,
            item,
            f"{item.action.participant.name}: {item.kind.label} of {item.taken.edtf} is not in the list.",
        )
        for item in ours
        if _group(item.kind) in shown - {_NOTIFICATION.value} and item.withdrawal is None
    ]
