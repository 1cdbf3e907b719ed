"""The form of an entry, in the order of a depositary notification."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction

from ratification import ledger
from ratification.ledger import LedgerError, Statement
from ratification.models import Action
from ratification.rules.admissibility import Doubt
from ratification.rules.dates import Span, parse_edtf
from treaty.clauses import ActionKind
from treaty.models import Treaty

# Beside which field a doubt is shown; the rest stand at the top.
FIELD_OF = {
    "future": "taken_on",
    "window": "taken_on",
    "existence": "taken_on",
    "target": "relates_to",
}


class SpanField(forms.CharField):
    """A day, month, year or interval in one field; its value is a Span, or None where it is left empty."""

    widget = forms.TextInput(attrs={"class": "vTextField span", "autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: object) -> object:
        """Show a span as it is typed."""
        return value.edtf if isinstance(value, Span) else value

    def clean(self, value: object) -> Any:  # noqa: ANN401 - Django's type
        """Read the text; the error says in words what is wrong."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_edtf(text.replace(" ", ""))
        except ValueError as error:
            raise forms.ValidationError(f"{str(error)[0].upper()}{str(error)[1:]}.") from error

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare what is meant, not how it is typed."""
        return _differs(self, initial, data)


class ProvisionsField(forms.CharField):
    """Provisions separated by commas; its value is a list."""

    widget = forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: object) -> object:
        """Show a list as it is typed."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> Any:  # noqa: ANN401 - Django's type
        """Split the text."""
        text = super().clean(value)
        return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare what is meant, not how it is typed."""
        return _differs(self, initial or [], data)


def _differs(field: forms.Field, initial: object, data: object) -> bool:
    try:
        return bool(field.clean(data) != initial)
    except forms.ValidationError:
        return True


if TYPE_CHECKING:  # it takes a parameter only in its stubs
    EntryForm = forms.ModelForm[Action]
else:
    EntryForm = forms.ModelForm


class ActionForm(EntryForm):
    """An entry as a clerk reads it from a notification.

    Whether the ledger takes it is asked of the ledger itself, in a transaction that is undone: what the form lets
    through, the ledger does not refuse.
    """

    user: User
    now: datetime
    corrected: Action | None = None

    taken_on = SpanField(
        label="Effected on",
        help_text="The day of deposit or receipt: 2026-04-15. Not known to the day: 2026-04, 2026, or an interval "
        "2026-04-01/2026-04-15.",
    )
    effective_on = SpanField(
        label="Takes effect on",
        required=False,
        help_text="Only where the notification says so, as for a succession.",
    )
    provisions = ProvisionsField(
        label="Provisions", required=False, help_text="What the statement is about, e.g. 7(2), 14, 63(3)."
    )

    class Meta:
        model = Action
        fields = (
            "treaty",
            "notification",
            "source",
            "participant",
            "kind",
            "relates_to",
            "summary",
            "confidence",
            "note",
            "override",
            "reason",
        )
        labels = {"relates_to": "About entry", "override": "Why it is right all the same", "reason": "Reason"}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "note": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "override": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "reason": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        shown = self.corrected or (self.instance if self.instance.pk else None)
        if shown is not None:
            before = forms.models.model_to_dict(shown, fields=[*self.Meta.fields, "provisions"])
            before |= {"taken_on": shown.taken, "effective_on": shown.effective}
            if self.corrected:
                before |= {"reason": "", "override": ""}
            self.initial = {**before, **self.initial}
        else:
            self.initial.setdefault(
                "treaty", Treaty.objects.filter(slug="hanoi").values_list("pk", flat=True).first()
            )
        if "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = "What was wrong, and how it is known. It is published."

    def clean(self) -> dict[str, Any] | None:
        """Ask the ledger."""
        cleaned = super().clean()
        if "_submit" in self.data and not self.cleaned_data.get("source"):
            self.add_error("source", "Needed before the entry can be submitted for review.")
        if set(self.errors) - {"source"}:
            return cleaned
        try:
            with transaction.atomic():
                self.write()
                transaction.set_rollback(True)
        except LedgerError as refusal:
            self._show(refusal)
        return cleaned

    def write(self) -> Action:
        """Make the draft, or change it, through the ledger."""
        statement, reason = self._statement(), self.cleaned_data.get("reason", "")
        if self.instance.pk:
            entry = Action.objects.get(pk=self.instance.pk)
            return ledger.revise(entry, statement, by=self.user, now=self.now, reason=reason)
        if self.corrected is not None:
            return ledger.correct(self.corrected, statement, author=self.user, reason=reason, now=self.now)
        return ledger.draft(self.cleaned_data["treaty"], statement, author=self.user, now=self.now)

    def _statement(self) -> Statement:
        data = self.cleaned_data
        origin = self.corrected or self.instance
        return Statement(
            participant=data["participant"],
            kind=ActionKind(data["kind"]),
            taken=data["taken_on"],
            effective=data["effective_on"],
            relates_to=data["relates_to"],
            provisions=data["provisions"],
            summary=data["summary"],
            notification=data["notification"],
            source=data.get("source"),
            confidence=data["confidence"],
            note=data["note"],
            override=data["override"],
            origin=origin.origin,
        )

    def _show(self, refusal: LedgerError) -> None:
        """Put each doubt beside the field that it is about."""
        if not refusal.doubts:
            self.add_error(None, str(refusal))
        for doubt in refusal.doubts:
            self.add_error(_place(doubt), doubt.sentence)
        if any(not doubt.impossible for doubt in refusal.doubts):
            self.add_error("override", "This is unusual. Mend it, or say here why it is right all the same.")


def _place(doubt: Doubt) -> str:
    return FIELD_OF.get(doubt.rule, "kind")
