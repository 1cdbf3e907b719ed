"""Participants, their names and groups, edited with a history."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, ClassVar, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.db.models import Case, Model, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone

from panel.base import FIELDS, InlineForm, M, PrintedDateField, TabularInline
from panel.decisions import GuardedAdmin, GuardedFormSet, LabelledFormSet, ReferenceForm
from panel.timeline import TimelineInline
from ratification.ledger import reference
from states.models import Group, Membership, Participant, ParticipantName, Responsibility
from states.search import find

P = TypeVar("P", bound=Model)


class NameInline(TabularInline[ParticipantName, Participant]):
    """The participant's other names."""

    model = ParticipantName
    formset = LabelledFormSet
    extra = 0
    formfield_overrides = FIELDS
    fields = ("name", "language", "kind", "valid_from", "valid_until", "source")


class GuardedInline(TabularInline[M, P]):
    """Rows of which those of participants in the record are proposed; read with what they refer to."""

    form = InlineForm
    formset = GuardedFormSet
    extra = 0
    formfield_overrides = FIELDS
    refers_to: ClassVar[tuple[str, ...]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """Select what the rows refer to with them: the page of a group asked thrice for each of its members."""
        return super().get_queryset(request).select_related(*self.refers_to)


class MembershipInline(GuardedInline[Membership, Participant]):
    """The groups that the participant belongs to."""

    model = Membership
    refers_to = ("group", "participant")
    fields = ("group", "valid_from", "valid_until", "source")


class MemberInline(GuardedInline[Membership, Group]):
    """The group's members."""

    model = Membership
    refers_to = ("group", "participant")
    fields = ("participant", "valid_from", "valid_until", "source")
    autocomplete_fields = ("participant",)


class ParticipantForm(ReferenceForm):
    """A participant, with the last day of a name that is given up."""

    old_name_until = PrintedDateField(
        required=False,
        widget=AdminDateWidget,
        label="Last day of the old name",
        help_text="For a new name: the old one is then kept as an earlier name. Every page shows the new name, those "
        "of past days too; the old one goes on being found by search and in lists of its time.",
    )

    def clean(self) -> dict[str, Any] | None:
        """Refuse the last day of a name that stays."""
        cleaned = super().clean()
        if self.cleaned_data.get("old_name_until") and "name" not in self.changed_data:
            self.add_error("old_name_until", "The name stays: only an old name has a last day.")
        return cleaned

    @property
    def old_name_ends(self) -> date | None:
        """The first day without the old name, if it is to be kept."""
        last = self.cleaned_data.get("old_name_until")
        return last + timedelta(days=1) if last else None

    def further(self, names: Collection[str]) -> dict[str, Any]:
        """Keep the old name with the new one."""
        ends = self.old_name_ends if "name" in names else None
        return {reference.OLD_NAME_UNTIL: ends.isoformat()} if ends else {}


class ResponsibilityInline(GuardedInline[Responsibility, Participant]):
    """Responsibilities for the international relations of territories, each with its days."""

    model = Responsibility
    refers_to = ("state", "territory")


class ResponsibleStateInline(ResponsibilityInline):
    """The States responsible for a territory."""

    fk_name = "territory"
    fields = ("state", "valid_from", "valid_until", "source")
    autocomplete_fields = ("state",)
    verbose_name = "responsible State"
    verbose_name_plural = "responsible States"


class TerritoryInline(ResponsibilityInline):
    """The territories for which a State is responsible."""

    fk_name = "state"
    fields = ("territory", "valid_from", "valid_until", "source")
    autocomplete_fields = ("territory",)
    verbose_name = "territory"
    verbose_name_plural = "territories"


@admin.register(Participant)
class ParticipantAdmin(GuardedAdmin):
    """Participants, found by any of their names, in any spelling, and by their codes."""

    form = ParticipantForm
    list_display = ("name", "iso3", "kind", "region", "un_group", "valid_until")
    list_filter = ("kind", "region", "un_group")
    search_fields = ("name", "iso3", "iso2", "m49", "names__name", "names__normalised")
    search_help_text = "Any name, earlier name or code"
    inlines: ClassVar[list[Any]] = [TimelineInline, NameInline, MembershipInline]
    fieldsets = (
        (None, {"fields": (("name", "iso3"), "kind", "source")}),
        ("Place", {"fields": (("region", "subregion"), "un_group")}),
        ("Codes and time", {"fields": (("iso2", "m49"), ("valid_from", "valid_until"))}),
        ("Change", {"fields": ("old_name_until", "reason")}),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        """Keep the old name where one person changes it; where two do, it is kept when the second accepts."""
        is_renamed = change and "name" in form.changed_data
        before = Participant.objects.get(pk=obj.pk).name if is_renamed else ""
        super().save_model(request, obj, form, change)
        if is_renamed:
            when = "Once a second person has accepted it, every" if "name" in form.proposed else "Every"
            pages = f"/participants/{obj.iso3}/?as_of=2020-01-01"
            messages.info(
                request, f"{when} page shows the new name, those of past days too, such as {pages}."
            )
            if form.old_name_ends and "name" not in form.proposed:
                reference.keep_name(obj, before, until=form.old_name_ends, source=obj.source or "The panel")

    def get_inlines(self, request: HttpRequest, obj: Participant | None) -> list[Any]:
        """Show the responsible States of a territory, and the territories of another participant."""
        shown: list[Any] = [*super().get_inlines(request, obj)]
        if obj is not None:
            territory = obj.kind == Participant.Kind.TERRITORY
            shown.append(ResponsibleStateInline if territory else TerritoryInline)
        return shown

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
