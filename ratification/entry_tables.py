"""Tables of entries, as people send them: CSV or XLSX with the columns of actions.csv, turned into statements."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import openpyxl
from django.contrib.auth.models import User

from ratification import ledger, reading
from ratification.ledger import LedgerError, Statement
from ratification.models import Action
from ratification.rules.dates import Span, parse_edtf
from states.models import Participant, ParticipantName
from states.names import normalise
from treaty.clauses import ActionKind
from treaty.models import Source, Treaty

MAX_ROWS = 2_000
MAX_BYTES = 2_000_000
MAX_UNPACKED_BYTES = 50_000_000

REQUIRED = ("participant", "kind", "taken_on")
OPTIONAL = (
    "effective_on",
    "articles",
    "relates_to",
    "summary",
    "notification",
    "source",
    "confidence",
    "note",
    "override",
)
# Spreadsheets run a cell that begins so as a formula; nothing in a notification does.
_FORMULA = ("=", "+", "-", "@")


class TableRefusedError(Exception):
    """A table that cannot be read as a whole; the message says why."""


@dataclass
class Line:
    """One row: its number in the file, its cells, and what becomes of it."""

    number: int
    cells: dict[str, str]
    outcome: str = "new"
    why: str = ""
    statement: Statement | None = field(default=None, repr=False)


def read(name: str, content: bytes) -> list[dict[str, str]]:
    """Read a table into rows.

    Args:
        name: the file's name; its ending says what it is.
        content: the file's bytes.

    Raises:
        TableRefusedError: if the file is no table of entries, or is too large.

    """
    if len(content) > MAX_BYTES:
        raise TableRefusedError(
            f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are taken. Divide it."
        )
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(name, content)
    heading = [cell.strip().lower() for cell in next(rows, [])]
    if missing := [column for column in REQUIRED if column not in heading]:
        raise TableRefusedError(f"The first row must name the columns; it lacks {', '.join(missing)}.")
    if unknown := [column for column in heading if column not in (*REQUIRED, *OPTIONAL)]:
        raise TableRefusedError(
            f"Unknown column: {', '.join(unknown) or 'one without a name'}. Known: {', '.join((*REQUIRED, *OPTIONAL))}."
        )
    if len(set(heading)) != len(heading):
        raise TableRefusedError("A column stands twice.")
    found: list[dict[str, str]] = []
    for cells in rows:
        if len(found) == MAX_ROWS:
            raise TableRefusedError(f"The file has more than {MAX_ROWS:,} rows. Divide it.")
        if any(cells):
            found.append(dict(zip(heading, [*cells, *[""] * len(heading)], strict=False)))
    if not found:
        raise TableRefusedError("The file has a heading and no rows.")
    return found


def weigh(treaty: Treaty, rows: Iterable[dict[str, str]], default: Source | None) -> list[Line]:
    """Turn rows into statements and say of each whether it is new, unchanged or cannot be read.

    Args:
        treaty: the treaty that the rows are about.
        rows: from `read`.
        default: the source of rows that name none.

    """
    reader = _Reader(treaty, default)
    lines = [reader.line(number, cells) for number, cells in enumerate(rows, 2)]
    known = [*reading.entries_at(treaty, reading.latest_revision(treaty)), *_pending(treaty)]
    said = {_key(ledger.statement_of(entry)) for entry in known}
    for line in lines:
        if line.statement is None:
            continue
        if _key(line.statement) in said:
            line.outcome, line.why = "unchanged", "The ledger says so already."
        said.add(_key(line.statement))
    return lines


def draft(
    treaty: Treaty, lines: list[Line], *, author: User, now: datetime, submitted: bool = False
) -> list[Action]:
    """Draft the new lines; a refusal becomes the line's outcome. The caller decides whether any refusal undoes all."""
    new = [line for line in lines if line.outcome == "new" and line.statement]
    statements = [line.statement for line in new if line.statement]
    outcomes = ledger.draft_many(treaty, statements, author=author, now=now, submitted=submitted)
    drafts = []
    for line, outcome in zip(new, outcomes, strict=True):
        if isinstance(outcome, LedgerError):
            line.outcome, line.why = "refused", str(outcome)
        else:
            drafts.append(outcome)
    return drafts


