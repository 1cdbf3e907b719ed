"""Reports in the panel, beside treaty actions and in the same way: drafted, reviewed by another, published, kept.

Details of contact points are typed here and never shown here: they are looked up on a page of their own, by who may.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from ratification import contacts, ledger
from ratification.admin.report_form import CONTACT, ReportForm
from ratification.contacts import ContactError
from ratification.ledger import LedgerError
from ratification.models import Contact, Report
from ratification.scrutiny import doubts_of
from states.admin import PlainAdmin

if TYPE_CHECKING:
    from django.forms import ModelForm

OLD = timedelta(days=365)
# Each step, and the permission that it needs.
STEPS = {
    "publish": "ratification.review_report",
    "return": "ratification.review_report",
    "retract": "ratification.add_report",
}


class QuestionFilter(admin.SimpleListFilter):
    """The working lists of reports."""

    title = "question"
    parameter_name = "question"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Django's type
        """Return the questions."""
        return [
            ("mine", "My drafts"),
            ("to_review", "Waiting for review, not mine"),
            ("old", "Last confirmed more than a year ago"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        """Return the answer."""
        match self.value():
            case "mine":
                return queryset.filter(state=Report.State.DRAFT, author=request.user.pk)
            case "to_review":
                return queryset.filter(state=Report.State.IN_REVIEW).exclude(author=request.user.pk)
            case "old":
                return _old(queryset)
        return queryset


def _old(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Return the reports that hold, and that no later one of the same measure and participant confirms."""
    superseding = Report.objects.filter(supersedes=OuterRef("pk"), revision__isnull=False)
    same = Report.objects.filter(participant=OuterRef("participant"), measure=OuterRef("measure"))
    later = same.filter(revision__isnull=False, taken_latest__gt=OuterRef("taken_latest"))
    return (
        reports.filter(revision__isnull=False, taken_latest__lt=timezone.now().date() - OLD)
        .exclude(entry=Report.Entry.RETRACTION)
        .filter(~Exists(superseding), ~Exists(later))
    )


