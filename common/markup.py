"""Escaping of texts that stand on page after page: names and the words of options, but no addresses with a day."""

import html
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=2048)
def escaped(text: str) -> SafeString:
    """Return a text as HTML, escaped once for as long as it is asked for again."""
    return mark_safe(html.escape(text))  # noqa: S308 - escaped
