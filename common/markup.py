"""Escaping of texts that stand on page after page: names and the words of options, but no addresses with a day."""

import html
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from common.languages import ENGLISH, current


@lru_cache(maxsize=2048)
def escaped(text: str) -> SafeString:
    """Return a text as HTML, escaped once for as long as it is asked for again."""
    return mark_safe(html.escape(text))  # noqa: S308 - escaped


def in_english(text: str) -> str:
    """Return English text for HTML: marked where the page is in another language."""
    if not text or current().code == ENGLISH:
        return text
    return format_html('<span lang="en" dir="ltr">{}</span>', text)
