"""Steps taken with many entries at once: submission of drafts, publication together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from panel.base import note, typed, user_of
from panel.lists import to_review
from panel.review import ReviewSteps, revisions_of
from panel.row_fields import number_in
from ratification.ledger import writing as ledger
from ratification.ledger.content import AnyEntry, E
from ratification.ledger.declared_day import printed_for
from ratification.ledger.preconditions import stand_of
from ratification.ledger.publishing import in_order
from ratification.ledger.shown import Shown, from_text, shown_of, to_text
from ratification.ledger.writing import LedgerError
from ratification.models import Action
from treaty.models import Treaty

SHOWN = 6
"""Number of entries that a message names."""
MOVED = "Some of these entries are in this list no more: they have moved on since you opened it. Nothing was done."
SHOWN_WITH = ("participant", "treaty", "author", "source")


@dataclass(frozen=True, slots=True)
class SetLine:
    """An entry of a set with the text that the reviewer is shown, its name in the form, and its page."""

    entry: AnyEntry
    shown: str
    key: str
    address: str
    is_beside: bool
    """Whether it is a treaty fact told beside the entries of the list."""


class SetActions(ReviewSteps[E]):
    """Mixin of `EntryAdmin`: the actions of its list. Each is done for all the selected entries, or for none."""

    actions = ("submit_selected", "publish_selected")

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may publish entries of this kind."""
        return self.has_step_permission(request, "publish")

    def set_context(self, entries: Sequence[AnyEntry]) -> dict[str, Any]:  # noqa: ARG002 - for kinds that move the status
        """Return the effect of publishing entries together; nothing for kinds that move no status."""
        return {}

    @admin.action(description="Submit for review", permissions=["add"])
    def submit_selected(self, request: HttpRequest, queryset: QuerySet[E]) -> None:
        """Hand the selected drafts to the reviewers."""
        entries = list(queryset.order_by("pk"))
        if not entries:
            messages.error(request, MOVED)
            return
        try:
            with transaction.atomic():
                for entry in entries:
                    self._submit_named(request, entry)
                    self.log_change(request, entry, "Submitted for review.")
        except LedgerError as refusal:
            messages.error(request, f"Nothing was submitted. {refusal}")
            return
        messages.success(request, f"{_entries(len(entries))} for review now.")

    @admin.action(description="Publish together", permissions=["review"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[E]) -> HttpResponse:
        """Show the selected entries and their effect together; publish them as one, or return them."""
        chosen = list(queryset.select_related(*SHOWN_WITH))
        is_answered = "_confirmed" in request.POST or "_return" in request.POST
        beside = self.sent_beside(request) if is_answered else self.beside(request, chosen)
        entries = in_order([*chosen, *beside])
        gone = (
            len(set(request.POST.getlist(ACTION_CHECKBOX_NAME))) > len(chosen) if is_answered else not chosen
        )
        if refusal := MOVED if gone else _refusal(entries, request):
            messages.error(request, refusal)
            return HttpResponseRedirect(request.get_full_path())
        if returned := request.POST.get("_return"):
            return self._return_set(request, entries, returned)
        if "_confirmed" in request.POST:
            return self._publish_set(request, entries)
        return self._set_page(request, entries)

    def submit_entry(self, request: HttpRequest, entry: E) -> None:
        """Hand a draft to the reviewers."""
        ledger.submit(entry, by=user_of(request), now=timezone.now())

    def _submit_named(self, request: HttpRequest, entry: E) -> None:
        """Submit one of several; a refusal names it."""
        try:
            self.submit_entry(request, entry)
        except LedgerError as refusal:
            raise LedgerError(f"{entry}: {refusal}") from refusal

    def _set_line(self, entry: AnyEntry) -> SetLine:
        name = entry._meta.model_name  # noqa: SLF001 - documented API
        address = reverse(f"admin:ratification_{name}_change", args=[entry.pk])
        is_beside = not isinstance(entry, self.model)
        return SetLine(entry, to_text(shown_of(entry)), self._key(entry), address, is_beside)

    def _key(self, entry: AnyEntry) -> str:
        """Return the name of an entry in the form of a set."""
        return str(entry.pk) if isinstance(entry, self.model) else f"beside-{entry.pk}"

    def _set_page(self, request: HttpRequest, entries: Sequence[AnyEntry]) -> HttpResponse:
        lines = [self._set_line(entry) for entry in entries]
        context = {
            "title": f"Publish {len(entries)} entries together" if len(entries) > 1 else "Publish 1 entry",
            "lines": lines,
            "reason": typed(request, "reason"),
        }
        return self.render_page(
            request, "admin/ratification/entry/set.html", {**context, **self.set_context(entries)}
        )

    def _return_set(self, request: HttpRequest, entries: Sequence[AnyEntry], which: str) -> HttpResponse:
        """Return one line with the day printed for it, or all of them, to their authors with the reason."""
        reason = typed(request, "reason")
        named = [entry for entry in entries if which in {"all", self._key(entry)}]
        days = printed_for([entry for entry in named if isinstance(entry, Action)], entries)
        chosen = list(dict.fromkeys([*named, *days]))
        if not chosen:
            messages.error(request, MOVED)
            return self._set_page(request, entries)
        try:
            with transaction.atomic():
                returned = [
                    ledger.reject(
                        entry, reviewer=user_of(request), reason=reason, shown=self._shown(request, entry)
                    )
                    for entry in chosen
                ]
                for entry in returned:
                    note(request, entry, f"Returned to {entry.author}: {entry.review_note}")
        except LedgerError as refusal:
            messages.error(request, f"Nothing was returned. {refusal}")
            return self._set_page(request, entries)
        names = ", ".join(str(entry) for entry in returned[:SHOWN]) + (
            " ..." if len(returned) > SHOWN else ""
        )
        messages.success(request, f"Returned with your reason: {names}.")
        left = [entry for entry in entries if entry not in chosen]
        if any(isinstance(entry, self.model) for entry in left):
            return self._set_page(request, left)
        return HttpResponseRedirect(self.page_url("changelist") + "?question=to_review")

    def _shown(self, request: HttpRequest, entry: AnyEntry) -> Shown:
        """Return what the page showed of an entry."""
        return from_text(request.POST.get(f"shown-{self._key(entry)}", ""))

    def _publish_set(self, request: HttpRequest, entries: Sequence[AnyEntry]) -> HttpResponse:
        shown = [(entry, self._shown(request, entry)) for entry in entries]
        try:
            with transaction.atomic():
                published = ledger.publish_together(shown, reviewer=user_of(request), now=timezone.now())
                for entry in published:
                    words = f"Published as revision {entry.revision}, with {len(entries)} entries."
                    note(request, entry, words)
        except LedgerError as refusal:
            messages.error(request, f"Nothing was published. {refusal}")
            return self._set_page(request, entries)
        messages.success(request, f"Published together as {revisions_of(published)}.")
        return HttpResponseRedirect(self.page_url("changelist") + "?question=to_review")


class NotificationSets(SetActions[Action]):
    """Mixin of the actions' admin: the page on which the lines of one notification are reviewed together."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page of the lines of a notification."""
        view = self.admin_site.admin_view(self.set_view)
        return [path("set/", view, name=self.url_name("set")), *super().get_urls()]

    def set_view(self, request: HttpRequest) -> HttpResponse:
        """Show the lines of a notification that wait for the user's review, whoever drafted them, and their effect."""
        if not self.has_review_permission(request):
            raise PermissionDenied
        user, number = user_of(request), request.GET.get("notification", "")
        first = number_in(request.GET.get("drafted_with"))
        lines = self._drafted_with(user, first) if first else self._told_by(user, number)
        if not lines:
            messages.error(request, "None of these entries waits for your review.")
            return HttpResponseRedirect(self.page_url("changelist") + "?question=to_review")
        entries: list[AnyEntry] = [*lines, *self.beside(request, list(lines))]
        return self._set_page(request, in_order(entries))

    def _told_by(self, user: User, number: str) -> QuerySet[Action]:
        """Return the lines of a notification in review by others, of the first treaty that has any."""
        lines = to_review(Action.objects.exclude(notification="").filter(notification=number), user)
        return lines.filter(treaty=lines.order_by("pk").values("treaty")[:1]).select_related(*SHOWN_WITH)

    def _drafted_with(self, user: User, pk: int) -> QuerySet[Action]:
        """Return the entries in review that were drafted from one table with another."""
        first = Action.objects.filter(pk=pk).values("treaty", "author", "created_at").first()
        lines = to_review(Action.objects.filter(**first) if first else Action.objects.none(), user)
        return lines.select_related(*SHOWN_WITH)

    def review_page(
        self, request: HttpRequest, entry: Action, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name on an entry's page the lines of its notification and of its table that wait for the user with it."""
        user = user_of(request)
        told = list(self._told_by(user, entry.notification).filter(treaty=entry.treaty))
        sets = {
            "together": [*told, *self.beside(request, told)],
            "of_table": self._drafted_with(user, entry.pk),
        }
        return super().review_page(request, entry, {**sets, **(extra_context or {})})


def _refusal(entries: Sequence[AnyEntry], request: HttpRequest) -> str:
    """Return why entries cannot be published together by the user; empty where they can."""
    treaties = Treaty.objects.filter(pk__in={entry.treaty_id for entry in entries})
    if len(treaties) > 1:
        return f"Entries are published together for one treaty at a time, not for {', '.join(map(str, treaties))}."
    for entry in entries:
        if entry.state != Action.State.IN_REVIEW:
            return f"{entry} {stand_of(entry)}. Nothing was done: open the list again."
        if entry.author_id == request.user.pk:
            return f"{entry} is yours: another person reviews it."
    return ""


def _entries(number: int) -> str:
    return "1 entry waits" if number == 1 else f"{number} entries wait"
