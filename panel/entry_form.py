"""Base form of ledger entries: fields for dates as they are typed, validation and writing through the ledger."""

from datetime import datetime
from typing import Any, ClassVar, Generic

from django import forms
from django.contrib.auth.models import User
from django.db import transaction

from panel.base import ModelForm
from ratification.intake.numbers import read_number
from ratification.intake.printed import read_days
from ratification.ledger import writing as ledger
from ratification.ledger.content import E, EntryContent
from ratification.ledger.refusal import AlreadyDraftedError
from ratification.ledger.shown import digest_of
from ratification.ledger.writing import LedgerError
from ratification.rules.dates import Span
from ratification.rules.doubts import Doubt
from treaty.models import Source, Treaty

FIELD_OF_RULE = {
    "future": "taken_on",
    "window": "taken_on",
    "existence": "taken_on",
    "target": "relates_to",
    "provisions": "provisions",
    "predecessor": "predecessor",
    "effect": "effective_on",
    "notification": "notification",
    "dated": "notified_on",
}
"""Field at which the doubt of a rule is shown; doubts of all other rules are shown at the form's `doubt_field`."""


def text_area(rows: int = 2) -> forms.Textarea:
    """Return a widget for a few lines of text."""
    return forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"})


HOW_SURE = ("confidence", "note", "override", "reason")
"""The last fields of every entry: how sure the source is, a remark, why it is right all the same, why corrected."""
TEXTS = ("summary", "note", "override", "reason")
"""Fields of a few lines."""


class TypedField(forms.CharField):
    """A text field with a parsed value, which has changed only if the value has."""

    widget: Any = forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"})
    nothing: object = None

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare the parsed values, not the texts."""
        try:
            return bool(self.clean(data) != (initial or self.nothing))
        except forms.ValidationError:
            return True


class SpanField(TypedField):
    """A day, month, year or interval in one field; its value is a Span, or None where it is left empty."""

    widget = forms.TextInput(attrs={"class": "vTextField span", "autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: object) -> object:
        """Return the text of a span."""
        return value.edtf if isinstance(value, Span) else value

    def clean(self, value: object) -> Span | None:
        """Parse the text; the error describes the fault in words."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_days(text)
        except ValueError as error:
            raise forms.ValidationError(f"{str(error)[0].upper()}{str(error)[1:]}.") from error


