"""Reading delays: one step, or a list of steps."""

import re
from datetime import date

from treaty.clauses.delays import Delay, Then, in_steps
from treaty.clauses.reader import TomlTable

_THEN: dict[str, Then] = {
    "": "",
    "first-of-next-month": "first-of-next-month",
    "first-of-next-year": "first-of-next-year",
}
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
_UNITS = ("days", "months", "years")


def read_delay(table: TomlTable, key: str) -> Delay:
    """Read a required delay: a table with one of days, months, years or `to`, or a list of such tables."""
    return read_delay_or_none(table, key, required=True) or Delay()


def read_delay_or_none(table: TomlTable, key: str, *, required: bool = False) -> Delay | None:
    """Read a delay; None where it is absent."""
    if isinstance(table.peek(key), list):
        steps = table.each(key, _step)
        return in_steps(steps) if steps else None
    return table.table(key, _step, required=required)


def _step(table: TomlTable) -> Delay:
    units = {unit: table.whole(unit, minimum=0, required=False) or 0 for unit in _UNITS}
    to = table.text("to", required=False)
    then = table.text("then", required=False)
    given = [unit for unit in (*_UNITS, "to") if table.has(unit)]
    if not given:
        table.refuse("", "names no days, months or years")
    elif len(given) > 1:
        table.refuse(
            "",
            f"mixes {' and '.join(given)}; give one unit, or a list of steps such as [{{ months = 6 }}, ...]",
        )
    if then not in _THEN:
        table.refuse("then", f'"{then}" is unknown; known are {", ".join(filter(None, _THEN))}')
    return Delay(
        units["days"],
        units["months"],
        units["years"],
        then=_THEN.get(then, ""),
        to=_calendar_day(table, to) if to else None,
    )


def _calendar_day(table: TomlTable, text: str) -> tuple[int, int] | None:
    match = _MONTH_DAY.fullmatch(text)
    try:
        # A year without 29 February: a day that every year has.
        day = date(2001, int(match[1]), int(match[2])) if match else None
    except ValueError:
        day = None
    if day is None:
        table.refuse("to", f'"{text}" is no day of every year, written as 07-01')
        return None
    return day.month, day.day
