"""Escaping of texts that stand on page after page: names, the words of options, the addresses of participants."""

import html
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=8192)
def escaped(text: str) -> SafeString:
    """Return a text as HTML, escaped once for as long as it is asked for again."""
    return mark_safe(html.escape(text))  # noqa: S308 - escaped
