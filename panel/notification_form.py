"""Forms of a depositary notification: its head, and its lines, one an act."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.text import slugify

from panel.action_form import ProvisionsField, TextsField
from panel.base import PrintedDateField
from panel.entry_form import FIELD_OF_RULE, SpanField, text_area
from panel.kinds import kind_choices
from ratification.intake.notified_acts import Notification, NotifiedAct
from ratification.intake.numbers import bare_number, refusal_of_number
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action
from ratification.record.entries import holding
from ratification.rules.statements.kinds import NAMES_A_STATEMENT
from states.models import Participant
from treaty.clauses import CONSENTS, ActionKind
from treaty.models import Source, Treaty

if TYPE_CHECKING:
    from django.db.models import QuerySet

    FormSet = BaseFormSet["LineForm"]
else:  # Django's class takes type parameters only in its stubs
    FormSet = BaseFormSet

SPARE_LINES = 3
"""Empty lines that the page offers."""


class HeadForm(forms.Form):
    """What a notification says of itself. Its source is made from it."""

    treaty = forms.ModelChoiceField(Treaty.objects.all())
    number = forms.CharField(
        label="Number",
        max_length=80,
        widget=forms.TextInput(attrs={"class": "vTextField", "autofocus": True, "spellcheck": "false"}),
        help_text="C.N.123.2026.TREATIES-XVIII.16; the heading line can be pasted.",
    )
    notified_on = PrintedDateField(required=False, label="Dated", help_text="The notification's own date.")
    language = forms.ChoiceField(
        choices=[("", "not known"), ("en", "English"), ("fr", "French")],
        required=False,
        help_text="Of the notification; translations in it are in this language.",
    )
    url = forms.URLField(
        required=False,
        assume_scheme="https",
        label="Address",
        help_text="Where the notification can be read.",
        widget=forms.URLInput(attrs={"class": "vTextField"}),
    )

    def clean(self) -> dict[str, Any] | None:
        """Hold the number against its pattern and the treaty."""
        cleaned = super().clean()
        treaty, number = self.cleaned_data.get("treaty"), self.cleaned_data.get("number")
        if treaty is not None and number:
            self.cleaned_data["number"] = number = bare_number(number)
            if refusal := refusal_of_number(number, treaty):
                self.add_error("number", refusal)
        return cleaned

    def source(self) -> Source:
        """Return the source that the notification is; it is made where the treaty has none of this number."""
        data = self.cleaned_data
        defaults = {
            "title": f"Depositary notification {data['number']}",
            "url": data["url"],
            "publisher": data["treaty"].depositary,
            "published_on": data["notified_on"].isoformat() if data["notified_on"] else "",
            "confidence": Source.Confidence.PRIMARY,
        }
        key = slugify(data["number"])
        return Source.objects.get_or_create(treaty=data["treaty"], key=key, defaults=defaults)[0]


def _search(name: str) -> AutocompleteSelect:
    return AutocompleteSelect(Action._meta.get_field(name), admin.site)  # noqa: SLF001 - documented API


class LineForm(forms.Form):
    """One act. Participant and day are those of the line above where they are left empty."""

    participant = forms.ModelChoiceField(
        Participant.objects.all(), required=False, widget=_search("participant")
    )
    kind = forms.ChoiceField()
    taken_on = SpanField(required=False, label="Effected on")
    provisions = ProvisionsField(required=False)
    relates_to = forms.ModelChoiceField(
        Action.objects.all(), required=False, label="About entry", widget=_search("relates_to")
    )
    territories = ProvisionsField(required=False)
    in_force_on = PrintedDateField(required=False, label="Entry into force for it, as printed")
    texts = TextsField(required=False, strip=True, label="Text, after a line such as [en, authentic]")
    override = forms.CharField(required=False, widget=text_area(), label="Why it is right all the same")

    def __init__(self, *args: Any, treaty: Treaty | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = kind_choices(treaty)

    def show_refusal(self, refusal: LedgerError) -> None:
        """Show each doubt at the field that it concerns."""
        if not refusal.doubts:
            self.add_error(refusal.column if refusal.column in self.fields else None, str(refusal))
        for doubt in refusal.doubts:
            name = FIELD_OF_RULE.get(doubt.rule, "kind")
            self.add_error(name if name in self.fields else "kind", doubt.sentence)
        if any(not doubt.impossible for doubt in refusal.doubts):
            self.add_error("override", "This is unusual. Mend it, or say here why it is right all the same.")


class LineFormSet(FormSet):
    """The lines of a notification. An empty one is passed over."""

    def filled(self) -> list[LineForm]:
        """Return the lines in which something was entered."""
        return [form for form in self.forms if form.has_changed()]

    def clean(self) -> None:
        """Give each line the participant and day of the line above where it has none; demand those of the first."""
        lines = self.filled()
        if not lines:
            raise forms.ValidationError("A notification has at least one line: State, kind and day.")
        for name, sentence in (("participant", "Who acted?"), ("taken_on", "When was it effected?")):
            above = None
            for line in lines:
                if name in line.errors:
                    break
                above = line.cleaned_data[name] = line.cleaned_data.get(name) or above
                if above is None:
                    line.add_error(name, f"{sentence} Only a line below another can leave it empty.")

    def contents(self, head: HeadForm) -> list[ActionContent]:
        """Return the content of each line."""
        source, data = head.source(), head.cleaned_data
        return [
            ActionContent(
                participant=line.cleaned_data["participant"],
                kind=ActionKind(line.cleaned_data["kind"]),
                taken=line.cleaned_data["taken_on"],
                provisions=line.cleaned_data["provisions"],
                relates_to=line.cleaned_data["relates_to"],
                territories=line.cleaned_data["territories"],
                texts=line.cleaned_data["texts"],
                override=line.cleaned_data["override"],
                notification=data["number"],
                notified_on=data["notified_on"],
                source=source,
                confidence=source.confidence,
            )
            for line in self.filled()
        ]


Lines: type[LineFormSet] = formset_factory(  # type: ignore[assignment]  # the factory's stub forgets the class
    LineForm, formset=LineFormSet, extra=SPARE_LINES, max_num=200, validate_max=True
)


def data_of(found: Notification, treaty: Treaty, *, url: str = "") -> QueryDict:
    """Return what was read from a text as the forms would send it; what was not read is empty."""
    printed = {each.participant: each.on for each in found.in_force}
    data = {
        "treaty": str(treaty.pk),
        "number": found.number,
        "notified_on": found.notified_on.isoformat() if found.notified_on else "",
        "language": found.language,
        "form-TOTAL_FORMS": str(len(found.acts) + SPARE_LINES),
        "form-INITIAL_FORMS": "0",
        "url": url,
    }
    for number, act in enumerate(found.acts):
        about = _about(act, treaty)
        in_force_on = printed.pop(act.participant, None) if act.participant and act.kind in CONSENTS else None
        values = {
            "participant": str(act.participant.pk) if act.participant else "",
            "kind": act.kind.value,
            "taken_on": act.effected.edtf if act.effected else "",
            "in_force_on": in_force_on.isoformat() if in_force_on else "",
            "provisions": ", ".join(act.provisions),
            "territories": ", ".join(act.territories),
            "relates_to": str(about.pk) if about else "",
            "texts": "\n\n".join(
                f"[{each.language or '?'}, {'official' if each.is_translation else 'authentic'}]\n{each.text}"
                for each in act.versions
            ),
        }
        data |= {f"form-{number}-{name}": value for name, value in values.items()}
    sent = QueryDict(mutable=True)
    sent.update(data)
    return sent


def _about(act: NotifiedAct, treaty: Treaty) -> Action | None:
    """Return the statement that an act is about where only one can be meant."""
    maker = act.answered or (act.participant if act.kind != ActionKind.OBJECTION else None)
    if act.kind not in NAMES_A_STATEMENT or maker is None:
        return None
    words = act.words.lower()
    kinds = [
        kind
        for kind in (ActionKind.RESERVATION, ActionKind.DECLARATION, ActionKind.OBJECTION)
        if kind.value in words.replace("é", "e").replace("reserve", "reservation")
        and not (act.kind == ActionKind.OBJECTION and kind == ActionKind.OBJECTION)
    ]
    stated: QuerySet[Action] = holding(treaty.actions.all()).filter(participant=maker, kind__in=kinds)
    fitting = [each for each in stated if set(act.provisions) <= set(each.provisions) or not act.provisions]
    return fitting[0] if len(fitting) == 1 else None
