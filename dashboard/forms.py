"""Forms for the query parameters of the pages; the two clocks are read in dashboard.page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import BadRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from common.messages import Text
from states.models import Participant
from states.regions import region_words

Options = Iterable[tuple[str, Text]]


class OptionField(forms.ChoiceField):
    """One of named options. `everything` words the choice of none of them; without it one is always chosen."""

    def __init__(
        self, label: Text, everything: Text = "", options: Options = (), *, initial: str | None = None
    ) -> None:
        super().__init__(label=label, required=False, initial=initial)
        self.everything = everything
        self.options = options

    @property
    def options(self) -> dict[str, Text]:
        """The options with their words."""
        return self._options

    @options.setter
    def options(self, options: Options) -> None:
        self._options = dict(options)
        none = [("", self.everything)] if self.everything else []
        self.choices = [*none, *self._options.items()]

    def validate(self, value: str) -> None:
        """Refuse a value that is not an option, and name the options."""
        _known(value, self._options)


class OptionsField(forms.MultipleChoiceField):
    """Several of named options."""

    def __init__(self, label: Text, options: Options) -> None:
        self.options = dict(options)
        super().__init__(label=label, required=False, choices=list(self.options.items()))

    def validate(self, value: list[str]) -> None:
        """Refuse a value that is not an option, and name the options."""
        for each in value:
            _known(each, self.options)


def _known(value: str, options: Iterable[str]) -> None:
    if value and value not in options:
        raise forms.ValidationError(
            gettext("is “%(value)s”, which is none of %(options)s.")
            % {"value": value, "options": ", ".join(options)}
        )


class PageForm(forms.Form):
    """Parameters of a page, read from its address.

    A parameter that is not given has its field's initial value, and of a single choice that is given twice the first
    counts. Parameters without a field belong to others.
    """

    def __init__(
        self,
        query: Mapping[str, Sequence[str]],
        *,
        options: Mapping[str, Options] | None = None,
        initial: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        given = {**(initial or {}), **query}
        super().__init__(auto_id=False)
        for name, choices in (options or {}).items():
            self.option_field(name).options = choices
        self.is_bound = True
        self.data = MultiValueDict(
            {name: _values(field, given.get(name)) for name, field in self.fields.items()}
        )

    def option_field(self, name: str) -> OptionField:
        """Return a field that offers options."""
        return cast("OptionField", self.fields[name])

    @property
    def is_set(self) -> bool:
        """Whether an option or a search is chosen."""
        return any(self.cleaned_data.values())

    def read(self) -> dict[str, Any]:
        """Return the values.

        Raises:
            BadRequest: if one is not allowed; the sentence names the parameter and says which are.
        """
        for name, errors in self.errors.items():
            raise BadRequest(gettext("%(parameter)s %(problem)s") % {"parameter": name, "problem": errors[0]})
        return self.cleaned_data


def _values(field: forms.Field, given: Sequence[str] | None) -> list[str]:
    values = [value.strip() for value in given or ([field.initial] if field.initial else [])]
    if isinstance(field, OptionField) and not field.everything and not any(values[:1]):
        values = [str(field.initial or "")]  # one is always chosen: blanks choose none
    return values if isinstance(field, OptionsField) else values[:1]


def regions_of(participants: Iterable[Participant]) -> list[tuple[str, str]]:
    """Return the regions in which there are participants, as options."""
    return [
        (region, region_words(region)) for region in sorted({person.region for person in participants} - {""})
    ]
