"""The lines above the Council of Europe's chart: its treaty, its day, and the treaty's entry into force.

A chart is exported, or copied from the Treaty Office's page with the page's own lines; both are read.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from common.month_names import MONTHS
from states.names import normalise

PARTS = re.compile(
    r"(?:non )?members?(?: states)?(?: of council of europe)?|member states|international organi[sz]ations?"
    r"|other states|(?:overseas )?territories|observers|european union"
    r"|(?:etats )?(?:non )?membres(?: du conseil de leurope)?|organisations internationales|autres etats|territoires"
    r"|observateurs|union europeenne"
)
CELL = re.compile(
    r"(?:(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})"
    r"|(?P<iso>\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00)?)?"
    r"|(?P<printed>\d{1,2})(?:er)? (?P<name>[^\W\d_]+)\.? (?P<printed_year>\d{4}))"
    r"\s?\(?(?P<letter>[A-Za-z]{0,2})\.?\)?"
)
_NUMBER = re.compile(r"\b(?:treaty|c?ets|stce|ste)\W{0,3}(?:n[o°]\.?\W{0,2})?(\d{1,3})\b", re.IGNORECASE)
_TITLE = frozenset({"title", "titre"})
_REFERENCE = frozenset({"reference"})
_ENTRY = frozenset({"entry into force", "entree en vigueur"})
_PAGE = re.compile(
    r"full list|liste complete|(?:chart|table) of signatures\b.*|etat des signatures\b.*|tableau des signatures\b.*"
    r"|(?:states?|etats?) (?:who|qui|having|ayant)\b.*"
)
"""Lines of the page around a chart, which name no treaty by its title."""
_AS_OF = re.compile(
    r"(?:status|situation|etat|état)\b.*?\b(?P<day>\d{1,2}\W\d{1,2}\W\d{4}|\d{4}-\d{2}-\d{2})", re.IGNORECASE
)
_FIGURES = re.compile(r"\d{1,2}/\d{1,2}/\d{4}\b")
_LAST_ETS = 193


def title_in(before: Sequence[Sequence[str]]) -> str:
    """Return what stands beside "Title"; otherwise the first line that is neither a day nor a line of the page."""
    if labelled := _labelled(before, _TITLE):
        return labelled
    lines = [line for line in map(_joined, before) if not _AS_OF.search(line)]
    named = [
        line for line in lines if not (_PAGE.fullmatch(normalise(line)) or PARTS.fullmatch(normalise(line)))
    ]
    return (named or lines or [""])[0]


def as_of_in(before: Sequence[Sequence[str]]) -> date | None:
    """Return the day of which a line above the table says that the chart is."""
    for line in map(_joined, before):
        if (found := _AS_OF.search(line)) and (day := CELL.fullmatch(found["day"])):
            with suppress(ValueError):
                return day_of(day)
    return None


def reference_in(before: Sequence[Sequence[str]]) -> str:
    """Return the number of the treaty: what stands beside "Reference", otherwise the first one (ETS 185, CETS 210)."""
    for line in (_labelled(before, _REFERENCE), *map(_joined, before)):
        if found := _NUMBER.search(line):
            number = int(found[1])
            return f"{'ETS' if number <= _LAST_ETS else 'CETS'} {number:03}"
    return ""


def in_force_in(before: Sequence[Sequence[str]]) -> str:
    """Return what stands beside "Entry into Force", as in 01/07/2004 - 5 Ratifications."""
    return _labelled(before, _ENTRY)


def numeric_day(text: str) -> date | None:
    """Return the day with which a text begins in figures, day/month/year."""
    figures = _FIGURES.match(text)
    match = CELL.fullmatch(figures[0]) if figures else None
    with suppress(ValueError):
        return day_of(match) if match else None
    return None


def _joined(cells: Sequence[str]) -> str:
    return " ".join(filter(None, cells))


def _labelled(before: Sequence[Sequence[str]], labels: frozenset[str]) -> str:
    """Return the cells beside a label; the label may stand in one cell with them, before a colon."""
    for cells in before:
        label, colon, rest = cells[0].partition(":")
        if normalise(label) in labels:
            return _joined([rest.strip() if colon else "", *cells[1:]])
    return ""


def day_of(match: re.Match[str]) -> date:
    """Return the day of a match of `CELL`.

    Raises:
        ValueError: if it is no day of the calendar.
    """
    if match["iso"]:
        return date.fromisoformat(match["iso"])
    if match["name"]:
        return date(
            int(match["printed_year"]), MONTHS.get(match["name"].casefold(), 0), int(match["printed"])
        )
    return date(int(match["year"]), int(match["month"]), int(match["day"]))
