"""The parameters of each resource (django-filter), and the rows that they select."""

from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from api.query import (
    FilterSet,
    Known,
    PagesFilterSet,
    Parameter,
    choice,
    choices,
    day,
    flag,
    switch,
    whole,
    words,
)
from common.languages import KEYS
from common.searching import in_any
from ratification.models import Change, TreatyFact
from ratification.record.clocks import LARGEST_REVISION, read_revision
from ratification.record.statements import OBJECTED
from ratification.record.territories import TerritorialCoverage
from ratification.rules.outcome import StandingKind, WindowKind
from ratification.rules.statements import ProvisionState
from ratification.rules.statements.kinds import STATEMENTS
from ratification.scenario import LONGEST, parse_scenario, written
from ratification.status.changes import SUBJECTS
from states.models import Group, Membership, Participant
from states.search import matching_ids
from states.validity import holding
from treaty.clauses import ActionKind
from treaty.models import Article, Chapter, Measure, Source, Theme, Treaty

RANKS = [kind.value for kind in StandingKind]
"""Standings from least to most."""
ORDERINGS = ("name", "participant", "standing", "signed_on", "consent", "in_force")
"""Orderings of the list of standings."""


def _code(label: str, **options: Any) -> Known:  # noqa: ANN401 - django-filter's
    codes = Participant.objects.values_list("iso3", flat=True)
    return Known(label, known=codes.all, pattern=r"^[A-Z0-9]{3}$", **options)


def _measure(**options: Any) -> Known:  # noqa: ANN401 - the same
    slugs = Measure.objects.order_by().values_list("slug", flat=True).distinct()
    return Known("What it is about.", known=slugs.all, **options)


def _region(label: str = "United Nations M49 region.", **options: Any) -> Known:  # noqa: ANN401 - the same
    regions = Participant.objects.values_list("region", flat=True).distinct()
    return Known(label, known=regions.all, pattern=r"^[A-Za-z ]+$", **options)


def _theme(**options: Any) -> Parameter:  # noqa: ANN401 - the same
    return choices("What the measure belongs to.", Measure.Theme.values, **options)


def _confidence() -> Parameter:
    return choices("How well it is attested.", Source.Confidence.values, field_name="confidence")


class MemberOf(Known):
    """Group to which the participant in the filter's field belongs on the day asked about."""

    def __init__(self, label: str, **options: Any) -> None:  # noqa: ANN401 - django-filter's
        super().__init__(label, known=Group.objects.values_list("slug", flat=True).all, **options)

    def filter(self, qs: QuerySet[Any], value: str | None) -> QuerySet[Any]:
        """Select by membership."""
        held = Membership.objects.filter(
            holding(self.parent.as_of), group__slug=value, participant=OuterRef(self.field_name)
        )
        return qs.filter(Exists(held)) if value else qs


class DayFilter(FilterSet):
    """Legal date."""

    as_of = day("Legal date: what happened later is left out. Today, where the depositary is, if not given.")


def _revision() -> Parameter:
    return Parameter(
        "State of the record: what was published later is left out. The latest if not given.",
        read=read_revision,
        schema={"type": "integer", "minimum": 0, "maximum": LARGEST_REVISION},
    )


class RevisionFilter(FilterSet):
    """The state of the record alone."""

    revision = _revision()


class ClocksFilter(DayFilter):
    """Both clocks."""

    revision = _revision()


class ForecastFilter(ClocksFilter):
    """Both clocks, and the version of the forecasting model."""

    model_version = words("Version of the forecasting model; the last one kept if not given.")


class ExplainFilter(ClocksFilter):
    """Both clocks and the working."""

    explain = switch("1 adds the whole working: the rule, the arithmetic, and every consent with its reason.")


class ParticipantFilter(FilterSet):
    """Participants by what they are and what they are called."""

    kind = choices("What the participant is.", Participant.Kind.values, field_name="kind")
    group = MemberOf("A group that it belongs to on `as_of`.", field_name="pk")
    region = _region(field_name="region")
    un_group = choices("United Nations regional group.", Participant.UNGroup.values, field_name="un_group")
    q = words("Part of any name, or the code.", method="called")

    def called(self, queryset: QuerySet[Participant], _name: str, text: str) -> QuerySet[Participant]:
        """Select by code, by a part of any name, without regard to accents and capitals, or by a formal name."""
        return queryset.filter(pk__in=matching_ids(text))


