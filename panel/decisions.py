"""Changes that a second person decides: their pages, and reference data whose guarded columns are proposed."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone

from panel.base import ReadOnlyAdmin, ReferenceAdmin, VersionedForm, keep_as_loaded, typed, user_of
from panel.steps import StepsAdmin
from ratification.ledger import reference
from ratification.ledger.refusal import LedgerError
from ratification.models import ReferenceChange
from ratification.models.decisions import Decision
from ratification.status.editions import note_edition
from states.models import Membership, Responsibility

if TYPE_CHECKING:
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:  # Django's class takes type parameters only in its stubs
    InlineFormSet = BaseInlineFormSet

D = TypeVar("D", bound=Decision)
NEEDS_SECOND = "That it was seen in the text takes two people: save it as not checked first."
NEEDS_REASON = "Published entries cite this: say why it is right. A second person then decides."


class DecisionAdmin(StepsAdmin[D], ReadOnlyAdmin[D]):
    """Proposed changes, each with the steps by which a second person decides."""

    steps = ("accept", "refuse")
    change_form_template = "admin/panel/decision.html"
    list_filter = ("accepted",)
    actions = None
    decider: str
    """Permission of those who decide."""

    def has_step_permission(self, request: HttpRequest, step: str) -> bool:  # noqa: ARG002 - both are alike
        """Return whether the user decides such changes."""
        return request.user.has_perm(self.decider)

    def decide(self, request: HttpRequest, change: D, *, accept: bool) -> D:
        """Accept or refuse."""
        raise NotImplementedError

    def perform_step(self, request: HttpRequest, obj: D, step: str) -> D:
        """Decide, and say so in the audit log."""
        with transaction.atomic():
            change = self.decide(request, obj, accept=step == "accept")
            self.log_change(request, change, f"{change.outcome.capitalize()}.")
        messages.success(request, f"{change}: {change.outcome}.")
        return change


@admin.register(ReferenceChange)
class ReferenceChangeAdmin(DecisionAdmin[ReferenceChange]):
    """Changes of reference data that published entries cite."""

    refusals = (LedgerError,)
    decider = "states.change_participant"
    list_display = ("name", "proposed_by", "proposed_at", "reason", "outcome", "decided_by")
    list_select_related = ("proposed_by", "decided_by")
    fields = ("name", "values", "reason", "proposed_by", "proposed_at", "outcome", "decided_by", "decided_at")
    readonly_fields = ("values",)

    @admin.display(description="values")
    def values(self, change: ReferenceChange) -> str:
        """Return the columns that change, with both values."""
        return "; ".join(f"{name}: “{before}” → “{after}”" for name, before, after in change.amended)

    def decide(self, request: HttpRequest, change: ReferenceChange, *, accept: bool) -> ReferenceChange:
        """Accept or refuse; note the new edition at once, which the stored status follows within the minute."""
        now = timezone.now()
        change = reference.decide(change, by=user_of(request), accept=accept, now=now)
        note_edition(now)
        return change


class ReferenceForm(VersionedForm):
    """A row of reference data, with the reason where a second person has to decide."""

    reason = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed where published entries cite the row; a second person then decides.",
    )
    proposed: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    """Codes that stay, because a published entry cites the row; a page opened before that can still send others."""

    def clean(self) -> dict[str, Any] | None:
        """Refuse other codes, keep apart the columns that a second person decides, and demand the reason."""
        cleaned = super().clean()
        for name in self.fixed:
            stored = str(reference.values_of(self.instance, [name])[name] or "")
            sent = self.data.get(self.add_prefix(name), stored)
            if sent != stored:
                words = name.replace("_", " ")
                self.add_error(
                    None, f"Published entries cite this: its {words} stays as it is. Nothing is saved."
                )
        self.proposed = tuple(reference.guarded_columns(self.instance, self.changed_data))
        if self.proposed and not self.cleaned_data.get("reason", "").strip():
            self.add_error("reason", NEEDS_REASON)
        for name in reference.self_confirmed(self.instance, self.cleaned_data):
            self.add_error(name, NEEDS_SECOND)
        return cleaned

    def further(self, names: Collection[str]) -> dict[str, Any]:  # noqa: ARG002 - for rows with more to write
        """Return what is to be written beside the new values of some columns."""
        return {}


class LabelledFormSet(InlineFormSet):
    """Rows of a table whose fields have the headings of their columns as names, for who does not see these."""

    def add_fields(self, form: "forms.ModelForm[Any]", index: int | None) -> None:
        """Name the fields of a row, the box that deletes it included."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget: Any = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs.setdefault("aria-label", str(field.label or name))


