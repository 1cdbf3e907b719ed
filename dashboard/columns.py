"""Columns of the participants' table: the cell that the page shows, and the fields that files have for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.spreadsheets import Cell
from dashboard.table import ParticipantRow
from ratification.rules.dates import Span
from ratification.rules.outcome import StandingKind
from ratification.status.day_text import html_of

Field = Callable[[ParticipantRow], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the page and of the files.

    `fields` are the values of a file under stable names; `content` gives the cell's HTML, and `css` its class.
    """

    label: str
    fields: Mapping[str, Field]
    content: Callable[[ParticipantRow], SafeString]
    css: str = ""
    labelled: bool = True
    """Whether the cell repeats the heading where the table is shown as a stack."""

    def html(self, row: ParticipantRow) -> SafeString:
        """Return the table cell of a row."""
        css = format_html(' class="{}"', self.css) if self.css else SafeString("")
        label = format_html(' data-label="{}"', self.label) if self.labelled else SafeString("")
        return format_html("<td{}{}>{}</td>", css, label, self.content(row))


WITHOUT_ACT = {StandingKind.NONE: "no action", StandingKind.UNKNOWN: "no act known"}
NOTHING = html_of(None)


def standing_words(kind: StandingKind) -> str:
    """Name a standing in words."""
    return WITHOUT_ACT.get(kind, kind.value)


def standing_html(kind: StandingKind, *, uncertain: bool) -> SafeString:
    """Return a standing as a tag, and a second one where a date is open."""
    tag = format_html('<span class="tag {}">{}</span>', kind.value, standing_words(kind))
    return (
        tag + SafeString(' <span class="tag open" title="A date is open">uncertain</span>')
        if uncertain
        else tag
    )


def _text(value: object) -> SafeString:
    """Return a value as text, the sign for nothing where there is none."""
    return NOTHING if value in (None, "", 0) else format_html("{}", value)


def _consent(row: ParticipantRow) -> SafeString:
    if row.consent:
        counts = ", counts" if row.counted else ""
        return format_html("{} <small>{}{}</small>", html_of(row.consented), row.consent.label, counts)
    if row.home:
        return format_html("<small>domestic approval {}</small>", html_of(row.home))
    return NOTHING


def _days(name: str, span_of: Callable[[ParticipantRow], Span | None]) -> dict[str, Field]:
    """Return the fields of a day: itself, as text where it is not known, and the first and last possible day."""

    def day(row: ParticipantRow) -> Cell:
        span = span_of(row)
        return (span.on or span.edtf) if span else None

    def earliest(row: ParticipantRow) -> Cell:
        span = span_of(row)
        return span.earliest if span else None

    def latest(row: ParticipantRow) -> Cell:
        span = span_of(row)
        return span.latest if span and span.certain else None

    return {name: day, f"{name}_earliest": earliest, f"{name}_latest": latest}


COLUMNS: Mapping[str, Column] = {
    "standing": Column(
        "Status",
        {"standing": lambda row: row.kind.value, "uncertain": lambda row: row.uncertain},
        lambda row: standing_html(row.kind, uncertain=row.uncertain),
        labelled=False,
    ),
    "signed": Column(
        "Signed", _days("signed", lambda row: row.signed), lambda row: html_of(row.signed), "num"
    ),
    "days": Column(
        "Days since signature",
        {"days_since_signature": lambda row: row.days_since_signed},
        lambda row: NOTHING if row.days_since_signed is None else format_html("{}", row.days_since_signed),
        "figure",
    ),
    "consent": Column(
        "Ratification or accession",
        {
            "consent": lambda row: row.consent.value if row.consent else "",
            **_days("consented", lambda row: row.consented),
            "counted": lambda row: row.counted,
        },
        _consent,
        "num",
    ),
    "home": Column(
        "Domestic approval",
        _days("approved_at_home", lambda row: row.home),
        lambda row: html_of(row.home),
        "num",
    ),
    "in_force": Column(
        "In force since",
        _days("in_force", lambda row: row.in_force),
        lambda row: html_of(row.in_force),
        "num",
    ),
    "un_group": Column(
        "Regional group", {"un_group": lambda row: row.un_group}, lambda row: _text(row.un_group)
    ),
    "region": Column(
        "Region",
        {"region": lambda row: row.participant.region},
        lambda row: format_html("{}", row.participant.region),
    ),
    "groups": Column(
        "Member of",
        {"groups": lambda row: "; ".join(group.slug for group in row.groups)},
        lambda row: format_html("<small>{}</small>", ", ".join(group.name for group in row.groups)),
    ),
    "statements": Column(
        "Statements", {"statements": lambda row: row.statements}, lambda row: _text(row.statements), "figure"
    ),
}
USUAL = ("standing", "signed", "consent", "un_group", "statements")
"""The columns of the page where the address chooses none."""
USUAL_IN_FILES = ("standing", "signed", "days", "consent", "un_group", "statements")
"""The same of the files."""


def table_of(rows: Iterable[ParticipantRow], columns: Sequence[str]) -> tuple[list[str], list[list[Cell]]]:
    """Give the rows as plain values: code and name, then the fields of the columns."""
    fields = {name: field for key in columns for name, field in COLUMNS[key].fields.items()}
    cells: list[list[Cell]] = [
        [row.participant.iso3, row.participant.name, *(field(row) for field in fields.values())]
        for row in rows
    ]
    return ["participant", "name", *fields], cells
