"""The page of an entry: what it says, what publishing it would change, and the steps that a person may take."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from ratification.ledger import writing as ledger
from ratification.ledger.corrections import amended
from ratification.ledger.preview import Consequence
from ratification.ledger.writing import LedgerError
from ratification.models import Action

if TYPE_CHECKING:
    from panel.entry_admin import EntryAdmin

# Each step, and the permission that it needs for a kind of entry.
STEPS = {"publish": "review", "return": "review", "retract": "add"}


def may(admin: "EntryAdmin", request: HttpRequest, step: str) -> bool:
    """Whether the person may take a step with entries of the kind."""
    return request.user.has_perm(f"ratification.{STEPS[step]}_{admin.opts.model_name}")


def page(admin: "EntryAdmin", request: HttpRequest, entry: Any) -> HttpResponse:  # noqa: ANN401 - an entry
    """Show an entry that the person may not edit."""
    if not admin.has_view_permission(request, entry):
        raise PermissionDenied
    successor = entry.superseded_by.filter(revision__isnull=False).first()
    own = entry.author_id == request.user.pk
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": str(entry),
        "entry": entry,
        "successor": successor,
        "amended": list(amended(entry.supersedes, entry)) if entry.supersedes else [],
        "may_review": entry.state == Action.State.IN_REVIEW and may(admin, request, "publish") and not own,
        "own": own,
        "may_correct": entry.revision is not None and successor is None and may(admin, request, "retract"),
        "may_retract": entry.entry != Action.Entry.RETRACTION,
        "has_view_permission": True,
        "media": admin.media,
        **admin.beside(entry),
    }
    return TemplateResponse(request, f"admin/ratification/{admin.opts.model_name}/page.html", context)


def timeline(entry: Action) -> list[Action]:
    """Return what else the ledger has of the participant under the treaty, in order of time."""
    return list(
        Action.objects.filter(treaty=entry.treaty, participant=entry.participant)
        .prefetch_related("superseded_by")
        .order_by("taken_earliest", "pk")
    )


def take(admin: "EntryAdmin", request: HttpRequest, entry: Any, step: str) -> HttpResponse:  # noqa: ANN401 - an entry
    """Take a step, say what it changed, and show where the entry stands then."""
    if not may(admin, request, step) or not isinstance(request.user, User):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        shown = _TAKE[step](admin, request, request.user, entry)
    except LedgerError as refusal:
        messages.error(request, str(refusal))
        shown = entry
    return HttpResponseRedirect(admin.address("change", shown.pk))


def _publish(admin: "EntryAdmin", request: HttpRequest, user: User, entry: Any) -> Any:  # noqa: ANN401 - an entry
    effect = admin.effect(entry)
    entry = ledger.publish(entry, reviewer=user, now=timezone.now())
    admin.log_change(request, entry, f"Published as revision {entry.revision}.")
    messages.success(request, f"Published as revision {entry.revision}. {effect}")
    return entry


def _return(admin: "EntryAdmin", request: HttpRequest, user: User, entry: Any) -> Any:  # noqa: ANN401 - an entry
    entry = ledger.reject(entry, reviewer=user, reason=request.POST.get("reason", ""))
    admin.log_change(request, entry, f"Returned to {entry.author}: {entry.review_note}")
    messages.success(request, f"Returned to {entry.author} with your reason.")
    return entry


def _retract(admin: "EntryAdmin", request: HttpRequest, user: User, entry: Any) -> Any:  # noqa: ANN401 - an entry
    retraction = ledger.retract(entry, author=user, reason=request.POST.get("reason", ""), now=timezone.now())
    admin.log_addition(request, retraction, f"Drafted the retraction of revision {entry.revision}.")
    retraction = ledger.submit(retraction, by=user)
    admin.log_change(request, retraction, "Submitted for review.")
    messages.success(request, "The retraction waits for review. Until it is published the entry holds.")
    return retraction


_TAKE = {"publish": _publish, "return": _return, "retract": _retract}


def moves(consequence: Consequence) -> str:
    """Say what publishing changes, in one line."""
    if not consequence.differences:
        return "Nothing in the status changes."
    parts = [
        f"{difference.subject}: {difference.before or 'nothing'} → {difference.after or 'nothing'}"
        for difference in consequence.differences
    ]
    return "; ".join(parts[:6]) + ("; ..." if len(parts) > 6 else ".")  # noqa: PLR2004 - a line, not a page