class ParticipantListFilter(DayFilter, ParticipantFilter):
    """Participants of a day, also by whether they exist."""

    exists = flag("Whether it exists on `as_of`.", method="existing")

    def existing(self, queryset: QuerySet[Participant], _name: str, value: bool) -> QuerySet[Participant]:  # noqa: FBT001 - django-filter's signature
        """Select by the half-open interval of existence."""
        held = holding(self.as_of)
        return queryset.filter(held if value else ~held)


class GroupFilter(DayFilter):
    """Groups."""

    q = words("Part of the name.", field_name="name", lookup_expr="icontains")


class TreatyFilter(PagesFilterSet):
    """Treaties."""

    orderings = {"slug": ("slug",)}
    q = words("Part of a title, of the popular name or of the reference.", method="called")
    clause = flag(
        "Whether the final clauses are known.", field_name="definition", lookup_expr="isnull", exclude=True
    )

    def called(self, queryset: QuerySet[Treaty], _name: str, text: str) -> QuerySet[Treaty]:
        """Select by any of the names."""
        return queryset.filter(
            in_any(("title", "short_title", "popular_name"), text) | Q(depositary_reference__iexact=text)
        )


class ArticleFilter(FilterSet):
    """Articles."""

    chapter = Known(
        "The chapter's number as printed.",
        field_name="chapter__number",
        known=Chapter.objects.values_list("number", flat=True).distinct().all,
        pattern=r"^[IVXLC]+$",
    )
    theme = Known(
        "A subject that articles are gathered under.",
        field_name="themes__slug",
        known=Theme.objects.values_list("slug", flat=True).all,
    )
    status = choice("Whether the adopted text has it.", Article.Status.values, field_name="status")
    q = words("Words of the title or the summary, in any order.", method="saying")

    def saying(self, queryset: QuerySet[Article], _name: str, text: str) -> QuerySet[Article]:
        """Select articles that have every word."""
        for word in text.split():
            queryset = queryset.filter(in_any(("title", "summary"), word))
        return queryset


class EntryFilter(ClocksFilter, PagesFilterSet):
    """Entries of the ledger."""

    orderings = {"revision": ("revision",), "taken_on": ("taken_earliest", "taken_latest", "revision")}


class ActionFilter(EntryFilter):
    """Treaty actions."""

    kind = choices("What was done.", [kind.value for kind in ActionKind], field_name="kind")
    participant = _code("Who did it.", field_name="participant__iso3")
    group = MemberOf("A group that the participant belongs to on `as_of`.", field_name="participant")
    region = _region("M49 region.", field_name="participant__region")
    article = whole("An article that a statement is about.", 1, 9999, method="about")
    taken_from = day(
        "Taken on this day or later, as far as is known.", field_name="taken_latest", lookup_expr="gte"
    )
    taken_to = day(
        "Taken on this day or earlier, as far as is known.", field_name="taken_earliest", lookup_expr="lte"
    )
    confidence = _confidence()

    def about(self, queryset: QuerySet[Any], _name: str, number: object) -> QuerySet[Any]:
        """Select by the articles among the provisions: `63` finds `63` and `63(3)`."""
        queryset = queryset.annotate(told=Cast("provisions", TextField()))
        return queryset.filter(Q(told__contains=f'"{number}"') | Q(told__contains=f'"{number}('))


class ReportFilter(EntryFilter):
    """Reports on measures."""

    participant = _code("Who did it.", field_name="participant__iso3")
    group = MemberOf("A group that the participant belongs to on `as_of`.", field_name="participant")
    measure = _measure(field_name="measure__slug")
    theme = _theme(field_name="measure__theme")
    stage = choices("The stage reported.", Measure.Stage.values, field_name="stage")
    confidence = _confidence()


class StandingColumnsFilter(ClocksFilter):
    """Standings, which are computed."""

    standing = choices("Where the participant stands.", RANKS, computed="standing")
    counted = flag("Whether its consent certainly counts toward the threshold.", computed="counted")
    signed_from = day("Signed on this day or later, as far as is known.")
    signed_to = day("Signed on this day or earlier, as far as is known.")
    consent_from = day("Consented to be bound on this day or later, as far as is known.")
    consent_to = day("Consented to be bound on this day or earlier, as far as is known.")
    ordering = choice(
        "Order of the rows; name if not given. Rows without a day come last.",
        [sign + name for name in ORDERINGS for sign in ("", "-")],
    )


