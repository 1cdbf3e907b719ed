"""Days as people read them: 25 Oct 2025, Jul 2026, and intervals with an en dash."""

import re
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ratification.rules.dates import Span

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ISO = re.compile(r"\b(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))?\b", re.ASCII)


def text_of(when: date | Span | None) -> str:
    """Say when, without markup: an interval with its shortest first half, an en dash for nothing."""
    if when is None:
        return "–"
    if isinstance(when, date):
        return f"{when.day} {_month(when)}"
    if when.on:
        return text_of(when.on)
    if not when.certain:
        return f"not before {text_of(when.earliest)}"
    if whole := _whole(when):
        return whole
    return f"{_first_half(when)}{_dash(when)}{text_of(when.latest)}"


def on_day(when: Span, *, beside: Span | None = None) -> str:
    """Say when in a sentence: on 5 February 2026, in July 2026, between 1 and 13 February 2026.

    The year is left out where a day stands `beside` another one of the same year.
    """
    first, last = when.earliest, when.latest
    if when.on:
        same_year = beside is not None and beside.on is not None and beside.on.year == first.year
        return f"on {first.day} {_LONG_MONTHS[first.month - 1]}{'' if same_year else f' {first.year}'}"
    if not when.certain:
        return f"on {_long(first)} or later, or not at all"
    if len(when.edtf) == len("2026"):
        return f"in {when.edtf}"
    if len(when.edtf) == len("2026-07"):
        return f"in {_LONG_MONTHS[first.month - 1]} {first.year}"
    begin = _long(first)
    if first.year == last.year:
        begin = (
            f"{first.day}" if first.month == last.month else f"{first.day} {_LONG_MONTHS[first.month - 1]}"
        )
    return f"between {begin} and {_long(last)}"


def html_of(when: date | Span | None) -> SafeString:
    """Say when, with `<time>` elements that machines read."""
    if when is None:
        return SafeString('<span class="nothing">–</span>')
    if isinstance(when, date):
        return format_html('<time datetime="{}">{}</time>', when.isoformat(), text_of(when))
    if when.on:
        return html_of(when.on)
    if not when.certain:
        return format_html("not before {}", html_of(when.earliest))
    if whole := _whole(when):
        return format_html('<time datetime="{}">{}</time>', when.edtf, whole)
    return format_html(
        '<span class="day"><time datetime="{}">{}</time>{}{}</span>',
        when.earliest.isoformat(),
        _first_half(when),
        _dash(when),
        html_of(when.latest),
    )


def readable(sentence: str) -> str:
    """Write the ISO days and intervals of a sentence as people read them; what only looks like one stays."""

    def words(match: re.Match[str]) -> str:
        try:
            return text_of(Span(date.fromisoformat(match[1]), date.fromisoformat(match[2] or match[1])))
        except ValueError:
            return match[0]

    return _ISO.sub(words, sentence)


def _long(day: date) -> str:
    return f"{day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _whole(span: Span) -> str:
    """Name the month or the year that the span is; empty if it is neither."""
    if len(span.edtf) == len("2026"):
        return span.edtf
    return _month(span.earliest) if len(span.edtf) == len("2026-07") else ""


def _first_half(span: Span) -> str:
    first, last = span.earliest, span.latest
    if first.year != last.year:
        return text_of(first)
    return str(first.day) if first.month == last.month else f"{first.day} {MONTHS[first.month - 1]}"


def _dash(span: Span) -> str:
    """Give the dash between two days: open where its halves contain spaces."""
    return "–" if " " not in _first_half(span) else " – "
