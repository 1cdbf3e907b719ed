"""The columns of the participants' table: which there are, and what each is in a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from common.spreadsheets import Cell
from dashboard.table import ParticipantRow
from ratification.rules.dates import Span

Field = Callable[[ParticipantRow], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its words, and the fields that a file has for it, each under a stable name."""

    label: str
    fields: Mapping[str, Field]


def _edtf(span: Span | None) -> str:
    return span.edtf if span else ""


COLUMNS: Mapping[str, Column] = {
    "standing": Column(
        "Standing", {"standing": lambda row: row.kind.value, "uncertain": lambda row: row.uncertain}
    ),
    "signed": Column("Signed", {"signed": lambda row: _edtf(row.signed)}),
    "days": Column(
        "Days since signature",
        {"days_since_signature": lambda row: row.days_since_signed},
    ),
    "consent": Column(
        "Consent to be bound",
        {
            "consent": lambda row: row.consent.value if row.consent else "",
            "consented": lambda row: _edtf(row.consented),
            "counted": lambda row: row.counted,
        },
    ),
    "home": Column("Approved at home", {"approved_at_home": lambda row: _edtf(row.home)}),
    "in_force": Column("In force for it", {"in_force": lambda row: _edtf(row.in_force)}),
    "un_group": Column("Regional group", {"un_group": lambda row: row.un_group}),
    "region": Column("Region", {"region": lambda row: row.participant.region}),
    "groups": Column("Member of", {"groups": lambda row: "; ".join(group.slug for group in row.groups)}),
    "statements": Column("Statements", {"statements": lambda row: row.statements}),
}
USUAL = ("standing", "signed", "days", "consent", "un_group", "statements")
"""The columns shown where the address chooses none."""


def table_of(rows: Iterable[ParticipantRow], columns: Sequence[str]) -> tuple[list[str], list[list[Cell]]]:
    """Give the rows as plain values: code and name, then the fields of the columns; days in EDTF."""
    fields = {name: field for key in columns for name, field in COLUMNS[key].fields.items()}
    cells: list[list[Cell]] = [
        [row.participant.iso3, row.participant.name, *(field(row) for field in fields.values())]
        for row in rows
    ]
    return ["participant", "name", *fields], cells
