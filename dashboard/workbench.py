"""Workbench of statements: articles against participants, with the statements made, standing and required."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page as Sheet
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from common.languages import EnglishText
from common.messages import in_sequence
from dashboard.act_words import KINDS, STATES, kind_words, state_words
from dashboard.forms import OptionField, PageForm
from dashboard.page import Page, page_of
from dashboard.statement_words import Act, act_of
from ratification.record import selectors
from ratification.record.kept import kept_for_edition
from ratification.record.selectors import View
from ratification.record.statements import (
    OBJECTED,
    RecordedStatement,
    StatementQuery,
    parties_of,
    statements_of,
)
from ratification.rules.outcome import StandingKind
from ratification.rules.statements import ProvisionState
from ratification.rules.statements.kinds import STATEMENTS
from ratification.rules.statements.provisions import article_of, covers
from ratification.status.api_urls import address
from ratification.status.day_text import translated
from states.known_names import known_name
from states.models import Participant
from states.naming import by_name, name_of
from treaty.clauses import ActionKind
from treaty.models import Article, Requirement, Treaty

ROWS = 40
"""Participants on one sheet of the matrix."""
LISTED = 100
"""So many statements at most are listed below the matrix."""
SYMBOLS = {
    ActionKind.RESERVATION: "R",
    ActionKind.DECLARATION: "D",
    ActionKind.UNDERSTANDING: "U",
    ActionKind.OBJECTION: "O",
    ActionKind.COMMUNICATION: "C",
    ActionKind.NOTIFICATION: "N",
    ActionKind.TERRITORIAL_APPLICATION: "T",
    ActionKind.TERRITORIAL_EXCLUSION: "X",
    ActionKind.PROVISIONAL_APPLICATION: "P",
}
_FREE = "at any time"
"""Occasion of a requirement that asks for nothing by a certain time, such as a notice of denunciation."""
_SHOWN = (
    *("reservation_permitted", "optional_element", "exclusion_permitted"),
    *("notification", "declaration", "communication", "reservation_withdrawal"),
)
"""Kinds of requirement that permit or ask for a statement, in the order in which they are shown."""


class WorkbenchForm(PageForm):
    """Filters of the workbench, read from the address."""

    article = OptionField(gettext_lazy("Article"), gettext_lazy("all articles"))
    kind = OptionField(
        gettext_lazy("Kind"), gettext_lazy("all kinds"), [(kind.value, KINDS[kind]) for kind in SYMBOLS]
    )
    state = OptionField(
        gettext_lazy("Status"),
        gettext_lazy("any status"),
        [
            *((state.value, STATES[state]) for state in ProvisionState),
            (OBJECTED, gettext_lazy("objected to")),
        ],
    )
    participant = OptionField(gettext_lazy("Participant"), gettext_lazy("all participants"))
    group = OptionField(gettext_lazy("Member of"), gettext_lazy("any group"))
    in_force = OptionField(
        gettext_lazy("Treaty in force for it"),
        pgettext_lazy("in force for it", "either"),
        [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))],
    )
    page = OptionField(gettext_lazy("Sheet"), options=[("1", "1")], initial="1")


@dataclass(frozen=True, slots=True)
class StatementMark:
    """One statement in a cell of the matrix."""

    sign: str
    number: int
    words: str
    over: bool


@dataclass(frozen=True, slots=True)
class ArticleColumn:
    """An article with what the text permits or asks for under it; number 0 is the treaty as a whole."""

    number: int
    title: str
    requirements: list[Requirement]

    @property
    def asks(self) -> bool:
        """Whether the article asks a participant for a notification when or after it consents."""
        return any(each.kind == "notification" and each.occasion != _FREE for each in self.requirements)


@dataclass(frozen=True, slots=True)
class StatementCell:
    """Statements of a participant about an article; `missing` where one is asked for and none is recorded."""

    marks: list[StatementMark]
    missing: bool


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A participant with a cell for each article that is shown."""

    participant: Participant
    cells: list[StatementCell]


