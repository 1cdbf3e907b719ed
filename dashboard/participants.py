"""The participants' page: a table that is filtered, sorted and searched by its address, with or without script."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from common.spreadsheets import write_csv, write_xlsx
from dashboard.columns import COLUMNS, USUAL, standing_words, table_of
from dashboard.page import Page, oembed_of, page_of
from dashboard.table import FILTERS, LISTS, ORDERS, ParticipantRow, filtered, rows_of
from ratification.intake.bundles import BUNDLED
from ratification.record import selectors
from ratification.record.entries import entries_elsewhere
from ratification.record.selectors import View
from states.models import Participant, ParticipantName
from states.names import normalise
from treaty.clauses import CONSENTS

LABELS = {
    "list": ("List", "everybody"),
    "un_group": ("Regional group", "all groups"),
    "region": ("Region", "all regions"),
    "group": ("Member of", "any"),
    "under": ("Consented to", "any treaty"),
    "not_under": ("Not to", "any treaty"),
}
GROUPINGS: Mapping[str, tuple[str, Callable[[ParticipantRow], str]]] = {
    "standing": ("standing", lambda row: standing_words(row.kind)),
    "un_group": ("regional group", lambda row: row.un_group or "no regional group"),
    "region": ("region", lambda row: row.participant.region or "no region"),
}
FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter, and how many rows it leaves of what the other filters leave."""

    value: str
    label: str
    chosen: bool
    count: int


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter with its options."""

    name: str
    label: str
    everything: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class ParticipantQuestion:
    """What the address asks of the table, and the rows that answer."""

    search: str
    filters: list[Filter]
    order: str
    by: str
    columns: Sequence[str]
    rows: list[ParticipantRow]

    @property
    def sections(self) -> list[tuple[str, list[ParticipantRow]]]:
        """The rows under their headings; one section without a heading where they are not grouped."""
        if not self.by:
            return [("", self.rows)]
        heading = GROUPINGS[self.by][1]
        return [(label, list(rows)) for label, rows in groupby(sorted(self.rows, key=heading), key=heading)]

    @property
    def is_filtered(self) -> bool:
        """Whether not everybody is shown."""
        return bool(self.search) or any(choice.chosen for each in self.filters for choice in each.choices)


def participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who stands where."""
    page = page_of(request, slug, selectors.view_of)
    asked = asked_of(page)
    context = {
        "page": page,
        "oembed": oembed_of(request, page, "table"),
        "asked": asked,
        "orders": [(value, label, value == asked.order) for value, (label, _) in ORDERS.items()],
        "groupings": [(value, label, value == asked.by) for value, (label, _) in GROUPINGS.items()],
        "columns": [(key, column.label, key in asked.columns) for key, column in COLUMNS.items()],
        "files": [(suffix, f"{page.path}{suffix}?{page.question}") for suffix in FILES],
    }
    response = render(request, "dashboard/participants.html", {"current": "participants", **context})
    response["HX-Push-Url"] = page.asked_address  # what the form leaves empty need not stand in the address
    return response


def participants_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """Give what the page with the same question shows, as a table to work with."""
    if suffix not in FILES:
        raise Http404(f"The table comes as {', '.join(FILES)}.")
    page = page_of(request, slug, selectors.view_of)
    asked = asked_of(page)
    rows = [row for _, rows in asked.sections for row in rows]
    name = f"{slug}-participants-{page.said.as_of}-revision-{page.said.revision}"
    headings, cells = table_of(rows, asked.columns)
    file = write_csv(headings, cells) if suffix == "csv" else write_xlsx("participants", headings, cells)
    response = HttpResponse(file, content_type=FILES[suffix])
    response["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return response


def asked_of(page: Page[View]) -> ParticipantQuestion:
    """Read what the address asks of the table, and answer it.

    Raises:
        BadRequest: if a filter, an order, a grouping or a column is not known; the sentence says which are.
    """
    others = _consents_elsewhere(page)
    elsewhere: dict[str, frozenset[str]] = {}
    for iso3, slug, _name in others:
        elsewhere[iso3] = elsewhere.get(iso3, frozenset()) | {slug}
    rows = rows_of(page.said, elsewhere)
    if search := page.first("q"):
        found = _named(search, rows)
        rows = [row for row in rows if row.participant.iso3 in found]
    options = _options(page.said, {slug: name for _iso3, slug, name in others})
    wanted = {name: _known(name, value, options[name]) for name in FILTERS if (value := page.first(name))}
    order = _known("sort", page.first("sort", "standing"), ORDERS)
    by = page.first("by")
    return ParticipantQuestion(
        search=search,
        filters=[
            Filter(name, label, everything, list(_choices(name, options[name], rows, wanted)))
            for name, (label, everything) in LABELS.items()
        ],
        order=order,
        by=_known("by", by, GROUPINGS) if by else "",
        columns=[_known("column", key, COLUMNS) for key in page.query.get("column", _usual(page.said))],
        rows=sorted(filtered(rows, wanted), key=ORDERS[order][1]),
    )


def _usual(view: View) -> Sequence[str]:
    return [*USUAL, "in_force"] if view.outcome.parties.possible else USUAL


def _options(view: View, others: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """Give for each filter its values and their words."""
    regions = sorted({person.region for person in view.directory.participants.values()} - {""})
    return {
        "list": {value: listed.label for value, listed in LISTS.items()},
        "un_group": dict(Participant.UNGroup.choices),
        "region": {region: region for region in regions},
        "group": {slug: group.name for slug, group in view.directory.groups.items()},
        "under": others,
        "not_under": others,
    }


def _consents_elsewhere(page: Page[View]) -> list[tuple[str, str, str]]:
    """Give who has consented to be bound by the treaties kept for comparison, by the day asked about."""
    slugs = [slug for slug in BUNDLED if slug != page.treaty.slug]
    known = entries_elsewhere(slugs, CONSENTS).filter(taken_latest__lte=page.said.as_of)
    return [
        (iso3, slug, popular or short)
        for iso3, slug, popular, short in known.values_list(
            "participant__iso3", "treaty__slug", "treaty__popular_name", "treaty__short_title"
        )
    ]


def _choices(
    name: str, options: Mapping[str, str], rows: list[ParticipantRow], wanted: Mapping[str, str]
) -> Iterable[Choice]:
    others = filtered(rows, {key: value for key, value in wanted.items() if key != name})
    for value, label in options.items():
        chosen, count = wanted.get(name) == value, sum(map(FILTERS[name](value), others))
        if count or chosen:
            yield Choice(value, label, chosen, count)


def _known(name: str, value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise BadRequest(f"{name} is “{value}”, which is none of {', '.join(known)}.")
    return value


def _named(search: str, rows: Iterable[ParticipantRow]) -> set[str]:
    """Give the codes of those with a present, earlier or other name, or a code, that contains the words."""
    words = normalise(search)
    names = ParticipantName.objects.filter(normalised__contains=words).values_list(
        "participant__iso3", flat=True
    )
    codes = {
        row.participant.iso3
        for row in rows
        if words in normalise(row.participant.name)
        or search.upper() in {row.participant.iso3, row.participant.iso2}
    }
    return codes | set(names) if words else codes
