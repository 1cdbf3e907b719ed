"""Treaties entered by forms: proposed by one administrator, tried on a known case, accepted by a second one."""

import tomllib
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone

from common.spreadsheets import SpreadsheetError, read_csv
from panel.base import ModelForm, PrintedDateField, check_characters, user_of
from panel.decisions import DecisionAdmin
from panel.row_fields import number_in
from panel.treaty_choice import NAMED
from panel.treaty_fields import KEYS, TABLES, TOP, from_fields, merged, to_fields
from ratification.intake import definitions
from ratification.intake.definitions import ProposalError, Trial, TrialError
from ratification.models import TreatyProposal
from states.tables import TableError
from treaty.clauses import Definition, DefinitionError
from treaty.clauses.explain import explain
from treaty.models import Treaty
from treaty.search import having_words
from treaty.writing import NoDefinitionError, definition_directory, to_csv, to_toml, to_zip

if TYPE_CHECKING:
    ProposalForm = ModelForm[TreatyProposal]
else:
    ProposalForm = ModelForm

TABLE_COLUMNS = {
    "sources": "key, title, url, publisher, published_on, confidence, note",
    "chapters": "number, title, source",
    "articles": "number, chapter, title, title_status, status, themes, summary, source",
    "requirements": "article, paragraph, kind, occasion, description, status, paragraph_certain, source",
}
"""Tables of the text that are pasted, with their columns."""
_AREA = {"rows": 6, "class": "vLargeTextField pasted", "spellcheck": "false"}


def _pasted(name: str, columns: str) -> forms.CharField:
    help_text = f"With a heading; comma, semicolon or tab, as copied from a spreadsheet. Columns: {columns}."
    return forms.CharField(
        label=name.capitalize(), required=False, widget=forms.Textarea(attrs=_AREA), help_text=help_text
    )