def statements(request: HttpRequest, slug: str) -> HttpResponse:
    """Show articles against participants, as the address filters them."""
    page = page_of(request, slug, selectors.view_of)
    view = page.view
    recorded = statements_of(view)
    articles = _articles_of(page.treaty)
    form = _form(page, articles, recorded.by_entry.values())
    values = form.read()
    selected = _selected(view, values, recorded.by_entry.values())
    columns = _columns(page, articles, selected, values)
    people = _people(view, selected, values)
    form.option_field("page").options = [(str(number), str(number)) for number in _sheets(people)]
    sheet: Sheet[Participant] = Paginator(people, ROWS).get_page(values["page"])
    listed: list[Act] = []
    if len(selected) <= LISTED:
        listed = [act_of(each.entry, recorded) for each in selected]
    asked = {name: value for name, value in values.items() if value and name != "page"}
    question = urlencode({**asked, **_clocks(page)})
    api = address("treaties", slug, "statements").rstrip("/")
    context = {
        "page": page,
        "form": form,
        "narrowed": bool(asked),
        "columns": columns,
        "rows": _rows(view, sheet, columns, selected),
        "sheet": sheet,
        "selected": len(selected),
        "participants": len(people),
        "listed": listed,
        "key": [(sign, KINDS[kind]) for kind, sign in SYMBOLS.items()],
        "provided": [] if asked else list(_provided(columns)),
        "files": [(ending, f"{api}.{ending}?{question}") for ending in ("csv", "xlsx")],
    }
    return render(request, "dashboard/statements.html", {"current": "statements", **context})


@kept_for_edition
def _articles_of(treaty: Treaty) -> Sequence[Article]:
    return list(treaty.articles.filter(status=Article.Status.ADOPTED).defer("summary"))


@kept_for_edition
def _requirements_of(treaty: Treaty) -> Mapping[int, list[Requirement]]:
    """Return what the text permits or asks to be stated, by the number of its article."""
    found: dict[int, list[Requirement]] = defaultdict(list)
    rows = treaty.requirements.filter(kind__in=_SHOWN, article__isnull=False)
    for each in rows.select_related("article"):
        if each.article:
            found[each.article.number].append(each)
    return found


def _provided(columns: Iterable[ArticleColumn]) -> Iterator[tuple[str, list[Requirement]]]:
    """Gather what the text permits and asks for by kind, what is permitted first."""
    by_kind: dict[str, list[Requirement]] = defaultdict(list)
    for each in (requirement for column in columns for requirement in column.requirements):
        by_kind[each.kind].append(each)
    yield from ((kind, by_kind[kind]) for kind in _SHOWN if kind in by_kind)


def _clocks(page: Page[View]) -> dict[str, str]:
    return {"as_of": page.view.as_of.isoformat(), "revision": str(page.view.revision)}


def _form(
    page: Page[View], articles: Iterable[Article], recorded: Iterable[RecordedStatement]
) -> WorkbenchForm:
    directory = page.view.directory
    makers = {each.entry.participant.iso3: name_of(each.entry.participant) for each in recorded}
    asked = page.first("participant")
    if asked in directory.participants:
        makers.setdefault(asked, name_of(directory.participants[asked]))
    sheets = len(directory.participants) // ROWS + 1
    return WorkbenchForm(
        page.query,
        options={
            "article": [(str(each.number), EnglishText(f"{each.number} {each.title}")) for each in articles],
            "participant": sorted(makers.items(), key=lambda item: item[1]),
            "group": [(slug, known_name(group.name)) for slug, group in directory.groups.items()],
            "page": [(str(number), str(number)) for number in range(1, sheets + 1)],
        },
    )


def _selected(
    view: View, values: Mapping[str, str], recorded: Iterable[RecordedStatement]
) -> list[RecordedStatement]:
    parties = parties_of(view.outcome)
    members = view.directory.members_of(values["group"], view.as_of) if values["group"] else None
    if values["participant"]:
        one = frozenset({values["participant"]})
        members = one if members is None else one & members
    query = StatementQuery(
        article=int(values["article"]) if values["article"] else None,
        kinds=[values["kind"]] if values["kind"] else (),
        states=[values["state"]] if values["state"] else (),
        participants=members,
        in_force={"true": True, "false": False}.get(values["in_force"]),
    )
    return [each for each in recorded if query.selects(each, parties)]


