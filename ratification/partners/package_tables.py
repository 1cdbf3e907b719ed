"""Tables of a data package: columns and rows of each, in the order in which they stand in the package."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ratification.models import Action, Report
from ratification.record import selectors
from ratification.record.statements import statements_of
from states.loading import PARTICIPANT_COLUMNS
from states.models import Group, Membership, Participant
from treaty.models import Article, Chapter, Source, Treaty


@dataclass(frozen=True, slots=True)
class PackageTable:
    """One CSV of the package: its columns with their types, and the function that reads its rows."""

    name: str
    description: str
    key: Sequence[str]
    columns: dict[str, str]
    rows: Callable[[Treaty, dict[str, Any]], Iterable[Sequence[Any]]]


def _actions(treaty: Treaty, status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    entries = Action.objects.filter(treaty=treaty, revision__lte=status["revision"]).order_by("revision")
    return entries.values_list(
        *(
            "revision",
            "entry",
            "supersedes__revision",
            "participant__iso3",
            "kind",
            "taken_earliest",
            "taken_latest",
        ),
        *(
            "effective_earliest",
            "effective_latest",
            "relates_to__revision",
            "provisions",
            "summary",
            "notification",
        ),
        *("source__key", "confidence", "note", "reason", "published_at"),
        *("excludes", "precludes", "territories", "predecessor__iso3", "notified_on", "texts"),
    )


def _statements(treaty: Treaty, status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    """Yield a row for each provision of each statement, as it stands on the day."""
    day = date.fromisoformat(status["as_of"])
    extract = selectors.extract_of(treaty, today=day, as_of=day, revision=status["revision"])
    for said in statements_of(extract).by_entry.values():
        entry, code = said.entry, said.entry.participant.iso3
        for each in said.statement.provisions:
            since = each.since
            yield [
                *(entry.revision, code, entry.kind, each.name, each.state.value, each.certain),
                *(said.revisions[each.by.id], since.earliest, since.latest, list(each.parts)),
                [said.revisions[fact.id] for fact in each.objections],
            ]


def _measures(treaty: Treaty, _status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    return treaty.measures.values_list(
        "slug", "name", "theme", "articles", "stages", "description", "source__key"
    )


def _reports(treaty: Treaty, status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    entries = Report.objects.filter(treaty=treaty, revision__lte=status["revision"]).order_by("revision")
    return entries.values_list(
        *("revision", "entry", "supersedes__revision", "participant__iso3", "measure__slug", "stage"),
        *("taken_earliest", "taken_latest", "summary", "source__key"),
        *("confidence", "note", "reason", "published_at"),
    )


def _standings(_treaty: Treaty, status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    for row in status["participants"]:
        signed, consent, force = row["signed"], row["consent"], row["in_force"]
        yield [
            *(row["participant"], row["standing"], signed["earliest"], signed["latest"], consent["kind"]),
            *(
                consent["earliest"],
                consent["latest"],
                force["earliest"],
                force["latest"],
                row["counted"],
                row["reason"],
            ),
        ]


def _windows(_treaty: Treaty, status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    for number, row in enumerate(status["windows"], 1):
        opens, closes = row["opens"], row["closes"]
        yield [
            *(number, row["kind"], row["participant"], opens["earliest"], opens["latest"]),
            *(closes["earliest"], closes["latest"], row["state"], row["basis"], row["reported"]),
        ]


def _participants(_treaty: Treaty, _status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    return Participant.objects.order_by("iso3").values_list(*PARTICIPANT_COLUMNS)


def _memberships(_treaty: Treaty, _status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    rows = Membership.objects.order_by("group__slug", "participant__iso3", "valid_from")
    return rows.values_list("group__slug", "participant__iso3", "valid_from", "valid_until", "source")


def _groups(_treaty: Treaty, _status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    return Group.objects.order_by("slug").values_list(
        "slug", "name", "kind", "organization__iso3", "description", "source"
    )


def _chapters(treaty: Treaty, _status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    rows = Chapter.objects.filter(treaty=treaty).order_by("position")
    return rows.values_list("position", "number", "title", "source__key")


def _articles(treaty: Treaty, _status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    rows = Article.objects.filter(treaty=treaty).order_by("number")
    return rows.values_list(
        "number",
        "chapter__number",
        "status",
        "title",
        "title_status",
        "summary",
        "source__key",
        "summary_status",
    )


def _sources(treaty: Treaty, _status: dict[str, Any]) -> Iterable[Sequence[Any]]:
    rows = Source.objects.filter(treaty=treaty).order_by("key")
    return rows.values_list("key", "title", "url", "publisher", "published_on", "confidence", "note")


def _columns(text: str) -> dict[str, str]:
    """Read `name:type name ...`; a column without a type holds text."""
    pairs = (part.partition(":") for part in text.split())
    return {name: kind or "string" for name, _, kind in pairs}


TABLES = (
    PackageTable(
        "actions",
        "The ledger: every published entry, also those that a later one corrects or retracts.",
        ["revision"],
        _columns(
            "revision:integer entry supersedes:integer participant kind taken.on:date "
            "taken.earliest:date taken.latest:date effective.on:date effective.earliest:date "
            "effective.latest:date relates_to:integer provisions summary notification source "
            "confidence note reason published_at:datetime excludes:boolean precludes:boolean "
            "territories predecessor notified_on:date texts"
        ),
        _actions,
    ),
    PackageTable(
        "statements",
        "What stands of each statement: a row for each provision; `by` is the act that gave it the state.",
        ["revision", "provision"],
        _columns(
            "revision:integer participant kind provision state certain:boolean by:integer "
            "since.on:date since.earliest:date since.latest:date withdrawn objections"
        ),
        _statements,
    ),
    PackageTable(
        "measures",
        "What a participant does because of the treaty, as far as it is followed.",
        ["slug"],
        _columns("slug name theme articles stages description source"),
        _measures,
    ),
    PackageTable(
        "reports",
        "What participants are reported to do: every published report, also those corrected or retracted later.",
        ["revision"],
        _columns(
            "revision:integer entry supersedes:integer participant measure stage taken.on:date "
            "taken.earliest:date taken.latest:date summary source confidence note reason "
            "published_at:datetime"
        ),
        _reports,
    ),
    PackageTable(
        "standings",
        "Where each participant of the record stands.",
        ["participant"],
        _columns(
            "participant standing signed.on:date signed.earliest:date signed.latest:date "
            "consent_kind consent.on:date consent.earliest:date consent.latest:date "
            "in_force.on:date in_force.earliest:date in_force.latest:date counted:boolean reason"
        ),
        _standings,
    ),
    PackageTable(
        "windows",
        "The windows that the clauses open, and those that were only reported.",
        ["number"],
        _columns(
            "number:integer kind participant opens.on:date opens.earliest:date opens.latest:date "
            "closes.on:date closes.earliest:date closes.latest:date state basis reported:boolean"
        ),
        _windows,
    ),
    PackageTable(
        "participants",
        "Whoever can act.",
        ["iso3"],
        _columns("iso3 iso2 m49 name kind region subregion un_group valid_from:date valid_until:date source"),
        _participants,
    ),
    PackageTable(
        "groups",
        "Sets of participants.",
        ["slug"],
        _columns("slug name kind organization description source"),
        _groups,
    ),
    PackageTable(
        "memberships",
        "Who belongs to which group, from the first day to the day before `valid_until`.",
        [],
        _columns("group participant valid_from:date valid_until:date source"),
        _memberships,
    ),
    PackageTable(
        "chapters",
        "The chapters of the text.",
        ["position"],
        _columns("position:integer number title source"),
        _chapters,
    ),
    PackageTable(
        "articles",
        "The articles of the text, in this project's own words.",
        ["number"],
        _columns("number:integer chapter status title title_status summary source summary_status"),
        _articles,
    ),
    PackageTable(
        "sources",
        "Where it is stated.",
        ["key"],
        _columns("key title url publisher published_on confidence note"),
        _sources,
    ),
)
