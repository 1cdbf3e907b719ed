"""Drafting of entries from an uploaded table: a preview of each row, then the drafts once the user confirms."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone

from panel.base import PanelAdmin, user_of
from panel.treaty_choice import source_field, treaty_field
from ratification.intake import uploads
from ratification.intake.rows import Layout
from ratification.intake.uploads import TableRefusedError, UploadedRow
from ratification.ledger.content import E
from ratification.record.entries import latest_revision
from treaty.models import Source, Treaty


class TableForm(forms.Form):
    """The table, its treaty, and the source of rows that name none."""

    treaty = treaty_field()
    file = forms.FileField(
        label="Table", help_text="CSV (UTF-8), TSV or XLSX; the first row names the columns."
    )
    source = source_field(
        required=False,
        help_text="For rows whose column “source” is empty or missing.",
    )

    layout: Layout[Any]
    table: uploads.UploadedTable

    def clean(self) -> dict[str, Any] | None:
        """Read the table, and refuse a source of another treaty."""
        cleaned = super().clean()
        source, treaty = self.cleaned_data.get("source"), self.cleaned_data.get("treaty")
        if source and treaty and source.treaty_id != treaty.pk:
            self.add_error("source", "The source belongs to another treaty.")
        if file := self.cleaned_data.get("file"):
            try:
                self.table = uploads.read(self.layout, file.read(uploads.MAX_BYTES + 1))
            except TableRefusedError as refusal:
                self.add_error("file", str(refusal))
        return cleaned


class TableImport(PanelAdmin[E]):
    """Mixin of `EntryAdmin`: the page that drafts entries from a table."""

    layout: Layout[E]

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name=self.url_name("import")), *super().get_urls()]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may draft entries of this kind from tables."""
        return request.user.has_perm(f"{self.opts.app_label}.import_{self.opts.model_name}")

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Preview the drafts of a table, or write those that the user confirms."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "_confirm" in request.POST:
            return self._confirm(request)
        if "template" in request.GET:
            return self._template()
        form = self._form(request)
        lines: list[UploadedRow[E]] = []
        if request.method == "POST" and form.is_valid():
            treaty, source = form.cleaned_data["treaty"], form.cleaned_data["source"]
            request.session[self._session_key] = {
                "table": secrets.token_hex(8),
                "treaty": treaty.pk,
                "source": source.pk if source else None,
                "name": form.cleaned_data["file"].name,
                "rows": form.table.rows,
            }
            lines = uploads.check_rows(self.layout, treaty, form.table.rows, source)
            uploads.TableDrafts(treaty, lines, author=user_of(request), now=timezone.now())
        return self._preview(request, form, lines)

    def _preview(self, request: HttpRequest, form: TableForm, lines: list[UploadedRow[E]]) -> HttpResponse:
        context = {
            "title": f"Draft {self.opts.verbose_name_plural} from a table",
            "form": form,
            "lines": lines,
            "table": request.session[self._session_key]["table"] if lines else "",
            "counts": {
                outcome: sum(line.outcome == outcome for line in lines) for outcome in uploads.OUTCOMES
            },
            "note": form.table.note if form.is_bound and lines else "",
            "columns": list(lines[0].cells) if lines else [],
            "required": self.layout.required,
            "optional": self.layout.optional,
            "max_rows": uploads.MAX_ROWS,
        }
        return self.render_page(request, "admin/ratification/entry/import.html", context)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        upload = request.session.get(self._session_key)
        if upload is None:
            messages.error(request, "There is no table to confirm; it may have been confirmed already.")
            return HttpResponseRedirect(self.page_url("import"))
        if request.POST.get("table") != upload["table"]:
            messages.error(
                request,
                f"Another table has been read since in another window: {upload['name']}. Nothing was drafted; read "
                "this one again.",
            )
            return HttpResponseRedirect(self.page_url("import"))
        user, submitted = user_of(request), "submit" in request.POST
        treaty = Treaty.objects.get(pk=upload["treaty"])
        source = Source.objects.filter(pk=upload["source"]).first()
        compared = latest_revision(treaty)
        lines = uploads.check_rows(self.layout, treaty, upload["rows"], source)
        tried = uploads.TableDrafts(treaty, lines, author=user, now=timezone.now(), submitted=submitted)
        leaves_out = "leave_out" in request.POST
        with transaction.atomic():
            drafts = tried.write() if leaves_out or not _refused(lines) else []
            refused = _refused(lines)  # more than before, if something was drafted meanwhile
            published = latest_revision(treaty) - compared
            if published or (refused and not leaves_out):
                drafts = []
                transaction.set_rollback(True)
            if drafts:
                LogEntry.objects.log_actions(
                    user.pk, drafts, ADDITION, f"Drafted from the table {upload['name']}."
                )
        if published:
            entries = "1 entry was" if published == 1 else f"{published} entries were"
            messages.error(
                request,
                f"{entries} published while the table was compared with the record, up to revision "
                f"{compared + published}. Nothing was drafted: the rows are compared anew below; confirm them again.",
            )
            lines = uploads.check_rows(self.layout, treaty, upload["rows"], source)
            uploads.TableDrafts(treaty, lines, author=user, now=timezone.now(), submitted=submitted)
            return self._preview(request, self._form(None), lines)
        if refused and not drafts:
            messages.error(
                request, f"{len(refused)} rows are refused, so nothing was drafted. Mend or leave them out."
            )
            return self._preview(request, self._form(None), lines)
        del request.session[self._session_key]
        waits = " They wait for review." if drafts and submitted else ""
        left = f" {len(refused)} rows were left out." if refused else ""
        messages.success(request, f"{len(drafts)} entries were drafted.{waits}{left}")
        where = "submitted" if submitted else "mine"
        return HttpResponseRedirect(f"{self.page_url('changelist')}?question={where}")

    def _form(self, request: HttpRequest | None) -> TableForm:
        """Return the form, bound to what a request sends."""
        form = TableForm(
            (request and request.POST) or None,
            (request and request.FILES) or None,
            initial={"treaty": Treaty.objects.filter(slug=settings.ROOT_TREATY).first()},
        )
        form.layout = self.layout
        return form

    def _template(self) -> HttpResponse:
        """Return an empty table with its heading; the byte order mark tells Excel that it is UTF-8."""
        heading = "\ufeff" + ",".join(self.layout.columns) + "\r\n"
        name = f"{self.opts.model_name}-template.csv"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(heading, content_type="text/csv; charset=utf-8", headers=disposition)

    @property
    def _session_key(self) -> str:
        """Key under which the session keeps a table until it is confirmed."""
        return f"panel-import-{self.opts.model_name}"


def _refused(lines: list[UploadedRow[E]]) -> list[UploadedRow[E]]:
    return [line for line in lines if line.outcome == "refused"]