def _columns(
    page: Page[View],
    articles: Sequence[Article],
    selected: Iterable[RecordedStatement],
    values: Mapping[str, str],
) -> list[ArticleColumn]:
    """Return the articles that a selected statement names, and without a filter those that permit or ask for one."""
    requirements = _requirements_of(page.treaty)
    named = {article_of(name) or 0 for each in selected for name in each.named or ("",)}
    if values["article"]:
        named = {int(values["article"])}
    elif not _narrow(values):
        named |= set(requirements)
    whole = [ArticleColumn(0, gettext("the treaty as a whole"), [])] if 0 in named else []
    known = {each.number for each in articles}
    return [
        *whole,
        *(
            ArticleColumn(each.number, each.title, requirements.get(each.number, []))
            for each in articles
            if each.number in named
        ),
        *(ArticleColumn(number, "", []) for number in sorted(named - known - {0})),
    ]


def _narrow(values: Mapping[str, str]) -> bool:
    """Whether a filter asks for some of the statements only."""
    return any(values[name] for name in ("kind", "state", "article"))


def _people(
    view: View, selected: Iterable[RecordedStatement], values: Mapping[str, str]
) -> list[Participant]:
    """Return the makers of the statements, and without a filter also those that have consented, by name."""
    found = {each.entry.participant.iso3: each.entry.participant for each in selected}
    if not _narrow(values) and not any(values[name] for name in ("participant", "group", "in_force")):
        bound = {StandingKind.CONTRACTING, StandingKind.PARTY}
        for standing in view.outcome.standings:
            if standing.kind in bound:
                found.setdefault(standing.participant, view.directory.participants[standing.participant])
    return by_name(sorted(found.values(), key=lambda participant: participant.name))


def _sheets(people: Sequence[Participant]) -> Iterable[int]:
    return Paginator(people, ROWS).page_range


def _rows(
    view: View,
    people: Iterable[Participant],
    columns: Sequence[ArticleColumn],
    selected: Iterable[RecordedStatement],
) -> list[StatementRow]:
    marks: dict[tuple[str, int], list[StatementMark]] = defaultdict(list)
    for each in selected:
        for number in dict.fromkeys(article_of(name) or 0 for name in each.named or ("",)):
            marks[each.entry.participant.iso3, number].append(_mark(each, number))
    bound = {
        each.participant
        for each in view.outcome.standings
        if each.kind in {StandingKind.CONTRACTING, StandingKind.PARTY}
    }
    return [
        StatementRow(
            person,
            [
                StatementCell(
                    found := marks.get((person.iso3, column.number), []),
                    missing=column.asks and person.iso3 in bound and not found,
                )
                for column in columns
            ],
        )
        for person in people
    ]


def _mark(each: RecordedStatement, number: int) -> StatementMark:
    """Return a statement's sign with that of its state under an article, and the words for it."""
    provisions = [
        one
        for one in each.statement.provisions
        if not number or not one.name or covers(str(number), one.name)
    ] or list(each.statement.provisions)
    states = {one.state for one in provisions}
    over = not any(state.stands for state in states)
    waits = any(state.stands and not state.has_effect for state in states)
    objected = any(one.objections for one in provisions)
    kind = ActionKind(each.entry.kind)
    said = [kind_words(kind), *sorted(state_words(state) for state in states)]
    words = translated(in_sequence([*said, gettext("objected to")] if objected else said))
    return StatementMark(
        f"{SYMBOLS[kind]}{'?' if waits else ''}{'!' if objected else ''}",
        each.entry.revision or 0,
        words,
        over,
    )


if set(SYMBOLS) != STATEMENTS:
    raise ValueError("Each kind of statement has a symbol.")
