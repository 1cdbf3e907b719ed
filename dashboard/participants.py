"""The participants' page: a table that is filtered, sorted and searched by its address, with or without script."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from common.messages import Text
from common.prepared import Prepared
from dashboard.asked_language import in_asked_language
from dashboard.columns import COLUMNS, USUAL, USUAL_IN_FILES, Cells, Column, standing_words, table_of
from dashboard.forms import OptionField, OptionsField, PageForm, regions_of
from dashboard.page import Page, oembed_of, page_of
from dashboard.table import FILTERS, LISTS, ORDERS, SETS, VALUES, ParticipantRow, filtered, groups_of, rows_of
from dashboard.table_files import TABLES, table_response
from ratification.intake.bundles import BUNDLED
from ratification.record import selectors
from ratification.record.heads import with_head
from ratification.record.kept import facts_elsewhere
from ratification.record.selectors import View
from states.known_names import known_name
from states.models import Participant
from states.names import normalise
from states.naming import name_of
from states.regions import region_words
from states.search import matching_ids
from treaty.clauses import CONSENTS
from treaty.models import Treaty

GROUPINGS: Mapping[str, tuple[Text, Callable[[ParticipantRow], str]]] = {
    "standing": (gettext_lazy("status"), lambda row: standing_words(row.kind, ceased=row.ceased)),
    "un_group": (gettext_lazy("regional group"), lambda row: row.un_group or gettext("no regional group")),
    "region": (
        gettext_lazy("region"),
        lambda row: region_words(row.participant.region) or gettext("no region"),
    ),
}
INDEXED: Mapping[str, Callable[[ParticipantRow], str]] = {
    "standing": lambda row: standing_words(row.kind, ceased=row.ceased).capitalize(),
    "name": lambda row: normalise(name_of(row.participant))[:1].upper(),
    "-name": lambda row: normalise(name_of(row.participant))[:1].upper(),
}
"""The words of the index in the orders that have one."""
ALWAYS_SHOWN = ("list", "un_group", "group")
_COMPARED = Prepared(
    Treaty, lambda: with_head(Treaty.objects.filter(slug__in=BUNDLED), None).order_by("adopted_on")
)
SHORT = 40
"""Number of rows up to which a list has no index."""


class ParticipantsForm(PageForm):
    """Filters of the table, read from the address."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False)
    list = OptionField(
        gettext_lazy("Status"),
        gettext_lazy("all participants"),
        [(name, lister.label) for name, lister in LISTS.items()],
    )
    un_group = OptionField(
        gettext_lazy("Regional group"), gettext_lazy("all groups"), Participant.UNGroup.choices
    )
    region = OptionField(gettext_lazy("Region"), gettext_lazy("all regions"))
    group = OptionField(gettext_lazy("Member of"), pgettext_lazy("group", "any"))
    under = OptionField(gettext_lazy("Has ratified"), gettext_lazy("any treaty"))
    not_under = OptionField(gettext_lazy("Has not ratified"), gettext_lazy("any treaty"))
    sort = OptionField(
        gettext_lazy("Sort by"),
        options=[(name, order.label) for name, order in ORDERS.items()],
        initial="standing",
    )
    by = OptionField(
        gettext_lazy("Group by"),
        pgettext_lazy("grouping", "none"),
        [(name, grouping[0]) for name, grouping in GROUPINGS.items()],
    )
    column = OptionsField(gettext_lazy("Columns"), [(key, column.label) for key, column in COLUMNS.items()])


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter, and how many rows it leaves of what the other filters leave."""

    value: str
    label: Text
    chosen: bool
    count: int


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter with its options."""

    name: str
    label: Text
    everything: Text
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class ParticipantTable:
    """The table as the address asks for it. `filters` count what each option would leave."""

    form: ParticipantsForm
    filters: list[Filter]
    by: str
    columns: Sequence[str]
    rows: list[ParticipantRow]
    sort: str
    is_usual: bool

    @property
    def sections(self) -> list[tuple[str, list[ParticipantRow]]]:
        """The rows under their headings; one section without a heading where they are not grouped."""
        if not self.by:
            return [("", self.rows)]
        heading = GROUPINGS[self.by][1]
        return [(label, list(rows)) for label, rows in groupby(sorted(self.rows, key=heading), key=heading)]

    @property
    def shown(self) -> list[Column]:
        """The columns of the page, in its own order; a file has them in the order of the address."""
        return [column for key, column in COLUMNS.items() if key in self.columns]

    @property
    def cells(self) -> Cells:
        """Their cells."""
        return Cells(self.shown)

    @property
    def index(self) -> list[tuple[str, str]]:
        """Jumps into a long list by status or by letter, each with the code of the row that it leads to."""
        if self.by or len(self.rows) <= SHORT or self.sort not in INDEXED:
            return []
        first: dict[str, str] = {}
        for row in self.rows:
            first.setdefault(INDEXED[self.sort](row), row.participant.iso3)
        return list(first.items())

    @property
    def fewer(self) -> list[Filter]:
        """The filters that are always shown."""
        return [each for each in self.filters if each.name in ALWAYS_SHOWN]

    @property
    def more(self) -> list[Filter]:
        """The filters that are folded."""
        return [each for each in self.filters if each.name not in ALWAYS_SHOWN]

    @property
    def unfolds(self) -> bool:
        """Whether something that is folded is set."""
        values = self.form.cleaned_data
        folded = [each.name for each in self.more]
        return any(values[name] for name in (*folded, "by")) or not self.is_usual

    @property
    def is_filtered(self) -> bool:
        """Whether a search or a filter leaves rows out."""
        return any(self.form.cleaned_data[name] for name in ("q", *FILTERS))


