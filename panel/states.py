"""Participants, their names and groups, edited with a history."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone

from panel.base import FIELDS, TabularInline
from panel.decisions import GuardedAdmin, MembershipFormSet
from panel.timeline import TimelineInline
from states.models import Group, Membership, Participant, ParticipantName
from states.search import find


class NameInline(TabularInline[ParticipantName, Participant]):
    """The participant's other names."""

    model = ParticipantName
    extra = 0
    formfield_overrides = FIELDS
    fields = ("name", "language", "kind", "valid_from", "valid_until", "source")


class MembershipInline(TabularInline[Membership, Participant]):
    """The groups that the participant belongs to."""

    model = Membership
    formset = MembershipFormSet
    extra = 0
    formfield_overrides = FIELDS
    fields = ("group", "valid_from", "valid_until", "source")


class MemberInline(TabularInline[Membership, Group]):
    """The group's members."""

    model = Membership
    formset = MembershipFormSet
    extra = 0
    formfield_overrides = FIELDS
    fields = ("participant", "valid_from", "valid_until", "source")
    autocomplete_fields = ("participant",)


@admin.register(Participant)
class ParticipantAdmin(GuardedAdmin):
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
        ("Change", {"fields": ("reason",)}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Participant], search_term: str
    ) -> tuple[QuerySet[Participant], bool]:
        """Find a participant by code or any name; suggestions come in the order of `states.search.find`."""
        if not search_term.strip():
            return queryset, False
        matches = find(search_term, today=timezone.now().date())
        queryset = queryset.filter(pk__in=[match.participant.pk for match in matches])
        if matches and request.path.endswith("/autocomplete/"):
            places = [When(pk=match.participant.pk, then=place) for place, match in enumerate(matches)]
            certain = [When(pk=match.participant.pk, then=True) for match in matches if match.is_certain]
            queryset = queryset.annotate(is_certain=Case(*certain, default=False)).order_by(Case(*places))
        return queryset, False


@admin.register(Group)
class GroupAdmin(GuardedAdmin):
    """Groups of participants for analysts and clauses."""

    list_display = ("name", "kind", "slug", "organization")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("organization",)
    inlines: ClassVar[list[Any]] = [MemberInline]
