"""Validity of reference data: intervals of days."""

from datetime import date
from typing import Protocol


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
