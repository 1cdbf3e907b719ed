"""The form of a treaty action, in the order of a depositary notification."""

import re
from typing import Any

from django import forms
from django.conf import settings

from panel.base import PrintedDateField
from panel.entry_form import HOW_SURE, EntryForm, SpanField, TypedField, text_area
from panel.kinds import kind_choices
from panel.row_fields import number_in
from ratification.intake.printed import read_provisions
from ratification.ledger.declared_day import declare_with, declared_with
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from treaty.clauses import ActionKind
from treaty.models import Treaty


class ProvisionsField(TypedField):
    """Provisions as a text with commas and as a value that is a list."""

    nothing: object = []

    def prepare_value(self, value: object) -> object:
        """Return the text of a list."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        """Read the provisions as they are printed."""
        try:
            return read_provisions(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from error


class TextsField(TypedField):
    """Versions of a text: each begins with a line `[az, authentic]`, and its words follow."""

    nothing: object = []
    widget: Any = text_area(5)

    def prepare_value(self, value: object) -> object:
        """Return the versions as they are typed."""
        if not isinstance(value, list):
            return value
        return "\n\n".join(f"[{each['language']}, {each['status']}]\n{each['text']}" for each in value)

    def clean(self, value: object) -> list[dict[str, str]]:
        """Split the versions."""
        text = super().clean(value).replace("\r\n", "\n")
        if not text:
            return []
        before, *parts = _VERSION.split(text)
        if before.strip() or not parts:
            raise forms.ValidationError("Begin each version with a line such as [az, authentic].")
        return [
            {"language": language, "status": status, "text": words.strip()}
            for language, status, words in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        ]


_VERSION = re.compile(r"^\[([^\],\n]+),\s*([^\],\n]+)\][ \t]*$", re.MULTILINE)


HEAD = ("treaty", "notification", "notified_on", "source", "participant", "kind")
"""Fields of every act, in the order of the form and of its first section."""


class ActionForm(EntryForm[Action]):
    """A treaty action as a clerk reads it from a notification."""

    doubt_field = "kind"

    taken_on = SpanField(
        label="Effected on",
        help_text="The day of deposit or receipt: 15 April 2026 or 2026-04-15. Not known to the day: April 2026, 2026, "
        "or an interval, 2026-04-01/2026-04-15.",
    )
    effective_on = SpanField(
        label="Takes effect on",
        required=False,
        help_text="Only where the notification says so, as for a succession.",
    )
    in_force_on = PrintedDateField(
        label="Enters into force for it on",
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
        help_text="The day of entry into force for the participant, as the notification prints it. It is kept as a "
        "treaty fact beside the act, and held against the computed day.",
    )
    provisions = ProvisionsField(
        label="Provisions",
        required=False,
        help_text="What the statement is about, as printed: 7(2), paragraph 3 of article 63. For a withdrawal, change "
        "or objection: the part of the entry named below that it concerns; empty is all of it.",
    )
    territories = ProvisionsField(
        label="Territories",
        required=False,
        help_text="Codes of the territories covered or excluded, e.g. GIB, IMN.",
    )
    texts = TextsField(
        label="Text",
        required=False,
        strip=True,
        help_text="The words of the act. Each version begins with a line that gives language and status: "
        "[az, authentic], [en, official] or [en, own] for this project's own translation.",
    )

    class Meta:
        model = Action
        fields = (
            *HEAD,
            "relates_to",
            "predecessor",
            "excludes",
            "precludes",
            "summary",
            *HOW_SURE,
        )
        labels = {
            "relates_to": "About entry",
            "notified_on": "Notification dated",
            "excludes": "The reservation excludes the provisions",
            "precludes": "The objection precludes entry into force between the two",
            "override": "Why it is right all the same",
            "reason": "Reason",
        }
        widgets = {
            "summary": text_area(3),
            "note": text_area(),
            "override": text_area(),
            "reason": text_area(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        if not self.instance.pk and self.corrected is None:
            self.initial.setdefault(
                "treaty",
                Treaty.objects.filter(slug=settings.ROOT_TREATY).values_list("pk", flat=True).first(),
            )
        if "kind" in self.fields:
            field: Any = self.fields["kind"]
            field.choices = kind_choices(self._chosen_treaty())

    def _chosen_treaty(self) -> Treaty | None:
        """Return the treaty that the form shows, where it shows one."""
        chosen = str(self["treaty"].value() or "") if "treaty" in self.fields else ""
        return Treaty.objects.filter(pk=number_in(chosen)).first()

    def initial_of(self, entry: Action) -> dict[str, Any]:
        """Add the values of the fields that are no columns."""
        declared = declared_with(entry)
        return {
            **super().initial_of(entry),
            "provisions": entry.provisions,
            "territories": entry.territories,
            "texts": entry.texts,
            "effective_on": entry.effective,
            "in_force_on": declared.taken.on if declared else None,
        }

    def write(self) -> Action:
        """Write the act, and beside it the day that its notification declares."""
        stored = Action.objects.filter(pk=self.instance.pk).select_related("participant", "treaty").first()
        earlier = declared_with(stored) if stored else None
        entry = super().write()
        declare_with(entry, self.cleaned_data["in_force_on"], by=self.user, now=self.now, earlier=earlier)
        return entry

    def content(self) -> ActionContent:
        """Return the treaty action that the fields describe."""
        data = self.cleaned_data
        return ActionContent(
            **self.common_content(),
            kind=ActionKind(data["kind"]),
            effective=data["effective_on"],
            relates_to=data["relates_to"],
            provisions=data["provisions"],
            territories=data["territories"],
            predecessor=data["predecessor"],
            excludes=data["excludes"],
            precludes=data["precludes"],
            texts=data["texts"],
            notification=data["notification"],
            notified_on=data["notified_on"],
        )
