"""Treaties by the words of a title, a name or the depositary's number."""

from django.db.models import QuerySet

from common.searching import in_any
from treaty.models import Treaty

NAMES = ("title", "short_title", "popular_name", "depositary_reference")
"""Columns in which words are looked for."""


def having_words(treaties: QuerySet[Treaty], text: str) -> QuerySet[Treaty]:
    """Select the treaties in whose names or number each word of a text occurs; all where it has none."""
    for word in text.split():
        treaties = treaties.filter(in_any(NAMES, word))
    return treaties
