"""The form of a report: what a participant is reported to do because of the treaty, and who answers there."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction

from ratification import contacts, ledger
from ratification.admin.form import SpanField
from ratification.contacts import ContactError, Details
from ratification.ledger import Account, LedgerError
from ratification.models import Report

if TYPE_CHECKING:  # it takes a parameter only in its stubs
    Form = forms.ModelForm[Report]
else:
    Form = forms.ModelForm

CONTACT = ("contact_name", "contact_telephone", "contact_address")


class ReportForm(Form):
    """A report as a clerk reads it. Whether the ledger takes it is asked of the ledger, in a transaction undone."""

    user: User
    now: datetime
    corrected: Report | None = None

    taken_on = SpanField(
        label="On", help_text="When it came to this: 2026-04-15, 2026-04, 2026, or 2026-04-01/2026-04-15."
    )
    contact_name = forms.CharField(label="Name", required=False, max_length=200)
    contact_telephone = forms.CharField(label="Telephone", required=False, max_length=60)
    contact_address = forms.CharField(
        label="Address", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    class Meta:
        model = Report
        fields = (
            "measure",
            "participant",
            "stage",
            "source",
            "summary",
            "confidence",
            "note",
            "override",
            "reason",
        )
        labels = {"override": "Why it is right all the same"}
        widgets = dict.fromkeys(
            ("summary", "note", "override", "reason"),
            forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        shown = self.corrected or (self.instance if self.instance.pk else None)
        if shown is not None:
            before = forms.models.model_to_dict(shown, fields=self.Meta.fields) | {"taken_on": shown.taken}
            self.initial = {
                **before,
                **({"reason": "", "override": ""} if self.corrected else {}),
                **self.initial,
            }

    def clean(self) -> dict[str, Any] | None:
        """Ask the ledger, and whether the details can be kept."""
        cleaned = super().clean()
        if "_submit" in self.data and not self.cleaned_data.get("source"):
            self.add_error("source", "Needed before the report can be submitted for review.")
        if self.errors:
            return cleaned
        try:
            with transaction.atomic():
                self.write()
                transaction.set_rollback(True)
        except (LedgerError, ContactError) as refusal:
            self.add_error(None, str(refusal))
        return cleaned

    def write(self) -> Report:
        """Make the draft, or change it, through the ledger; seal the details of the contact point apart from it."""
        data = self.cleaned_data
        account = Account(
            participant=data["participant"],
            measure=data["measure"],
            stage=data["stage"],
            taken=data["taken_on"],
            summary=data["summary"],
            source=data.get("source"),
            confidence=data["confidence"],
            note=data["note"],
            override=data["override"],
        )
        reason = data.get("reason", "")
        if self.instance.pk:
            entry = Report.objects.get(pk=self.instance.pk)
            entry = ledger.revise(entry, account, by=self.user, now=self.now, reason=reason)
        elif self.corrected is not None:
            entry = ledger.correct(self.corrected, account, author=self.user, reason=reason, now=self.now)
        else:
            entry = ledger.draft(account.measure.treaty, account, author=self.user, now=self.now)
        if details := Details(*(data[name] for name in CONTACT)):
            contacts.keep(entry.participant, entry.measure, details, by=self.user, now=self.now)
        return entry