class StandingFilter(StandingColumnsFilter, ParticipantFilter):
    """Standings, and whose they are."""


class WindowFilter(ClocksFilter):
    """Windows, which are computed."""

    kind = choices("What the window is for.", [kind.value for kind in WindowKind], computed="kind")
    state = choices(
        "Its state on `as_of`.", ["not_yet_open", "open", "closed", "uncertain"], computed="state"
    )
    reported = flag("Whether it was only reported.", computed="reported")
    participant = _code("Whose window it is.", computed="participant")


class StatementFilter(ClocksFilter):
    """Statements, whose states are computed."""

    kind = choices("Kind of statement.", sorted(STATEMENTS))
    state = choices(
        "The state of a provision of it, of one that concerns the article; or that an objection stands against it.",
        [*(state.value for state in ProvisionState), OBJECTED],
    )
    participant = _code("Participant that made the statement.")
    group = Known(
        "A group that its maker belongs to on `as_of`.",
        known=Group.objects.values_list("slug", flat=True).all,
    )
    article = whole("An article that it is about.", 1, 9999)
    in_force = flag("Whether the treaty is certainly in force for its maker.")


class TreatyFactFilter(ClocksFilter):
    """Facts about a treaty."""

    kind = choices("What the fact is.", TreatyFact.Kind.values, field_name="kind")


class TerritoryFilter(ClocksFilter):
    """Territories."""

    state = _code("The State responsible for its international relations on `as_of`.", computed="state.iso3")
    territory = _code("The territory.", computed="territory.iso3")
    coverage = choices(
        "Whether the treaty applies to the territory, as the State has declared.",
        [each.value for each in TerritorialCoverage],
        computed="coverage",
    )


class MeasureFilter(ClocksFilter):
    """Measures."""

    theme = _theme(field_name="theme")


class StageFilter(ClocksFilter):
    """Stages, which are partly computed."""

    theme = _theme(computed="measure.theme")
    stage = choices("The stage.", Measure.Stage.values, computed="stage")
    derived = flag("Whether it follows from a treaty action.", computed="derived")
    participant = _code("Who stands there.", computed="participant.iso3")
    measure = _measure(computed="measure.slug")
    region = _region(computed="participant.region")


class FeedFilter(FilterSet):
    """Changes of the status."""

    subject = choices("What changed.", SUBJECTS, field_name="subject")
    cause = choice("Why it changed.", Change.Cause.values, field_name="cause")
    participant = _code("Whose it is.", field_name="participant__iso3")


class FeedOfFilter(FeedFilter):
    """Changes of the status, as sentences in a language."""

    lang = choice("Language of the sentences; English if not given.", KEYS)


class LaterFilter(ClocksFilter):
    """Changes after a revision or a change."""

    since = whole("Changes that show in later revisions than this one; 0: all.", 0, method="later")
    after = whole("Changes with a greater id than this one.", 0, field_name="number", lookup_expr="gt")
    until = whole("Changes up to this id: what a permalink pins.", 0)

    def later(self, queryset: QuerySet[Change], _name: str, revision: int) -> QuerySet[Change]:
        """Select by revision; what follows from the text alone, before any entry, stands at revision 0."""
        return queryset.filter(revision__gt=revision) if revision else queryset


class ChangeFilter(LaterFilter, FeedFilter, PagesFilterSet):
    """Changes of the status, page by page."""

    orderings = {"id": ("number",)}


def _read_deposits(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; leave it out to see where the treaty stands.")
    return written(parse_scenario(text))


class ScenarioFilter(ClocksFilter):
    """A scenario."""

    deposits = Parameter(
        "Who deposits when, lines with semicolons between them: `AUT, BEL on 2027-03-01; signatories of eu on 2027-03; "
        "members of asean by 2027-12-31; 26 more by 2027-06-30`. `on` takes a day, a month, a year or an interval, "
        "`by` the last day.",
        read=_read_deposits,
        schema={
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST,
            "pattern": r"^[^\x00-\x1f]+ (on|by) [0-9/-]+$",
        },
    )


def known_values(filterset: type[FilterSet]) -> dict[str, list[str]]:
    """Return the values that the reference data have now for each parameter without a fixed list: for the schema.

    Before the first migration there are none: the schema is checked then too.
    """
    if Participant._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 - documented API
        return {}
    return {
        name: parameter.values()
        for name, parameter in filterset.base_filters.items()
        if isinstance(parameter, Known)
    }
