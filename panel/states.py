"""Participants, their names and groups, edited with a history; and what every list of reference data shares."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Case, Model, Q, QuerySet, TextField, When
from django.forms import Textarea
from django.http import HttpRequest
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, JSON, XLSX
from import_export.forms import ExportForm
from simple_history.admin import SimpleHistoryAdmin

from states.models import Group, Membership, Participant, ParticipantName
from states.names import normalise

if TYPE_CHECKING:  # the classes take parameters only in their stubs
    from django.forms import ModelForm
    from django.forms.models import BaseInlineFormSet

    PlainAdmin = admin.ModelAdmin[Any]
    Lines = admin.TabularInline[Any, Any]
else:
    PlainAdmin = admin.ModelAdmin
    Lines = admin.TabularInline

# The text fields of reference data hold a line or two.
SHORT_TEXTS: dict[Any, Any] = {TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 40})}}


class Exported(ExportMixin):  # type: ignore[misc]  # import_export ships no types
    """A list that can be taken along as a table."""

    formats = (CSV, XLSX, JSON)
    export_form_class = ExportForm


class ReferenceAdmin(Exported, SimpleHistoryAdmin):  # type: ignore[misc]  # it ships no types
    """Reference data: every change keeps what stood there before, and who changed it; every list can be exported."""

    show_facets = admin.ShowFacets.ALWAYS
    object_history_list_template = "admin/panel/history_list.html"
    list_per_page = 50
    formfield_overrides = SHORT_TEXTS

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may see a list may take it along."""
        return bool(self.has_view_permission(request))

    def save_model(self, request: HttpRequest, obj: Model, form: "ModelForm[Any]", change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save, keeping first what the files had said."""
        if change:
            keep_as_loaded(obj)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete, keeping first what the files had said."""
        keep_as_loaded(obj)
        super().delete_model(request, obj)

    def save_formset(
        self,
        request: HttpRequest,
        form: "ModelForm[Any]",
        formset: "BaseInlineFormSet[Any, Any, Any]",
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Save the rows below, keeping first what the files had said."""
        for row in formset.initial_forms:
            if row.has_changed():
                keep_as_loaded(row.instance)
        super().save_formset(request, form, formset, change)


def keep_as_loaded(obj: Model) -> None:
    """Begin the history of a row that came from the files with what they had said."""
    history = type(obj).history  # type: ignore[attr-defined]  # every model of the panel's reference data has one
    if not history.filter(id=obj.pk).exists():
        before: Any = type(obj)._default_manager.get(pk=obj.pk)  # noqa: SLF001 - Django's documented API
        before._history_user = None  # noqa: SLF001 - simple_history's documented way: nobody in the panel wrote it
        history.bulk_history_create([before], default_change_reason="As loaded from the files")


class NameInline(Lines):
    """The participant's other names."""

    model = ParticipantName
    extra = 0
    formfield_overrides = SHORT_TEXTS
    fields = ("name", "kind", "valid_from", "valid_until", "source")


class MembershipInline(Lines):
    """The groups that the participant belongs to."""

    model = Membership
    extra = 0
    formfield_overrides = SHORT_TEXTS
    fields = ("group", "valid_from", "valid_until", "source")


class MemberInline(Lines):
    """The group's members."""

    model = Membership
    extra = 0
    formfield_overrides = SHORT_TEXTS
    fields = ("participant", "valid_from", "valid_until", "source")
    autocomplete_fields = ("participant",)


class ParticipantAdmin(ReferenceAdmin):
    """Who can act. Found by any of its names, in any spelling, and by its codes."""

    list_display = ("name", "iso3", "kind", "region", "un_group", "valid_until")
    list_filter = ("kind", "region", "un_group")
    search_fields = ("name", "iso3", "iso2", "m49", "names__name", "names__normalised")
    search_help_text = "Any name, earlier name or code"
    inlines: ClassVar[list[Any]] = [NameInline, MembershipInline]
    fieldsets = (
        (None, {"fields": (("name", "iso3"), "kind", "source")}),
        ("Place", {"fields": (("region", "subregion"), "un_group")}),
        ("Codes and time", {"fields": (("iso2", "m49"), ("valid_from", "valid_until"))}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Participant], search_term: str
    ) -> tuple[QuerySet[Participant], bool]:
        """Find a participant under any spelling of any of its names, exact codes first."""
        words = normalise(search_term)
        code = search_term.strip().upper()
        if not code:
            return queryset, False
        found = Q(iso3=code) | Q(iso2=code) | Q(m49=code)
        if words:
            begins = f" {words}"  # of a word: "viet" is in Soviet, too
            names = Participant.objects.values_list("pk", "name")
            here = [pk for pk, name in names if begins in f" {normalise(name)}"]
            found |= (
                Q(pk__in=here)
                | Q(names__normalised__startswith=words)
                | Q(names__normalised__contains=begins)
            )
        queryset = queryset.filter(pk__in=Participant.objects.filter(found).values("pk"))
        if request.path.endswith(
            "/autocomplete/"
        ):  # whose own name begins so comes before who is also called so
            begins_so = Case(When(Q(iso3=code) | Q(name__istartswith=search_term.strip()), then=0), default=1)
            queryset = queryset.order_by(begins_so, "name")
        return queryset, False


class GroupAdmin(ReferenceAdmin):
    """Sets of participants that an analyst compares or a clause refers to."""

    list_display = ("name", "kind", "slug", "organization")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("organization",)
    inlines: ClassVar[list[Any]] = [MemberInline]


admin.site.register(Participant, ParticipantAdmin)
admin.site.register(Group, GroupAdmin)
