"""Drafting entries from a table: first a preview row by row, then, if the person says so, the drafts."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ratification.intake import uploads as entry_tables
from ratification.intake.rows import Layout
from ratification.intake.uploads import TableRefusedError, UploadedRow
from treaty.models import Source, Treaty

if TYPE_CHECKING:
    from panel.entry_admin import EntryAdmin


class TableForm(forms.Form):
    """The table, the treaty that it is about, and the source of rows that name none."""

    treaty = forms.ModelChoiceField(Treaty.objects.all())
    file = forms.FileField(label="Table", help_text="CSV (UTF-8) or XLSX; the first row names the columns.")
    source = forms.ModelChoiceField(
        Source.objects.select_related("treaty"),
        required=False,
        help_text="For rows whose column “source” is empty or missing.",
    )

    layout: Layout
    rows: list[dict[str, str]]

    def clean(self) -> dict[str, Any] | None:
        """Read the table, and hold the source against the treaty."""
        cleaned = super().clean()
        source, treaty = self.cleaned_data.get("source"), self.cleaned_data.get("treaty")
        if source and treaty and source.treaty_id != treaty.pk:
            self.add_error("source", "The source belongs to another treaty.")
        if file := self.cleaned_data.get("file"):
            try:
                self.rows = entry_tables.read(self.layout, file.name, file.read(entry_tables.MAX_BYTES + 1))
            except TableRefusedError as refusal:
                self.add_error("file", str(refusal))
        return cleaned


def import_entries(admin: "EntryAdmin", request: HttpRequest) -> HttpResponse:
    """Take a table, show what would become of each row, and draft what the person confirms."""
    right = f"ratification.import_{admin.opts.model_name}"
    if not request.user.has_perm(right) or not isinstance(request.user, User):
        raise PermissionDenied
    if request.method == "POST" and "_confirm" in request.POST:
        return _confirm(admin, request, request.user)
    form = TableForm(
        request.POST or None,
        request.FILES or None,
        initial={"treaty": Treaty.objects.filter(slug="hanoi").first()},
    )
    form.layout = admin.layout
    lines: list[UploadedRow] = []
    if request.method == "POST" and form.is_valid():
        treaty, source = form.cleaned_data["treaty"], form.cleaned_data["source"]
        request.session[_kept(admin)] = {
            "treaty": treaty.pk,
            "source": source.pk if source else None,
            "name": form.cleaned_data["file"].name,
            "rows": form.rows,
        }
        with transaction.atomic():
            lines = entry_tables.check_rows(admin.layout, treaty, form.rows, source)
            entry_tables.draft(treaty, lines, author=request.user, now=timezone.now())
            transaction.set_rollback(True)
    return _show(admin, request, form, lines)


def _show(
    admin: "EntryAdmin", request: HttpRequest, form: TableForm, lines: list[UploadedRow]
) -> HttpResponse:
    counts = {
        outcome: sum(line.outcome == outcome for line in lines) for outcome in ("new", "unchanged", "refused")
    }
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": f"Draft {admin.opts.verbose_name_plural} from a table",
        "form": form,
        "lines": lines,
        "counts": counts,
        "columns": list(lines[0].cells) if lines else [],
        "required": admin.layout.required,
        "optional": admin.layout.optional,
        "max_rows": entry_tables.MAX_ROWS,
        "media": admin.media,
    }
    return TemplateResponse(request, "admin/ratification/entry/import.html", context)


def _confirm(admin: "EntryAdmin", request: HttpRequest, user: User) -> HttpResponse:
    here = admin.address("import")
    kept = request.session.pop(_kept(admin), None)
    if kept is None:
        messages.error(request, "There is no table to confirm; it may have been confirmed already.")
        return HttpResponseRedirect(here)
    treaty = Treaty.objects.get(pk=kept["treaty"])
    submitted = "submit" in request.POST
    with transaction.atomic():
        source = Source.objects.filter(pk=kept["source"]).first()
        lines = entry_tables.check_rows(admin.layout, treaty, kept["rows"], source)
        drafts = entry_tables.draft(treaty, lines, author=user, now=timezone.now(), submitted=submitted)
        refused = [line for line in lines if line.outcome == "refused"]
        if refused and "leave_out" not in request.POST:
            drafts = []
            transaction.set_rollback(True)
    if refused and not drafts:
        messages.error(
            request, f"{len(refused)} rows are refused, so nothing was drafted. Mend or leave them out."
        )
        return HttpResponseRedirect(here)
    for entry in drafts:
        admin.log_addition(request, entry, f"Drafted from the table {kept['name']}.")
    waits = " They wait for review." if drafts and submitted else ""
    left = f" {len(refused)} rows were left out." if refused else ""
    messages.success(request, f"{len(drafts)} entries were drafted.{waits}{left}")
    return HttpResponseRedirect(f"{admin.address('changelist')}?question=mine")


def _kept(admin: "EntryAdmin") -> str:
    """Name the place in the session where a table waits for its confirmation."""
    return f"panel-import-{admin.opts.model_name}"