class _Reader:
    """What cells can refer to, read once."""

    def __init__(self, treaty: Treaty, default: Source | None) -> None:
        everybody = list(Participant.objects.all())
        self._participants = {normalise(one.name): one for one in everybody}
        self._participants |= {
            name.normalised: name.participant
            for name in ParticipantName.objects.select_related("participant")
        }
        self._participants |= {one.iso3.lower(): one for one in everybody}
        self._sources = {source.key: source for source in treaty.sources.all()}
        self._entries = {entry.revision: entry for entry in treaty.actions.filter(revision__isnull=False)}
        self._default = default

    def line(self, number: int, cells: dict[str, str]) -> Line:
        try:
            return Line(number, cells, statement=self._statement(cells))
        except ValueError as error:
            return Line(number, cells, "refused", str(error))

    def _statement(self, cells: dict[str, str]) -> Statement:
        for column, cell in cells.items():
            if cell.startswith(_FORMULA):
                raise ValueError(f"{column} begins with {cell[0]}, as a formula does; write it otherwise.")
        participant = self._participants.get(normalise(cells["participant"]) or cells["participant"].lower())
        if participant is None:
            raise ValueError(f"participant: nobody is known as {cells['participant']!r}.")
        kind = cells["kind"].lower().replace(" ", "_")
        if kind not in [each.value for each in ActionKind]:
            raise ValueError(f"kind: {cells['kind']!r} is no kind of treaty action.")
        if not cells["taken_on"]:
            raise ValueError("taken_on is empty.")
        source = self._source(cells)
        return Statement(
            participant=participant,
            kind=ActionKind(kind),
            taken=_span("taken_on", cells["taken_on"]),
            effective=_span("effective_on", cells["effective_on"]) if cells.get("effective_on") else None,
            relates_to=self._target(cells.get("relates_to", "")),
            provisions=[
                part.strip()
                for part in cells.get("articles", "").replace(",", ";").split(";")
                if part.strip()
            ],
            summary=cells.get("summary", ""),
            notification=cells.get("notification", ""),
            source=source,
            confidence=cells.get("confidence")
            or (source.confidence if source else Source.Confidence.SECONDARY),
            note=cells.get("note", ""),
            override=cells.get("override", ""),
        )

    def _source(self, cells: dict[str, str]) -> Source | None:
        key = cells.get("source", "")
        if not key:
            return self._default
        if key not in self._sources:
            raise ValueError(f"source: the treaty has no source {key!r}; add it first.")
        return self._sources[key]

    def _target(self, text: str) -> Action | None:
        if not text:
            return None
        if not text.isdecimal() or int(text) not in self._entries:
            raise ValueError(f"relates_to: {text!r} is no revision of the record.")
        return self._entries[int(text)]


def _span(column: str, text: str) -> Span:
    try:
        return parse_edtf(text)
    except ValueError as error:
        raise ValueError(f"{column}: {error}.") from error


def _pending(treaty: Treaty) -> list[Action]:
    waiting = Action.objects.filter(treaty=treaty, revision__isnull=True, entry=Action.Entry.ORIGINAL)
    return list(waiting.select_related("participant", "source"))


def _key(statement: Statement) -> tuple[object, ...]:
    """Return what makes two statements one: what they say happened, not how well it is known."""
    return (
        statement.participant.pk,
        statement.kind,
        statement.taken,
        statement.effective,
        statement.relates_to and statement.relates_to.pk,
        tuple(sorted(statement.provisions)),
        statement.notification,
    )


def _csv(name: str, content: bytes) -> Iterator[list[str]]:
    if not name.lower().endswith(".csv"):
        raise TableRefusedError("Only .csv and .xlsx files are read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefusedError("The file is not UTF-8 text; save it as CSV UTF-8.") from error
    if "\0" in text:
        raise TableRefusedError("The file is no text.")
    separator = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise TableRefusedError(f"The file is no proper CSV: {error}.") from error


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise TableRefusedError(
                f"Unpacked, the file has {unpacked:,} bytes; at most {MAX_UNPACKED_BYTES:,} are read."
            )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise TableRefusedError("The file is no XLSX workbook.") from error
    sheet = book.worksheets[0]
    for row in sheet.iter_rows(values_only=True):
        yield [_text(cell) for cell in row]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
