"""Which rows are asked for (django-filter). Each filter is also a parameter, read strictly before it comes here."""

from collections.abc import Callable
from datetime import date
from typing import Any

import django_filters
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from api import parameters
from api.parameters import Parameter
from api.problems import invalid_value
from ratification.models import Change
from ratification.status.changes import SUBJECTS
from states.models import Group, Membership, Participant, ParticipantName
from states.names import normalise
from treaty.clauses import ActionKind
from treaty.models import Article, Chapter, Measure, Source, Theme, Treaty

CODE = r"^[A-Z0-9]{3}$"
SLUG = r"^[-a-zA-Z0-9_]+$"


class Choices(django_filters.BaseInFilter, django_filters.ChoiceFilter):  # type: ignore[misc]  # ships no types
    """One or more of a few values, with commas between them."""


class Known(django_filters.CharFilter):  # type: ignore[misc]  # ships no types
    """A value of the reference data: `known` selects those that there are."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - django-filter's signature
        known: Callable[[], QuerySet[Any, Any]],
        pattern: str = SLUG,
        **kwargs: Any,  # noqa: ANN401 - the same
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known, self.pattern = known, pattern

    def values(self) -> list[str]:
        """Return the values that there are. One query."""
        return sorted({value for value in self.known() if value})


class FilterSet(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """Filters, and the parameters that they are asked by."""

    def __init__(self, values: parameters.Values, queryset: QuerySet[Any], as_of: date) -> None:
        super().__init__(queryset=queryset)
        self.as_of = as_of
        self.values = {name: value for name, value in values.items() if name in self.base_filters}

    @property
    def qs(self) -> QuerySet[Any]:
        """Return the rows that the values leave; the values are read already, so that no form reads them again."""
        rows: QuerySet[Any] = self.queryset.all()
        for name, value in self.values.items():
            rows = self.filters[name].filter(rows, value)
        return rows

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Return a parameter for each filter."""
        return [_parameter(name, filter_) for name, filter_ in cls.base_filters.items()]

    def rows(self) -> list[Any]:
        """Return the rows. An unknown value finds none, so that it is looked for only then.

        Raises:
            Problem: 400, for a value that the reference data do not have.
        """
        found = list(self.qs)
        if not found:
            self.refuse_unknown()
        return found

    def refuse_unknown(self) -> None:
        """Refuse a value that the reference data do not have, naming those that they do."""
        for name, text in self.values.items():
            filter_ = self.filters[name]
            if isinstance(filter_, Known) and text not in (allowed := filter_.values()):
                raise invalid_value(name, f"{name!r}: {text!r} is not one of: {', '.join(allowed)}.", allowed)

    def member_of(
        self, queryset: QuerySet[Any], _name: str, slug: str, participant: str = "pk"
    ) -> QuerySet[Any]:
        """Select participants that belong to a group on the day asked about (half-open intervals)."""
        held = Membership.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=self.as_of),
            Q(valid_until__isnull=True) | Q(valid_until__gt=self.as_of),
            group__slug=slug,
            participant=OuterRef(participant),
        )
        return queryset.filter(Exists(held))


def _parameter(name: str, filter_: django_filters.Filter) -> Parameter:
    label = str(filter_.label)
    match filter_:
        case Known():
            parameter = parameters.text(name, label, filter_.pattern)
        case Choices():
            parameter = parameters.choices(name, label, [value for value, _ in filter_.extra["choices"]])
        case django_filters.ChoiceFilter():
            parameter = parameters.choice(name, label, [value for value, _ in filter_.extra["choices"]])
        case django_filters.DateFilter():
            parameter = parameters.day(name, label)
        case django_filters.NumberFilter():
            parameter = parameters.whole(name, label, least=1, most=9999)
        case django_filters.BooleanFilter():
            parameter = parameters.flag(name, label)
        case _:
            parameter = parameters.text(name, label)
    return parameter


