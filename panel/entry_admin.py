"""Pages of ledger entries, treaty actions and reports alike: list, form, and the page of an entry.

The panel writes no entry itself: each write is a call of `ratification.ledger.writing` and a line of the audit log.
"""

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IS_FACETS_VAR
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.searching import in_any
from panel.base import FIELDS, ModelForm, ValuesInAudit, user_of
from panel.entry_form import EntryForm
from panel.exports import ExportedAdmin
from panel.importing import TableImport
from panel.row_fields import number_in
from panel.sets import SetActions
from panel.unfinished import forget_sent, keep_sent
from ratification.ledger import writing as ledger
from ratification.ledger.content import E
from ratification.ledger.writing import LedgerError
from states.models import Participant
from states.search import find

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

STATE_CLASSES = {"draft": "draft", "in_review": "review", "published": "published"}
"""CSS class of each state."""


COUNTED = 20_000
"""Rows of a list up to which each filter shows its numbers unasked, and years are offered."""


class EntryList(ChangeList):
    """A list of entries; a long one shows the numbers beside its filters when it is asked for them."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows and their number."""
        super().get_results(request)
        if self.result_count > COUNTED:
            self.is_facets_optional, self.date_hierarchy = True, None
            self.add_facets = IS_FACETS_VAR in request.GET


