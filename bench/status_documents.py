"""Status documents in the depositary's shape, written from tables: for tests and benchmarks."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from bench.corpus import CORPUS, tables

SIGNATURE = "Signature"
CONSENT = "Ratification, Acceptance(A), Approval(AA), Accession(a)"
HEADINGS = ("Participant", SIGNATURE, CONSENT)


def status_document(
    rows: Sequence[Sequence[str]],
    headings: Sequence[str] = HEADINGS,
    *,
    title: str = "United Nations Convention against Cybercrime. New York, 24 December 2024",
    reference: str = "",
    in_force: str = "",
    sections: str = "",
    figures: tuple[int, int] | None = None,
    encoding: str = "ISO-8859-1",
) -> bytes:
    """Write a document with one row a participant.

    Args:
        rows: cells as in `8 Dec 2009 A`; markup in them stands escaped in the document.
        headings: the table's headings.
        title: the treaty's title.
        reference: the depositary's number, as in XXVII-7-d or XI-A-1; "" for a document without one.
        in_force: the head's line on the entry into force.
        sections: XML between the table and the end: declarations, notes and so on.
        figures: the headline's signatories and parties; None counts the entries of the first and the last column.
        encoding: as declared in the document.
    """
    several = len(headings) > 2  # noqa: PLR2004 - the participant's column and more than one
    signatories, parties = figures or (
        sum(bool(row[1].strip()) for row in rows) if several else 0,
        sum(bool(row[-1].strip()) and not row[-1].strip().startswith("[") for row in rows),
    )
    body = "".join(f"<Row>{_entries([row[0], *map(_cell, row[1:])])}</Row>" for row in rows)
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        f"<Document><Treaty><Header>{_numbers(reference)}<Titlesect>{escape(title)}</Titlesect>"
        f"<EIF><Label>Entry into force</Label><Labeltext>{escape(in_force)}</Labeltext></EIF>"
        f"<Status><Signatories>{signatories}</Signatories><Parties>{parties}</Parties></Status></ExternalData></Header>"
        f"<Participants><Table><TGroup><Thead><Row>{_entries(headings)}</Row></Thead><Tbody><Rows>{body}</Rows></Tbody>"
        f"</TGroup></Table></Participants>{sections}</Treaty></Document>\n"
    )
    return text.encode(encoding, "xmlcharrefreplace")


def _numbers(reference: str) -> str:
    """The head up to the title: chapter, its part, and the numbers; it leaves `ExternalData` open."""
    chapter, *numbers = reference.split("-")
    part = (
        f"<SubChapter><Header>{numbers.pop(0)}</Header></SubChapter>"
        if numbers and numbers[0].isupper()
        else ""
    )
    return (
        f"<Chapter><Header>{f'CHAPTER {chapter}' if chapter else ''}</Header><Name>TREATIES</Name></Chapter>{part}"
        f"<ExternalData><Numsect>{numbers[0] if numbers else ''}</Numsect>"
        + "".join(f"<Subnumsect>{number}</Subnumsect>" for number in numbers[1:])
    )


def printed(day: date) -> str:
    """Write a day as the depositary does: `25 Oct 2025`."""
    return f"{day.day} {day:%b %Y}"


def corpus_documents() -> Iterator[tuple[str, bytes]]:
    """Give every table of the corpus as a document under its file name; none where the corpus is absent."""
    if not CORPUS.exists():
        return
    with (CORPUS / "index.csv").open(encoding="utf-8", newline="") as file:
        titles = {
            f"{row['chapter_no']}-{row['treaty_no']}": row["treaty_name"] for row in csv.DictReader(file)
        }
    for path in tables():
        yield f"{path.stem}.en.xml", corpus_document(path, titles.get(path.stem, ""))


def corpus_document(path: Path, title: str = "") -> bytes:
    """Write one table of the corpus as a document."""
    with path.open(encoding="utf-8", newline="") as file:
        headings, *rows = csv.reader(file)
    return status_document(rows, headings, title=title, reference=path.stem)


def _entries(cells: Sequence[str]) -> str:
    return "".join(f"<Entry>{escape(cell)}</Entry>" for cell in cells)


def _cell(text: str) -> str:
    """A tab before the year and a space after the cell, as met in real documents."""
    return re.sub(r"(\d{1,2} [A-Z][a-z]{2}) (\d{4})", "\\1\t \\2", text) + (" " if text else "")