def _codes() -> QuerySet[Any, Any]:
    return Participant.objects.values_list("iso3", flat=True)


def _measures() -> QuerySet[Any, Any]:
    return Measure.objects.order_by().values_list("slug", flat=True).distinct()


def _groups() -> QuerySet[Any, Any]:
    return Group.objects.values_list("slug", flat=True)


def _regions() -> QuerySet[Any, Any]:
    return Participant.objects.values_list("region", flat=True).distinct()


class ParticipantFilter(FilterSet):
    """Participants by what they are and what they are called."""

    kind = Choices(choices=Participant.Kind.choices, label="What the participant is.")
    group = Known(known=_groups, method="member_of", label="A group that it belongs to on `as_of`.")
    region = Known(known=_regions, pattern=r"^[A-Za-z ]+$", label="United Nations M49 region.")
    un_group = Choices(choices=Participant.UNGroup.choices, label="United Nations regional group.")
    q = django_filters.CharFilter(method="called", label="Part of any name, or the code.")

    class Meta:
        model = Participant
        fields: list[str] = []

    def called(self, queryset: QuerySet[Participant], _name: str, text: str) -> QuerySet[Participant]:
        """Select by code, by the name, or by any other name, without regard to accents and capitals."""
        other = ParticipantName.objects.filter(
            participant=OuterRef("pk"), normalised__contains=normalise(text)
        )
        return queryset.filter(Q(iso3__iexact=text) | Q(name__icontains=text) | Exists(other))


class ParticipantListFilter(ParticipantFilter):
    """Participants, also by whether they exist."""

    exists = django_filters.BooleanFilter(method="existing", label="Whether it exists on `as_of`.")

    def existing(self, queryset: QuerySet[Participant], _name: str, value: bool) -> QuerySet[Participant]:  # noqa: FBT001 - django-filter's signature
        """Select by the half-open interval of existence."""
        exists = (Q(valid_from__isnull=True) | Q(valid_from__lte=self.as_of)) & (
            Q(valid_until__isnull=True) | Q(valid_until__gt=self.as_of)
        )
        return queryset.filter(exists if value else ~exists)


class GroupFilter(FilterSet):
    """Groups."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="Part of the name.")

    class Meta:
        model = Group
        fields: list[str] = []


class TreatyFilter(FilterSet):
    """Treaties."""

    q = django_filters.CharFilter(
        method="called", label="Part of a title, of the popular name or of the reference."
    )
    clause = django_filters.BooleanFilter(
        field_name="definition",
        lookup_expr="isnull",
        exclude=True,
        label="Whether the final clauses are known.",
    )

    class Meta:
        model = Treaty
        fields: list[str] = []

    def called(self, queryset: QuerySet[Treaty], _name: str, text: str) -> QuerySet[Treaty]:
        """Select by any of the names."""
        return queryset.filter(
            Q(title__icontains=text)
            | Q(short_title__icontains=text)
            | Q(popular_name__icontains=text)
            | Q(depositary_reference__iexact=text)
        )


class ArticleFilter(FilterSet):
    """Articles."""

    chapter = Known(
        field_name="chapter__number",
        known=lambda: Chapter.objects.values_list("number", flat=True).distinct(),
        pattern=r"^[IVXLC]+$",
        label="The chapter's number as printed.",
    )
    theme = Known(
        field_name="themes__slug",
        known=lambda: Theme.objects.values_list("slug", flat=True),
        label="A subject that articles are gathered under.",
    )
    status = django_filters.ChoiceFilter(
        choices=Article.Status.choices, label="Whether the adopted text has it."
    )
    q = django_filters.CharFilter(method="saying", label="Words of the title or the summary, in any order.")

    class Meta:
        model = Article
        fields: list[str] = []

    def saying(self, queryset: QuerySet[Article], _name: str, text: str) -> QuerySet[Article]:
        """Select articles that have every word."""
        for word in text.split():
            queryset = queryset.filter(Q(title__icontains=word) | Q(summary__icontains=word))
        return queryset


class ActionFilter(FilterSet):
    """Treaty actions."""

    kind = Choices(choices=[(kind.value, kind.label) for kind in ActionKind], label="What was done.")
    participant = Known(field_name="participant__iso3", known=_codes, pattern=CODE, label="Who did it.")
    group = Known(
        known=_groups, method="by_member", label="A group that the participant belongs to on `as_of`."
    )
    region = Known(
        field_name="participant__region", known=_regions, pattern=r"^[A-Za-z ]+$", label="M49 region."
    )
    article = django_filters.NumberFilter(method="about", label="An article that a statement is about.")
    taken_from = django_filters.DateFilter(
        field_name="taken_latest", lookup_expr="gte", label="Taken on this day or later, as far as is known."
    )
    taken_to = django_filters.DateFilter(
        field_name="taken_earliest",
        lookup_expr="lte",
        label="Taken on this day or earlier, as far as is known.",
    )
    confidence = Choices(choices=Source.Confidence.choices, label="How well it is attested.")

    def by_member(self, queryset: QuerySet[Any], name: str, slug: str) -> QuerySet[Any]:
        """Select by the participant's groups."""
        return self.member_of(queryset, name, slug, participant="participant")

    def about(self, queryset: QuerySet[Any], _name: str, number: object) -> QuerySet[Any]:
        """Select by the articles among the provisions: `63` finds `63` and `63(3)`."""
        queryset = queryset.annotate(told=Cast("provisions", TextField()))
        return queryset.filter(Q(told__contains=f'"{number}"') | Q(told__contains=f'"{number}('))