@admin.register(Report)
class ReportAdmin(PlainAdmin):
    """Reports: a clerk drafts, another person publishes, and what is published stays."""

    form = ReportForm
    list_display = ("__str__", "state", "revision", "author", "treaty")
    list_filter = (QuestionFilter, "state", "measure__theme", "stage", "treaty")
    list_select_related = ("participant", "measure", "author", "treaty")
    search_fields = ("participant__name", "participant__iso3", "measure__name", "summary", "note")
    autocomplete_fields = ("participant", "source")
    ordering = ("-pk",)
    list_per_page = 50
    actions = None
    change_form_template = "admin/ratification/report/change_form.html"

    class Media:
        css = {"all": ["panel/panel.css"]}

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """A draft is changed by its author, or by anybody once the author's account is closed."""
        return super().has_change_permission(request, obj) and (obj is None or _own_draft(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """A draft is deleted by whoever may change it."""
        return super().has_delete_permission(request, obj) and obj is not None and _own_draft(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Report | None = None) -> Any:  # noqa: ANN401 - Django's type
        """Ask what, then how sure, and apart from both who answers there."""
        corrects = _corrected_by(request) or (obj and obj.supersedes_id)
        return [
            *([("Correction", {"fields": ("reason",)})] if corrects else []),
            (None, {"fields": ("measure", "participant", "stage", "taken_on", "source", "summary")}),
            ("How sure we are", {"fields": ("confidence", "note", "override")}),
            (
                "Who answers there: sealed, for staff with the right alone, and never published",
                {"fields": CONTACT},
            ),
        ]

    def get_form(
        self,
        request: HttpRequest,
        obj: Report | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,  # noqa: ANN401 - Django's signature
    ) -> "type[ModelForm[Report]]":
        """Give the form the person, the moment, and the report that it corrects."""
        corrected = _corrected_by(request)
        kwargs["fields"] = [name for name in ReportForm.Meta.fields if name != "reason"]
        if corrected is not None or (obj is not None and obj.supersedes_id):
            kwargs["fields"].append("reason")
        form = super().get_form(request, obj, change=change, **kwargs)
        context = {"user": request.user, "now": timezone.now(), "corrected": corrected}
        return type(form.__name__, (form,), context)

    def save_model(
        self,
        _request: HttpRequest,
        obj: Report,
        form: "ModelForm[Report]",
        _change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Write through the ledger."""
        entry = form.write()  # type: ignore[attr-defined]  # a ReportForm
        obj.__dict__.update(entry.__dict__)

    def delete_model(self, request: HttpRequest, obj: Report) -> None:
        """Discard through the ledger."""
        ledger.discard(obj, by=_user(request))

    def response_add(
        self, request: HttpRequest, obj: Report, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to review, where that was asked for."""
        if "_submit" in request.POST:
            return self._submitted(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Report) -> HttpResponse:
        """Go on to review, where that was asked for."""
        return (
            self._submitted(request, obj)
            if "_submit" in request.POST
            else super().response_change(request, obj)
        )

    def _submitted(self, request: HttpRequest, entry: Report) -> HttpResponse:
        try:
            ledger.submit(entry, by=_user(request))
        except LedgerError as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, entry, "Submitted for review.")
            messages.success(request, f"{entry} waits for review now.")
        return _to(entry)

    def get_urls(self) -> list[URLPattern]:
        """Add the steps that are no form, and the page on which details are looked up."""
        view = self.admin_site.admin_view
        return [
            *(
                path(
                    f"<int:pk>/{step}/",
                    view(require_POST(self._step(step))),
                    name=f"ratification_report_{step}",
                )
                for step in STEPS
            ),
            path("<int:pk>/contact/", view(never_cache(self._contact)), name="ratification_report_contact"),
            *super().get_urls(),
        ]

    @method_decorator(sensitive_post_parameters(*CONTACT))
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an empty form, or one that corrects a published report; keep details out of error reports."""
        corrected = _corrected_by(request)
        title = f"Correct {corrected}" if corrected else "Enter a report"
        return super().add_view(request, form_url, {"title": title, **(extra_context or {})})

    @method_decorator(sensitive_post_parameters(*CONTACT))
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form to whoever may change the report, and its page to everybody else."""
        entry = self.get_object(request, object_id)
        if entry is not None and not self.has_change_permission(request, entry):
            return self._page(request, entry)
        return super().change_view(request, object_id, form_url, {"entry": entry, **(extra_context or {})})

    def _page(self, request: HttpRequest, entry: Report) -> HttpResponse:
        if not self.has_view_permission(request, entry):
            raise PermissionDenied
        successor = entry.superseded_by.filter(revision__isnull=False).first()
        own, may = entry.author_id == request.user.pk, request.user.has_perm
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(entry),
            "entry": entry,
            "successor": successor,
            "doubts": doubts_of(entry, today=timezone.now().date()) if entry.revision is None else [],
            "may_review": entry.state == Report.State.IN_REVIEW and may(STEPS["publish"]) and not own,
            "may_correct": entry.revision is not None and successor is None and may(STEPS["retract"]),
            "contact": _contact_of(entry) is not None and may(contacts.MAY_LOOK_UP),
            "has_view_permission": True,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/ratification/report/page.html", context)

    def _step(self, step: str) -> Any:  # noqa: ANN401 - a view
        def take(request: HttpRequest, pk: int) -> HttpResponse:
            entry, user = get_object_or_404(Report, pk=pk), _user(request)
            if not user.has_perm(STEPS[step]):
                raise PermissionDenied
            try:
                entry, said = _take(step, entry, user, request.POST.get("reason", ""))
            except LedgerError as refusal:
                messages.error(request, str(refusal))
            else:
                self.log_change(request, entry, said)
                messages.success(request, said)
            return _to(entry)

        return take

    def _contact(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show who answers there, when that is asked for with a button; the look is logged first."""
        entry, user = get_object_or_404(Report, pk=pk), _user(request)
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


def _take(step: str, entry: Report, user: User, reason: str) -> tuple[Report, str]:
    now = timezone.now()
    if step == "publish":
        entry = ledger.publish(entry, reviewer=user, now=now)
        return entry, f"Published as revision {entry.revision}."
    if step == "return":
        entry = ledger.reject(entry, reviewer=user, reason=reason)
        return entry, f"Returned to {entry.author}: {entry.review_note}"
    retraction = ledger.submit(ledger.retract(entry, author=user, reason=reason, now=now), by=user)
    return retraction, f"The retraction of revision {entry.revision} waits for review."


def _contact_of(entry: Report) -> Contact | None:
    return Contact.objects.filter(participant=entry.participant, measure=entry.measure).first()


def _corrected_by(request: HttpRequest) -> Report | None:
    pk = request.GET.get("corrects", "")
    return Report.objects.filter(pk=int(pk), revision__isnull=False).first() if pk.isdecimal() else None


def _own_draft(request: HttpRequest, entry: Report) -> bool:
    return entry.state == Report.State.DRAFT and (
        entry.author_id == request.user.pk or not entry.author.is_active
    )


def _user(request: HttpRequest) -> User:
    """Return the person signed in; the panel's views let nobody else through."""
    if not isinstance(request.user, User):
        raise TypeError("The panel is for people who have signed in.")
    return request.user


def _to(entry: Report) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:ratification_report_change", args=[entry.pk]))
