"""Sentences of code that knows no language: English text that keeps its template, so that it can be translated later.

The rules run in a bare interpreter and answer in English. `message` keeps beside the English text the template and
the values it was made from; a page looks the template up in the catalogue of its language. `common.catalogues` finds
the templates by the names of the functions here.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text: TypeAlias = str | _StrPromise
    """Words that may be looked up in a catalogue when they are shown."""
else:
    Text: TypeAlias = str


class Message(str):
    """English text with the template and the values it was made from; to everything else it is that text."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __reduce__(self) -> tuple[Callable[..., str], tuple[str]]:
        """Be copied and kept as the English text alone."""
        return str, (str(self),)

    def translated(
        self,
        gettext: Callable[[str], str],
        ngettext: Callable[[str, str, int], str],
        words: Callable[[object], str],
    ) -> str:
        """Return the text in another language: `words` writes a value in it."""
        return self._template(gettext, ngettext) % {name: words(value) for name, value in self.values.items()}

    def _template(self, gettext: Callable[[str], str], _ngettext: Callable[[str, str, int], str]) -> str:
        return gettext(self.template)


class PluralMessage(Message):
    """A message in which something is counted: `many` is the template for any `number` but one."""

    __slots__ = ("many", "number")
    many: str
    number: int

    def _template(self, _gettext: Callable[[str], str], ngettext: Callable[[str, str, int], str]) -> str:
        return ngettext(self.template, self.many, self.number)


def message(template: str, /, **values: object) -> Message:
    """Return a sentence made from a template with named places: `message("Signed %(day)s.", day=day)`."""
    made = Message(template % values)
    made.template, made.values = template, values
    return made


def value_message(value: object) -> Message:
    """Return a value that stands alone: a name, a day, words. Each language writes it as in a sentence."""
    made = Message(value)
    made.template, made.values = "%(value)s", {"value": value}
    return made


def plural_message(one: str, many: str, number: int, /, **values: object) -> PluralMessage:
    """Return a sentence in which something is counted; the languages choose its form by the number."""
    made = PluralMessage((one if number == 1 else many) % {"number": number, **values})
    made.template, made.values = one, {"number": number, **values}
    made.many, made.number = many, number
    return made


def in_a_row(parts: Iterable[str]) -> str:
    """Return sentences one after the other; what is empty is left out."""
    first, *others = [part for part in parts if part] or [""]
    for other in others:
        first = message("%(first)s %(next)s", first=first, next=other)
    return first


def listed(words: Iterable[str], last: str) -> str:
    """Return words joined as in a sentence by "and" or "or": `a, b or c`; empty for none."""
    found = list(words)
    if not found:
        return ""
    most, end = in_sequence(found[:-1]), found[-1]
    if not most:
        return end
    if last == "or":
        return message("%(most)s or %(last)s", most=most, last=end)
    return message("%(most)s and %(last)s", most=most, last=end)


def in_sequence(words: Iterable[str]) -> str:
    """Return words joined by commas: `a, b, c`; empty for none."""
    first, *others = list(words) or [""]
    for other in others:
        first = message("%(first)s, %(more)s", first=first, more=other)
    return first
