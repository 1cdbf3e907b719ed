"""HTML in the language of the page, with what is only known in English marked as English."""

from collections.abc import Mapping

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from common.languages import EnglishText
from common.markup import in_english
from states.known_names import known_name

LANG = SafeString(' lang="en" dir="ltr"')
"""The attributes of an element whose words are English on a page in another language."""


def named_html(name: str) -> str:
    """Return a name of the data for HTML: in the language of the page, or English and marked so."""
    words = known_name(name)
    return in_english(name) if isinstance(words, EnglishText) else words


def in_html(template: str, values: Mapping[str, object]) -> SafeString:
    """Return a sentence as HTML from a message of the catalogues and its values; what is not HTML is escaped."""
    escaped = {
        name: conditional_escape(value if isinstance(value, str) else str(value))
        for name, value in values.items()
    }
    return mark_safe(conditional_escape(template) % escaped)  # noqa: S308 - both are escaped
