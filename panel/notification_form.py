"""Forms of a depositary notification: its head, and its lines, one an act."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.text import slugify

from panel.action_form import ProvisionsField, TextsField
from panel.base import MEANWHILE, PrintedDateField, overwrite_next, show_stored
from panel.entry_form import FIELD_OF_RULE, SpanField, text_area
from panel.kinds import kind_choices
from panel.treaty_choice import search_of, treaty_field
from ratification.intake.notified_acts import NotifiedAct, PrintedNotification
from ratification.intake.numbers import bare_number, refusal_of_number
from ratification.ledger.declared_day import declared_with
from ratification.ledger.notifications import NotificationHead
from ratification.ledger.preconditions import stand_of
from ratification.ledger.shown import digest_of
from ratification.ledger.writing import ActionContent, LedgerError, content_of
from ratification.models import Action
from ratification.record.entries import holding
from ratification.rules.doubts import Doubt
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

_SHOWN = frozenset(
    {
        "participant",
        "kind",
        "taken_on",
        "in_force_on",
        "provisions",
        "relates_to",
        "territories",
        "texts",
        "override",
    }
)
"""Fields of a line that people fill in."""


class TextForm(forms.Form):
    """The text of a notification, to be read."""

    text = forms.CharField(
        required=False,
        widget=text_area(8),
        label="Text of the notification",
        help_text="English or French, as issued. It is kept as it is; what is read from it fills the fields below.",
    )


class HeadForm(forms.Form):
    """Form of the notification itself, apart from its lines. Its source is made from it."""

    treaty = treaty_field()
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
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def check_stored(self, stored_text: str, text: str) -> None:
        """Refuse to overwrite what was saved elsewhere since the page was opened; show both."""
        if self.data.get("version") == self.initial["version"]:
            return
        show_stored(self, [name for name in self.changed_data if name != "version"])
        if stored_text.split() != text.split():
            self.add_error(None, MEANWHILE.format(words=stored_text.rstrip(". \n") or "no text"))
        if self.errors:
            self.add_error(
                None,
                "The notification has been saved elsewhere since you opened it. Mend it, then save again.",
            )
        overwrite_next(self)

    def fix(self) -> None:
        """Leave the head as it is stored."""
        for field in self.fields.values():
            field.disabled = True
            field.help_text = ""

    def clean(self) -> dict[str, Any] | None:
        """Hold the number against its pattern and the treaty."""
        cleaned = super().clean()
        treaty, number = self.cleaned_data.get("treaty"), self.cleaned_data.get("number")
        if treaty is not None and number and not self.fields["number"].disabled:
            self.cleaned_data["number"] = number = bare_number(number)
            if refusal := refusal_of_number(number, treaty):
                self.add_error("number", refusal)
        return cleaned

    def content(self, source: Source, text: str, in_force: dict[str, str]) -> NotificationHead:
        """Return what the notification says of itself."""
        data = self.cleaned_data
        return NotificationHead(
            treaty=data["treaty"],
            number=data["number"],
            notified_on=data["notified_on"],
            language=data["language"],
            source=source,
            text=text,
            in_force=in_force,
        )

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


class LineForm(forms.Form):
    """One act, new or a draft of the user. Participant and day left empty are those of the line above."""

    doubts: Sequence[Doubt] = ()
    """Doubts that keep a stored draft from submission."""

    entry = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    participant = forms.ModelChoiceField(
        Participant.objects.all(), required=False, widget=search_of("participant")
    )
    kind = forms.ChoiceField()
    taken_on = SpanField(required=False, label="Effected on")
    provisions = ProvisionsField(required=False)
    relates_to = forms.ModelChoiceField(
        Action.objects.all(), required=False, label="About entry", widget=search_of("relates_to")
    )
    territories = ProvisionsField(required=False)
    in_force_on = PrintedDateField(required=False, label="Entry into force for it, as printed")
    texts = TextsField(required=False, strip=True, label="Text, after a line such as [en, authentic]")
    override = forms.CharField(required=False, widget=text_area(), label="Why it is right all the same")

    def __init__(self, *args: Any, treaty: Treaty | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = kind_choices(treaty)
        self.empty_permitted = "version" not in self.initial  # new, or no draft of the user any more

    @property
    def draft(self) -> int:
        """The number of the row that the line is a draft of already; 0 for a new line."""
        return int(self.initial.get("entry") or 0)

    def has_changed(self) -> bool:
        """Return whether something was typed into the line."""
        return not _SHOWN.isdisjoint(self.changed_data)

    def content(self, head: HeadForm, source: Source, stored: Action | None) -> ActionContent:
        """Return the content of the line; a stored one keeps what the line does not show."""
        data, above = self.cleaned_data, head.cleaned_data
        fields: dict[str, Any] = {
            "participant": data["participant"],
            "kind": ActionKind(data["kind"]),
            "taken": data["taken_on"],
            "provisions": data["provisions"],
            "relates_to": data["relates_to"],
            "territories": data["territories"],
            "texts": data["texts"],
            "override": data["override"],
            "notification": above["number"],
            "notified_on": above["notified_on"],
        }
        if stored is not None:
            return replace(content_of(stored), **fields, source=stored.source or source)
        return ActionContent(**fields, source=source, confidence=source.confidence)

    def check_stored(self, stored: Action | None) -> None:
        """Refuse to overwrite what was saved elsewhere since the page was opened; show both."""
        if stored is None:
            moved = Action.objects.filter(pk=self.draft).select_related("author", "reviewer").first()
            now = f"This line {stand_of(moved)}" if moved else "This line has been deleted"
            self.add_error(
                None,
                f"{now}; it was a draft of yours when you opened it. What you typed stands here; empty its fields to "
                "leave it.",
            )
            return
        if self.data.get(self.add_prefix("version")) == self.initial["version"]:
            return
        show_stored(self, [name for name in self.changed_data if name in _SHOWN])
        self.add_error(
            None, "This line has been saved elsewhere since you opened it. Mend it, then save again."
        )
        overwrite_next(self)

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

    has_others = False
    """Whether the notification has lines that the form does not show."""

    def filled(self) -> list[LineForm]:
        """Return the lines in which something stands, new or stored."""
        return [form for form in self.forms if form.has_changed() or not form.empty_permitted]

    def clean(self) -> None:
        """Give each line the participant and day of the line above where it has none; demand those of the first."""
        lines = self.filled()
        if not lines and not self.has_others:
            raise forms.ValidationError("A notification has at least one line: State, kind and day.")
        for name, sentence in (("participant", "Who acted?"), ("taken_on", "When was it effected?")):
            above = None
            for line in lines:
                if name in line.errors:
                    break
                above = line.cleaned_data[name] = line.cleaned_data.get(name) or above
                if above is None:
                    line.add_error(name, f"{sentence} Only a line below another can leave it empty.")


Lines: type[LineFormSet] = formset_factory(  # type: ignore[assignment]  # the factory's stub forgets the class
    LineForm, formset=LineFormSet, extra=SPARE_LINES, max_num=200, validate_max=True
)


def initial_of(entry: Action) -> dict[str, Any]:
    """Return the values of a line for a draft."""
    declared = declared_with(entry)
    return {
        "entry": entry.pk,
        "version": digest_of(entry),
        "participant": entry.participant_id,
        "kind": entry.kind,
        "taken_on": entry.taken,
        "in_force_on": declared.taken.on if declared else None,
        "provisions": entry.provisions,
        "relates_to": entry.relates_to_id,
        "territories": entry.territories,
        "texts": entry.texts,
        "override": entry.override,
    }


def with_read(
    sent: QueryDict, found: PrintedNotification, treaty: Treaty, told: Iterable[Action]
) -> tuple[QueryDict, list[str]]:
    """Return the form with what was read from the text added, and what the text says otherwise than the form.

    What was typed stays: the text fills empty fields, and adds a line for each act that has none yet.

    Args:
        sent: the form as it was sent.
        found: what was read.
        treaty: the treaty.
        told: the notification's stored lines that the form does not show.
    """
    data, differing = sent.copy(), []
    printed = {each.participant: each.on for each in found.in_force}
    head = {
        "treaty": str(treaty.pk),
        "number": found.number,
        "notified_on": found.notified_on.isoformat() if found.notified_on else "",
        "language": found.language,
    }
    shown = HeadForm(sent)
    for name, value in head.items():
        typed = sent.get(name, "").strip()
        if not typed:
            data[name] = value
        elif value and not _same(shown, name, value):
            label = shown.fields[name].label or name.capitalize()
            differing.append(f"{label}: the field says {typed}, the text says {value}.")
    lines = _typed_lines(sent)
    have = Counter((str(each.participant_id), each.kind) for each in told)
    have += Counter((line.get("participant", ""), line.get("kind", "")) for line in lines)
    for act in found.acts:
        values = _values(act, treaty, printed)
        key = (values["participant"], values["kind"])
        if have[key]:
            have[key] -= 1
        else:
            lines.append(values)
    for name in [name for name in data if name.startswith("form-")]:
        del data[name]
    data["form-INITIAL_FORMS"] = sent.get("form-INITIAL_FORMS", "0")
    data["form-TOTAL_FORMS"] = str(len(lines) + SPARE_LINES)
    for number, line in enumerate(lines):
        for name, value in line.items():
            data[f"form-{number}-{name}"] = value
    return data, differing


def _same(shown: HeadForm, name: str, value: str) -> bool:
    """Return whether what was typed into a field means the value."""
    try:
        typed = shown.fields[name].clean(shown[name].value())
    except forms.ValidationError:
        return False
    return str(bare_number(typed) if name == "number" else getattr(typed, "pk", typed)) == value


def _typed_lines(sent: QueryDict) -> list[dict[str, str]]:
    """Return the lines of a form that was sent, the stored ones and those in which something was typed."""
    lines: dict[int, dict[str, str]] = {}
    for name, value in sent.items():
        if match := re.fullmatch(r"form-(\d{1,4})-(\w+)", name):
            lines.setdefault(int(match[1]), {})[match[2]] = str(value)
    return [line for _, line in sorted(lines.items()) if any(value.strip() for value in line.values())]


def _values(act: NotifiedAct, treaty: Treaty, printed: dict[Participant, date]) -> dict[str, str]:
    """Return the line of an act that was read; what was not read is empty."""
    about = _about(act, treaty)
    in_force_on = printed.pop(act.participant, None) if act.participant and act.kind in CONSENTS else None
    return {
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
