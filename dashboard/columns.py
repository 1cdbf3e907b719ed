"""Columns of the participants' table: the cell that the page shows, and the fields that files have for it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from common.languages import current
from common.markup import escaped
from common.messages import Text
from common.punctuation import comma
from common.spreadsheets import Cell
from dashboard.act_words import kind_words
from dashboard.in_language import in_html
from dashboard.table import ParticipantRow
from ratification.rules.dates import Span
from ratification.rules.outcome import StandingKind
from ratification.status.day_text import html_of
from states.known_names import known_name
from states.naming import name_of
from states.regions import region_words
from treaty.clauses import ActionKind

Field = Callable[[ParticipantRow], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the page and of the files.

    `fields` are the values of a file under stable names; `content` gives the cell's HTML, and `css` its class.
    """

    label: Text
    fields: Mapping[str, Field]
    content: Callable[[ParticipantRow], SafeString]
    css: str = ""
    labelled: bool = True
    """Whether the cell repeats the heading where the table is shown as a stack."""

    @property
    def opening(self) -> str:
        """The tag that begins the cell of each row."""
        css = format_html(' class="{}"', self.css) if self.css else ""
        label = format_html(' data-label="{}"', self.label) if self.labelled else ""
        return f"<td{css}{label}>"


class Cells:
    """The cells of some columns, row by row; what is the same in each row is written once."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._columns = [(column.opening, column.content) for column in columns]

    def of(self, row: ParticipantRow) -> SafeString:
        """Return the cells of a row."""
        return mark_safe("".join(f"{opening}{content(row)}</td>" for opening, content in self._columns))  # noqa: S308 - tags, and content that is safe


STANDING_WORDS: Mapping[StandingKind, Text] = {
    StandingKind.PARTY: pgettext_lazy("status of a participant", "party"),
    StandingKind.CONTRACTING: pgettext_lazy("status of a participant", "contracting"),
    StandingKind.SIGNATORY: pgettext_lazy("status of a participant", "signatory"),
    StandingKind.WITHDRAWN: pgettext_lazy("status of a participant", "withdrawn"),
    StandingKind.NONE: pgettext_lazy("status of a participant", "no action"),
    StandingKind.UNKNOWN: pgettext_lazy("status of a participant", "no act known"),
}
CEASED = pgettext_lazy("status of a participant", "no longer exists")
"""In place of “no action”, of a State that acted and has ceased to exist."""
NOTHING = html_of(None)


def standing_words(kind: StandingKind, *, ceased: bool = False) -> str:
    """Name a standing in words."""
    return str(CEASED) if ceased and kind is StandingKind.NONE else _standing_words(kind, get_language())


@lru_cache(maxsize=64)
def _standing_words(kind: StandingKind, _language: str | None) -> str:
    return str(STANDING_WORDS[kind])


def standing_html(kind: StandingKind, *, uncertain: bool, ceased: bool = False) -> SafeString:
    """Return a standing as a tag, and a second one where a date is open."""
    return _standing_html(kind, uncertain, ceased, get_language())


@lru_cache(maxsize=128)
def _standing_html(kind: StandingKind, uncertain: bool, ceased: bool, _language: str | None) -> SafeString:  # noqa: FBT001 - part of a key
    tag = format_html('<span class="tag {}">{}</span>', kind.value, standing_words(kind, ceased=ceased))
    if not uncertain:
        return tag
    return tag + format_html(
        ' <span class="tag open" title="{}">{}</span>', gettext("A date is open"), gettext("uncertain")
    )


def _text(value: object) -> SafeString:
    """Return a value as text, the dash where there is none."""
    return NOTHING if value in (None, "", 0) else escaped(str(value))


def _consent(row: ParticipantRow) -> SafeString:
    if row.consent:
        words = _consent_words(row.consent, row.counted, get_language())
        return mark_safe(f"{html_of(row.consented)} <small>{words}</small>")  # noqa: S308 - both are escaped
    if row.home:
        words = in_html(gettext("domestic approval %(day)s"), {"day": html_of(row.home)})
        return format_html("<small>{}</small>", words)
    return NOTHING


@lru_cache(maxsize=256)
def _consent_words(kind: ActionKind, counted: bool, _language: str | None) -> SafeString:  # noqa: FBT001 - part of a key
    act = kind_words(kind)
    return conditional_escape(gettext("%(act)s, counts") % {"act": act} if counted else act)


def _force(row: ParticipantRow) -> SafeString:
    day = html_of(row.in_force)
    return in_html(gettext("%(day)s or earlier"), {"day": day}) if row.may_be_earlier else day


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
        gettext_lazy("Status"),
        {"standing": lambda row: row.kind.value, "uncertain": lambda row: row.uncertain},
        lambda row: standing_html(row.kind, uncertain=row.uncertain, ceased=row.ceased),
        labelled=False,
    ),
    "signed": Column(
        gettext_lazy("Signed"),
        _days("signed", lambda row: row.signed),
        lambda row: html_of(row.signed),
        "num signed",
    ),
    "days": Column(
        gettext_lazy("Days since signature"),
        {"days_since_signature": lambda row: row.days_since_signed},
        lambda row: (
            NOTHING if row.days_since_signed is None else conditional_escape(str(row.days_since_signed))
        ),
        "figure",
    ),
    "consent": Column(
        gettext_lazy("Ratification or accession"),
        {
            "consent": lambda row: row.consent.value if row.consent else "",
            **_days("consented", lambda row: row.consented),
            "counted": lambda row: row.counted,
        },
        _consent,
        "num consent",
    ),
    "home": Column(
        gettext_lazy("Domestic approval"),
        _days("approved_at_home", lambda row: row.home),
        lambda row: html_of(row.home),
        "num",
    ),
    "in_force": Column(
        gettext_lazy("Entry into force"),
        _days("in_force", lambda row: row.in_force),
        _force,
        "num in-force",
    ),
    "un_group": Column(
        gettext_lazy("Regional group"),
        {"un_group": lambda row: row.un_group},
        lambda row: _text(row.un_group),
        "un-group",
    ),
    "region": Column(
        gettext_lazy("Region"),
        {"region": lambda row: row.participant.region},
        lambda row: conditional_escape(region_words(row.participant.region)),
    ),
    "groups": Column(
        gettext_lazy("Member of"),
        {"groups": lambda row: "; ".join(row.groups)},
        lambda row: format_html(
            "<small>{}</small>", comma().join(known_name(group.name) for group in row.groups.values())
        ),
        "groups",
    ),
    "statements": Column(
        gettext_lazy("Statements"),
        {"statements": lambda row: row.statements},
        lambda row: _text(row.statements),
        "figure",
    ),
}
USUAL = ("standing", "signed", "consent", "un_group", "statements")
"""The columns of the page where the address chooses none."""
USUAL_IN_FILES = ("standing", "signed", "days", "consent", "un_group", "statements")
"""The same of the files."""


def table_of(rows: Iterable[ParticipantRow], columns: Sequence[str]) -> tuple[list[str], list[list[Cell]]]:
    """Give the rows as plain values: code and name, then the fields of the columns.

    Where an act that is not recorded could make a day of entry into force an earlier one, a last column says of which.
    In English the headings are names that programs know and the values are codes; in another language both are words.
    """
    rows = list(rows)
    fields = {name: field for key in columns for name, field in COLUMNS[key].fields.items()}
    if "in_force" in columns and any(row.may_be_earlier for row in rows):
        fields["in_force_may_be_earlier"] = lambda row: row.may_be_earlier
    cells: list[list[Cell]] = [
        [row.participant.iso3, name_of(row.participant), *(field(row) for field in fields.values())]
        for row in rows
    ]
    headings = ["participant", "name", *fields]
    if current().code == "en":
        return headings, cells
    words = [_WORDS.get(name, _same) for name in headings]
    cells = [
        [word(cell, row) for word, cell in zip(words, line, strict=True)]
        for row, line in zip(rows, cells, strict=True)
    ]
    return [str(HEADINGS[name]) for name in headings], cells


def _same(cell: Cell, _row: ParticipantRow) -> Cell:
    return cell


def _yes_or_no(cell: Cell, _row: ParticipantRow) -> Cell:
    return gettext("yes") if cell else gettext("no")


_WORDS: Mapping[str, Callable[[Cell, ParticipantRow], Cell]] = {
    "standing": lambda _cell, row: standing_words(row.kind, ceased=row.ceased),
    "consent": lambda cell, _row: kind_words(ActionKind(str(cell))) if cell else "",
    "region": lambda cell, _row: region_words(str(cell or "")),
    "uncertain": _yes_or_no,
    "counted": _yes_or_no,
    "in_force_may_be_earlier": _yes_or_no,
}
"""Words for the codes of a field, in other languages than English."""
HEADINGS: Mapping[str, Text] = {
    "participant": gettext_lazy("Code"),
    "name": gettext_lazy("Participant"),
    "standing": gettext_lazy("Status"),
    "uncertain": gettext_lazy("Status uncertain: a date is open"),
    "signed": gettext_lazy("Signed"),
    "signed_earliest": gettext_lazy("Signed: first possible day"),
    "signed_latest": gettext_lazy("Signed: last possible day"),
    "days_since_signature": gettext_lazy("Days since signature"),
    "consent": gettext_lazy("Ratification or accession"),
    "consented": gettext_lazy("Day of deposit"),
    "consented_earliest": gettext_lazy("Day of deposit: first possible day"),
    "consented_latest": gettext_lazy("Day of deposit: last possible day"),
    "counted": gettext_lazy("Counts toward the threshold"),
    "approved_at_home": gettext_lazy("Domestic approval"),
    "approved_at_home_earliest": gettext_lazy("Domestic approval: first possible day"),
    "approved_at_home_latest": gettext_lazy("Domestic approval: last possible day"),
    "in_force": gettext_lazy("Entry into force"),
    "in_force_earliest": gettext_lazy("In force: first possible day"),
    "in_force_latest": gettext_lazy("In force: last possible day"),
    "in_force_may_be_earlier": gettext_lazy("In force: may be earlier, by an act not recorded"),
    "un_group": gettext_lazy("Regional group"),
    "region": gettext_lazy("Region"),
    "groups": gettext_lazy("Member of"),
    "statements": gettext_lazy("Statements"),
}
"""Headings of a file in other languages than English."""
