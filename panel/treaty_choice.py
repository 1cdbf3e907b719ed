"""Choice of a treaty in the panel where there can be thousands: by words of its name, never from a list of all."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from panel.row_fields import RowSelect, number_in
from ratification.models import Action
from treaty.models import Source, Treaty
from treaty.search import NAMES, having_words

if TYPE_CHECKING:
    from django.db.models import QuerySet

NAMED = 20
"""Treaties that the filter of a list names at most."""


class TreatyListFilter(admin.RelatedFieldListFilter):
    """Filter of a list by treaty.

    It names all treaties, each with its number of rows, while there are at most NAMED. Where there are more, it names
    those in whose name or number the typed words occur, and the list shows the rows of these.
    """

    template = "admin/panel/treaty_filter.html"
    words_kwarg: ClassVar[str] = "treaty_named"

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401, ARG002 - Django's signature
        """Name the treaties; of too many those with the words, or only the one that is chosen."""
        typed: Any = self.used_parameters.pop(self.words_kwarg, [])
        self.words = " ".join(typed)
        treaties = Treaty.objects.only("pk", *NAMES).order_by("short_title", "pk")
        found = list(treaties[: NAMED + 1])
        self.total = self.matching = len(found)
        if self.is_long:
            self.total = treaties.count()
            if self.words:
                treaties = having_words(treaties, self.words)
                self.matching = treaties.count()
            else:
                treaties = treaties.filter(pk__in=[number_in(str(pk)) for pk in self.lookup_val or []])
            return [(str(treaty.pk), treaty.in_full) for treaty in treaties[:NAMED]]
        return [(str(treaty.pk), str(treaty)) for treaty in found]

    @property
    def is_long(self) -> bool:
        """Whether there are too many treaties to name all."""
        return self.total > NAMED

    def has_output(self) -> bool:
        """Show the filter where there is a choice."""
        return self.total > 1

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any] | None":
        """Return the rows of the chosen treaty, or of those with the words."""
        if self.words and not self.lookup_val:
            named = having_words(Treaty.objects.order_by(), self.words)
            return queryset.filter(**{f"{self.field_path}__in": named.values("pk")})
        return super().queryset(request, queryset)

    def expected_parameters(self) -> list[str | None]:
        """Name the parameters that are this filter's."""
        return [*super().expected_parameters(), self.words_kwarg]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Return all treaties together, then each that is named, with its number of rows."""
        own = [name for name in self.expected_parameters() if name]
        self.kept = [
            (name, value)
            for name, values in changelist.params.items()
            if name not in own
            for value in (values if isinstance(values, list) else [values])
        ]
        counts = self.get_facet_queryset(changelist) if changelist.add_facets and self.lookup_choices else {}
        yield {
            "selected": not (self.lookup_val or self.words),
            "query_string": changelist.get_query_string(remove=own),
            "display": "All",
        }
        for pk, name in self.lookup_choices:
            count = counts.get(f"{pk}__c")
            yield {
                "selected": pk in (self.lookup_val or ()),
                "query_string": changelist.get_query_string({self.lookup_kwarg: pk}, own),
                "display": name if count is None else f"{name} ({count})",
            }


admin.FieldListFilter.register(
    lambda field: field.related_model is Treaty, TreatyListFilter, take_priority=True
)


def treaty_field(**more: Any) -> "forms.ModelChoiceField[Treaty]":  # noqa: ANN401 - as Django's field takes them
    """Return a form field in which a treaty is searched for."""
    return forms.ModelChoiceField(Treaty.objects.all(), widget=search_of("treaty"), **more)


def source_field(**more: Any) -> "forms.ModelChoiceField[Source]":  # noqa: ANN401 - as Django's field takes them
    """Return a form field in which a source of any treaty is searched for."""
    return forms.ModelChoiceField(Source.objects.select_related("treaty"), widget=search_of("source"), **more)


def search_of(name: str) -> RowSelect:
    """Return the search field of a column of the entries."""
    return RowSelect(Action._meta.get_field(name), admin.site)  # noqa: SLF001 - documented API
