"""Participants, their names and groups, edited with a history."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest

from panel.base import SHORT_TEXTS, ReferenceAdmin, TabularInline
from panel.timeline import TimelineInline
from ratification.models import Action, Report, TreatyFact
from states.models import Group, Membership, Participant, ParticipantName
from states.names import normalise


def is_in_record(participant: Participant) -> bool:
    """Return whether a published entry names the participant."""
    return any(
        kind._default_manager.filter(participant=participant, revision__isnull=False).exists()  # noqa: SLF001 - Django's documented API
        for kind in (Action, Report, TreatyFact)
    )


class NameInline(TabularInline[ParticipantName, Participant]):
    """The participant's other names."""

    model = ParticipantName
    extra = 0
    formfield_overrides = SHORT_TEXTS
    fields = ("name", "kind", "valid_from", "valid_until", "source")


class MembershipInline(TabularInline[Membership, Participant]):
    """The groups that the participant belongs to."""

    model = Membership
    extra = 0
    formfield_overrides = SHORT_TEXTS
    fields = ("group", "valid_from", "valid_until", "source")


class MemberInline(TabularInline[Membership, Group]):
    """The group's members."""

    model = Membership
    extra = 0
    formfield_overrides = SHORT_TEXTS
    fields = ("participant", "valid_from", "valid_until", "source")
    autocomplete_fields = ("participant",)


@admin.register(Participant)
class ParticipantAdmin(ReferenceAdmin):
    """Participants, found by any of their names, in any spelling, and by their codes."""

    list_display = ("name", "iso3", "kind", "region", "un_group", "valid_until")
    list_filter = ("kind", "region", "un_group")
    search_fields = ("name", "iso3", "iso2", "m49", "names__name", "names__normalised")
    search_help_text = "Any name, earlier name or code"
    inlines: ClassVar[list[Any]] = [TimelineInline, NameInline, MembershipInline]
    fieldsets = (
        (None, {"fields": (("name", "iso3"), "kind", "source")}),
        ("Place", {"fields": (("region", "subregion"), "un_group")}),
        ("Codes and time", {"fields": (("iso2", "m49"), ("valid_from", "valid_until"))}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Participant | None = None) -> tuple[str, ...]:
        """Fix the codes once a published entry names the participant: partners' databases are joined by them."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        return (*fixed, "iso3", "iso2", "m49") if obj is not None and is_in_record(obj) else fixed

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
        if request.path.endswith("/autocomplete/"):  # participants whose present name begins so come first
            begins_so = Case(When(Q(iso3=code) | Q(name__istartswith=search_term.strip()), then=0), default=1)
            queryset = queryset.order_by(begins_so, "name")
        return queryset, False


@admin.register(Group)
class GroupAdmin(ReferenceAdmin):
    """Groups of participants for analysts and clauses."""

    list_display = ("name", "kind", "slug", "organization")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("organization",)
    inlines: ClassVar[list[Any]] = [MemberInline]
