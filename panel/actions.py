"""Treaty actions in the panel."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from panel.action_form import HEAD, ActionForm
from panel.advice import ActionAdvice
from panel.base import ModelForm, user_of
from panel.entry_admin import EntryAdmin
from panel.lists import ActionQuestions, KindFilter, holding
from panel.notification_texts import printed_days, texts_of
from panel.resources import ActionResource
from panel.row_fields import number_in
from panel.sets import NotificationSets
from ratification.intake.rows import ACTIONS
from ratification.ledger import writing as ledger
from ratification.ledger.content import AnyEntry
from ratification.ledger.declared_day import declared_with, facts_beside, printed_for
from ratification.ledger.preview import Consequence, consequence_of
from ratification.ledger.shown import shown_of, to_text
from ratification.models import Action, Notification, Report, TreatyFact
from treaty.clauses import ActionKind

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

SHOWN = 6
"""Number of differences that the message after a publication names."""


@admin.register(Action)
class ActionAdmin(ActionAdvice, NotificationSets, EntryAdmin[Action]):
    """Treaty actions: the form follows a notification from its head to its foot."""

    form = ActionForm
    layout = ACTIONS
    singular = "an action"
    sections: ClassVar["_FieldsetSpec"] = [
        (
            None,
            {"fields": (*HEAD, "taken_on")},
        ),
        (
            "What it says",
            {
                "fields": (
                    "provisions",
                    "relates_to",
                    "summary",
                    "texts",
                    "effective_on",
                    "in_force_on",
                )
            },
        ),
        (
            "Further particulars",
            {"fields": ("excludes", "precludes", "territories", "predecessor"), "classes": ("collapse",)},
        ),
        ("How sure we are", {"fields": ("confidence", "note", "override")}),
    ]
    carried_over = ("treaty", "source", "notification", "notified_on", "participant")
    resource_classes = (ActionResource,)
    list_display = (
        "what",
        "date",
        "badge",
        "revision",
        "notification",
        "provisions_list",
        "author",
        "treaty",
    )
    list_filter = (ActionQuestions, "state", "entry", KindFilter, "treaty", "confidence")
    list_select_related = ("participant", "treaty", "author")
    search_fields = (
        *("participant__name", "participant__names__name", "participant__names__normalised"),
        *("participant__iso3", "notification", "summary", "note"),
    )
    search_help_text = (
        "Participant (any name or code), kind, notification, words of the summary: Brazil reservation"
    )
    date_hierarchy = "taken_earliest"
    autocomplete_fields = ("treaty", "source", "participant", "relates_to", "predecessor")
    change_form_template = "admin/ratification/action/change_form.html"
    change_list_template = "admin/ratification/action/change_list.html"

    class Media:
        js = ["panel/action_form.js"]

    def submit_entry(self, request: HttpRequest, entry: Action) -> None:
        """Submit the entry, and the draft of the day that its notification declares."""
        super().submit_entry(request, entry)
        for day in self.days_of(entry, Action.State.DRAFT):
            ledger.submit(day, by=user_of(request))

    def delete_model(self, request: HttpRequest, obj: Action) -> None:
        """Discard the draft, and that of the day that its notification declares."""
        for day in self.days_of(obj, Action.State.DRAFT):
            ledger.discard(day, by=user_of(request))
        super().delete_model(request, obj)

    def beside(self, request: HttpRequest, entries: Sequence[Action]) -> list[TreatyFact]:
        """Return the treaty facts that the notifications of entries tell and that wait for the user with them."""
        if not request.user.has_perm("ratification.review_treatyfact"):
            return []
        facts = facts_beside(entries, Action.State.IN_REVIEW)
        return [fact for fact in facts if fact.author_id != request.user.pk]

    def days_of(self, entry: Action, state: str) -> list[TreatyFact]:
        """Return the days printed for an instrument, by its author and in a state."""
        days = printed_for([entry], facts_beside([entry], state))
        return [day for day in days if day.author_id == entry.author_id]

    def review_page(
        self, request: HttpRequest, entry: Action, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the printed days that are published or returned with the entry."""
        days = printed_for([entry], self.beside(request, [entry]))
        context = {"beside": [(day, to_text(shown_of(day))) for day in days], **(extra_context or {})}
        return super().review_page(request, entry, context)

    def review_context(self, entry: Action) -> dict[str, Any]:
        """Return the consequence of publishing the entry, and the participant's other entries."""
        return {
            "consequence": _consequence(entry) if entry.revision is None else None,
            "timeline": _timeline(entry),
            "declared": declared_with(entry),
            "another": self.another(entry),
            "notification_texts": texts_of([entry]),
            "kept": _kept([entry]).first(),
        }

    def set_context(self, entries: Sequence[AnyEntry]) -> dict[str, Any]:
        """Return the consequence of publishing the entries together."""
        dated = [entry for entry in entries if not isinstance(entry, Report)]
        acts = [entry for entry in dated if isinstance(entry, Action)]
        consequence = consequence_of(dated, today=dated[0].treaty.legal_day(timezone.now()))
        return {
            "consequence": consequence,
            "notification_texts": texts_of(acts),
            "printed": printed_days(_kept(acts), consequence.after, dict(consequence.names)),
        }

    def publish_preview(self, entry: Action, beside: Sequence[TreatyFact]) -> str:
        """Name the differences in the status."""
        return "" if entry.revision is not None else _summary(_consequence(entry, *beside))

    @admin.display(description="entry", ordering="participant__name")
    def what(self, entry: Action) -> str:
        """Return participant, kind, and whether it corrects something."""
        kind = "" if entry.entry == Action.Entry.ORIGINAL else f" ({entry.get_entry_display()})"
        return f"{entry.participant}: {entry.get_kind_display()}{kind}"

    @admin.display(description="provisions")
    def provisions_list(self, entry: Action) -> str:
        """Return the provisions."""
        return ", ".join(entry.provisions)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Action], search_term: str
    ) -> tuple[QuerySet[Action], bool]:
        """Offer as references only entries of the treaty chosen that hold now, and the user's own drafts."""
        if request.GET.get("field_name") == "relates_to" and isinstance(request.user, User):
            own = queryset.filter(revision__isnull=True, author=request.user, entry=Action.Entry.ORIGINAL)
            queryset = (holding(queryset, request.user) | own).select_related("participant", "treaty")
            if treaty := number_in(request.GET.get("treaty")):
                queryset = queryset.filter(treaty=treaty)
        return super().get_search_results(request, queryset, search_term)

    def of_kind(self, entries: QuerySet[Action], word: str) -> QuerySet[Action]:
        """Return the entries of the kinds whose label has the word."""
        kinds = [kind.value for kind in ActionKind if word.lower() in kind.label.lower()]
        return entries.filter(kind__in=kinds)

    def get_form(self, *args: Any, **kwargs: Any) -> type[ModelForm[Action]]:  # noqa: ANN401 - Django's signature
        """Hide the add and change links of the rows that the form refers to."""
        form = super().get_form(*args, **kwargs)
        for name in ("relates_to", "predecessor"):
            widget: Any = form.base_fields[name].widget
            widget.can_add_related = widget.can_change_related = False
        return form


def _consequence(entry: Action, *beside: TreatyFact) -> Consequence:
    """Return the effect of publishing an entry today with the facts that its notification declares."""
    return consequence_of([entry, *beside], today=entry.treaty.legal_day(timezone.now()))


def _kept(entries: list[Action]) -> QuerySet[Notification]:
    """Return the notifications that tell entries of one treaty."""
    numbers = {entry.notification for entry in entries}
    return Notification.objects.filter(treaty=entries[0].treaty_id, number__in=numbers)


def _timeline(entry: Action) -> list[Action]:
    """Return all entries of the participant under the treaty, in order of time."""
    return list(
        Action.objects.filter(treaty=entry.treaty, participant=entry.participant)
        .prefetch_related("superseded_by")
        .order_by("taken_earliest", "pk")
    )


def _summary(consequence: Consequence) -> str:
    """Describe the differences in one line."""
    if not consequence.differences:
        return "Nothing in the status changes."
    parts = [
        f"{difference.subject}: {difference.before or 'nothing'} → {difference.after or 'nothing'}"
        for difference in consequence.differences
    ]
    return "; ".join(parts[:SHOWN]) + ("; ..." if len(parts) > SHOWN else ".")
