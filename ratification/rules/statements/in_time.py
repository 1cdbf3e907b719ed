"""Periods in which other States can object to a reservation."""

from collections.abc import Iterable
from functools import reduce

from ratification.rules.dates import Span, add, later_of
from ratification.rules.facts import Fact
from treaty.clauses import Delay

ACCEPTANCE = Delay(months=12)
"""The period in which contracting States can keep a late reservation out (practice of the Secretary-General)."""


def last_day_to_object(reservation: Fact, consents: Iterable[Fact]) -> Span | None:
    """Return the last day on which a State can object to a reservation (VCLT 20(5)).

    Twelve months after the reservation was notified, or the day of the State's consent, if that is later. None where
    the notification is not recorded.
    """
    notified = reservation.notified
    if notified is None:
        return None
    own = (each.taken for each in consents)
    return reduce(later_of, own, Span(add(ACCEPTANCE, notified.earliest), add(ACCEPTANCE, notified.latest)))
