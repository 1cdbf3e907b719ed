"""What the forms of all entries share: dates as they are typed, and the way through the ledger."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.db import transaction

from ratification.ledger import writing as ledger
from ratification.ledger.writing import LedgerError
from ratification.rules.dates import Span, parse_edtf

if TYPE_CHECKING:  # it takes a parameter only in its stubs
    Form = forms.ModelForm[Any]
else:
    Form = forms.ModelForm

# Beside which field a doubt is shown; every other stands beside what the entry says happened.
FIELD_OF = {"future": "taken_on", "window": "taken_on", "existence": "taken_on", "target": "relates_to"}


def text_area(rows: int = 2) -> forms.Textarea:
    """Return a field for a few lines."""
    return forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"})


class TypedField(forms.CharField):
    """A field whose text means something else; it has changed if what is meant has."""

    widget = forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"})
    nothing: object = None

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare what is meant, not how it is typed."""
        try:
            return bool(self.clean(data) != (initial or self.nothing))
        except forms.ValidationError:
            return True


class SpanField(TypedField):
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


class EntryForm(Form):
    """An entry as a clerk reads it.

    Whether the ledger takes it is asked of the ledger itself, in a transaction that is undone: what the form lets
    through, the ledger does not refuse. A subclass gives the `statement`, and beside which field (`said_in`) stands
    what speaks against it.
    """

    user: User
    now: datetime
    corrected: Any = None
    said_in: ClassVar[str]
    refusals: ClassVar[tuple[type[Exception], ...]] = (LedgerError,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        shown = self.corrected or (self.instance if self.instance.pk else None)
        if shown is not None:
            emptied = {"reason": "", "override": ""} if self.corrected else {}
            self.initial = {**self.before(shown), **emptied, **self.initial}
        if "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = "What was wrong, and how it is known. It is published."

    def before(self, entry: Any) -> dict[str, Any]:  # noqa: ANN401 - an entry of the form's kind
        """Return what the fields hold for an entry that is there already."""
        return {**forms.models.model_to_dict(entry, fields=self._meta.fields), "taken_on": entry.taken}

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
        except self.refusals as refusal:
            self._show(refusal)
        return cleaned

    def write(self) -> Any:  # noqa: ANN401 - an entry of the form's kind
        """Make the draft, or change it, through the ledger."""
        statement, reason = self.statement(), self.cleaned_data.get("reason", "")
        if self.instance.pk:
            entry = self._meta.model.objects.get(pk=self.instance.pk)
            return ledger.revise(entry, statement, by=self.user, now=self.now, reason=reason)
        if self.corrected is not None:
            return ledger.correct(self.corrected, statement, author=self.user, reason=reason, now=self.now)
        return ledger.draft(self.treaty(), statement, author=self.user, now=self.now)

    def statement(self) -> Any:  # noqa: ANN401 - what an entry of the form's kind says
        """Return what the fields say."""
        raise NotImplementedError

    def treaty(self) -> Any:  # noqa: ANN401 - a treaty
        """Return the treaty that the fields name."""
        raise NotImplementedError

    def said(self) -> dict[str, Any]:
        """Return what every entry says."""
        data = self.cleaned_data
        names = ("participant", "summary", "confidence", "note", "override")
        origin = (self.corrected or self.instance).origin
        return {name: data[name] for name in names} | {
            "taken": data["taken_on"],
            "source": data.get("source"),
            "origin": origin,
        }

    def _show(self, refusal: Exception) -> None:
        """Put each doubt beside the field that it is about."""
        doubts = refusal.doubts if isinstance(refusal, LedgerError) else ()
        if not doubts:
            self.add_error(None, str(refusal))
        for doubt in doubts:
            self.add_error(FIELD_OF.get(doubt.rule, self.said_in), doubt.sentence)
        if any(not doubt.impossible for doubt in doubts):
            self.add_error("override", "This is unusual. Mend it, or say here why it is right all the same.")
