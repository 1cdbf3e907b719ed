"""Treaties by the words of a title, a name or the depositary's number."""

from django.db.models import Q, QuerySet

from treaty.models import Treaty

NAMES = ("title", "short_title", "popular_name", "depositary_reference")
"""Columns in which words are looked for."""


def having_words(treaties: QuerySet[Treaty], text: str) -> QuerySet[Treaty]:
    """Select the treaties in whose names or number each word of a text occurs; all where it has none."""
    for word in text.split():
        anywhere = Q()
        for name in NAMES:
            anywhere |= Q(**{f"{name}__icontains": word})
        treaties = treaties.filter(anywhere)
    return treaties
