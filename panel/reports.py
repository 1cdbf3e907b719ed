"""Reports in the panel, beside treaty actions and in the same way: drafted, reviewed by another, published, kept.

Details of contact points are typed here and never shown here: they are looked up on a page of their own, by who may.
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from panel.entry_admin import EntryAdmin, user_of
from panel.gaps import gaps
from panel.lists import ReportQuestions
from panel.report_form import CONTACT, ReportForm
from panel.resources import ReportResource
from ratification.intake.rows import REPORTS
from ratification.ledger.checks import doubts_of
from ratification.models import Contact, Report
from ratification.readiness import contacts
from ratification.readiness.contacts import ContactError
from ratification.readiness.stages import Found, readiness_of
from treaty.models import Measure


@admin.register(Report)
class ReportAdmin(EntryAdmin):
    """Reports: the form asks what, then how sure, and apart from both who answers there."""

    form = ReportForm
    layout = REPORTS
    one = "a report"
    sections: ClassVar[list[Any]] = [
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
    search_fields = ("participant__name", "participant__iso3", "measure__name", "summary", "note")
    search_help_text = "Participant (any name or code), measure, words of the summary"
    autocomplete_fields = ("participant", "source")
    change_form_template = "admin/ratification/report/change_form.html"
    change_list_template = "admin/ratification/report/change_list.html"

    class Media:
        js = ["panel/report.js"]

    def beside(self, entry: Report) -> dict[str, Any]:
        """Show where the participant stands, what speaks against the report, and whether details are kept."""
        waiting = entry.revision is None
        return {
            "stands": _stands(entry) if waiting else None,
            "doubts": doubts_of(entry, today=timezone.now().date()) if waiting else [],
            "kept": _contact_of(entry) is not None,
        }

    def effect(self, entry: Report) -> str:
        """Say where the participant stood before."""
        before = _stands(entry)
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
        """Tell the form which stages each measure has, and whether somebody answers there."""
        context["measures"] = {
            measure.pk: {
                "stages": measure.stages,
                "contact": measure.theme == Measure.Theme.AUTHORITIES,
            }
            for measure in Measure.objects.all()
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the list of what is missing, and the page on which details are looked up."""
        view = self.admin_site.admin_view
        return [
            path("gaps/", view(require_safe(self._gaps)), name="ratification_report_gaps"),
            path("<int:pk>/contact/", view(never_cache(self._contact)), name="ratification_report_contact"),
            *super().get_urls(),
        ]

    @method_decorator(sensitive_post_parameters(*CONTACT))
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - Django's signature
        """Keep details out of error reports."""
        return super().add_view(request, *args, **kwargs)

    @method_decorator(sensitive_post_parameters(*CONTACT))
    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 - Django's signature
        """Keep details out of error reports."""
        return super().change_view(request, *args, **kwargs)

    def _gaps(self, request: HttpRequest) -> HttpResponse:
        return gaps(self, request)

    def _contact(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show who answers there, when that is asked for with a button; the look is logged first."""
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
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Contact point: {entry.participant}, {entry.measure}",
            "entry": entry,
            "contact": contact,
            "details": details,
            "lookups": contact.lookups.select_related("user")[:20] if contact else [],
            "media": self.media,
        }
        return TemplateResponse(request, "admin/ratification/report/contact.html", context)


def _stands(entry: Report) -> Found | None:
    """Return at which stage the record has the participant now."""
    said = readiness_of(entry.treaty, today=timezone.now().date())
    return said.now().get((entry.participant.iso3, entry.measure.slug))


def _contact_of(entry: Report) -> Contact | None:
    return Contact.objects.filter(participant=entry.participant, measure=entry.measure).first()