class EntryForm(ModelForm[E], Generic[E]):
    """A ledger entry as a clerk reads it.

    The ledger itself validates the entry, in a transaction that is rolled back: an entry that passes the form is not
    refused when it is saved. What is unusual or impossible can be saved as a draft; only submission asks. A subclass
    gives the `content` and the field at which doubts about it are shown.
    """

    user: User
    now: datetime
    corrected: E | None = None
    parked_for: tuple[Doubt, ...] = ()
    """Doubts with which the entry is saved as a draft; they keep it from being submitted."""
    version: str
    """Digest of the draft as it is stored; the form sends back the one that it was opened with."""
    sent_before: AlreadyDraftedError | None = None
    """The refusal of a form that was sent before, with the draft that it made then."""
    doubt_field: ClassVar[str]
    refusals: ClassVar[tuple[type[Exception], ...]] = (LedgerError,)

    confidence = forms.ChoiceField(
        choices=[("", "As its source; primary from a notification"), *Source.Confidence.choices],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        # Read now: checking the form puts what was typed into the instance, which may then not be saved.
        self.version = digest_of(self.instance) if self.instance.pk else ""
        if not self.instance.pk:
            self.initial["confidence"] = ""
        shown = self.corrected or (self.instance if self.instance.pk else None)
        if shown is not None:
            emptied = {"reason": "", "override": ""} if self.corrected else {}
            self.initial = {**self.initial_of(shown), **emptied, **self.initial}
        if "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = "What was wrong, and how it is known. It is published."

    def initial_of(self, entry: E) -> dict[str, Any]:
        """Return the initial values of the fields for an existing entry."""
        return {**forms.models.model_to_dict(entry, fields=self._meta.fields), "taken_on": entry.taken}

    def _check_version(self) -> None:
        """Refuse to overwrite what another tab or colleague has saved since the form was opened; show both."""
        if not self.version or self.data.get("_version", self.version) == self.version:
            return
        stored = self.initial_of(self.instance)
        for name in self.changed_data:
            if name in self.fields and name not in self.errors:
                words = self._in_words(name, stored.get(name))
                self.add_error(name, f"Stored meanwhile: {words}. Yours stands in the field.")
        self.add_error(
            None,
            "This draft has been saved elsewhere since you opened it. Each field that differs shows what is stored; "
            "mend the fields, then save again: what stands in them then is kept.",
        )

    def _in_words(self, name: str, value: object) -> str:
        """Return a stored value as its field shows it."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            chosen = field.queryset.filter(pk=value).first() if field.queryset is not None else None
            return str(chosen) if chosen else "nothing"
        return str(field.prepare_value(value) or "nothing")

    def clean_confidence(self) -> str:
        """Return the confidence chosen, else the one that follows from notification or source."""
        source = self.cleaned_data.get("source")
        follows = source.confidence if source else Source.Confidence.SECONDARY
        if self.cleaned_data.get("notification"):
            follows = Source.Confidence.PRIMARY
        return self.cleaned_data["confidence"] or follows

    def clean_notification(self) -> str:
        """Hold a new number against its pattern and the treaty; the heading line of a notification is understood."""
        number: str = self.cleaned_data["notification"]
        treaty = self.cleaned_data.get("treaty")
        if treaty is None or "notification" not in self.changed_data:
            return number
        try:
            return read_number(number, treaty)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any] | None:
        """Validate by writing through the ledger and rolling back."""
        cleaned = super().clean()
        self._check_version()
        if "_submit" in self.data and not self.cleaned_data.get("source"):
            self.add_error("source", "Needed before the entry can be submitted for review.")
        if set(self.errors) - {"source"}:
            return cleaned
        try:
            with transaction.atomic():
                self.write()
                transaction.set_rollback(True)
        except self.refusals as refusal:
            doubts = refusal.doubts if isinstance(refusal, LedgerError) else ()
            self.sent_before = refusal if isinstance(refusal, AlreadyDraftedError) else None
            if doubts and "_submit" not in self.data:
                self.parked_for = tuple(doubts)
            else:
                self._add_refusal(refusal)
        return cleaned

    def save(self, commit: bool = True) -> E:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        """Write the entry through the ledger; `commit` is ignored, as the ledger has no unwritten entries."""
        self.instance = self.write()
        return self.instance

    def save_m2m(self) -> None:
        """Do nothing: entries have no many-to-many fields."""

    def write(self) -> E:
        """Draft, revise or correct the entry."""
        content, reason = self.content(), self.cleaned_data.get("reason", "")
        how: dict[str, Any] = {"now": self.now, "parked": bool(self.parked_for)}
        if self.instance.pk:
            return ledger.revise(self.instance, content, by=self.user, reason=reason, **how)
        if self.corrected is not None:
            return ledger.correct(self.corrected, content, author=self.user, reason=reason, **how)
        return ledger.draft(self.treaty(), content, author=self.user, **how)

    def content(self) -> EntryContent[E]:
        """Return the content of the entry, from the cleaned fields."""
        raise NotImplementedError

    def treaty(self) -> Treaty:
        """Return the treaty that the fields name: in a field of its own, unless a subclass has none."""
        treaty: Treaty = self.cleaned_data["treaty"]
        return treaty

    def common_content(self) -> dict[str, Any]:
        """Return the part of the content that entries of both kinds have."""
        data = self.cleaned_data
        names = ("participant", "summary", "confidence", "note", "override")
        origin = (self.corrected or self.instance).origin
        return {name: data[name] for name in names} | {
            "taken": data["taken_on"],
            "source": data.get("source"),
            "origin": origin,
        }

    def _add_refusal(self, refusal: Exception) -> None:
        """Show each doubt at the field that it concerns."""
        doubts = refusal.doubts if isinstance(refusal, LedgerError) else ()
        if not doubts:
            column = refusal.column if isinstance(refusal, LedgerError) else ""
            self.add_error(column if column in self.fields else None, str(refusal))
        for doubt in doubts:
            self.add_error(FIELD_OF_RULE.get(doubt.rule, self.doubt_field), doubt.sentence)
        if any(not doubt.impossible for doubt in doubts):
            self.add_error("override", "This is unusual. Mend it, or say here why it is right all the same.")