class ReportFilter(FilterSet):
    """Reports on measures."""

    participant = Known(field_name="participant__iso3", known=_codes, pattern=CODE, label="Who did it.")
    group = Known(
        known=_groups, method="by_member", label="A group that the participant belongs to on `as_of`."
    )
    measure = Known(field_name="measure__slug", known=_measures, label="What it is about.")
    theme = Choices(
        field_name="measure__theme", choices=Measure.Theme.choices, label="What the measure belongs to."
    )
    stage = Choices(choices=Measure.Stage.choices, label="The stage reported.")
    confidence = Choices(choices=Source.Confidence.choices, label="How well it is attested.")

    def by_member(self, queryset: QuerySet[Any], name: str, slug: str) -> QuerySet[Any]:
        """Select by the participant's groups."""
        return self.member_of(queryset, name, slug, participant="participant")


class WindowFilter(FilterSet):
    """Windows, which are computed: only whether a participant exists is asked of the rows."""

    participant = Known(field_name="iso3", known=_codes, pattern=CODE, label="Whose window it is.")

    class Meta:
        model = Participant
        fields: list[str] = []


class StageFilter(FilterSet):
    """Stages, which are partly computed: only whether a value exists is asked of the rows."""

    participant = Known(field_name="iso3", known=_codes, pattern=CODE, label="Who stands there.")
    measure = Known(field_name="reports__measure__slug", known=_measures, label="What it is about.")
    region = Known(known=_regions, pattern=r"^[A-Za-z ]+$", label="United Nations M49 region.")

    class Meta:
        model = Participant
        fields: list[str] = []


class ChangeFilter(FilterSet):
    """Changes of the status."""

    subject = Choices(choices=[(name, name) for name in SUBJECTS], label="What changed.")
    cause = django_filters.ChoiceFilter(choices=Change.Cause.choices, label="Why it changed.")
    participant = Known(field_name="participant__iso3", known=_codes, pattern=CODE, label="Whose it is.")


def known_values(filterset: type[FilterSet]) -> dict[str, list[str]]:
    """Return the values that the reference data have now for each filter without a fixed list: for the schema.

    Before the first migration there are none: the schema is checked then too.
    """
    if Participant._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 - documented API
        return {}
    return {
        name: filter_.values()
        for name, filter_ in filterset.base_filters.items()
        if isinstance(filter_, Known)
    }
