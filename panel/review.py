"""Review of entries: the page that shows an entry and the effect of publishing it, and the steps taken there."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from panel.base import note, typed, user_of
from panel.lists import to_review
from panel.row_fields import number_in
from panel.steps import StepsAdmin
from ratification.ledger import writing as ledger
from ratification.ledger.content import AnyEntry, E
from ratification.ledger.corrections import amended
from ratification.ledger.people import HANDED_OVER
from ratification.ledger.shown import Shown, from_text, shown_of, to_text
from ratification.ledger.writing import LedgerError
from ratification.models import Action, TreatyFact

PERMISSIONS = {"publish": "review", "return": "review", "retract": "add", "recall": "add", "hand-over": "add"}
"""Verb of the permission that each step needs."""
HAND_OVER_ANY = "auth.change_user"
"""Permission of administrators, who hand over the drafts of others."""


class ReviewSteps(StepsAdmin[E]):
    """Mixin of `EntryAdmin`: the page of an entry, and the steps publish, return, retract, recall and hand-over."""

    steps = tuple(PERMISSIONS)
    refusals = (LedgerError,)

    # --- What a kind of entry adds ---

    def review_context(self, entry: E) -> dict[str, Any]:
        """Return the template context that only this kind of entry has."""
        raise NotImplementedError

    def publish_preview(self, entry: E, beside: Sequence[TreatyFact]) -> str:
        """Describe in one line the effect of publishing the entry, with the treaty facts told beside it."""
        raise NotImplementedError

    def beside(self, request: HttpRequest, entries: Sequence[E]) -> list[TreatyFact]:  # noqa: ARG002 - as above
        """Return the treaty facts that the notifications of entries tell and that wait for the user with them."""
        return []

    def days_of(self, entry: E, state: str) -> list[TreatyFact]:  # noqa: ARG002 - as above
        """Return the days printed for an entry, by its author and in a state; they take each step with it."""
        return []

    # --- Page and steps ---

    def has_step_permission(self, request: HttpRequest, step: str) -> bool:
        """Return whether the user may take the step with entries of this kind."""
        if step == "hand-over" and request.user.has_perm(HAND_OVER_ANY):
            return True
        return request.user.has_perm(f"{self.opts.app_label}.{PERMISSIONS[step]}_{self.opts.model_name}")

    def review_page(
        self, request: HttpRequest, entry: E, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an entry to a user who may not edit it."""
        if not self.has_view_permission(request, entry):
            raise PermissionDenied
        successor = entry.superseded_by.filter(revision__isnull=False).first()
        own = entry.author_id == request.user.pk
        in_review = entry.state == Action.State.IN_REVIEW
        published = entry.revision is not None
        context = {
            "title": str(entry),
            "entry": entry,
            "successor": successor,
            "amended": list(amended(entry.supersedes, entry)) if entry.supersedes else [],
            "may_review": in_review and self.has_step_permission(request, "publish") and not own,
            "reasons": self.typed_reasons(request, entry),
            "next": self._next(request, entry),
            "shown": to_text(shown_of(entry)),
            "own": own,
            "may_recall": own and in_review,
            "colleagues": self.colleagues(request, entry),
            "may_correct": published and successor is None and self.has_step_permission(request, "retract"),
            "may_retract": entry.entry != Action.Entry.RETRACTION,
            "has_view_permission": True,
            **self.review_context(entry),
            **(extra_context or {}),
        }
        return self.render_page(request, f"admin/ratification/{self.opts.model_name}/page.html", context)

    def _next(self, request: HttpRequest, entry: E) -> E | None:
        """Return the entry after this one in the queue of those that wait for the user; after the last, the first."""
        if not self.has_step_permission(request, "publish"):
            return None
        queue = to_review(self.get_queryset(request), user_of(request)).exclude(pk=entry.pk).order_by("pk")
        return queue.filter(pk__gt=entry.pk).first() or queue.first()

    def perform_step(self, request: HttpRequest, obj: E, step: str) -> E:
        """Take the step through the ledger."""
        perform = {
            "publish": self._publish,
            "return": self._return,
            "retract": self._retract,
            "recall": self._recall,
            "hand-over": self._hand_over,
        }[step]
        return perform(request, user_of(request), obj)

    def _publish(self, request: HttpRequest, user: User, entry: E) -> E:
        beside = self.sent_beside(request)
        effect = self.publish_preview(entry, beside)
        told = [(fact, shown_beside(request, fact)) for fact in beside]
        with transaction.atomic():
            published: list[AnyEntry] = ledger.publish_together(
                [(entry, _shown(request)), *told], reviewer=user, now=timezone.now()
            )
            for each in published:
                note(request, each, f"Published as revision {each.revision}.")
        messages.success(request, f"Published as {revisions_of(published)}. {effect}")
        return entry

    def _return(self, request: HttpRequest, user: User, entry: E) -> E:
        reason = typed(request, "reason")
        told: list[tuple[AnyEntry, Shown]] = [(entry, _shown(request))]
        told += [(fact, shown_beside(request, fact)) for fact in self.sent_beside(request)]
        with transaction.atomic():
            for each, shown in told:
                returned = ledger.reject(each, reviewer=user, reason=reason, shown=shown)
                note(request, returned, f"Returned to {returned.author}: {returned.review_note}")
        messages.success(request, f"Returned to {entry.author} with your reason.")
        return entry

    def _retract(self, request: HttpRequest, user: User, entry: E) -> E:
        reason = typed(request, "reason")
        with transaction.atomic():
            retraction = ledger.retract(entry, author=user, reason=reason, now=timezone.now())
            self.log_addition(request, retraction, f"Drafted the retraction of revision {entry.revision}.")
            retraction = ledger.submit(retraction, by=user)
            self.log_change(request, retraction, "Submitted for review.")
        messages.success(request, "The retraction waits for review. Until it is published the entry holds.")
        return retraction

    def _recall(self, request: HttpRequest, user: User, entry: E) -> E:
        with transaction.atomic():
            for each in (entry, *self.days_of(entry, Action.State.IN_REVIEW)):
                note(request, ledger.recall(each, by=user), "Recalled from review.")
        messages.success(request, "It is a draft again.")
        return entry

    def _hand_over(self, request: HttpRequest, user: User, entry: E) -> E:
        if entry.author_id != user.pk and not user.has_perm(HAND_OVER_ANY):
            raise PermissionDenied
        to = self.colleagues(request, entry).filter(pk=number_in(request.POST.get("to", ""))).first()
        if to is None:
            raise LedgerError("Choose the colleague who takes the draft over.")
        before = entry.author
        with transaction.atomic():
            for each in (entry, *self.days_of(entry, Action.State.DRAFT)):
                handed = ledger.hand_over(each, to=to)
                note(request, handed, HANDED_OVER.format(before=before, to=to))
        messages.success(request, f"The draft is {to}'s now.")
        return entry

    def sent_beside(self, request: HttpRequest) -> list[TreatyFact]:
        """Return the treaty facts that the page showed beside the entry or the set whose button was pressed."""
        sent = [number_in(pk) for pk in request.POST.getlist("_beside")]
        if not sent or not request.user.has_perm("ratification.review_treatyfact"):
            return []
        facts = TreatyFact.objects.filter(pk__in=sent).order_by("pk")
        return list(facts.select_related("participant", "treaty", "author", "source"))

    def colleagues(self, request: HttpRequest, entry: E) -> QuerySet[User]:
        """Return those to whom the user may hand the draft over: who may draft such entries, but not its author."""
        own = entry.author_id == request.user.pk
        if entry.state != Action.State.DRAFT or not (own or request.user.has_perm(HAND_OVER_ANY)):
            return User.objects.none()
        permission = f"{self.opts.app_label}.add_{self.opts.model_name}"
        drafting = User.objects.with_perm(permission, backend="django.contrib.auth.backends.ModelBackend")
        return drafting.filter(is_active=True, is_staff=True).exclude(pk=entry.author_id).order_by("username")


def shown_beside(request: HttpRequest, fact: TreatyFact) -> Shown:
    """Return what the page showed of a treaty fact told beside an entry."""
    return from_text(request.POST.get(f"shown-beside-{fact.pk}", ""))


def revisions_of(published: Sequence[AnyEntry]) -> str:
    """Return the revisions of one publication in words."""
    first, last = published[0].revision, published[-1].revision
    return f"revision {first}" if first == last else f"revisions {first} to {last}"


def _shown(request: HttpRequest) -> Shown:
    """Return what the page showed whose button was pressed."""
    return from_text(request.POST.get("shown", ""))
