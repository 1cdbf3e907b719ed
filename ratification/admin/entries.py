"""Entries of the ledger in the panel: lists, the form, and the page on which they are reviewed.

Nothing is written here: every write is a call of `ratification.ledger`, followed by a line in the audit log.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export.admin import ExportMixin
from import_export.forms import ExportForm

from ratification import ledger
from ratification.admin import advice, importing, review
from ratification.admin.form import ActionForm
from ratification.admin.lists import KindFilter, QuestionFilter, holding
from ratification.admin.resources import ActionResource
from ratification.ledger import LedgerError
from ratification.models import Action
from states.admin import PlainAdmin
from states.models import Participant
from states.names import normalise

if TYPE_CHECKING:
    from django.forms import ModelForm

STATES = {"draft": "draft", "in_review": "review", "published": "published"}


class ActionAdmin(ExportMixin, PlainAdmin):  # type: ignore[misc]  # import_export ships no types
    """Entries: a clerk drafts, another person publishes, and what is published stays."""

    form = ActionForm
    resource_classes = (ActionResource,)
    export_form_class = ExportForm
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
    list_filter = (QuestionFilter, "state", "entry", KindFilter, "treaty", "confidence")
    list_select_related = ("participant", "treaty", "author")
    search_fields = ("participant__name", "participant__iso3", "notification", "summary", "note")
    search_help_text = "Participant (any name or code), notification, words of the summary"
    date_hierarchy = "taken_earliest"
    show_facets = admin.ShowFacets.ALWAYS
    ordering = ("-pk",)
    list_per_page = 50
    autocomplete_fields = ("treaty", "source", "participant", "relates_to")
    change_form_template = "admin/ratification/action/change_form.html"
    change_list_template = "admin/ratification/action/change_list.html"
    import_export_change_list_template = None
    actions = None
    save_on_top = False

    class Media:
        css = {"all": ["panel/panel.css"]}
        js = ["panel/entry.js"]

    # --- What a line says ---

    @admin.display(description="entry", ordering="participant__name")
    def what(self, entry: Action) -> str:
        """Return participant, kind, and whether it corrects something."""
        kind = "" if entry.entry == Action.Entry.ORIGINAL else f" ({entry.get_entry_display()})"
        return f"{entry.participant}: {entry.get_kind_display()}{kind}"

    @admin.display(description="effected on", ordering="taken_earliest")
    def date(self, entry: Action) -> str:
        """Return the day or interval."""
        return entry.taken.edtf

    @admin.display(description="state", ordering="state")
    def badge(self, entry: Action) -> SafeString:
        """Return the state as a mark."""
        note = " – returned" if entry.state == Action.State.DRAFT and entry.review_note else ""
        return format_html(
            '<span class="state {}">{}{}</span>', STATES[entry.state], entry.get_state_display(), note
        )

    @admin.display(description="provisions")
    def provisions_list(self, entry: Action) -> str:
        """Return the provisions."""
        return ", ".join(entry.provisions)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Action], search_term: str
    ) -> tuple[QuerySet[Action], bool]:
        """Search also by every other name of the participant; a reference leads only to what holds now."""
        if request.GET.get("field_name") == "relates_to" and isinstance(request.user, User):
            queryset = holding(queryset, request.user).select_related("participant", "treaty")
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if words := normalise(search_term):
            named = Participant.objects.filter(names__normalised__startswith=words)
            found = found | queryset.filter(participant__in=named)
        return found, duplicates

    # --- Who may do what ---

    def has_change_permission(self, request: HttpRequest, obj: Action | None = None) -> bool:
        """A draft is changed by its author, or by anybody once the author's account is closed."""
        return super().has_change_permission(request, obj) and (obj is None or _own_draft(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Action | None = None) -> bool:
        """A draft is deleted by whoever may change it."""
        return super().has_delete_permission(request, obj) and obj is not None and _own_draft(request, obj)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may see the list may take it along."""
        return self.has_view_permission(request)

    # --- The form ---

    def get_fieldsets(self, request: HttpRequest, obj: Action | None = None) -> Any:  # noqa: ANN401 - Django's type
        """Follow a notification from its head to its foot."""
        corrects = review.corrected_by(request) or (obj and obj.supersedes)
        why = [("Correction", {"fields": ("reason",)})] if corrects else []
        return [
            *why,
            (None, {"fields": ("treaty", "notification", "source", "participant", "kind", "taken_on")}),
            ("What it says", {"fields": ("provisions", "relates_to", "summary", "effective_on")}),
            ("How sure we are", {"fields": ("confidence", "note", "override")}),
        ]

    def get_form(
        self,
        request: HttpRequest,
        obj: Action | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,  # noqa: ANN401 - Django's signature
    ) -> "type[ModelForm[Action]]":
        """Give the form the person, the moment, and the entry that it corrects."""
        corrected = review.corrected_by(request)
        kwargs["fields"] = [name for name in ActionForm.Meta.fields if name != "reason"]
        if corrected is not None or (obj is not None and obj.supersedes_id):
            kwargs["fields"].append("reason")
        form = super().get_form(request, obj, change=change, **kwargs)
        about = form.base_fields["relates_to"].widget  # offer no side door from one entry to another
        about.can_add_related = about.can_change_related = False
        context = {"user": request.user, "now": timezone.now(), "corrected": corrected}
        return type(form.__name__, (form,), context)

    def save_model(
        self,
        _request: HttpRequest,
        obj: Action,
        form: "ModelForm[Action]",
        _change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Write through the ledger."""
        entry = form.write()  # type: ignore[attr-defined]  # an ActionForm
        obj.__dict__.update(entry.__dict__)

    def delete_model(self, request: HttpRequest, obj: Action) -> None:
        """Discard through the ledger."""
        ledger.discard(obj, by=_user(request))

    def response_add(
        self, request: HttpRequest, obj: Action, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to review, where that was asked for."""
        if "_submit" in request.POST:
            return self._submitted(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Action) -> HttpResponse:
        """Go on to review, where that was asked for."""
        if "_submit" in request.POST:
            return self._submitted(request, obj)
        return super().response_change(request, obj)

    def _submitted(self, request: HttpRequest, entry: Action) -> HttpResponse:
        try:
            ledger.submit(entry, by=_user(request))
        except LedgerError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse("admin:ratification_action_change", args=[entry.pk]))
        self.log_change(request, entry, "Submitted for review.")
        messages.success(request, f"{entry} waits for review now.")
        return HttpResponseRedirect(reverse("admin:ratification_action_change", args=[entry.pk]))

    # --- Pages ---

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name the list by what it holds."""
        return super().changelist_view(request, {"title": "Actions", **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Add the steps that are no form, the advice that the form asks for, and the import."""
        view = self.admin_site.admin_view
        return [
            path("advice/", view(self._advice), name="ratification_action_advice"),
            path("import/", view(self._import), name="ratification_action_import"),
            *(
                path(f"<int:pk>/{step}/", view(self._step(step)), name=f"ratification_action_{step}")
                for step in review.STEPS
            ),
            *super().get_urls(),
        ]

    def _advice(self, request: HttpRequest) -> HttpResponse:
        return advice.advice(self, request)

    def _import(self, request: HttpRequest) -> HttpResponse:
        return importing.import_entries(self, request)

    def _step(self, step: str) -> Any:  # noqa: ANN401 - a view
        def take(request: HttpRequest, pk: int) -> HttpResponse:
            return review.take(self, request, get_object_or_404(Action, pk=pk), step)

        return take

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an empty form, or one that corrects a published entry."""
        corrected = review.corrected_by(request)
        title = f"Correct {corrected} (revision {corrected.revision})" if corrected else "Enter an action"
        return super().add_view(
            request, form_url, {"title": title, "corrected": corrected, **(extra_context or {})}
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form to whoever may change the entry, and the page of the entry to everybody else."""
        entry = self.get_object(request, object_id)
        if entry is not None and not self.has_change_permission(request, entry):
            return review.page(self, request, entry)
        return super().change_view(
            request, object_id, form_url, {"title": str(entry), "entry": entry, **(extra_context or {})}
        )


def _own_draft(request: HttpRequest, entry: Action) -> bool:
    return entry.state == Action.State.DRAFT and (
        entry.author_id == request.user.pk or not entry.author.is_active
    )


def _user(request: HttpRequest) -> User:
    """Return the person signed in; the panel's views let nobody else through."""
    if not isinstance(request.user, User):
        raise TypeError("The panel is for people who have signed in.")
    return request.user


admin.site.register(Action, ActionAdmin)
