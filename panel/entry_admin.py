"""Entries of the ledger in the panel, of whatever kind: lists, the form, the table, and the page for review.

Nothing is written here: every write is a call of `ratification.ledger.writing`, followed by a line in the audit log.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from panel import importing, review
from panel.states import Exported, PlainAdmin
from ratification.intake.rows import Layout
from ratification.ledger import writing as ledger
from ratification.ledger.writing import LedgerError
from states.models import Participant
from states.names import normalise

if TYPE_CHECKING:
    from django.forms import ModelForm

STATES = {"draft": "draft", "in_review": "review", "published": "published"}


class EntryAdmin(Exported, PlainAdmin):
    """Entries of a kind: a clerk drafts, another person publishes, and what is published stays.

    A subclass says how one of them is called, names the form and its parts and the layout of a table, and says what the
    page of an entry shows beside it.
    """

    one: ClassVar[str]
    sections: ClassVar[list[Any]]
    layout: ClassVar[Layout]
    show_facets = admin.ShowFacets.ALWAYS
    ordering = ("-pk",)
    list_per_page = 50
    change_list_template = "admin/ratification/entry/change_list.html"
    import_export_change_list_template = None
    actions = None
    save_on_top = False

    class Media:
        css = {"all": ["panel/panel.css"]}

    # --- What a kind of entry has of its own ---

    def beside(self, entry: Any) -> dict[str, Any]:  # noqa: ANN401 - an entry of the kind
        """Return what the page of an entry shows beside what every entry has."""
        raise NotImplementedError

    def effect(self, entry: Any) -> str:  # noqa: ANN401 - an entry of the kind
        """Say in a line what publishing an entry changes."""
        raise NotImplementedError

    # --- What a line says ---

    @admin.display(description="on", ordering="taken_earliest")
    def date(self, entry: Any) -> str:  # noqa: ANN401 - an entry of the kind
        """Return the day or interval."""
        return str(entry.taken.edtf)

    @admin.display(description="state", ordering="state")
    def badge(self, entry: Any) -> SafeString:  # noqa: ANN401 - an entry of the kind
        """Return the state as a mark."""
        note = " – returned" if entry.state == "draft" and entry.review_note else ""
        return format_html(
            '<span class="state {}">{}{}</span>', STATES[entry.state], entry.get_state_display(), note
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search also by every other name of the participant."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if words := normalise(search_term):
            named = Participant.objects.filter(names__normalised__startswith=words)
            found = found | queryset.filter(participant__in=named)
        return found, duplicates

    # --- Who may do what ---

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401 - Django's type
        """A draft is changed by its author, or by anybody once the author's account is closed."""
        return super().has_change_permission(request, obj) and (obj is None or _own_draft(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401 - Django's type
        """A draft is deleted by whoever may change it."""
        return super().has_delete_permission(request, obj) and obj is not None and _own_draft(request, obj)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may see the list may take it along."""
        return self.has_view_permission(request)

    # --- The form ---

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ANN401 - Django's type
        """Ask first why, where an entry is corrected."""
        corrects = self.corrected(request) or (obj and obj.supersedes_id)
        why = [("Correction", {"fields": ("reason",)})] if corrects else []
        return [*why, *self.sections]

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,  # noqa: ANN401 - Django's type
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,  # noqa: ANN401 - Django's signature
    ) -> "type[ModelForm[Any]]":
        """Give the form the person, the moment, and the entry that it corrects."""
        corrected = self.corrected(request)
        fields = self.form._meta.fields or ()  # noqa: SLF001 - Django's documented API
        kwargs["fields"] = [name for name in fields if name != "reason"]
        if corrected is not None or (obj is not None and obj.supersedes_id):
            kwargs["fields"].append("reason")
        form = super().get_form(request, obj, change=change, **kwargs)
        context = {"user": request.user, "now": timezone.now(), "corrected": corrected}
        return type(form.__name__, (form,), context)

    def corrected(self, request: HttpRequest) -> Any:  # noqa: ANN401 - an entry of the kind, or None
        """Return the published entry that the page asked for is to correct."""
        pk = request.GET.get("corrects", "")
        if not pk.isdecimal():
            return None
        published = self.model.objects.filter(revision__isnull=False).select_related("participant")
        return published.filter(pk=int(pk)).first()

    def save_model(
        self,
        _request: HttpRequest,
        obj: Any,  # noqa: ANN401 - an entry of the kind
        form: Any,  # noqa: ANN401 - an EntryForm
        _change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Write through the ledger."""
        obj.__dict__.update(form.write().__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ANN401 - an entry of the kind
        """Discard through the ledger."""
        ledger.discard(obj, by=user_of(request))

    def response_add(
        self,
        request: HttpRequest,
        obj: Any,  # noqa: ANN401 - an entry of the kind
        post_url_continue: str | None = None,
    ) -> HttpResponse:
        """Go on to review, where that was asked for."""
        if "_submit" in request.POST:
            return self._submitted(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:  # noqa: ANN401 - an entry of the kind
        """Go on to review, where that was asked for."""
        if "_submit" in request.POST:
            return self._submitted(request, obj)
        return super().response_change(request, obj)

    def _submitted(self, request: HttpRequest, entry: Any) -> HttpResponse:  # noqa: ANN401 - an entry of the kind
        try:
            ledger.submit(entry, by=user_of(request))
        except LedgerError as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, entry, "Submitted for review.")
            messages.success(request, f"{entry} waits for review now.")
        return HttpResponseRedirect(self.address("change", entry.pk))

    # --- Pages ---

    def address(self, name: str, *args: int) -> str:
        """Return the address of one of the kind's pages."""
        return reverse(f"admin:ratification_{self.opts.model_name}_{name}", args=args)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name the list by what it holds."""
        context = {
            "title": str(self.opts.verbose_name_plural).capitalize(),
            "one": self.one,
            "may_import": request.user.has_perm(f"ratification.import_{self.opts.model_name}"),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Add the steps that are no form, and the import."""
        view, name = self.admin_site.admin_view, f"ratification_{self.opts.model_name}"
        return [
            path("import/", view(self._import), name=f"{name}_import"),
            *(
                path(f"<int:pk>/{step}/", view(self._step(step)), name=f"{name}_{step}")
                for step in review.STEPS
            ),
            *super().get_urls(),
        ]

    def _import(self, request: HttpRequest) -> HttpResponse:
        return importing.import_entries(self, request)

    def _step(self, step: str) -> Any:  # noqa: ANN401 - a view
        def take(request: HttpRequest, pk: int) -> HttpResponse:
            return review.take(self, request, get_object_or_404(self.model, pk=pk), step)

        return take

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an empty form, or one that corrects a published entry."""
        corrected = self.corrected(request)
        title = f"Enter {self.one}"
        if corrected:
            title = f"Correct {corrected} (revision {corrected.revision})"
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


def _own_draft(request: HttpRequest, entry: Any) -> bool:  # noqa: ANN401 - an entry
    return entry.state == "draft" and (entry.author_id == request.user.pk or not entry.author.is_active)


def user_of(request: HttpRequest) -> User:
    """Return the person signed in; the panel's views let nobody else through."""
    if not isinstance(request.user, User):
        raise TypeError("The panel is for people who have signed in.")
    return request.user
