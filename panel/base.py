"""Base classes of the panel's pages: Django's own with type parameters, and reference data with a history."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth.models import User
from django.db.models import DateField, Field, Model, TextField
from django.forms import Textarea
from django.http import HttpRequest, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin

from panel.exports import ExportedAdmin
from panel.row_fields import RowSelect, SearchedRows
from ratification.intake.printed import read_days
from ratification.ledger.characters import fault_of
from ratification.rules.dates import parse_edtf
from treaty.happened import all_to_come


def check_characters(text: str) -> None:
    """Refuse characters that no text has: they make feeds unreadable, or show people another text."""
    if fault := fault_of(text):
        raise forms.ValidationError(f"It contains {fault}.")


def check_one_line(text: str) -> None:
    """Refuse the end of a line: browsers send none from a field of one line."""
    if len(text.splitlines()) > 1:
        raise forms.ValidationError("It has more than one line.")


class SoundTexts(BaseModelAdmin):  # type: ignore[type-arg]  # of any model
    """Forms of the panel: texts are held against the same characters as those of entries, several choices are boxes."""

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Return the form field of a column, with the checks of a text."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.CharField):
            field.validators.append(check_characters)
            if isinstance(field.widget, forms.TextInput):
                field.validators.append(check_one_line)
        return field

    def formfield_for_manytomany(
        self,
        *args: Any,  # noqa: ANN401 - Django's signature
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> "forms.ModelMultipleChoiceField[Any] | None":
        """Offer several choices as boxes: Django's two lists move rows about by themselves, and could not be kept."""
        return super().formfield_for_manytomany(*args, **{**kwargs, "widget": forms.CheckboxSelectMultiple})


if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, TabularInline
    from django.forms import ModelForm
    from django.forms.models import BaseInlineFormSet
else:  # Django's classes take type parameters only in their stubs

    class _TypeParameters:
        def __class_getitem__(cls, _parameters: object) -> type:
            return cls

    class ModelAdmin(_TypeParameters, admin.ModelAdmin):
        """Django's ModelAdmin."""

    class TabularInline(_TypeParameters, SoundTexts, admin.TabularInline, SearchedRows):
        """Django's TabularInline."""

    class ModelForm(_TypeParameters, forms.ModelForm):
        """Django's ModelForm."""


__all__ = [
    "M",
    "ModelAdmin",
    "ModelForm",
    "PanelAdmin",
    "ReadOnlyAdmin",
    "ReferenceAdmin",
    "TabularInline",
]

M = TypeVar("M", bound=Model)


class PrintedDateField(forms.DateField):
    """A day in any form in which depositaries print it; one that can be two days is refused."""

    def to_python(self, value: Any) -> date | None:  # noqa: ANN401 - Django's signature
        """Read the day."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            span = read_days(value)
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from error
        if span.on is None:
            raise forms.ValidationError(f"{value} is not a single day.")
        return span.on


MEANWHILE = "Stored meanwhile: {words}. Yours stands in the field."


def version_of(values: object) -> str:
    """Return a digest of what a page shows of a row; the page sends it back, to find what was stored meanwhile."""
    return sha256(repr(values).encode()).hexdigest()[:32]


def show_stored(form: forms.BaseForm, names: Iterable[str]) -> None:
    """Refuse to overwrite fields: show what somebody else has stored in each, beside what was typed."""
    for name in names:
        words = words_of(form.fields[name], form.initial.get(name)) or "nothing"
        form.add_error(name, MEANWHILE.format(words=words))


def overwrite_next(form: forms.BaseForm) -> None:
    """Let the form be sent with the present version: who has seen both may save."""
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    sent[form.add_prefix("version")] = form.initial["version"]
    form.data = sent


class VersionedForm(ModelForm[Any]):
    """A row that is not saved over what somebody else has saved since the page was opened: both are shown."""

    is_kept = True
    """Whether its page keeps what is typed until it is saved."""
    row_version = ""
    """Digest of what the form shows of the row as it is stored, which the page sends back; empty for a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            values = {
                name: field.prepare_value(self.initial.get(name)) for name, field in self.fields.items()
            }
            stored = [
                (name, sorted(each) if isinstance(each, list) else each) for name, each in values.items()
            ]
            self.row_version = version_of(stored)

    def clean(self) -> dict[str, Any] | None:
        """Refuse to overwrite (the next time it is meant), and a day to come of what has happened."""
        cleaned = super().clean()
        for name, sentence in all_to_come(self.cleaned_data, timezone.now().date()).items():
            self.add_error(name, sentence)
        if self.data.get("row_version", self.row_version) == self.row_version:
            return cleaned
        show_stored(self, [name for name in self.changed_data if name in self.initial])
        if self.errors:
            self.add_error(
                None, "This has been saved elsewhere since you opened it. Mend it, then save again."
            )
        return cleaned


