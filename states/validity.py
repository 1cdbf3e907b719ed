"""Validity of reference data: intervals of days."""

from datetime import date
from typing import Protocol

from django.db.models import CheckConstraint, F, Q


class Dated(Protocol):
    """A row with an interval of validity, or its columns."""

    @property
    def valid_from(self) -> date | None:
        """First day; None: before the record."""

    @property
    def valid_until(self) -> date | None:
        """First day after; None: still."""


def holds(row: Dated, day: date) -> bool:
    """Return whether a row holds on a day; the interval is half-open."""
    return (row.valid_from is None or row.valid_from <= day) and (
        row.valid_until is None or day < row.valid_until
    )


def holding(day: date) -> Q:
    """Select the rows that hold on a day, as `holds` does."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    )


def ends_after_it_begins(name: str, message: str) -> CheckConstraint:
    """Constrain the intervals of a table: none ends before it has begun."""
    return CheckConstraint(
        condition=Q(valid_until__isnull=True)
        | Q(valid_from__isnull=True)
        | Q(valid_from__lt=F("valid_until")),
        name=name,
        violation_error_message=message,
    )