class GuardedFormSet(LabelledFormSet):
    """Memberships or responsibilities, of which those of participants in the record are proposed."""

    def clean(self) -> None:
        """Demand the reason."""
        super().clean()
        cited = any(
            reference.is_cited(form.instance) for form in self.forms if form.has_changed() and form.is_valid()
        )
        if cited and not self.data.get("reason", "").strip():
            raise forms.ValidationError(NEEDS_REASON)


class GuardedAdmin(ReferenceAdmin):
    """Reference data that entries cite: codes stay, and what answers rest on takes two people and a reason."""

    form = ReferenceForm

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Fix the codes of a row that a published entry cites."""
        fields = tuple(super().get_readonly_fields(request, obj))
        fixed = reference.FIXED.get(self.model, ())
        cited = obj is not None and reference.is_cited(obj)
        return tuple(dict.fromkeys((*fields, *fixed))) if cited else fields

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,  # noqa: ANN401 - Django's signature
    ) -> Any:  # noqa: ANN401 - Django's signature
        """Name the codes that stay."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        fixed, kept = reference.FIXED.get(self.model, ()), self.get_readonly_fields(request, obj)
        form.fixed = tuple(name for name in fixed if name in kept)
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Forbid to delete a row that published entries cite: `load_treaty` proposes it to a second person."""
        cited = obj is not None and reference.is_cited(obj)
        return not cited and super().has_delete_permission(request, obj)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, Any]:
        """Fill in no code that is fixed."""
        fixed = self.get_readonly_fields(request, obj)
        found = super().get_prepopulated_fields(request, obj)
        return {name: value for name, value in found.items() if name not in fixed}

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        """Save what one person may change, and propose the rest."""
        names = form.proposed if change else ()
        if names:
            stored = self.model._default_manager.get(pk=obj.pk)  # noqa: SLF001 - documented API
            before, after = reference.values_of(stored, names), reference.values_of(obj, names)
            after |= form.further(names)
            for name in names:
                setattr(obj, name, getattr(stored, name))
            self.propose(request, obj, form.cleaned_data["reason"], before, after)
        if set(form.changed_data) - {"reason", *names} or not change:
            super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        """Save the inline rows; propose memberships and responsibilities of participants in the record."""
        if formset.model not in (Membership, Responsibility):
            super().save_formset(request, form, formset, change)
            return
        reason, columns = typed(request, "reason"), reference.GUARDED[formset.model]
        formset.save(commit=False)
        for row in formset.deleted_objects:
            if reference.is_cited(row):
                self.propose(request, row, reason, reference.values_of(row, columns), None)
            else:
                keep_as_loaded(row)
                row.delete()
        for row, changed in formset.changed_objects:
            if reference.is_cited(row):
                stored = formset.model.objects.get(pk=row.pk)
                before, after = reference.values_of(stored, changed), reference.values_of(row, changed)
                self.propose(request, row, reason, before, after)
            else:
                keep_as_loaded(row)
                row.save()
        for row in formset.new_objects:
            if reference.is_cited(row):
                self.propose(request, row, reason, None, reference.values_of(row, columns))
            else:
                row.save()

    def propose(
        self,
        request: HttpRequest,
        row: Model,
        reason: str,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
    ) -> None:
        """Propose a change, and say so."""
        change = reference.propose(
            row, before=before, after=after, by=user_of(request), reason=reason, now=timezone.now()
        )
        self.log_change(request, change, f"Proposed: {change}.")
        messages.warning(request, f"{change}: the change waits for a second person.")
