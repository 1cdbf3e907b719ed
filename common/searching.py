"""Search for words in columns of text."""

from collections.abc import Iterable

from django.db.models import Q


def in_any(fields: Iterable[str], text: str) -> Q:
    """Select what has a text in one of the fields, in large or small letters."""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": text})
    return found
