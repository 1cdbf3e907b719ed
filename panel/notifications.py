"""Entry of a whole depositary notification from its text: each act that it tells becomes a draft, or none does."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import slugify

from panel.base import PanelAdmin, user_of
from panel.entry_form import SpanField, text_area
from ratification.depositary.names import known_names
from ratification.intake.notifications import read_notification
from ratification.intake.notified_acts import Notification, NotifiedAct
from ratification.ledger import writing as ledger
from ratification.ledger.preview import Consequence, consequence_of_set
from ratification.ledger.publishing import in_order
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action
from ratification.rules.dates import Span
from states.models import Participant
from treaty.models import Source, Treaty


class NotificationForm(forms.Form):
    """The text of a notification, and the fields that its words leave open."""

    treaty = forms.ModelChoiceField(Treaty.objects.all())
    text = forms.CharField(
        widget=text_area(18), label="Text of the notification", help_text="English or French, as issued."
    )
    url = forms.URLField(
        required=False,
        assume_scheme="https",
        label="Address",
        help_text="Where the notification can be read.",
    )
    participant = forms.ModelChoiceField(
        Participant.objects.all(), required=False, help_text="Only where the text's name is not known."
    )
    taken_on = SpanField(required=False, label="Effected on", help_text="Only where the text names no day.")
    override = forms.CharField(
        required=False,
        widget=text_area(),
        label="Why it is right all the same",
        help_text="For unusual acts.",
    )

    found: Notification

    def clean(self) -> dict[str, Any] | None:
        """Read the text; refuse one of another treaty, and one that tells no act."""
        cleaned = super().clean()
        text, treaty = self.cleaned_data.get("text"), self.cleaned_data.get("treaty")
        if not text or treaty is None:
            return cleaned
        self.found = found = read_notification(text, known_names())
        reference = treaty.depositary_reference.replace(".", "-")
        if found.reference and reference and found.reference.lower() != reference.lower():
            self.add_error("text", f"{found.number} is not about {treaty}, whose number is {reference}.")
        if not found.number:
            self.add_error("text", "No number such as C.N.123.2026.TREATIES-XVIII.16 stands in it.")
        if not found.acts:
            self.add_error("text", "No line such as “BRAZIL: RATIFICATION” with a known act stands in it.")
        unknown = {act.named for act in found.acts if act.participant is None}
        if unknown and not self.cleaned_data.get("participant"):
            names = " and ".join(f"“{name}”" for name in sorted(unknown))
            self.add_error("participant", f"The name {names} is not known: choose the participant.")
        if any(act.effected is None for act in found.acts) and not self.cleaned_data.get("taken_on"):
            self.add_error("taken_on", "No sentence says when the action was effected: enter the day.")
        return cleaned

    def contents(self, source: Source) -> list[ActionContent]:
        """Return the content of each act."""
        data = self.cleaned_data
        return [
            ActionContent(
                participant=act.participant or data["participant"],
                kind=act.kind,
                taken=act.effected or data["taken_on"],
                provisions=act.provisions,
                territories=act.territories,
                texts=_texts(act),
                notification=self.found.number,
                notified_on=self.found.notified_on,
                source=source,
                confidence=source.confidence,
                override=data["override"],
            )
            for act in self.found.acts
        ]

    def source(self) -> Source:
        """Return the source that the notification is; it is made where the treaty has none of this number."""
        treaty, found = self.cleaned_data["treaty"], self.found
        defaults = {
            "title": f"Depositary notification {found.number}",
            "url": self.cleaned_data["url"],
            "publisher": treaty.depositary,
            "published_on": found.notified_on.isoformat() if found.notified_on else "",
            "confidence": Source.Confidence.PRIMARY,
        }
        return Source.objects.get_or_create(treaty=treaty, key=slugify(found.number), defaults=defaults)[0]


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
    refusals: list[str]
    consequence: Consequence | None
    printed: list["PrintedDay"]
    marked: list[tuple[str, bool]]
    """The text in parts, each with whether a field was read from it."""


class NotificationPage(PanelAdmin[Action]):
    """Mixin of the actions' admin: the page that drafts a notification from its text."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.notification_view)
        return [path("notification/", view, name=self.url_name("notification")), *super().get_urls()]

    def notification_view(self, request: HttpRequest) -> HttpResponse:
        """Show what is read from a text, or write the drafts that the user confirms."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {"treaty": Treaty.objects.filter(slug=settings.ROOT_TREATY).first()}
        form = NotificationForm(request.POST or None, initial=initial)
        preview = None
        if request.method == "POST" and form.is_valid():
            is_confirmed = bool({"_draft", "_submit"} & set(request.POST))
            with transaction.atomic():
                preview = self._write(request, form, submitted="_submit" in request.POST)
                if preview.refusals or not is_confirmed:
                    transaction.set_rollback(True)
            if is_confirmed and not preview.refusals:
                return self._drafted(request, form, preview.drafts)
        context = {"title": "Enter a notification", "form": form, "preview": preview}
        context["found"] = getattr(form, "found", None)
        return self.render_page(request, "admin/ratification/action/notification.html", context)

    def _write(self, request: HttpRequest, form: NotificationForm, *, submitted: bool) -> NotificationPreview:
        treaty, now = form.cleaned_data["treaty"], timezone.now()
        outcomes = ledger.draft_many(
            treaty, form.contents(form.source()), author=user_of(request), now=now, submitted=submitted
        )
        drafts = [each for each in outcomes if isinstance(each, Action)]
        refusals = [str(each) for each in outcomes if isinstance(each, LedgerError)]
        consequence = consequence_of_set(in_order(drafts), today=treaty.legal_day(now)) if drafts else None
        printed = _printed(form.found, consequence)
        marked = _marked(form.cleaned_data["text"], form.found.words)
        return NotificationPreview(drafts, refusals, consequence, printed, marked)

    def _drafted(self, request: HttpRequest, form: NotificationForm, drafts: list[Action]) -> HttpResponse:
        for entry in drafts:
            self.log_addition(request, entry, f"Drafted from the text of {form.found.number}.")
        waits = " They wait for review." if "_submit" in request.POST else ""
        messages.success(request, f"{len(drafts)} entries were drafted from {form.found.number}.{waits}")
        return HttpResponseRedirect(f"{self.page_url('changelist')}?q={form.found.number}")


def _texts(act: NotifiedAct) -> list[dict[str, str]]:
    """Return the words of a statement: authentic where they are the original, official where a translation."""
    return [
        {
            "language": each.language or "en",
            "status": "official" if each.is_translation else "authentic",
            "text": each.text,
        }
        for each in act.versions
    ]


def _printed(found: Notification, consequence: Consequence | None) -> list[PrintedDay]:
    """Return each printed day of entry into force beside the one computed with the drafts."""
    standings = consequence.after.standings if consequence else ()
    computed = {each.participant: each.in_force for each in standings}
    return [
        PrintedDay(each.participant, each.on, computed.get(each.participant.iso3)) for each in found.in_force
    ]


def _marked(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """Split a text at the words that fields were read from, whatever blanks stand between them."""
    phrases = [r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(words, key=len, reverse=True)]
    if not phrases:
        return [(text, False)]
    parts = re.split(f"({'|'.join(phrases)})", text)
    return [(part, bool(number % 2)) for number, part in enumerate(parts) if part]
