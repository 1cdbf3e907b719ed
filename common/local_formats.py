"""Days, numbers and lists as the language of the page writes them: by CLDR, in English as they always were."""

import json
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from common.cldr import Values, english_city, file_of
from common.languages import current

SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(when: date) -> str:
    """Write a day shortly: 25 Oct 2025."""
    return _written(when, "yMMMd") or _english_day(when)


def long_day(when: date) -> str:
    """Write a day with the whole name of its month: 25 October 2025."""
    return _written(when, "yMMMMd") or _long_english_day(when)


def month(when: date) -> str:
    """Write a month shortly: Oct 2025."""
    return _written(when, "yMMM") or f"{SHORT_MONTHS[when.month - 1]} {when.year}"


def month_on_axis() -> str:
    """Return how an axis writes a month, in the notation of d3: Oct 2025, with the year first in Chinese."""
    return "%Y年%-m月" if current().locale.startswith("zh") else "%b %Y"


def long_month(when: date) -> str:
    """Write a month with its whole name: October 2025."""
    return _written(when, "yMMMM") or f"{MONTHS[when.month - 1]} {when.year}"


def day_of_year(when: date) -> str:
    """Write a day without its year: 25 October."""
    return _written(when, "MMMMd") or f"{when.day} {MONTHS[when.month - 1]}"


def interval(first: date, last: date) -> str:
    """Write the days from one to another shortly, without repeating what both share: 1-13 Jul 2026, with an en dash."""
    if (parts := halves(first, last)) is None:
        return _interval(first, last, current().locale)
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


def whole_days(text: str) -> str:
    """Keep each day and interval of days in a text on one line; what language it is in is the page's.

    No line ends at its spaces, nor after the dash of an interval (a word joiner stands there).
    """
    return _days_in(current().locale).sub(lambda found: found[0].translate(_WHOLE), text)


_WHOLE = {ord(" "): "\u00a0", ord("\u2009"): "\u202f", ord("–"): "–\u2060", ord("—"): "—\u2060"}
"""What stands within a day or an interval, and the same where no line ends."""


@lru_cache
def _days_in(_code: str) -> re.Pattern[str]:
    """Return the pattern of the days and intervals that the active language writes, and of those in English.

    An interval has two days, or leaves out of one what the other says: its month, its year. Each begins with a digit,
    which is asked for first: the search then passes all other letters at once, a tenth of the time.
    """
    days = {
        write(date(2000, one, 11))
        for one in range(1, 13)
        for write in (day, long_day, day_of_year, _english_day, _long_english_day)
    }
    firsts = {
        re.split(r"[ \u2009]?[–—]", interval(date(2000, one, 11), date(2000, 12, 12)))[0]
        for one in range(1, 12)
    }
    one, first = (
        _either([_pieces(each) for each in sorted(written, key=len, reverse=True)])
        for written in (days, days | firsts)
    )
    dash = r"[ \u2009]?[–—](?!\u2060)[ \u2009]?"
    return re.compile(rf"(?=\d)(?<!\d)(?:(?:{first}|\d{{1,2}}){dash})?{one}(?:{dash}\d{{1,2}}日)?")


_DAY, _YEAR = r"\d{1,2}(?:er)?", r"\d{4}"
_PIECE = re.compile(rf"{re.escape(_DAY)}|{re.escape(_YEAR)}|\\?.")


def _pieces(written: str) -> list[str]:
    """Return the pattern of all days that are written as one of the year 2000 is, piece by piece."""
    return _PIECE.findall(re.escape(written).replace("11", _DAY, 1).replace("2000", _YEAR))


def _either(patterns: Sequence[Sequence[str]]) -> str:
    """Return the pattern of any of several: pieces with which some begin alike stand, and are searched for, once."""
    after: dict[str, list[Sequence[str]]] = {}
    for pieces in patterns:
        if pieces:
            after.setdefault(pieces[0], []).append(pieces[1:])
    branches = "|".join(piece + _either(following) for piece, following in after.items())
    return f"(?:{branches}){'' if all(patterns) else '?'}" if branches else ""


def number(value: float, *, decimals: int = 0) -> str:
    """Write a number with groups of digits and so many decimals: 1,234.5."""
    code = current().locale
    if code == "en":
        return f"{value:,.{decimals}f}"
    known = _cldr(code)
    signs = str.maketrans({",": known["group"], ".": known["decimal"]})
    return f"{value:,.{decimals}f}".translate(signs)


def city(timezone: str) -> str:
    """Name the city of a time zone: New York."""
    name = english_city(timezone)
    code = current().locale
    return name if code == "en" else _cldr(code)["cities"].get(timezone, name)


def joined(items: Sequence[str], *, style: str = "standard") -> str:
    """Write a list in words: France, Ghana and Peru; with the style `or` joined by that word."""
    code = current().locale
    if len(items) < 2:  # noqa: PLR2004 - nothing is joined
        return "".join(items)
    if code == "en":
        return f"{', '.join(items[:-1])} {'or' if style == 'or' else 'and'} {items[-1]}"
    patterns = _cldr(code)["lists"][style]
    if len(items) == 2:  # noqa: PLR2004 - a pair has a pattern of its own
        return patterns["2"].format(*items)
    written = patterns["start"].format(items[0], items[1])
    for item in items[2:-1]:
        written = patterns["middle"].format(written, item)
    return patterns["end"].format(written, items[-1])


def _english_day(when: date) -> str:
    return f"{when.day} {SHORT_MONTHS[when.month - 1]} {when.year}"


def _long_english_day(when: date) -> str:
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def _written(when: date, skeleton: str) -> str:
    """Write a day by a skeleton of CLDR; empty in English."""
    code = current().locale
    if code == "en":
        return ""
    written = _by(_cldr(code)["days"][skeleton], when, code)
    return f"1er{written[1:]}" if code == "fr" and when.day == 1 and "d" in skeleton else written


def _interval(first: date, last: date, code: str) -> str:
    if first == last:
        return day(first)
    differing = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    before, after = _cldr(code)["intervals"][differing]
    return f"{_by(before, first, code)}{_by(after, last, code)}"


def _by(pattern: str, when: date, code: str) -> str:
    months = {field: names[when.month - 1] for field, names in _cldr(code)["months"].items()}
    return pattern.format(y=when.year, M=when.month, d=when.day, **months)


@lru_cache
def _cldr(code: str) -> Values:
    read: Values = json.loads(file_of(code).read_text(encoding="utf-8"))
    return read
