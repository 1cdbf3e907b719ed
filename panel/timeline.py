"""Timeline of a participant's treaty actions, on the participant's page."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from panel.base import TabularInline
from ratification.models import Action
from states.models import Participant


class TimelineInline(TabularInline[Action, Participant]):
    """The participant's entries of every state in order of time, read-only."""

    model = Action
    fk_name = "participant"
    verbose_name_plural = "timeline"
    fields = readonly_fields = ("when", "treaty", "what", "state", "revision", "superseded")
    extra = 0
    can_delete = False
    ordering = ("taken_earliest", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Action]:
        """Prefetch the rows that the columns show."""
        return (
            super()
            .get_queryset(request)
            .select_related("treaty", "participant")
            .prefetch_related("superseded_by")
        )

    @admin.display(description="date")
    def when(self, entry: Action) -> str:
        """Return the day or interval."""
        return entry.taken.edtf if entry.pk else ""

    @admin.display(description="entry")
    def what(self, entry: Action) -> SafeString:
        """Return the kind, linked to the entry."""
        if not entry.pk:  # a row that a request has and the record has not
            return SafeString()
        address = reverse("admin:ratification_action_change", args=[entry.pk])
        provisions = f" ({', '.join(entry.provisions)})" if entry.provisions else ""
        return format_html('<a href="{}">{}{}</a>', address, entry.get_kind_display(), provisions)

    @admin.display(description="superseded by")
    def superseded(self, entry: Action) -> str:
        """Return the entry that holds in its place."""
        later = entry.superseded_by.all() if entry.pk else ()
        return ", ".join(f"revision {each.revision}" for each in later if each.revision)

    def has_add_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Entries are made under Actions."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Entries are changed under Actions."""
        return False
