"""The participants' page: a table that is filtered, sorted and searched by its address, with or without script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ratification import selectors
from ratification.dashboard.page import page_of
from ratification.dashboard.table import FILTERS, LISTS, ORDERS, Row, filtered, rows_of
from ratification.selectors import View
from states.models import Participant, ParticipantName
from states.names import normalise


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


def participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who stands where."""
    page = page_of(request, slug, selectors.view_of)
    rows = rows_of(page.said)
    if search := page.query.get("q", "").strip():
        found = _named(search, rows)
        rows = [row for row in rows if row.participant.iso3 in found]
    options = _options(page.said)
    wanted = {name: _known(name, value, options[name]) for name in FILTERS if (value := page.query.get(name))}
    order = _known("sort", page.query.get("sort", "standing"), ORDERS)
    context = {
        "page": page,
        "search": search,
        "filters": [
            Filter(name, label, everything, list(_choices(name, options[name], rows, wanted)))
            for name, (label, everything) in LABELS.items()
        ],
        "orders": [(value, label, value == order) for value, (label, _) in ORDERS.items()],
        "rows": sorted(filtered(rows, wanted), key=ORDERS[order][1]),
        "total": len(rows),
        "is_filtered": bool(wanted or search),
    }
    return render(request, "dashboard/participants.html", {"current": "participants", **context})


LABELS = {
    "list": ("List", "everybody"),
    "un_group": ("Regional group", "all groups"),
    "region": ("Region", "all regions"),
    "group": ("Member of", "any"),
}


def _options(view: View) -> dict[str, Mapping[str, str]]:
    """Give for each filter its values and their words."""
    regions = sorted({person.region for person in view.everybody.participants.values()} - {""})
    return {
        "list": {value: listed.label for value, listed in LISTS.items()},
        "un_group": dict(Participant.UNGroup.choices),
        "region": {region: region for region in regions},
        "group": {slug: group.name for slug, group in view.everybody.groups.items()},
    }


def _choices(
    name: str, options: Mapping[str, str], rows: list[Row], wanted: Mapping[str, str]
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


def _named(search: str, rows: Iterable[Row]) -> set[str]:
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
