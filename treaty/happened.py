"""Days of what has happened: none of them lies in the future, because nothing is recorded before it happens."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from states.tables import TableError, first_day
from treaty.clauses import Definition
from treaty.models import Treaty

HAPPENED = ("adopted_on", "record_as_of", "published_on")
"""Columns of reference data that say when something happened, or on which day it was true."""


def to_come(when: date | str | None, today: date) -> str:
    """Return why a day of what has happened cannot be: it lies in the future. Empty where it can.

    Tomorrow has begun somewhere. Of a month, a year or an interval (EDTF) the first day decides. What is no day is not
    judged: other checks refuse it, and earlier data may have it.
    """
    begins = first_day(str(when or "").partition("/")[0])
    if begins is None or (begins - today).days <= 1:
        return ""
    return f"{when} lies in the future; only what has happened is recorded."


def all_to_come(values: Mapping[str, Any], today: date) -> dict[str, str]:
    """Return for each column of `HAPPENED` among some values why it cannot be, where it cannot."""
    found = {name: to_come(values.get(name), today) for name in HAPPENED}
    return {name: sentence for name, sentence in found.items() if sentence}


def refuse_days_to_come(treaty: Treaty, definition: Definition, today: date) -> None:
    """Refuse a definition that says of a day to come what has happened on it.

    Raises:
        TableError: naming the key, or the table and the row.
    """
    said = {"adopted_on": definition.adopted_on, "as_of": definition.record_as_of}
    for key, day in {**said, "known_until": definition.known_until}.items():
        if sentence := to_come(day, today):
            raise TableError(key, sentence)
    for source in treaty.sources.all():
        if sentence := to_come(source.published_on, today):
            raise TableError(f"{treaty.slug}/sources.csv, {source.key}", f"published_on: {sentence}")
    for claim in treaty.claims.all():
        if sentence := to_come(claim.published_on, today):
            raise TableError(f"{treaty.slug}/claims.csv, {claim.slug}", f"published_on: {sentence}")
