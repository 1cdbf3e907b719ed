"""Rows of a bundle's table of actions, and the content of the entry that each makes."""

from collections import Counter
from datetime import date

from ratification.ledger.writing import ActionContent
from ratification.models import Action
from ratification.rules.dates import Span, parse_edtf
from states.loading import participants_by_code
from states.models import Participant
from states.tables import TableRow
from treaty.clauses import ActionKind
from treaty.loading import citations
from treaty.models import Source, Treaty


def contents_of(rows: list[TableRow], treaty: Treaty) -> list[tuple[TableRow, ActionContent]]:
    """Return the content of each row, with the origin that identifies it in the ledger."""
    participants = participants_by_code()
    sources = citations(treaty, {row["source"]: row for row in rows})
    seen: Counter[tuple[str, str, str]] = Counter()
    contents = []
    for row in rows:
        key = (row["participant"], row["kind"], row["articles"])
        seen[key] += 1
        contents.append((row, _content_of_row(row, participants, sources, ":".join([*key, str(seen[key])]))))
    return contents


def _content_of_row(
    row: TableRow, participants: dict[str, Participant], sources: dict[str, Source], origin: str
) -> ActionContent:
    source = sources[row["source"]]
    row.choice("state", ["", Action.State.DRAFT, Action.State.PUBLISHED])
    taken = span_in(row, "taken_on")
    if taken is None:
        raise row.error("taken_on is empty")
    return ActionContent(
        participant=row.named("participant", participants),
        kind=ActionKind(row.choice("kind", [kind.value for kind in ActionKind])),
        taken=taken,
        effective=span_in(row, "effective_on"),
        provisions=_parts(row["articles"]),
        territories=_parts(row["territories"]),
        predecessor=row.named("predecessor", participants) if row["predecessor"] else None,
        excludes=_flag(row, "excludes"),
        precludes=_flag(row, "precludes"),
        summary=row["summary"],
        notification=row["notification"],
        notified_on=_day(row, "notified_on"),
        source=source,
        confidence=row.choice("confidence", Source.Confidence.values)
        if row["confidence"]
        else source.confidence,
        note=row["note"],
        origin=origin,
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _day(row: TableRow, column: str) -> date | None:
    span = span_in(row, column)
    if span is not None and span.on is None:
        raise row.error(f"{column} is {row[column]}, and a day is needed")
    return span.on if span else None


def _flag(row: TableRow, column: str) -> bool | None:
    return {"": None, "yes": True, "no": False}[row.choice(column, ["", "yes", "no"])]


def span_in(row: TableRow, column: str) -> Span | None:
    """Return the day or the open day in a cell; None where it is empty."""
    if not row[column]:
        return None
    try:
        return parse_edtf(row[column])
    except ValueError as error:
        raise row.error(f"{column}: {error}") from error
