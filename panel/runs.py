"""Comparisons with the depositary: their list, and each as a side-by-side table.

The steps are in `panel.run_steps`, the work is in `ratification.depositary`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from panel.base import ReadOnlyAdmin
from panel.run_steps import DRAFT, RunSteps
from ratification.depositary import runs
from ratification.depositary.compare import Finding
from ratification.depositary.declared_facts import declared_in
from ratification.depositary.markup import shown
from ratification.depositary.names import UnknownNamesError
from ratification.models import Action, Difference, ImportRun
from states.models import Participant
from treaty.clauses import ActionKind

Outcome = Difference.Outcome
_MARKS = {
    ImportRun.State.COMPARED: "published",
    ImportRun.State.TRUSTED: "published",
    ImportRun.State.SUSPECT: "review",
    ImportRun.State.STOPPED: "review",
}


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """One row of the side-by-side table: the ledger's entry, and the depositary's.

    `difference` is None where both agree. `drafts` describes the drafts of accepting it; "" where accepting drafts
    nothing. `draft` is an existing entry with the same content.
    """

    participant: Participant | None
    name: str
    held: Action | None
    kind: str
    on: date | None
    bracketed: bool
    difference: Difference | None = None
    drafts: str = ""
    draft: Action | None = None

    @classmethod
    def alike(cls, finding: Finding) -> "ComparisonLine":
        """Return the row of two sides that agree."""
        listed, held = finding.listed, finding.held
        return cls(
            participant=finding.participant,
            name=finding.participant.name,
            held=held.action if held else None,
            kind=listed.kind.label if listed else "",
            on=listed.on if listed else None,
            bracketed=bool(listed and listed.bracketed),
        )

    @classmethod
    def different(cls, difference: Difference, since: list[Action]) -> "ComparisonLine":
        """Return the row of a difference. `since`: the drafts, and the entries published since."""
        person = difference.participant
        met = runs.met_by(difference, since) if difference.proposes else None
        listed = difference.listed_on is not None
        return cls(
            participant=person,
            name=person.name if person else difference.printed,
            held=difference.held,
            kind=ActionKind(difference.kind).label if listed else "",
            on=difference.listed_on,
            bracketed=difference.bracketed,
            difference=difference,
            drafts=_drafts(difference),
            draft=difference.draft or met,
        )

    @property
    def may_be_picked(self) -> bool:
        """Whether accepting the row would draft an entry."""
        return bool(self.drafts) and self.draft is None


@dataclass(frozen=True, slots=True)
class StatedLine:
    """One act that the document states in its text, with the text as printed, made safe."""

    difference: Difference
    draft: Action | None
    text: SafeString

    @classmethod
    def of(cls, difference: Difference, since: list[Action]) -> "StatedLine":
        """Return the row of a proposal. `since`: the drafts, and the entries published since."""
        paragraphs = [shown(paragraph) for paragraph in difference.text.split("\n")]
        return cls(
            difference=difference,
            draft=difference.draft or runs.met_by(difference, since),
            text=format_html_join("", "<p>{}</p>", ((paragraph,) for paragraph in paragraphs if paragraph)),
        )

    @property
    def may_be_picked(self) -> bool:
        """Whether accepting the row would draft an entry."""
        return self.difference.proposes and self.draft is None


def _drafts(difference: Difference) -> str:
    if not difference.proposes:
        return ""
    if difference.outcome == Outcome.WITHDRAWN:
        return "the withdrawal"
    what = "the entry" if difference.outcome == Outcome.NEW else "a correction"
    both = difference.held is not None and difference.withdrawn_latest is not None
    return f"{what} and the withdrawal" if both else what


@admin.register(ImportRun)
class ImportRunAdmin(RunSteps, ReadOnlyAdmin[ImportRun]):
    """Comparisons: made from documents, read, accepted; never edited."""

    list_display = ("treaty", "listed", "compared", "badge", "rows", "agrees", "found", "address")
    list_display_links = ("treaty", "listed")
    list_filter = ("treaty", "state")
    list_select_related = ("treaty",)
    ordering = ("-compared_at", "-pk")
    list_per_page = 50
    change_list_template = "admin/panel/run_list.html"
    actions = None

    class Media:
        css = {"all": ["panel/panel.css", "panel/runs.css"]}

    # --- Columns of the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportRun]:
        """Count the differences of each outcome."""
        counts = {
            f"count_{outcome}": Count("differences", filter=Q(differences__outcome=outcome))
            for outcome in Outcome.values
        }
        queryset: QuerySet[ImportRun] = super().get_queryset(request)
        return queryset.annotate(**counts)

    @admin.display(description="list of", ordering="retrieved_at")
    def listed(self, run: ImportRun) -> str:
        """Return the day of the document."""
        return f"{run.retrieved_at:%Y-%m-%d}"

    @admin.display(description="compared", ordering="compared_at")
    def compared(self, run: ImportRun) -> str:
        """Return the moment of the comparison."""
        return f"{run.compared_at:%Y-%m-%d %H:%M}"

    @admin.display(description="differences")
    def found(self, run: ImportRun) -> str:
        """Return the number of differences of each outcome."""
        counts = [(label, getattr(run, f"count_{outcome}")) for outcome, label in Outcome.choices]
        return ", ".join(f"{count} {label}" for label, count in counts if count) or "none"

    @admin.display(description="state", ordering="state")
    def badge(self, run: ImportRun) -> SafeString:
        """Return the state as a mark."""
        mark = _MARKS[ImportRun.State(run.state)]
        return format_html('<span class="state {}">{}</span>', mark, run.get_state_display())

    # --- Pages ---

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Title the list."""
        context = {"title": "Comparisons with the depositary", **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Show a comparison as a side-by-side table."""
        run = self.get_object(request, object_id)
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]  # Django's own answer to it
        table = _side_by_side(run)
        may_accept = request.user.has_perm(DRAFT)
        context = {
            **table,
            "title": str(run),
            "may_accept": may_accept,
            "pick": may_accept and (table["proposals"] or table["statements"] or table["declared"]),
            "may_confirm": self.has_step_permission(request, "confirm"),
        }
        return self.render_page(request, "admin/panel/run.html", context)


def _side_by_side(run: ImportRun) -> dict[str, Any]:
    """Return the part of the page's context that is the same for every user."""
    since = runs.entries_since(run)
    differences = run.differences.select_related("participant", "held", "draft")
    different = [
        ComparisonLine.different(difference, since) for difference in differences if not difference.is_stated
    ]
    stated = [StatedLine.of(difference, since) for difference in differences if difference.is_stated]
    alike, unknown = [], []
    try:
        alike = runs.alike(run)
    except UnknownNamesError as error:
        unknown = error.unknown
    return {
        "run": run,
        "counts": [
            (label, count)
            for outcome, label in Outcome.choices
            if (count := sum(difference.outcome == outcome for difference in differences))
        ],
        "different": different,
        "stated": stated,
        "alike": [ComparisonLine.alike(finding) for finding in alike] if run.agrees else [],
        "unknown": unknown,
        "proposals": sum(line.may_be_picked for line in different) if run.proposes else 0,
        "statements": sum(line.may_be_picked for line in stated) if run.proposes else 0,
        "declared": declared_in(run),
        "mark": _MARKS[ImportRun.State(run.state)],
        "again": ImportRun.objects.filter(treaty=run.treaty, document=run.document, pk__gt=run.pk).last(),
    }
