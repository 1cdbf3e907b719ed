"""Form of a report: a participant's stage of a measure, and the details of its contact point."""

from typing import Any, cast

from django import forms

from panel.entry_form import HOW_SURE, TEXTS, EntryForm, SpanField, text_area
from ratification.ledger.content import FROM_ACTIONS
from ratification.ledger.writing import LedgerError, ReportContent
from ratification.models import Report
from ratification.readiness import contacts
from ratification.readiness.contacts import ContactError, Details
from treaty.models import Measure, Treaty

CONTACT = ("contact_name", "contact_telephone", "contact_address")


class ReportForm(EntryForm[Report]):
    """A report as a clerk reads it; details of a contact point are stored apart from it, sealed."""

    doubt_field = "stage"
    refusals = (LedgerError, ContactError)

    taken_on = SpanField(
        label="On", help_text="When it came to this: 2026-04-15, 2026-04, 2026, or 2026-04-01/2026-04-15."
    )
    contact_name = forms.CharField(label="Name", required=False, max_length=200)
    contact_telephone = forms.CharField(label="Telephone", required=False, max_length=60)
    contact_address = forms.CharField(label="Address", required=False, max_length=500, widget=text_area())

    class Meta:
        model = Report
        fields = (
            "measure",
            "participant",
            "stage",
            "source",
            "summary",
            *HOW_SURE,
        )
        labels = {"override": "Why it is right all the same"}
        widgets = {name: text_area() for name in TEXTS}

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        """Offer measures by theme, and the stages that can be reported."""
        super().__init__(*args, **kwargs)
        measure, stage = cast("forms.ModelChoiceField[Measure]", self.fields["measure"]), self.fields["stage"]
        themes: dict[str, list[tuple[int, str]]] = {}
        for each in Measure.objects.order_by("treaty", "position"):
            themes.setdefault(each.get_theme_display(), []).append((each.pk, str(each)))
        measure.choices = [("", "---------"), *themes.items()]
        cast("forms.ChoiceField", stage).choices = [
            ("", "---------"),
            *(choice for choice in Measure.Stage.choices if choice[0] not in FROM_ACTIONS),
        ]

    def treaty(self) -> Treaty:
        """Return the treaty of the measure."""
        treaty: Treaty = self.cleaned_data["measure"].treaty
        return treaty

    def content(self) -> ReportContent:
        """Return the report that the fields describe."""
        return ReportContent(
            **self.common_content(), measure=self.cleaned_data["measure"], stage=self.cleaned_data["stage"]
        )

    def write(self) -> Report:
        """Write the draft and seal the details of the contact point."""
        entry = super().write()
        if details := Details(*(self.cleaned_data[name] for name in CONTACT)):
            contacts.keep(entry.participant, entry.measure, details, by=self.user, now=self.now)
        return entry
