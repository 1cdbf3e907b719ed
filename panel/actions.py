"""Treaty actions in the panel."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from panel import advice, review
from panel.action_form import ActionForm
from panel.entry_admin import EntryAdmin
from panel.lists import ActionQuestions, KindFilter, holding
from panel.resources import ActionResource
from ratification.intake.rows import ACTIONS
from ratification.ledger.preview import consequence_of
from ratification.models import Action


@admin.register(Action)
class ActionAdmin(EntryAdmin):
    """Treaty actions: the form follows a notification from its head to its foot."""

    form = ActionForm
    layout = ACTIONS
    one = "an action"
    sections: ClassVar[list[Any]] = [
        (None, {"fields": ("treaty", "notification", "source", "participant", "kind", "taken_on")}),
        ("What it says", {"fields": ("provisions", "relates_to", "summary", "effective_on")}),
        ("How sure we are", {"fields": ("confidence", "note", "override")}),
    ]
    resource_classes = (ActionResource,)
    list_display = (
        "what",
        "date",
        "badge",
        "revision",
        "notification",
        "provisions_list",
        "author",
        "treaty",
    )
    list_filter = (ActionQuestions, "state", "entry", KindFilter, "treaty", "confidence")
    list_select_related = ("participant", "treaty", "author")
    search_fields = ("participant__name", "participant__iso3", "notification", "summary", "note")
    search_help_text = "Participant (any name or code), notification, words of the summary"
    date_hierarchy = "taken_earliest"
    autocomplete_fields = ("treaty", "source", "participant", "relates_to")
    change_form_template = "admin/ratification/action/change_form.html"

    class Media:
        js = ["panel/entry.js"]

    def beside(self, entry: Action) -> dict[str, Any]:
        """Show what publishing would change, and what else the participant did."""
        waiting = entry.revision is None
        return {
            "consequence": consequence_of(entry, today=timezone.now().date()) if waiting else None,
            "timeline": review.timeline(entry),
        }

    def effect(self, entry: Action) -> str:
        """Say what moves."""
        if entry.revision is not None:
            return ""
        return review.moves(consequence_of(entry, today=timezone.now().date()))

    @admin.display(description="entry", ordering="participant__name")
    def what(self, entry: Action) -> str:
        """Return participant, kind, and whether it corrects something."""
        kind = "" if entry.entry == Action.Entry.ORIGINAL else f" ({entry.get_entry_display()})"
        return f"{entry.participant}: {entry.get_kind_display()}{kind}"

    @admin.display(description="provisions")
    def provisions_list(self, entry: Action) -> str:
        """Return the provisions."""
        return ", ".join(entry.provisions)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Action], search_term: str
    ) -> tuple[QuerySet[Action], bool]:
        """A reference leads only to what holds now."""
        if request.GET.get("field_name") == "relates_to" and isinstance(request.user, User):
            queryset = holding(queryset, request.user).select_related("participant", "treaty")
        return super().get_search_results(request, queryset, search_term)

    def get_form(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Offer no side door from one entry to another."""
        form = super().get_form(*args, **kwargs)
        about: Any = form.base_fields["relates_to"].widget
        about.can_add_related = about.can_change_related = False
        return form

    def get_urls(self) -> list[URLPattern]:
        """Add the advice that the form asks for."""
        asked = self.admin_site.admin_view(self._advice)
        return [path("advice/", asked, name="ratification_action_advice"), *super().get_urls()]

    def _advice(self, request: HttpRequest) -> HttpResponse:
        return advice.advice(self, request)
