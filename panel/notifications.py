"""Entry of a whole depositary notification: its head and a line for each act, typed or read from its text."""

import re
from dataclasses import dataclass
from datetime import date

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path
from django.utils import timezone

from panel.base import PanelAdmin, user_of
from panel.entry_form import text_area
from panel.notification_form import HeadForm, LineFormSet, Lines, data_of
from ratification.depositary.names import known_names
from ratification.intake.notifications import read_notification
from ratification.intake.notified_acts import Notification
from ratification.ledger import writing as ledger
from ratification.ledger.declared_day import declare_with
from ratification.ledger.preview import Consequence, consequence_of_set
from ratification.ledger.publishing import in_order
from ratification.ledger.writing import LedgerError
from ratification.models import Action
from ratification.rules.dates import Span
from states.models import Participant
from treaty.models import Treaty


class TextForm(forms.Form):
    """The text of a notification, to be read."""

    text = forms.CharField(
        required=False,
        widget=text_area(8),
        label="Text of the notification",
        help_text="English or French, as issued. What is read from it fills the fields below.",
    )


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """A participant's day of entry into force as the notification prints it, beside the computed one."""

    participant: Participant
    printed: date
    computed: Span | None

    @property
    def agrees(self) -> bool:
        """Whether the two are one day."""
        return self.computed is not None and self.computed.on == self.printed


@dataclass(frozen=True, slots=True)
class NotificationPreview:
    """What the drafts of a notification would be, and what their publication would move."""

    drafts: list[Action]
    consequence: Consequence | None
    printed: list[PrintedDay]


class NotificationPage(PanelAdmin[Action]):
    """Mixin of the actions' admin: the page that drafts a notification."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.notification_view)
        return [path("notification/", view, name=self.url_name("notification")), *super().get_urls()]

    def notification_view(self, request: HttpRequest) -> HttpResponse:
        """Read a text into the fields, show what they would move, or write the drafts that the user confirms."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        root = Treaty.objects.filter(slug=settings.ROOT_TREATY).first()
        text, found = request.POST.get("text", ""), None
        data: QueryDict | None = None
        if request.method == "POST":
            data = request.POST
            if "_read" in data:
                found = read_notification(text, known_names())
                treaty = Treaty.objects.filter(pk=_number(data.get("treaty", ""))).first() or root
                data = data_of(found, treaty, url=data.get("url", "")) if treaty else data
        head = HeadForm(data, initial={"treaty": root})
        lines = Lines(data, form_kwargs={"treaty": _chosen_treaty(head)})
        is_read_in_vain = found is not None and not found.acts
        preview = None
        if data is not None and not is_read_in_vain and head.is_valid() and lines.is_valid():
            is_confirmed = bool({"_draft", "_submit"} & set(request.POST))
            with transaction.atomic():
                preview = self._write(request, head, lines, found)
                if preview is None or not is_confirmed:
                    transaction.set_rollback(True)
            if is_confirmed and preview is not None:
                return self._drafted(request, head.cleaned_data["number"], preview.drafts)
        context = {
            "title": "Enter a notification",
            "text_form": TextForm(initial={"text": text}),
            "head": head,
            "lines": lines,
            "preview": preview,
            "found": found,
            "is_read_in_vain": is_read_in_vain,
            "marked": _marked(text, found.words) if found else [],
            "media": self.media + head.media + lines.media,
        }
        return self.render_page(request, "admin/ratification/action/notification.html", context)

    def _write(
        self,
        request: HttpRequest,
        head: HeadForm,
        lines: LineFormSet,
        found: Notification | None,
    ) -> NotificationPreview | None:
        """Write the drafts; None where a line was refused, which shows why."""
        treaty, now = head.cleaned_data["treaty"], timezone.now()
        outcomes = ledger.draft_many(
            treaty,
            lines.contents(head),
            author=user_of(request),
            now=now,
            submitted="_submit" in request.POST,
        )
        for line, outcome in zip(lines.filled(), outcomes, strict=True):
            if isinstance(outcome, LedgerError):
                line.show_refusal(outcome)
        drafts = [each for each in outcomes if isinstance(each, Action)]
        if len(drafts) < len(outcomes):
            return None
        printed = {each.participant: each.on for each in found.in_force} if found else {}
        for line, entry in zip(lines.filled(), drafts, strict=True):
            on = line.cleaned_data["in_force_on"]
            try:
                declare_with(entry, on, by=user_of(request), now=now, submitted="_submit" in request.POST)
            except LedgerError as refusal:
                line.show_refusal(refusal)
                return None
            if on:
                printed[entry.participant] = on
        consequence = consequence_of_set(in_order(drafts), today=treaty.legal_day(now))
        computed = {each.participant: each.in_force for each in consequence.after.standings}
        days = [PrintedDay(who, on, computed.get(who.iso3)) for who, on in printed.items()]
        return NotificationPreview(drafts, consequence, days)

    def _drafted(self, request: HttpRequest, number: str, drafts: list[Action]) -> HttpResponse:
        for entry in drafts:
            self.log_addition(request, entry, f"Drafted as a line of {number}.")
        waits = " They wait for review." if "_submit" in request.POST else ""
        entries = "1 entry was" if len(drafts) == 1 else f"{len(drafts)} entries were"
        messages.success(request, f"{entries} drafted from {number}.{waits}")
        return HttpResponseRedirect(f"{self.page_url('changelist')}?q={number}")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _marked(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """Split a text at the words that fields were read from, whatever blanks stand between them."""
    phrases = [r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(words, key=len, reverse=True)]
    if not phrases:
        return [(text, False)]
    parts = re.split(f"({'|'.join(phrases)})", text)
    return [(part, bool(number % 2)) for number, part in enumerate(parts) if part]


def _chosen_treaty(head: HeadForm) -> Treaty | None:
    """Return the treaty that the head of the form names."""
    chosen = str(head["treaty"].value() or "")
    return Treaty.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