class InlineForm(ModelForm[Any]):
    """One of many rows on a page, whose search fields show what was read with the rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, RowSelect) and name in self.instance._state.fields_cache:  # noqa: SLF001 - no other way tells
                widget.known = getattr(self.instance, name)


class SpanTextField(forms.CharField):
    """A day, month, year or interval in any printed form, kept as EDTF, which stays as it is."""

    def clean(self, value: Any) -> str:  # noqa: ANN401 - Django's signature
        """Read the days."""
        text = str(super().clean(value))
        if not text:
            return ""
        with suppress(ValueError):
            parse_edtf(text)
            return text
        try:
            return read_days(text).edtf
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from error


_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
FIELDS: dict[Any, Any] = {
    TextField: {"widget": Textarea(attrs={"rows": 2, "cols": 40})},
    DateField: {"form_class": PrintedDateField, "widget": AdminDateWidget},
}
"""Form fields of reference data: texts hold a line or two, days are read as printed."""


SEALED = "contact_"
"""Beginning of the names of fields whose values are stored sealed, and shown nowhere else."""


def with_values(message: list[dict[str, Any]], form: forms.BaseForm) -> list[dict[str, Any]]:
    """Return an audit message whose changed fields are named with both values."""
    for part in message:
        changed = part.get("changed", {})
        if "fields" in changed and "object" not in changed:  # an inline row names its object
            changed["fields"] = [_change_in_words(form, name) for name in form.changed_data]
    return message


def _change_in_words(form: forms.BaseForm, name: str) -> str:
    field = form.fields[name]
    label = str(field.label or name.replace("_", " "))
    if name.startswith(SEALED):
        return label
    before, after = (words_of(field, values.get(name)) for values in (form.initial, form.cleaned_data))
    return f"{label}: “{before}” → “{after}”"


def words_of(field: forms.Field, value: object) -> str:
    """Return a value as its field shows it; empty for nothing."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(sorted(map(str, value))) if isinstance(value, Iterable) else ""
    if isinstance(field, forms.ModelChoiceField):
        if value is None or isinstance(value, Model) or field.queryset is None:
            return str(value or "")
        return str(field.queryset.filter(pk=value).first() or "")
    shown = field.prepare_value(value)
    return "" if shown is None else str(shown)


def note(request: HttpRequest, row: Model, message: str | list[dict[str, Any]], flag: int = CHANGE) -> None:
    """Write a line of the audit log about a row of any model."""
    LogEntry.objects.log_actions(user_of(request).pk, [row], flag, message, single_object=True)


def user_of(request: HttpRequest) -> User:
    """Return the user who has signed in; the panel's views admit no other."""
    if not isinstance(request.user, User):
        raise TypeError("The panel is for people who have signed in.")
    return request.user


class PanelAdmin(ModelAdmin[M], SearchedRows):
    """A ModelAdmin with further pages of its own."""

    def page_url(self, name: str, *args: int) -> str:
        """Return the URL of one of the model's pages."""
        return reverse(f"admin:{self.url_name(name)}", args=args)

    def url_name(self, name: str) -> str:
        """Return the name of a URL as Django's admin forms it: `<app>_<model>_<page>`."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def render_page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
        """Render a page that is neither list nor form, with what the admin's templates need."""
        media = sum((each.media for each in context.values() if isinstance(each, forms.BaseForm)), self.media)
        base = {**self.admin_site.each_context(request), "opts": self.opts, "media": media}
        return TemplateResponse(request, template, {**base, **context})


class ReadOnlyAdmin(PanelAdmin[M]):
    """Rows that programs write: the panel shows them and changes none."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Forbid adding."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: M | None = None) -> bool:
        """Forbid changing."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: M | None = None) -> bool:
        """Forbid deleting."""
        return False


class ValuesInAudit(admin.ModelAdmin):  # type: ignore[type-arg]  # of any model
    """A ModelAdmin whose audit log names each changed field with both of its values."""

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Any,  # noqa: ANN401 - Django's signature
        formsets: Any,  # noqa: ANN401 - as above
        add: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> list[dict[str, Any]]:
        """Name in the audit log from what to what a field was changed."""
        return with_values(super().construct_change_message(request, form, formsets, add), form)


class ReferenceAdmin(SoundTexts, ExportedAdmin, ValuesInAudit, SimpleHistoryAdmin, SearchedRows):  # type: ignore[misc]  # it ships no types
    """Reference data: each change keeps the earlier values and the user who changed them; each list has an export."""

    show_facets = admin.ShowFacets.ALWAYS
    form = VersionedForm
    object_history_list_template = "admin/panel/history_list.html"
    list_per_page = 50
    formfield_overrides = FIELDS

    class Media:
        js = ["panel/search.js", "panel/unsaved.js"]

    def save_model(self, request: HttpRequest, obj: Model, form: "ModelForm[Any]", change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save, after keeping the values loaded from files in the history."""
        if change:
            keep_as_loaded(obj)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Delete, after keeping the values loaded from files in the history."""
        keep_as_loaded(obj)
        super().delete_model(request, obj)

    def save_formset(
        self,
        request: HttpRequest,
        form: "ModelForm[Any]",
        formset: "BaseInlineFormSet[Any, Any, Any]",
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Save the inline rows, after keeping the values loaded from files in the history."""
        for row in formset.initial_forms:
            if row.has_changed():
                keep_as_loaded(row.instance)
        super().save_formset(request, form, formset, change)


def keep_as_loaded(obj: Model) -> None:
    """Begin the history of a row that was loaded from a file with the values of the file."""
    history = type(obj).history  # type: ignore[attr-defined]  # every model of the panel's reference data has one
    if not history.filter(id=obj.pk).exists():
        before: Any = type(obj)._default_manager.get(pk=obj.pk)  # noqa: SLF001 - Django's documented API
        before._history_user = None  # noqa: SLF001 - simple_history's documented way: no user of the panel wrote it
        history.bulk_history_create([before], default_change_reason="As loaded from the files")


def typed(request: HttpRequest, name: str) -> str:
    """Return what was typed into a field that no form reads, as it can be stored."""
    return storable(request.POST.get(name, ""))


def storable(value: object) -> str:
    """Return a text without NUL, which PostgreSQL refuses, and lone surrogates, which every database refuses."""
    return _UNSTORABLE.sub("", str(value))
