"""Depositary notifications in the panel: a page for each, with its head, its text and a line for each act.

A line is an entry of the ledger. The page writes new ones and the user's own drafts, shows all others, and hands the
whole in for review; a reviewer publishes or returns it as one set (`panel.sets`).
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from panel.base import FIELDS, PanelAdmin, note, user_of, with_values
from panel.notification_page import NotificationPage
from panel.notification_texts import printed_days
from panel.unfinished import forget_sent, keep_sent
from ratification.ledger.declared_day import printed_for
from ratification.ledger.preview import consequence_of
from ratification.ledger.publishing import in_order
from ratification.ledger.writing import LedgerError
from ratification.models import Action, Notification, TreatyFact
from ratification.models.notifications import state_of
from states.search import find

_WRITES = frozenset({"_draft", "_submit"})
_HEAD = ("number", "notified_on", "language", "source", "text", "in_force")


class NotificationList(ChangeList):
    """The list, whose rows have their lines with them: two queries more for a page."""

    def get_results(self, request: HttpRequest) -> None:
        """Give each row its lines."""
        super().get_results(request)
        numbers = {row.number for row in self.result_list}
        told: dict[tuple[int, str], list[Action | TreatyFact]] = {}
        for model in (Action, TreatyFact):
            for line in model.objects.filter(notification__in=numbers).select_related("participant"):
                told.setdefault((line.treaty_id, line.notification), []).append(line)
        for row in self.result_list:
            row.told = told.get((row.treaty_id, row.number), [])


@admin.register(Notification)
class NotificationAdmin(PanelAdmin[Notification]):
    """Notifications: whoever drafts entries enters them, and all staff who see entries see them."""

    list_display = ("number", "treaty", "notified_on", "acts", "state", "entered_by", "entered_at")
    list_select_related = ("treaty", "entered_by")
    list_filter = ("treaty", "language")
    search_fields = ("number", "text")
    search_help_text = "Number, participant (any name or code), words of the text"
    formfield_overrides = FIELDS
    show_facets = admin.ShowFacets.ALWAYS
    ordering = ("-pk",)
    actions = None

    class Media:
        css = {"all": ["panel/panel.css"]}
        js = ["panel/search.js", "panel/unsaved.js"]

    # --- Permissions: those of the entries ---

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Permit those who see entries."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, _obj: Notification | None = None) -> bool:
        """Permit those who see entries."""
        return request.user.has_perm("ratification.view_action")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Permit those who draft entries."""
        return request.user.has_perm("ratification.add_action")

    def has_change_permission(self, request: HttpRequest, _obj: Notification | None = None) -> bool:
        """Permit those who draft entries."""
        return self.has_add_permission(request)

    def has_delete_permission(self, _request: HttpRequest, _obj: Notification | None = None) -> bool:
        """Forbid deleting."""
        return False

    # --- The list ---

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ANN401, ARG002 - Django's signature
        """Return the list that reads the lines of its rows."""
        return NotificationList

    @admin.display(description="acts")
    def acts(self, row: Any) -> str:  # noqa: ANN401 - a row with its lines (NotificationList)
        """Return participant and kind of each line."""
        told = [f"{line.participant or row.treaty}: {line.get_kind_display()}" for line in row.told]
        return "; ".join(told[:4]) + (f"; and {len(told) - 4} more" if len(told) > 4 else "")  # noqa: PLR2004 - four fit

    @admin.display(description="state")
    def state(self, row: Any) -> str:  # noqa: ANN401 - as above
        """Return the state of the lines."""
        return state_of(row.told)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Notification], search_term: str
    ) -> tuple[QuerySet[Notification], bool]:
        """Find notifications by their participants too."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        named = [match.participant.pk for match in find(search_term, today=timezone.now().date())]
        if named:
            told = Action.objects.filter(participant__in=named).exclude(notification="")
            found |= queryset.filter(number__in=told.values("notification"))
        return found, duplicates

    # --- The page ---

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - as above
    ) -> HttpResponse:
        """Enter a notification."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._answer(request, None)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - as above
    ) -> HttpResponse:
        """Show a notification, to those who draft entries with forms for their own drafts and for further lines."""
        stored = self.get_object(request, object_id)
        if stored is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return, attr-defined]  # Django's own, without a stub
        if not self.has_view_permission(request, stored):
            raise PermissionDenied
        return self._answer(request, stored)

    def _answer(self, request: HttpRequest, stored: Notification | None) -> HttpResponse:
        """Show the page, read the text into it, show what it would move, or write what the user confirms."""
        may_write, is_sent = self.has_add_permission(request), request.method == "POST"
        if is_sent and not may_write:
            raise PermissionDenied
        page = NotificationPage(user_of(request), stored, may_write, request.POST if is_sent else None)
        if is_sent and "_recall" in request.POST:
            return self._recalled(request, page)
        if not is_sent:
            page.show_stored()
        elif not page.is_read_in_vain and page.is_valid():
            if written := self._write(request, page, _values(stored)):
                forget_sent(request)
                return self._written(request, *written)
            if page.sent_before is not None:
                return self._sent_before(request, page.sent_before)
        if _WRITES & set(request.POST):
            keep_sent(request, str(stored or "Enter a notification"), page.head, *page.lines.forms)
        media = self.media + page.head.media + page.lines.media
        return self.render_page(
            request, "admin/ratification/notification/page.html", {**page.context(), "media": media}
        )

    def _write(
        self, request: HttpRequest, page: NotificationPage, before: dict[str, str]
    ) -> tuple[Notification, list[Action]] | None:
        """Write the form with its lines of the audit log; else show what it would move, and leave all as it was."""
        with transaction.atomic():
            written = page.write(request)
            if written is not None and _WRITES & set(request.POST):
                self._note(request, page, before, *written)
                return written
            if written is not None:
                self._preview(page, *written)
            transaction.set_rollback(True)
        return None

    def _preview(self, page: NotificationPage, notification: Notification, drafts: list[Action]) -> None:
        if drafts:
            today = notification.treaty.legal_day(timezone.now())
            days = printed_for(drafts, notification.facts.filter(revision__isnull=True))
            page.consequence = consequence_of(in_order([*drafts, *days]), today=today)
            page.preview = printed_days([notification], page.consequence.after, dict(page.consequence.names))

    def _note(
        self,
        request: HttpRequest,
        page: NotificationPage,
        before: dict[str, str],
        notification: Notification,
        drafts: list[Action],
    ) -> None:
        """Note everything in the audit log."""
        after = _values(notification)
        moved = [
            f"{name}: “{before[name]}” → “{after[name]}”" for name in _HEAD if before[name] != after[name]
        ]
        if page.stored is None:
            self.log_addition(request, notification, f"Entered with {len(drafts)} lines. {'; '.join(moved)}")
        elif moved:
            self.log_change(request, notification, f"Changed {'; '.join(moved)}.")
        for line, entry in zip(page.lines.filled(), drafts, strict=True):
            if not line.draft:
                note(request, entry, f"Drafted as a line of {notification}.", ADDITION)
            elif line.has_changed():
                note(request, entry, with_values([{"changed": {"fields": line.changed_data}}], line))
            if "_submit" in request.POST:
                note(request, entry, "Submitted for review.")

    def _written(
        self, request: HttpRequest, notification: Notification, drafts: list[Action]
    ) -> HttpResponse:
        """Say what was done, and show the notification."""
        waits = " They wait for review." if "_submit" in request.POST else ""
        entries = "1 entry was" if len(drafts) == 1 else f"{len(drafts)} entries were"
        messages.success(request, f"{entries} drafted from {notification}.{waits}")
        return HttpResponseRedirect(self.page_url("change", notification.pk))

    def _sent_before(self, request: HttpRequest, notification: Notification) -> HttpResponse:
        """Lead a form that was sent twice to the notification that it has made."""
        forget_sent(request)
        messages.success(request, f"{notification} has these lines already: the form was sent before.")
        return HttpResponseRedirect(self.page_url("change", notification.pk))

    def _recalled(self, request: HttpRequest, page: NotificationPage) -> HttpResponse:
        assert page.stored is not None  # noqa: S101 - the button stands on the page of a stored one alone
        try:
            with transaction.atomic():
                recalled = page.recall()
        except LedgerError as refusal:
            messages.error(request, str(refusal))
        else:
            for entry in recalled:
                note(request, entry, "Recalled from review.")
            if recalled:
                messages.success(request, f"Recalled from review: {len(recalled)}.")
            else:
                messages.error(request, f"Nothing was recalled: {page.why_none_waits}.")
        return HttpResponseRedirect(self.page_url("change", page.stored.pk))


def _values(notification: Notification | None) -> dict[str, str]:
    """Return the head of a notification in words, for the audit log."""
    return {
        name: str((notification and getattr(notification, name)) or "").removeprefix("{}") for name in _HEAD
    }
