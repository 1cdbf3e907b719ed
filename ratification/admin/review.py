"""The page of an entry: what it says, what publishing it would change, and the steps that a person may take."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from ratification import ledger
from ratification.consequences import Consequence, consequence_of
from ratification.corrections import amended
from ratification.ledger import LedgerError
from ratification.models import Action

if TYPE_CHECKING:
    from states.admin import PlainAdmin

# Each step, and the permission that it needs.
STEPS = {
    "publish": "ratification.review_action",
    "return": "ratification.review_action",
    "retract": "ratification.add_action",
}


def corrected_by(request: HttpRequest) -> Action | None:
    """Return the published entry that the page asked for is to correct."""
    pk = request.GET.get("corrects", "")
    if not pk.isdecimal():
        return None
    return Action.objects.filter(pk=int(pk), revision__isnull=False).select_related("participant").first()


def page(admin: "PlainAdmin", request: HttpRequest, entry: Action) -> HttpResponse:
    """Show an entry that the person may not edit."""
    if not admin.has_view_permission(request, entry):
        raise PermissionDenied
    successor = entry.superseded_by.filter(revision__isnull=False).first()
    waiting = entry.revision is None
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": str(entry),
        "entry": entry,
        "successor": successor,
        "amended": amended(entry.supersedes, entry) if entry.supersedes else [],
        "consequence": consequence_of(entry, today=timezone.now().date()) if waiting else None,
        "timeline": timeline(entry),
        "may_review": entry.state == Action.State.IN_REVIEW
        and request.user.has_perm("ratification.review_action")
        and entry.author_id != request.user.pk,
        "own": entry.author_id == request.user.pk,
        "may_correct": entry.revision is not None
        and successor is None
        and request.user.has_perm("ratification.add_action"),
        "may_retract": entry.entry != Action.Entry.RETRACTION,
        "has_view_permission": True,
        "media": admin.media,
    }
    return TemplateResponse(request, "admin/ratification/action/page.html", context)


def timeline(entry: Action) -> list[Action]:
    """Return what else the ledger has of the participant under the treaty, in order of time."""
    return list(
        Action.objects.filter(treaty=entry.treaty, participant=entry.participant)
        .prefetch_related("superseded_by")
        .order_by("taken_earliest", "pk")
    )


def take(admin: "PlainAdmin", request: HttpRequest, entry: Action, step: str) -> HttpResponse:
    """Take a step, say what it changed, and show where the entry stands then."""
    if not request.user.has_perm(STEPS[step]) or not isinstance(request.user, User):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        shown = _TAKE[step](admin, request, request.user, entry)
    except LedgerError as refusal:
        messages.error(request, str(refusal))
        shown = entry
    return HttpResponseRedirect(reverse("admin:ratification_action_change", args=[shown.pk]))


def _publish(admin: "PlainAdmin", request: HttpRequest, user: User, entry: Action) -> Action:
    now = timezone.now()
    consequence = consequence_of(entry, today=now.date()) if entry.revision is None else None
    entry = ledger.publish(entry, reviewer=user, now=now)
    admin.log_change(request, entry, f"Published as revision {entry.revision}.")
    messages.success(request, f"Published as revision {entry.revision}. {changes(consequence)}")
    return entry


def _return(admin: "PlainAdmin", request: HttpRequest, user: User, entry: Action) -> Action:
    entry = ledger.reject(entry, reviewer=user, reason=request.POST.get("reason", ""))
    admin.log_change(request, entry, f"Returned to {entry.author}: {entry.review_note}")
    messages.success(request, f"Returned to {entry.author} with your reason.")
    return entry


def _retract(admin: "PlainAdmin", request: HttpRequest, user: User, entry: Action) -> Action:
    retraction = ledger.retract(entry, author=user, reason=request.POST.get("reason", ""), now=timezone.now())
    admin.log_addition(request, retraction, f"Drafted the retraction of revision {entry.revision}.")
    retraction = ledger.submit(retraction, by=user)
    admin.log_change(request, retraction, "Submitted for review.")
    messages.success(request, "The retraction waits for review. Until it is published the entry holds.")
    return retraction


_TAKE = {"publish": _publish, "return": _return, "retract": _retract}


def changes(consequence: Consequence | None) -> str:
    """Say what publishing changed, in one line."""
    if consequence is None or not consequence.differences:
        return "Nothing in the status changes."
    parts = [
        f"{difference.subject}: {difference.before or 'nothing'} → {difference.after or 'nothing'}"
        for difference in consequence.differences
    ]
    return "; ".join(parts[:6]) + ("; ..." if len(parts) > 6 else ".")  # noqa: PLR2004 - a line, not a page
