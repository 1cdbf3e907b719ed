"""Rows that name participants, written by Python: for two hundred of them a template takes ten times as long."""

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from common.languages import ENGLISH, EnglishText, current
from common.markup import escaped
from common.messages import Text
from dashboard.in_language import LANG
from dashboard.page import Page
from ratification.record.selectors import Extract
from states.models import Participant
from states.naming import html_namer

_PLACES = {"number": "4294967295"}
_PLACE = "~code~"
"""Placeholder in an address for the code of a participant or for a number: nothing in it is escaped or quoted."""


def addresses(page: Page[Extract], name: str, part: str = "iso3", **parts: str) -> Callable[[object], str]:
    """Return what gives the address of a page by a participant's code or by a number: the rest is put in once.

    Args:
        page: the page on which the addresses stand.
        name: the name of the other page in `urls`.
        part: the part of its path that is the code or the number.
        **parts: the other parts of the path.
    """
    before, after = _around(page, name, part, **parts)
    return lambda code: f"{before}{code}{after}"


def _around(page: Page[Extract], name: str, part: str, **parts: str) -> tuple[str, str]:
    """Return what stands in the address before the code or number, and after it."""
    place = _PLACES.get(part, _PLACE)
    before, _, after = page.address(name, **{**parts, part: place}).partition(place)
    return before, after


def linked_names(
    page: Page[Extract], name: str = "participant", part: str = "iso3", **parts: str
) -> Callable[[Participant], str]:
    """Return what gives a participant's name as HTML, as a link to a page (see `addresses`)."""
    written, (before, after) = html_namer(), map(escape, _around(page, name, part, **parts))
    return lambda person: f'<a href="{before}{person.iso3}{after}">{written(person)}</a>'


def options(
    choices: Iterable[tuple[object, Text]],
    chosen: Collection[object],
    before: str = "\n    <option ",
    after: str = "</option>",
    remarks: Mapping[object, SafeString] = MappingProxyType({}),
) -> SafeString:
    """Return the options of a list to choose from; words that are English on a page in another language are marked.

    Args:
        choices: each value with its words.
        chosen: the values that were asked for.
        before: the beginning of each option.
        after: its end.
        remarks: by value, what stands after the words in the language of the page.
    """
    lang = "" if current().code == ENGLISH else LANG
    return mark_safe(  # noqa: S308 - escaped here
        "".join(
            f'{before}value="{escaped(str(value))}"{" selected" if value in chosen else ""}'
            f"{lang if isinstance(words, EnglishText) else ''}>{escaped(str(words))}{remarks.get(value, '')}{after}"
            for value, words in choices
        )
    )
