"""The depositary's day: a treaty's last days end when that day ends where the depositary is."""

from datetime import datetime

from django.db.models import Q

from treaty.models import Treaty, legal_day


def on_legal_day(now: datetime, *, day: str = "as_of", treaty: str = "treaty__") -> Q:
    """Select the rows whose day is the present one of their treaty's depositary. One query for the time zones.

    Args:
        now: the moment.
        day: the column of the day.
        treaty: the path to the treaty's columns.
    """
    selected = Q(pk__in=[])
    for zone in timezones():
        selected |= Q(**{f"{treaty}depositary_timezone": zone, day: legal_day(zone, now)})
    return selected


def timezones() -> list[str]:
    """Return the time zones of the depositaries. One query."""
    zones = Treaty.objects.order_by("depositary_timezone").values_list("depositary_timezone", flat=True)
    return list(zones.distinct())
