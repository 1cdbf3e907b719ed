"""Many documents at once: a treaty for each, and its list taken over where the record has nothing of it yet."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from django.db import transaction

from ratification.depositary import propose, runs
from ratification.depositary.declared_facts import vouch
from ratification.depositary.document import Document, DocumentError
from ratification.depositary.elements import MAX_BYTES
from ratification.depositary.names import Names
from ratification.depositary.parse import parse
from ratification.depositary.reference import check_reference, reference_of, sort_key, without_place
from states.tables import read_table
from treaty.models import Treaty

_SHORT = 200
DEPOSITARY = "Secretary-General of the United Nations"


class Result(StrEnum):
    """What became of a document."""

    LOADED = "loaded"
    AGREES = "agrees"
    DIFFERS = "differs, kept as proposals"
    HELD_BACK = "suspect or unknown names"
    FAILED = "refused"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document's outcome: how many entries it has, how many of them were published, and what stood in the way."""

    file: str
    reference: str
    result: Result
    rows: int = 0
    published: int = 0
    reason: str = ""


def known_days(folder: Path) -> dict[str, date]:
    """Read `known_until.csv` of a directory, where it has one: the day until which each file's list is known.

    Raises:
        TableError: naming the row, if a day cannot be read.
    """
    path = folder / "known_until.csv"
    if not path.exists():
        return {}
    found = {}
    for row in read_table(path, ["file", "known_until"]):
        try:
            found[row["file"]] = date.fromisoformat(row["known_until"])
        except ValueError:
            raise row.error(f"known_until is {row['known_until']!r}, not a day") from None
    return found


def documents_in(folder: Path) -> list[Path]:
    """Return the documents of a directory, in the order of the depositary's numbers."""

    def place(path: Path) -> list[tuple[int, str]]:
        name = path.name
        with suppress(DocumentError):
            name = sort_key(reference_of(name))
        return [(int(part), "") if part.isdecimal() else (0, part) for part in re.findall(r"\d+|\D+", name)]

    return sorted(folder.glob("*.xml"), key=place)


@transaction.atomic
def load_document(
    path: Path, *, names: Names, retrieved_at: datetime, now: datetime, known_until: date | None = None
) -> Loaded:
    """Load a document: publish its whole list where the treaty's record is empty, otherwise compare and propose.

    The treaty is the one with the reference that the file's name means. Where there is none, it is created from the
    document's title, without clauses: its standing is then signature and consent only.

    Args:
        path: the document.
        names: `known_names()`, once for all documents.
        retrieved_at: when the documents were retrieved.
        now: the moment of loading.
        known_until: the day until which its list is known; its last act's where the day of retrieval is not said.

    Returns:
        What became of it.

    Raises:
        DocumentError, RunError, LedgerError: nothing of the document is written then.
    """
    reference = reference_of(path.name)
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    document = parse(content)
    check_reference(document.reference, reference)
    comparison = runs.examine(
        _treaty(reference, document),
        content,
        address=path.name,
        retrieved_at=retrieved_at,
        now=now,
        names=names,
        document=document,
    )
    rows, count = comparison.run.rows, len(comparison.differences)
    listed = [difference for difference in comparison.proposals if not difference.is_stated]
    if listed and not comparison.run.revision:
        published = propose.publish_whole(comparison, now=now)
        vouch(comparison.run, now=now, until=known_until or document.last_day)
        return Loaded(path.name, reference, Result.LOADED, rows, published=len(published))
    run = runs.keep(comparison)
    if not run.proposes:
        return Loaded(path.name, reference, Result.HELD_BACK, rows, reason=" ".join(run.suspicions))
    if count:
        return Loaded(path.name, reference, Result.DIFFERS, rows, reason=f"{count} differences")
    return Loaded(path.name, reference, Result.AGREES, rows)


def _treaty(reference: str, document: Document) -> Treaty:
    treaty = Treaty.objects.filter(depositary_reference=reference).first()
    if treaty is not None:
        return treaty
    title = document.title or f"Treaty {reference} of the depositary's collection"
    short = without_place(title)
    return Treaty.objects.create(
        slug=f"untc-{reference.lower()}",
        title=title,
        short_title=short if len(short) <= _SHORT else f"{short[: _SHORT - 1].rstrip()}…",
        depositary=DEPOSITARY,
        depositary_reference=reference,
    )
