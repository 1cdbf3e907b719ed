"""What makes a document suspect: it may have been cut, mixed up or mistyped. A suspect document proposes nothing."""

from collections.abc import Sequence
from datetime import date

from ratification.depositary.compare import Finding
from ratification.depositary.document import Document, ListedAct
from ratification.depositary.headings import Role
from ratification.depositary.reference import is_title_of
from ratification.models import ImportRun
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind
from treaty.models import Treaty

# These consents follow a signature (VCLT 14). Of the 5,976 rows with both in the lists of 2015, none has them the other
# way round.
_AFTER_SIGNATURE = frozenset({ActionKind.RATIFICATION, ActionKind.ACCEPTANCE, ActionKind.APPROVAL})
# A list may correct the kind of an act now and then; so many at once mean that its columns have been swapped.
_SWAPPED_AT_LEAST = 3
_SWAPPED_SHARE = 0.1
# Below this number a record is too small to tell by it whose list this is.
_TELLING = 5


def suspicions_about(
    treaty: Treaty, document: Document, findings: Sequence[Finding], *, previous: ImportRun | None, on: date
) -> list[str]:
    """Give every reason not to trust a document, as sentences.

    Args:
        treaty: the treaty of which it is meant to be.
        document: the document.
        findings: its comparison with the ledger; empty where names are unknown.
        previous: the last comparison of the treaty that was not suspect or that a person has trusted.
        on: the day of the document.
    """
    return [
        *_not_read(document),
        *_against_previous(document, previous),
        *_figures(document),
        *_order(document),
        *_future(document, on),
        *_of_another_day(document, on),
        *_swapped(findings),
        *_of_another_treaty(findings),
        *_of_no_number(treaty, document, findings),
    ]


def _of_another_day(document: Document, on: date) -> list[str]:
    """Doubt a list that says of which day it is, if it is compared as that of another day."""
    if document.as_of in {None, on}:
        return []
    return [f"It says that it is of {document.as_of}, and is compared as the list of {on}."]


def _not_read(document: Document) -> list[str]:
    """Doubt a list with rows that are not read, or with a heading that is not known and something under it."""
    doubts = [f"It is not read whole: {problem}." for problem in document.unread]
    for column, heading in enumerate(document.headings):
        filled = sum(bool(line.cells[column]) for line in document.lines)
        if heading.role == Role.UNKNOWN and filled:
            doubts.append(
                f"Its heading {heading.text!r} is not known, and {filled} of its rows have something there."
            )
    return doubts


def _against_previous(document: Document, previous: ImportRun | None) -> list[str]:
    if previous is None:
        return []
    doubts = []
    if len(document.lines) < previous.rows:
        doubts.append(f"It has {len(document.lines)} rows, fewer than the {previous.rows} of the last list.")
    headings = [heading.text for heading in document.headings]
    if headings != previous.headings:
        doubts.append(f"Its headings were {'; '.join(previous.headings)} and now are {'; '.join(headings)}.")
    return doubts


def _figures(document: Document) -> list[str]:
    """Hold the rows against the document's own headline figures."""
    doubts = []
    for name, printed, counts in (
        ("signatories", document.signatories, signatories_of(document)),
        ("parties", document.parties, parties_of(document)),
    ):
        if printed and not (printed.isdecimal() and printed.isascii()):
            doubts.append(f"Its figure of {name}, {printed!r}, is no number.")
        elif printed and int(printed) not in counts:
            doubts.append(
                f"It says {printed} {name}, but its rows have {' or '.join(str(n) for n in sorted(counts))}."
            )
    return doubts


def signatories_of(document: Document) -> set[int]:
    """Count the signatories, in each way that the figure is counted: with and without signatures withdrawn.

    A table without a column of signatures has as "signatories" the entries of its first column, where it has several.
    """
    counts = {
        _rows_with(document, SIGNATURES, bracketed=True),
        _rows_with(document, SIGNATURES, bracketed=False),
    }
    if _by_position(document):
        several = len(document.headings) > 2  # noqa: PLR2004 - the participant's column and one more are not several
        counts.add(sum(bool(line.cells[1]) for line in document.lines) if several else 0)
    return counts


def parties_of(document: Document) -> set[int]:
    """Count those that have consented, in each way that the figure is counted.

    By meaning: rows with a consent that is not withdrawn. By position: entries of the last column.
    """
    counts = {_rows_with(document, CONSENTS, bracketed=False)}
    if _by_position(document):
        counts.add(
            sum(bool(line.cells[-1]) and not line.cells[-1].startswith("[") for line in document.lines)
        )
    return counts


def _by_position(document: Document) -> bool:
    """Whether the figures may be the counts of the first and the last column: not if the last one is of signatures."""
    return not document.headings[-1].signs


def _rows_with(document: Document, kinds: frozenset[ActionKind], *, bracketed: bool) -> int:
    return sum(
        any(entry.kind in kinds and (bracketed or not entry.bracketed) for entry in line.entries)
        for line in document.lines
    )


def _order(document: Document) -> list[str]:
    doubts = []
    for line in document.lines:
        signed = [entry.on for entry in line.entries if entry.kind in SIGNATURES]
        early: ListedAct | None = next(
            (
                entry
                for entry in line.entries
                if entry.kind in _AFTER_SIGNATURE and signed and entry.on < min(signed)
            ),
            None,
        )
        if early:
            doubts.append(f"Row {line.number}, {line.name}: {early.kind.label} before signature.")
    return doubts


def _future(document: Document, on: date) -> list[str]:
    return [
        f"Row {line.number}, {line.name}: {entry.on} is later than the list, which is of {on}."
        for line in document.lines
        for entry in line.entries
        if entry.on > on
    ]


def _swapped(findings: Sequence[Finding]) -> list[str]:
    pairs = [finding for finding in findings if finding.listed and finding.held]
    swapped = [
        finding
        for finding in pairs
        if finding.listed
        and finding.held
        and (finding.held.kind in SIGNATURES) != (finding.listed.kind in SIGNATURES)
    ]
    if len(swapped) < max(_SWAPPED_AT_LEAST, _SWAPPED_SHARE * len(pairs)):
        return []
    count = len(swapped)
    return [
        f"Its columns seem to be swapped: {count} signatures and consents of the ledger stand as the other there."
    ]


def _of_another_treaty(findings: Sequence[Finding]) -> list[str]:
    """Doubt a list that has less than half of the ledger's entries on a day that the ledger admits."""
    ours = [finding for finding in findings if finding.held]
    met = [
        finding
        for finding in ours
        if finding.held
        and (
            finding.listed is None
            or finding.held.taken.earliest <= finding.listed.on <= finding.held.taken.latest
        )
        and finding.line
    ]
    if len(ours) < _TELLING or 2 * len(met) >= len(ours):
        return []
    return [
        f"It has {len(met)} of the {len(ours)} entries of the ledger: it seems to be cut, or of another treaty."
    ]


def _of_no_number(treaty: Treaty, document: Document, findings: Sequence[Finding]) -> list[str]:
    """Doubt a list without a number to hold against the treaty's: by its title, else where the record tells nothing."""
    if document.reference and treaty.depositary_reference:
        return []
    if document.title:
        if is_title_of(document.title, treaty):
            return []
        return [
            f"No number says of which treaty it is, and its title is {document.title!r}, not {treaty.short_title!r}."
        ]
    if sum(finding.held is not None for finding in findings) >= _TELLING:
        return []
    return ["Neither a number nor a title says of which treaty it is, and the record is too small to tell."]
