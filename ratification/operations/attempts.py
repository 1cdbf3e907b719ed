"""Expiry of what log-ins leave behind: failed attempts, each with a name and an address, and ended sessions."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q

LOG_KEPT = timedelta(days=90)
"""How long it is known who logged in when, and from where."""


def expire(now: datetime) -> int:
    """Delete failed attempts that lock nobody out any more, old log-ins and ended sessions; return how many.

    An attempt of a moment to come was made while the clock was ahead, and would lock its user out until then.
    """
    locks_nobody = Q(attempt_time__lt=now - settings.AXES_COOLOFF_TIME) | Q(attempt_time__gt=now)
    rows = (
        AccessAttempt.objects.filter(locks_nobody),
        AccessLog.objects.filter(attempt_time__lt=now - LOG_KEPT),
        Session.objects.filter(expire_date__lt=now),
    )
    return sum(found.delete()[0] for found in rows)
