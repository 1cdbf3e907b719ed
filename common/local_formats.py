"""Days, numbers and lists as the language of the page writes them: by CLDR, in English as they always were."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from common.languages import current
from common.lazy import lazy_module

if TYPE_CHECKING:
    import babel
    import babel.dates as babel_dates
    import babel.lists as babel_lists
    import babel.localedata as babel_localedata
    import babel.numbers as babel_numbers
else:  # a page in English needs none of it
    babel = lazy_module("babel")
    babel_dates = lazy_module("babel.dates")
    babel_lists = lazy_module("babel.lists")
    babel_localedata = lazy_module("babel.localedata")
    babel_numbers = lazy_module("babel.numbers")

SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_PARTS = ("datetime_skeletons", "interval_formats", "list_patterns", "months", "number_symbols")
"""The parts of a language's data that days, numbers and lists are written by."""


def day(when: date) -> str:
    """Write a day shortly: 25 Oct 2025."""
    return _written(when, "yMMMd") or f"{when.day} {SHORT_MONTHS[when.month - 1]} {when.year}"


def long_day(when: date) -> str:
    """Write a day with the whole name of its month: 25 October 2025."""
    return _written(when, "yMMMMd") or f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def month(when: date) -> str:
    """Write a month shortly: Oct 2025."""
    return _written(when, "yMMM") or f"{SHORT_MONTHS[when.month - 1]} {when.year}"


def long_month(when: date) -> str:
    """Write a month with its whole name: October 2025."""
    return _written(when, "yMMMM") or f"{MONTHS[when.month - 1]} {when.year}"


def day_of_year(when: date) -> str:
    """Write a day without its year: 25 October."""
    return _written(when, "MMMMd") or f"{when.day} {MONTHS[when.month - 1]}"


def interval(first: date, last: date) -> str:
    """Write the days from one to another shortly, without repeating what both share: 1-13 Jul 2026, with an en dash."""
    if (parts := halves(first, last)) is None:
        return babel_dates.format_interval(first, last, "yMMMd", locale=_cldr(current().locale))
    return f"{''.join(parts)}{day(last)}"


def halves(first: date, last: date) -> tuple[str, str] | None:
    """Return the first half of an interval and the dash after it, as English writes them; None in other languages."""
    if current().locale != "en":
        return None
    if first.year != last.year:
        return day(first), " – "
    if first.month != last.month:
        return f"{first.day} {SHORT_MONTHS[first.month - 1]}", " – "
    return str(first.day), "–"


def without_repeated(first: date, last: date) -> str:
    """Write the first of two days without what the second repeats; in other languages than English whole."""
    if current().locale != "en" or first.year != last.year:
        return long_day(first)
    return str(first.day) if first.month == last.month else day_of_year(first)


def number(value: float, *, decimals: int = 0) -> str:
    """Write a number with groups of digits and so many decimals: 1,234.5."""
    code = current().locale
    if code == "en":
        return f"{value:,.{decimals}f}"
    pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    return babel_numbers.format_decimal(value, pattern, locale=_cldr(code))


def city(timezone: str) -> str:
    """Name the city of a time zone: New York."""
    code = current().locale
    if code == "en":
        return timezone.rpartition("/")[2].replace("_", " ")
    return _city(timezone, code)


def joined(items: Sequence[str], *, style: str = "standard") -> str:
    """Write a list in words: France, Ghana and Peru; with the style `or` joined by that word."""
    code = current().locale
    if code != "en":
        return babel_lists.format_list(list(items), style=style, locale=_cldr(code))  # type: ignore[arg-type]
    if len(items) < 2:  # noqa: PLR2004 - nothing is joined
        return "".join(items)
    return f"{', '.join(items[:-1])} {'or' if style == 'or' else 'and'} {items[-1]}"


def _written(when: date, skeleton: str) -> str:
    """Write a day by a skeleton of CLDR; empty in English."""
    code = current().locale
    if code == "en":
        return ""
    written = babel_dates.format_skeleton(skeleton, when, locale=_cldr(code))
    return f"1er{written[1:]}" if code == "fr" and when.day == 1 and "d" in skeleton else written


@lru_cache
def _city(timezone: str, code: str) -> str:
    written = babel_dates.get_timezone_location(timezone, locale=code, return_city=True)
    babel_localedata.clear_caches()
    return written


@lru_cache
def _cldr(code: str) -> "babel.Locale":
    """Return a language's data without what no page needs (units, currencies, zones), which is nine tenths of it.

    A web process that serves six languages is 7 MB smaller for it (docs/performance.md).
    """
    locale = babel.Locale.parse(code)
    _ = locale.months  # it reads its data, and keeps it
    data = babel_localedata.load(code)
    for part in set(data).difference(_PARTS):
        data.pop(part, None)
    babel_localedata.clear_caches()  # which hold the languages that this one inherits from, whole
    return locale