class _BaseForm(ProposalForm):
    """A treaty as `treaty.toml` describes it, the tables of its text, and a known case."""

    further = forms.CharField(
        label="As in treaty.toml",
        required=False,
        widget=forms.Textarea(attrs=_AREA),
        help_text="What no field above can say, as in the file: condition, share, subset, periods, groups, events.",
    )
    amounts = forms.CharField(
        label="Tables of amounts",
        required=False,
        widget=forms.Textarea(attrs=_AREA),
        help_text="For `share`, `sum` and `ratio`: a line with the file's name, then iso3,value and a line for each.",
    )
    is_kept = True
    reason = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    trial_acts = forms.CharField(
        label="Acts of a known case",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs=_AREA),
        help_text="One a line: VNM, ratification, 2026-04-15. Nothing of it is published.",
    )
    trial_day = PrintedDateField(
        label="Its official day of entry into force",
        required=False,
        help_text="The proposal is accepted only if the clause gives this day.",
    )

    class Meta:
        model = TreatyProposal
        fields = ("reason", "trial_acts", "trial_day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        instance = kwargs.get("instance")
        if instance is not None and instance.pk:
            kwargs["initial"] = {**_initial(instance.files), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(check_characters)

    def clean(self) -> dict[str, Any]:
        """Put the files together, and read them as `load_treaty` does."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        files = self._files(cleaned)
        if self.errors:
            return cleaned
        try:
            definition = definitions.read_files(files)
            definitions.check(files, today=timezone.now().date())
        except DefinitionError as error:
            for key, reason in error.problems:
                self._refuse(key, reason)
            return cleaned
        except TableError as error:
            self._refuse(error.place, error.reason)
            return cleaned
        self.instance.slug, self.instance.title, self.instance.files = (
            definition.slug,
            definition.title,
            files,
        )
        if cleaned.get("trial_acts", "").strip():
            try:
                definitions.read_acts(cleaned["trial_acts"])
            except TrialError as error:
                self.add_error("trial_acts", str(error))
        return cleaned

    def _files(self, cleaned: dict[str, Any]) -> dict[str, str]:
        files: dict[str, str] = {}
        data = from_fields(cleaned)
        try:
            data = merged(data, cleaned["further"])
        except ValueError as error:  # also what tomllib raises
            self.add_error("further", str(error))
        try:
            files |= _amounts(cleaned["amounts"])
        except ValueError as error:
            self.add_error("amounts", str(error))
        for name in TABLE_COLUMNS:
            try:
                if cleaned[name].strip():
                    files[f"{name}.csv"] = _as_csv(cleaned[name])
            except SpreadsheetError as error:
                self.add_error(name, f"line {error.line or 1}: {error}")
        return {"treaty.toml": to_toml(data), **files}

    def _refuse(self, place: str, reason: str) -> None:
        """Show a problem beside the field of its key or table; `entry_into_force.share[0].table` has none."""
        by_key = {f"{key.table}.{key.key}".strip("."): key.name for key in KEYS}
        parts = place.split("[", maxsplit=1)[0].split(".")
        table = place.rpartition("/")[2].partition(".csv")[0]
        name = by_key.get(".".join(parts)) or by_key.get(".".join(parts[:2])) or by_key.get(parts[0])
        if table in TABLE_COLUMNS:
            name = table
        self.add_error(name or "further", reason if name and name != table else f"{place}: {reason}")


TreatyForm = type(
    "TreatyForm",
    (_BaseForm,),
    {key.name: key.field() for key in KEYS}
    | {name: _pasted(name, columns) for name, columns in TABLE_COLUMNS.items()},
)


@admin.register(TreatyProposal)
class TreatyProposalAdmin(DecisionAdmin[TreatyProposal]):
    """New treaties with their clauses, which a second administrator accepts."""

    form = TreatyForm
    refusals = (ProposalError,)
    decider = "ratification.change_treatyproposal"
    change_form_template = "admin/panel/treaty_proposal.html"
    list_display = ("slug", "title", "proposed_by", "proposed_at", "outcome", "decided_by")
    list_select_related = ("proposed_by", "decided_by")

    class Media:
        js = ["panel/unsaved.js"]

    read = ("slug", "title", "reason", "trial_day", "proposed_by", "proposed_at", "outcome", "decided_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Permit administrators."""
        return request.user.has_perm("ratification.add_treatyproposal")

    def has_change_permission(self, request: HttpRequest, obj: TreatyProposal | None = None) -> bool:
        """Permit the proposer, until it is decided."""
        may = request.user.has_perm("ratification.change_treatyproposal")
        return may and obj is not None and obj.accepted is None and obj.proposed_by_id == request.user.pk

    def get_fieldsets(self, request: HttpRequest, obj: TreatyProposal | None = None) -> Any:  # noqa: ANN401 - Django's
        """Return the form's parts, or what is read where nothing can be changed."""
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": self.read})]
        parts = [("Treaty", {"fields": _names(TOP)})]
        parts += [(table.replace("_", " ").capitalize(), {"fields": _names(table)}) for table in TABLES]
        return [
            *parts,
            ("Further", {"fields": ("further", "amounts")}),
            ("Text", {"fields": tuple(TABLE_COLUMNS)}),
            ("Known case", {"fields": ("trial_acts", "trial_day", "reason")}),
        ]

    def get_urls(self) -> list[URLPattern]:
        """Add the export."""
        export = self.admin_site.admin_view(self.export)
        return [path("<int:pk>/definition/", export, name=self.url_name("definition")), *super().get_urls()]

    def export(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the definition directory."""
        proposal = get_object_or_404(TreatyProposal, pk=pk)
        if not self.has_view_permission(request, proposal):
            return HttpResponse(status=403)
        return zip_response(proposal.slug, proposal.files)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with another treaty's definition, where one is named (`?like=slug`)."""
        like = Treaty.objects.filter(slug=request.GET.get("like", "")).first()
        try:
            return _initial(definition_directory(like)) | {"treaty__slug": ""} if like else {}
        except NoDefinitionError:
            return {}

    def save_model(self, request: HttpRequest, obj: TreatyProposal, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        """Keep who proposes, and when."""
        if not change:
            obj.proposed_by, obj.proposed_at = user_of(request), timezone.now()
        super().save_model(request, obj, form, change)
        messages.info(request, "A second administrator decides. Read below what the clause says and gives.")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Add what the clause says, and what it gives for the known case."""
        proposal = TreatyProposal.objects.filter(pk=number_in(object_id)).first() if object_id else None
        words = request.GET.get("named", "")
        others = having_words(Treaty.objects.filter(definition__isnull=False), words).order_by("short_title")
        context = {
            **(_shown(proposal) if proposal else {}),
            "others": others[:NAMED],
            "are_more": len(others[: NAMED + 1]) > NAMED,
            "named": words,
            **(extra_context or {}),
        }
        return super().changeform_view(request, object_id, form_url, context)

    def decide(self, request: HttpRequest, change: TreatyProposal, *, accept: bool) -> TreatyProposal:
        """Accept, which loads the treaty, or refuse."""
        shown = request.POST.get("shown", "")
        return definitions.decide(change, by=user_of(request), accept=accept, shown=shown, now=timezone.now())


def zip_response(slug: str, files: dict[str, str]) -> HttpResponse:
    """Return a definition directory as a download."""
    disposition = {"Content-Disposition": f'attachment; filename="{slug}.zip"'}
    return HttpResponse(to_zip(slug, files), content_type="application/zip", headers=disposition)


def _shown(proposal: TreatyProposal) -> dict[str, Any]:
    """Return the sentences, the trial and the files of a proposal, with the digest of them all."""
    definition = definitions.read_files(proposal.files)
    trial, refusal = _trial(proposal, definition)
    return {
        "sentences": explain(definition),
        "trial": trial,
        "trial_refusal": refusal,
        "tables": [
            (name, text.count("\n") - 1) for name, text in proposal.files.items() if name != "treaty.toml"
        ],
        "toml": proposal.files["treaty.toml"],
        "digest": definitions.digest_of(proposal),
    }


def _trial(proposal: TreatyProposal, definition: Definition) -> tuple[Trial | None, str]:
    if not proposal.trial_acts.strip():
        return None, ""
    try:
        today = timezone.now().date()
        return definitions.try_out(definition, proposal.trial_acts, proposal.trial_day, as_of=today), ""
    except TrialError as error:
        return None, str(error)


def _names(table: str) -> tuple[str, ...]:
    return tuple(key.name for key in KEYS if key.table == table)


def _initial(files: dict[str, str]) -> dict[str, Any]:
    values, further = to_fields(tomllib.loads(files["treaty.toml"]))
    tables = {name: files.get(f"{name}.csv", "") for name in TABLE_COLUMNS}
    own = {"treaty.toml", *(f"{name}.csv" for name in TABLE_COLUMNS)}
    amounts = "\n\n".join(f"{name}\n{text.strip()}" for name, text in files.items() if name not in own)
    return {**values, "further": further, **tables, "amounts": amounts}


def _amounts(text: str) -> dict[str, str]:
    """Read tables one below the other, each after a line with its name."""
    files: dict[str, list[str]] = {}
    name = ""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.endswith(".csv"):
            name = line
            files[name] = []
        elif not name:
            raise ValueError("Tables of amounts: the first line is the name of a file, such as shares.csv")
        else:
            files[name].append(line)
    return {name: "\n".join(lines) + "\n" for name, lines in files.items()}


def _as_csv(text: str) -> str:
    lines = [cells for _, cells in read_csv(text.strip().encode(), separators="\t;,") if any(cells)]
    heading, *rows = lines
    for number, cells in enumerate(rows, start=2):
        if len(cells) != len(heading):
            raise SpreadsheetError(f"has {len(cells)} cells under {len(heading)} headings", number)
    return to_csv([dict(zip(heading, cells, strict=True)) for cells in rows]) if rows else ""
