"""Treaty facts in the panel: declarations of the depositary, and the day until which a list is known.

They are drafted, reviewed and published by two people, as treaty actions are.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from panel.base import user_of
from panel.entry_admin import EntryAdmin
from panel.entry_form import HOW_SURE, TEXTS, EntryForm, SpanField, text_area
from panel.lists import TreatyFactQuestions, to_review
from panel.resources import TreatyFactResource
from ratification.intake.rows import TREATY_FACTS
from ratification.ledger.checks import doubts_of
from ratification.ledger.writing import TreatyFactContent
from ratification.models import Action, TreatyFact
from ratification.record.entries import latest_revision, treaty_facts_at

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec


_FACT = ("participant", "number", "notification", "notified_on", "source", "summary")
"""Fields that the form and its first section have in this order."""


class TreatyFactForm(EntryForm[TreatyFact]):
    """A treaty fact as a clerk reads it."""

    doubt_field = "kind"

    taken_on = SpanField(
        label="Day",
        help_text="The day of entry into force, of the threshold, of a total, or the last day that the list covers.",
    )

    class Meta:
        model = TreatyFact
        fields = (
            "treaty",
            "kind",
            *_FACT,
            *HOW_SURE,
        )
        labels = {"notified_on": "Notification dated", "override": "Why it is right all the same"}
        widgets = {name: text_area() for name in TEXTS}

    def content(self) -> TreatyFactContent:
        """Return the treaty fact that the fields describe."""
        return TreatyFactContent(
            **self.common_content(),
            kind=TreatyFact.Kind(self.cleaned_data["kind"]),
            number=self.cleaned_data["number"],
            notification=self.cleaned_data["notification"],
            notified_on=self.cleaned_data["notified_on"],
        )


@admin.register(TreatyFact)
class TreatyFactAdmin(EntryAdmin[TreatyFact]):
    """Treaty facts: the form has sections for what is declared, and for the confidence."""

    form = TreatyFactForm
    layout = TREATY_FACTS
    singular = "a treaty fact"
    sections: ClassVar["_FieldsetSpec"] = [
        (
            None,
            {
                "fields": (
                    "treaty",
                    "kind",
                    "taken_on",
                    *_FACT,
                )
            },
        ),
        ("How sure we are", {"fields": ("confidence", "note", "override")}),
    ]
    resource_classes = (TreatyFactResource,)
    list_display = ("what", "date", "badge", "revision", "author", "treaty")
    list_filter = (TreatyFactQuestions, "state", "entry", "kind", "treaty", "confidence")
    list_select_related = ("participant", "author", "treaty")
    search_fields = (
        *("participant__name", "participant__names__name", "participant__names__normalised"),
        *("participant__iso3", "notification", "summary", "note"),
    )
    search_help_text = "Participant (any name or code), notification, words of the summary"
    autocomplete_fields = ("treaty", "participant", "source")
    change_form_template = "admin/ratification/entry/change_form.html"

    def review_page(
        self, request: HttpRequest, entry: TreatyFact, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the acts of its notification that wait for the user with it."""
        acts = Action.objects.filter(treaty=entry.treaty, notification=entry.notification or None)
        context = {"together": to_review(acts, user_of(request)).exists(), **(extra_context or {})}
        return super().review_page(request, entry, context)

    def review_context(self, entry: TreatyFact) -> dict[str, Any]:
        """Return the treaty facts of this kind that hold now, and the doubts."""
        waiting = entry.revision is None
        return {
            "holding": _holding(entry) if waiting else [],
            "doubts": doubts_of(entry, today=entry.treaty.legal_day(timezone.now())) if waiting else [],
        }

    def publish_preview(self, entry: TreatyFact, beside: Sequence[TreatyFact]) -> str:  # noqa: ARG002 - none are
        """Name the fact that holds before."""
        before = _holding(entry)
        return f"Before: {before[-1]}." if before else "Nothing was recorded before."

    @admin.display(description="fact", ordering="kind")
    def what(self, entry: TreatyFact) -> str:
        """Return the kind, the participant if there is one, and whether it corrects something."""
        kind = "" if entry.entry == TreatyFact.Entry.ORIGINAL else f" ({entry.get_entry_display()})"
        who = f": {entry.participant}" if entry.participant else ""
        return f"{entry.get_kind_display()}{who}{kind}"


def _holding(entry: TreatyFact) -> list[TreatyFact]:
    """Return the published facts of the same kind and participant, by day."""
    facts = treaty_facts_at(entry.treaty, latest_revision(entry.treaty))
    return list(facts.filter(kind=entry.kind, participant=entry.participant).order_by("taken_latest"))
