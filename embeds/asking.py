"""Reads an embed's query (treaty, theme, language, both clocks) and selects the record."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest
from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone

from embeds.words import LANGUAGES, PHRASES, RIGHT_TO_LEFT, isolated
from ratification.charts.letters import as_line
from ratification.record import selectors
from ratification.record.clocks import check_spelling, read_day, read_revision, single
from ratification.record.heads import WithHead, note_head, with_head
from ratification.record.selectors import NotInRecordError
from ratification.status.day_text import or_earlier
from treaty.models import Treaty

T = TypeVar("T")

THEMES = ("auto", "light", "dark")


class Question(forms.Form):
    """Query parameters of an embed; all are optional."""

    data: QueryDict

    theme = forms.ChoiceField(choices=[(theme, theme) for theme in THEMES], required=False)
    lang = forms.ChoiceField(choices=[(code, code) for code in LANGUAGES], required=False)
    as_of = forms.CharField(strip=False, required=False)
    revision = forms.CharField(strip=False, required=False)

    def refusal(self) -> BadRequest:
        """Return what is wrong with the first parameter that has a value which is not allowed."""
        name, errors = next(iter(self.errors.items()))
        words = " ".join(map(str, errors))
        return BadRequest(words if name == NON_FIELD_ERRORS else f"{name}: {words}")

    def clean(self) -> dict[str, Any]:
        """Refuse a clock that is spelt otherwise."""
        try:
            check_spelling(self.data)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data

    def clean_as_of(self) -> date | None:
        """Read the legal date."""
        return self._clock("as_of", read_day)

    def clean_revision(self) -> int | None:
        """Read the state of the record."""
        return self._clock("revision", read_revision)

    def _clock(self, name: str, read: Callable[[str], T]) -> T | None:
        try:
            text = single(name, self.data.getlist(name))
            return None if text is None else read(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


@dataclass(frozen=True, slots=True)
class EmbedQuestion:
    """An embed's query, and the status document that answers it; `home` is the address of the overview."""

    treaty: Treaty
    theme: str
    lang: str
    document: dict[str, Any]
    home: str

    @property
    def words(self) -> dict[str, str]:
        """The phrases in the active language."""
        return {name: str(phrase) for name, phrase in PHRASES.items()}

    @property
    def direction(self) -> str:
        """The direction of the script."""
        return "rtl" if self.is_rtl else "ltr"

    @property
    def is_rtl(self) -> bool:
        """Whether the script is written from right to left."""
        return self.lang in RIGHT_TO_LEFT

    def line(self, text: str) -> str:
        """Return a text of a picture in the direction of the script."""
        return as_line(text, rtl=self.is_rtl)

    @property
    def as_of(self) -> str:
        """The line with the date of the status."""
        return self.words["as_of"] % {"day": isolated(self.lang, self.document["as_of"])}

    @property
    def known_until(self) -> str:
        """The line with the day until which the list is known; empty where it is known on the day of the status."""
        until = self.document["known_until"]
        if until is None or until >= self.document["as_of"]:
            return ""
        return self.words["known_until"] % {"day": isolated(self.lang, until)}

    @property
    def without_act(self) -> str:
        """What is said of who has no act: not more than a list says that is complete on the day of the status."""
        until = self.document["known_until"]
        return self.words["unknown" if until is None or self.known_until else "none"]

    @property
    def progress(self) -> str:
        """The count, with the threshold where the treaty sets one."""
        threshold = self.document["threshold"]
        if threshold["required"] is None:
            return str(threshold["counted"])
        return self.words["of"] % {"counted": threshold["counted"], "required": threshold["required"]}

    @property
    def further(self) -> str:
        """What a reached number does not say: further conditions that are open, or the day of entry into force.

        Empty where the number is not reached.
        """
        threshold = self.document["threshold"]
        open_still = threshold["required"] is not None and threshold["reached"]["latest"] is None
        if open_still and threshold["counted"] >= threshold["required"]:
            return self.words["further"]
        return self._in_force

    @property
    def _in_force(self) -> str:
        """The line with the day of entry into force, which the depositary declares or rules give; empty for none."""
        entry = self.document["entry_into_force"]
        declared = (self.document["declared"] or {}).get("entry_into_force")
        day = declared or entry["latest"]
        if day is None:
            return ""
        shown = isolated(self.lang, day)
        if not declared and (entry["on"] is None or entry.get("may_be_earlier")):
            shown = or_earlier(shown)
        return self.words["in_force"] % {"day": shown}

    @property
    def share(self) -> float | None:
        """The part of the threshold that is reached, for a bar; None where no bar would show what is missing."""
        threshold = self.document["threshold"]
        if not threshold["required"] or self.further:
            return None
        return float(threshold["counted"] / threshold["required"])


_TREATIES = WithHead(lambda revision: with_head(Treaty.objects.all(), revision))


def read_request(request: HttpRequest, slug: str) -> EmbedQuestion:
    """Validate the query and read the record.

    Raises:
        Http404: if there is no such treaty.
        BadRequest: for a value that is not allowed. Other parameters are ignored: sites append their own (utm_source).
    """
    form = Question(request.GET)
    valid = form.is_valid()
    treaty = _TREATIES.find(slug, form.cleaned_data.get("revision"))
    if treaty is None:
        raise Http404(f"There is no treaty {slug!r}.")
    if not valid:
        raise form.refusal()
    values = form.cleaned_data
    today = treaty.legal_day(timezone.now())
    try:
        text = selectors.document_of(treaty, today=today, as_of=values["as_of"], revision=values["revision"])
    except NotInRecordError as error:
        raise BadRequest(str(error)) from error
    document = json.loads(text)
    note_head(request, treaty, document["revision"])
    return EmbedQuestion(
        treaty=treaty,
        theme=values["theme"] or "auto",
        lang=values["lang"] or "en",
        document=document,
        home=request.build_absolute_uri(f"/treaties/{slug}/"),
    )