class EntryAdmin(ExportedAdmin, ValuesInAudit, SetActions[E], TableImport[E]):
    """A kind of ledger entry: one user drafts, another reviews and publishes; a published entry never changes.

    A subclass gives the form and its sections, the layout of the tables it takes (`TableImport`), and the context of
    the page on which an entry is reviewed (`ReviewSteps`).
    """

    singular: ClassVar[str]
    """Name of one entry, with its article."""
    sections: ClassVar["_FieldsetSpec"]
    carried_over: ClassVar[tuple[str, ...]] = ("treaty", "source", "notification", "participant")
    """Columns that "enter another" keeps."""
    formfield_overrides = FIELDS
    show_facets = admin.ShowFacets.ALWAYS
    ordering = ("-pk",)
    list_per_page = 100
    change_list_template = "admin/ratification/entry/change_list.html"
    import_export_change_list_template = None
    save_on_top = False

    class Media:
        css = {"all": ["panel/panel.css"]}
        js = ["panel/search.js", "panel/unsaved.js"]

    # --- Columns of the list ---

    @admin.display(description="on", ordering="taken_earliest")
    def date(self, entry: E) -> str:
        """Return the day or interval."""
        return entry.taken.edtf

    @admin.display(description="state", ordering="state")
    def badge(self, entry: E) -> SafeString:
        """Return the state as a coloured mark."""
        note = " – returned" if entry.state == "draft" and entry.review_note else ""
        return format_html(
            '<span class="state {}">{}{}</span>', STATE_CLASSES[entry.state], entry.get_state_display(), note
        )

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[E],
        search_term: str,
    ) -> tuple[QuerySet[E], bool]:
        """Find entries in which each word is part of a field, of the kind, or a name of the participant."""
        # Participants are read first: a join with their names would be made again for each count beside a filter.
        prefix, found = "participant__", queryset
        names = [field.removeprefix(prefix) for field in self.search_fields if field.startswith(prefix)]
        fields = [field for field in self.search_fields if not field.startswith(prefix)]
        for word in search_term.split():
            named = {match.participant.pk for match in find(word, today=timezone.now().date())}
            named |= {*Participant.objects.filter(in_any(names, word)).values_list("pk", flat=True)}
            of_fields = found.filter(in_any(fields, word) | Q(participant__in=named))
            found = of_fields | self.of_kind(found, word)
        return found, False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ANN401, ARG002 - Django's signature
        """Return the list that counts only as many rows as are counted in a moment."""
        return EntryList

    def of_kind(self, entries: QuerySet[E], word: str) -> QuerySet[E]:  # noqa: ARG002 - for kinds of entry that have it
        """Return the entries of a kind whose name has the word; none where there are no kinds."""
        return entries.none()

    # --- Permissions ---

    def has_change_permission(self, request: HttpRequest, obj: E | None = None) -> bool:
        """Permit a draft's author; a draft of a closed account is open to every user with the permission."""
        return super().has_change_permission(request, obj) and (obj is None or self._is_own(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: E | None = None) -> bool:
        """Permit the deletion of drafts that the user may change."""
        return super().has_delete_permission(request, obj) and obj is not None and self._is_own(request, obj)

    def _is_own(self, request: HttpRequest, entry: E) -> bool:
        return entry.state == "draft" and (entry.author_id == request.user.pk or not entry.author.is_active)

    # --- The form ---

    def get_fieldsets(self, request: HttpRequest, obj: E | None = None) -> "_FieldsetSpec":
        """Put the reason first where a published entry is corrected."""
        if self.corrected(request) or (obj and obj.supersedes_id):
            return [("Correction", {"fields": ("reason",)}), *self.sections]
        return self.sections

    def get_form(
        self,
        request: HttpRequest,
        obj: E | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,  # noqa: ANN401 - Django's signature
    ) -> type[ModelForm[E]]:
        """Give the form the user, the moment, and the entry that it corrects."""
        corrected = self.corrected(request)
        fields = self.form._meta.fields or ()  # noqa: SLF001 - Django's documented API
        kwargs["fields"] = [name for name in fields if name != "reason"]
        if corrected is not None or (obj is not None and obj.supersedes_id):
            kwargs["fields"].append("reason")
        form = super().get_form(request, obj, change=change, **kwargs)
        context = {"user": request.user, "now": timezone.now(), "corrected": corrected}
        return type(form.__name__, (form,), context)

    def corrected(self, request: HttpRequest) -> E | None:
        """Return the published entry that the form corrects, from `?corrects=`."""
        pk = number_in(request.GET.get("corrects"))
        if not pk:
            return None
        published = self.get_queryset(request).filter(revision__isnull=False).select_related("participant")
        return published.filter(pk=pk).first()

    def save_model(self, request: HttpRequest, obj: E, form: EntryForm[E], change: bool) -> None:  # noqa: ARG002, FBT001 - Django's signature
        """Say what keeps the draft, which `form.save()` has written through the ledger, from being submitted."""
        forget_sent(request)
        if form.parked_for:
            sentences = " ".join(doubt.sentence for doubt in form.parked_for)
            messages.warning(request, f"Kept as a draft that cannot be submitted yet. {sentences}")

    def render_change_form(  # noqa: PLR0917 - Django's signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        change: bool = False,  # noqa: FBT001, FBT002 - as above
        form_url: str = "",
        obj: E | None = None,
    ) -> HttpResponse:
        """Keep what was sent and cannot be saved, with a browser's script or without.

        A form that was sent twice leads to the draft that it has made.
        """
        if sent_before := context["adminform"].form.sent_before:
            messages.success(request, str(sent_before))
            return HttpResponseRedirect(self.page_url("change", sent_before.draft.pk))
        if request.method == "POST" and context.get("errors"):
            keep_sent(request, str(context["title"]), context["adminform"].form)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete a draft; a refusal of the ledger is a sentence above the list, where the draft may be gone."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except LedgerError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self.page_url("changelist"))

    def delete_model(self, request: HttpRequest, obj: E) -> None:
        """Discard the draft through the ledger."""
        ledger.discard(obj, by=user_of(request))

    def response_add(
        self, request: HttpRequest, obj: E, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Submit the new entry for review, if the user pressed that button."""
        if "_submit" in request.POST:
            return self._submit(request, obj)
        if "_addanother" in request.POST:
            messages.success(request, f"{obj} was saved as a draft.")
            return HttpResponseRedirect(self.another(obj))
        return super().response_add(request, obj, post_url_continue)

    def another(self, entry: E) -> str:
        """Return the address of an empty form in which what entries of one source share stands as in this entry."""
        kept = {}
        for name in self.carried_over:
            value = getattr(entry, name)
            if value:
                kept[name] = str(getattr(value, "pk", value))
        return f"{self.page_url('add')}?{urlencode(kept)}"

    def response_change(self, request: HttpRequest, obj: E) -> HttpResponse:
        """Submit the changed entry for review, if the user pressed that button."""
        if "_submit" in request.POST:
            return self._submit(request, obj)
        return super().response_change(request, obj)

    def _submit(self, request: HttpRequest, entry: E) -> HttpResponse:
        try:
            with transaction.atomic():
                self.submit_entry(request, entry)
                self.log_change(request, entry, "Submitted for review.")
        except LedgerError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{entry} waits for review now.")
        return HttpResponseRedirect(self.page_url("change", entry.pk))

    # --- Pages ---

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Title the list with the name of its entries."""
        context = {
            "title": str(self.opts.verbose_name_plural).capitalize(),
            "singular": self.singular,
            "may_import": self.has_import_permission(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an empty form, or the form of a correction."""
        corrected = self.corrected(request)
        title = f"Enter {self.singular}"
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
        """Show the form to users who may change the entry, and its review page to all others."""
        entry = self.get_object(request, object_id)
        if entry is not None and not self.has_change_permission(request, entry):
            unsaved = self._typed(request) if request.method == "POST" else []
            if unsaved:
                messages.error(
                    request,
                    f"Not saved: the entry is {entry.get_state_display()} and {entry.author}'s now. What you typed "
                    "stands at the foot of this page.",
                )
            return self.review_page(request, entry, {"unsaved": unsaved})
        context = {"colleagues": self.colleagues(request, entry)} if entry is not None else {}
        return super().change_view(
            request,
            object_id,
            form_url,
            {"title": str(entry), "entry": entry, **context, **(extra_context or {})},
        )

    def _typed(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the label and text of each field of a form that cannot be saved."""
        fields = self.get_form(request).base_fields
        return [
            (str(field.label), text)
            for name, field in fields.items()
            if (text := request.POST.get(name, "").strip()) and not isinstance(field, ModelChoiceField)
        ]
