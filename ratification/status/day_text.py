"""Days as people read them: 25 Oct 2025, Jul 2026, and intervals with an en dash."""

import re
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ratification.rules.dates import Span

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
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