@dataclass(frozen=True, slots=True)
class SortHeading:
    """A heading of the table: a link that sorts by its column, where that can be; `sorted` is its `aria-sort`."""

    label: Text
    css: str
    address: str
    sorted: str


BY_HEADING = {
    "": ("name", "-name"),
    "standing": ("standing",),
    "signed": ("signed", "-signed"),
    "days": ("signed", "-signed"),
    "consent": ("consent", "-consent"),
    "statements": ("statements",),
}
"""The orders that a column's heading leads to, by turns; the empty key is the name's."""


def _headings(page: Page[View], table: ParticipantTable) -> Iterator[SortHeading]:
    columns: list[tuple[str, Text, str]] = [("", gettext("Participant"), "")]
    columns += [(key, column.label, column.css) for key, column in COLUMNS.items() if key in table.columns]
    for key, label, css in columns:
        orders = BY_HEADING.get(key, ())
        upward = {"statements": "descending"}.get(key, "ascending")
        turn = orders.index(table.sort) if table.sort in orders else -1
        query = {**page.query, "sort": orders[(turn + 1) % len(orders)]} if orders else {}
        address = f"{page.path}?{urlencode({**query, **page.clocks}, doseq=True)}" if orders else ""
        yield SortHeading(label, css, address, "" if turn < 0 else upward if turn == 0 else "descending")


def participants(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the participants and their status."""
    page = page_of(request, slug, selectors.view_of)
    table = participant_table(page)
    context = {
        "page": page,
        "oembed": oembed_of(request, page, "table"),
        "table": table,
        "headings": list(_headings(page, table)),
        "files": [(suffix, f"{page.path}{suffix}?{page.question}") for suffix in TABLES],
    }
    response = render(request, "dashboard/participants.html", {"current": "participants", **context})
    response["HX-Push-Url"] = page.asked_address  # what the form leaves empty need not stand in the address
    return response


@in_asked_language
def participants_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """Return the table of the page with the same query, as a file."""
    if suffix not in TABLES:
        raise Http404(gettext("The table comes as %(formats)s.") % {"formats": ", ".join(TABLES)})
    page = page_of(request, slug, selectors.view_of)
    table = participant_table(page, USUAL_IN_FILES)
    rows = [row for _, rows in table.sections for row in rows]
    headings, cells = table_of(rows, table.columns)
    title = gettext("Participants, as filtered on the page")
    return table_response(page, suffix, headings, cells, name="participants", title=title)


def participant_table(page: Page[View], usual: Sequence[str] = USUAL) -> ParticipantTable:
    """Return the table as the address asks for it, with the usual columns if it chooses none.

    Raises:
        BadRequest: if a filter, an order, a grouping or a column is not known; the sentence says which are.
    """
    others = _consents_elsewhere(page)
    elsewhere: dict[str, frozenset[str]] = {}
    for iso3, slug, _name in others:
        elsewhere[iso3] = elsewhere.get(iso3, frozenset()) | {slug}
    treaties = {slug: name for _iso3, slug, name in others}
    directory = page.view.directory
    form = ParticipantsForm(
        page.query,
        options={
            "region": regions_of(directory.participants.values()),
            "group": [(slug, known_name(group.name)) for slug, group in directory.groups.items()],
            "under": treaties.items(),
            "not_under": treaties.items(),
        },
        initial={"column": [*usual, "in_force"] if page.view.outcome.parties.possible else usual},
    )
    values = form.read()
    rows = rows_of(page.view, elsewhere, groups_of(page.view))
    if values["q"]:
        found = matching_ids(values["q"])
        rows = [row for row in rows if row.participant.pk in found]
    wanted = {name: values[name] for name in FILTERS if values[name]}
    return ParticipantTable(
        form=form,
        filters=[_filter(form, name, rows, wanted) for name in FILTERS],
        by=values["by"],
        columns=values["column"],
        rows=ORDERS[values["sort"]].of(filtered(rows, wanted)),
        sort=values["sort"],
        is_usual="column" not in page.query,
    )


def _consents_elsewhere(page: Page[View]) -> list[tuple[str, str, str]]:
    """Give who has consented to be bound by the treaties kept for comparison, by the day asked about."""
    others = {treaty.slug: treaty for treaty in _COMPARED.all() if treaty.slug != page.treaty.slug}
    return [
        (fact.participant, slug, others[slug].popular_name or others[slug].short_title)
        for slug, (facts, _treaty_facts) in facts_elsewhere([*others.values()]).items()
        for fact in facts
        if fact.kind in CONSENTS and fact.taken.latest <= page.view.as_of
    ]


def _filter(
    form: ParticipantsForm, name: str, rows: list[ParticipantRow], wanted: Mapping[str, str]
) -> Filter:
    """Return a filter with the options that leave rows, of those that the other filters leave."""
    others = filtered(rows, {key: value for key, value in wanted.items() if key != name})
    field = form.option_field(name)
    counts: Mapping[str, int]
    if name in VALUES:
        counts = Counter(map(VALUES[name], others))
    elif name in SETS:
        counts = Counter(chain.from_iterable(map(SETS[name], others)))
    else:
        counts = {value: sum(map(FILTERS[name](value), others)) for value in field.options}
    choices = [
        Choice(value, label, wanted.get(name) == value, counts[value])
        for value, label in field.options.items()
    ]
    kept = [choice for choice in choices if choice.count or choice.chosen]
    return Filter(name, str(field.label), field.everything, kept)
