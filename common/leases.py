"""Moments that keep a row back: a delay, or a worker's lease."""

from datetime import datetime, timedelta

from django.db.models import Q


def has_come(moment: str, now: datetime, longest: timedelta) -> Q:
    """Return the condition that a moment has come or is not set.

    One further ahead than any delay or lease reaches was stored while the clock was ahead, and keeps nothing back.
    """
    return Q((f"{moment}__isnull", True)) | Q((f"{moment}__lte", now)) | Q((f"{moment}__gt", now + longest))
