"""Reports in the panel: drafted, reviewed and published as treaty actions are.

The form takes the details of a contact point and never shows them; a page of its own does, with a permission.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from panel.base import user_of
from panel.entry_admin import EntryAdmin
from panel.gaps import GapsPage
from panel.lists import ReportQuestions
from panel.report_form import CONTACT, ReportForm
from panel.resources import ReportResource
from ratification.intake.rows import REPORTS
from ratification.ledger.checks import doubts_of
from ratification.models import Contact, Report, TreatyFact
from ratification.readiness import contacts
from ratification.readiness.contacts import ContactError
from ratification.readiness.stages import Found, readiness_of
from treaty.models import Measure

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec


@admin.register(Report)
class ReportAdmin(GapsPage, EntryAdmin[Report]):
    """Reports: the form has sections for the content, the confidence, and the contact point."""

    form = ReportForm
    layout = REPORTS
    singular = "a report"
    sections: ClassVar["_FieldsetSpec"] = [
        (None, {"fields": ("measure", "participant", "stage", "taken_on", "source", "summary")}),
        ("How sure we are", {"fields": ("confidence", "note", "override")}),
        (
            "Who answers there: sealed, for staff with the right alone, and never published",
            {"fields": CONTACT},
        ),
    ]
    resource_classes = (ReportResource,)
    list_display = ("what", "stage", "date", "badge", "revision", "author", "treaty")
    list_filter = (ReportQuestions, "state", "entry", "measure__theme", "stage", "treaty", "confidence")
    list_select_related = ("participant", "measure", "author", "treaty")
    search_fields = (
        *("participant__name", "participant__names__name", "participant__names__normalised"),
        *("participant__iso3", "measure__name", "summary", "note"),
    )
    search_help_text = "Participant (any name or code), measure, words of the summary"
    autocomplete_fields = ("participant", "source")
    change_form_template = "admin/ratification/report/change_form.html"
    change_list_template = "admin/ratification/report/change_list.html"

    class Media:
        js = ["panel/report_form.js"]

    def review_context(self, entry: Report) -> dict[str, Any]:
        """Return the participant's present stage, the doubts, and whether details of a contact point are kept."""
        waiting = entry.revision is None
        return {
            "stands": _present_stage(entry) if waiting else None,
            "doubts": doubts_of(entry, today=entry.treaty.legal_day(timezone.now())) if waiting else [],
            "kept": _contact_of(entry) is not None,
        }

    def publish_preview(self, entry: Report, beside: Sequence[TreatyFact]) -> str:  # noqa: ARG002 - none are
        """Name the stage before."""
        before = _present_stage(entry)
        return f"Before: {before.stage.label}." if before else "Nothing was known before."

    @admin.display(description="report", ordering="participant__name")
    def what(self, entry: Report) -> str:
        """Return participant and measure, and whether it corrects something."""
        kind = "" if entry.entry == Report.Entry.ORIGINAL else f" ({entry.get_entry_display()})"
        return f"{entry.participant}: {entry.measure}{kind}"

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,  # noqa: ANN401 - Django's signature
        **kwargs: Any,  # noqa: ANN401 - Django's signature
    ) -> HttpResponse:
        """Give the form the stages of each measure, and whether it has contact points."""
        context["measures"] = {
            measure.pk: {
                "stages": measure.stages,
                "contact": measure.theme == Measure.Theme.AUTHORITIES,
            }
            for measure in Measure.objects.all()
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that shows the details of a contact point."""
        view = self.admin_site.admin_view(never_cache(self._contact))
        return [path("<int:pk>/contact/", view, name=self.url_name("contact")), *super().get_urls()]

    @method_decorator(sensitive_post_parameters(*CONTACT))
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - Django's signature
        """Keep details out of error reports."""
        return super().add_view(request, *args, **kwargs)

    @method_decorator(sensitive_post_parameters(*CONTACT))
    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - Django's signature
        """Keep details out of error reports."""
        return super().change_view(request, *args, **kwargs)

    def _contact(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the contact point; its details only after a POST, which is logged first."""
        entry, user = get_object_or_404(Report, pk=pk), user_of(request)
        contact = _contact_of(entry)
        if not user.has_perm(contacts.MAY_LOOK_UP):
            raise PermissionDenied
        details = None
        if contact is not None and request.method == "POST":
            try:
                details = contacts.look_up(contact, by=user, now=timezone.now())
            except ContactError as refusal:
                messages.error(request, str(refusal))
        context = {
            "title": f"Contact point: {entry.participant}, {entry.measure}",
            "entry": entry,
            "contact": contact,
            "details": details,
            "lookups": contact.lookups.select_related("user")[:20] if contact else [],
        }
        return self.render_page(request, "admin/ratification/report/contact.html", context)


def _present_stage(entry: Report) -> Found | None:
    """Return the participant's stage of the measure in the record now."""
    readiness = readiness_of(entry.treaty, today=entry.treaty.legal_day(timezone.now()))
    return readiness.now().get((entry.participant.iso3, entry.measure.slug))


def _contact_of(entry: Report) -> Contact | None:
    return Contact.objects.filter(participant=entry.participant, measure=entry.measure).first()
