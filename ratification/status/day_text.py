"""Days as people read them: 25 Oct 2025, Jul 2026, and intervals with an en dash."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from common import local_formats as formats
from common.languages import EnglishText
from common.markup import in_english
from common.messages import Message
from ratification.rules.dates import Span
from states.models import Participant
from states.naming import group_name, name_for, name_of
from treaty.clauses.words import GroupSlug, ParticipantCode

_NOTHING = SafeString('<span class="nothing">–</span>')
_ISO = re.compile(r"\b(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))?\b", re.ASCII)


def text_of(when: date | Span | None) -> str:
    """Say when, without markup: an interval with its shortest first half, an en dash for nothing."""
    return "–" if when is None else _text_of(when, get_language())


@lru_cache(maxsize=2048)
def _text_of(when: date | Span, _language: str | None) -> str:
    """Say when in the active language; lists ask for the same days again and again."""
    if isinstance(when, date):
        return formats.day(when)
    if when.on:
        return text_of(when.on)
    if not when.certain:
        return gettext("not before {day}").format(day=text_of(when.earliest))
    return _whole(when) or formats.interval(when.earliest, when.latest)


def on_day(when: Span, *, beside: Span | None = None) -> str:
    """Say when in a sentence: on 5 February 2026, in July 2026, between 1 and 13 February 2026.

    The year is left out where a day stands `beside` another one of the same year.
    """
    first, last = when.earliest, when.latest
    if when.on:
        same_year = beside is not None and beside.on is not None and beside.on.year == first.year
        return gettext("on {day}").format(
            day=formats.day_of_year(first) if same_year else formats.long_day(first)
        )
    if not when.certain:
        return gettext("on {day} or later, or not at all").format(day=formats.long_day(first))
    if len(when.edtf) == len("2026"):
        return gettext("in {year}").format(year=when.edtf)
    if len(when.edtf) == len("2026-07"):
        # Translators: the month with its year, in the nominative: July 2026.
        return gettext("in {month}").format(month=formats.long_month(first))
    # Translators: two days, the first without what the second repeats: between 1 and 13 February 2026.
    between = gettext("between {first} and {last}")
    return between.format(first=formats.without_repeated(first, last), last=formats.long_day(last))


def or_earlier(day: str) -> str:
    """Say that a day, as it is written, may be an earlier one."""
    return gettext("%(day)s or earlier") % {"day": day}


def html_of(when: date | Span | None) -> SafeString:
    """Say when, with `<time>` elements that machines read."""
    return _NOTHING if when is None else _html_of(when, get_language())


@lru_cache(maxsize=4096)
def _html_of(when: date | Span, _language: str | None) -> SafeString:
    if isinstance(when, date):
        return format_html('<time datetime="{}">{}</time>', when.isoformat(), text_of(when))
    if when.on:
        return html_of(when.on)
    if not when.certain:
        return format_html(gettext("not before {day}"), day=html_of(when.earliest))
    if whole := _whole(when):
        return format_html('<time datetime="{}">{}</time>', when.edtf, whole)
    first, last = when.earliest, when.latest
    halves = formats.halves(first, last)
    both = (
        formats.interval(first, last)
        if halves is None
        else format_html('<time datetime="{}">{}</time>{}{}', first.isoformat(), *halves, html_of(last))
    )
    return format_html('<span class="day">{}</span>', both)


def readable(sentence: str) -> str:
    """Write a sentence of the rules in the active language, its ISO days as people read them.

    What only looks like a day stays.
    """
    return _writer(get_language())(sentence)


def html_writer() -> Callable[[str], SafeString]:
    """Return what writes a sentence as HTML, for the active language, which is asked for once.

    Its days are kept on one line, and values that are known in English alone are marked so.
    """
    write = _writer(get_language(), as_html=True)
    return lambda sentence: mark_safe(write(sentence))  # noqa: S308 - escaped there


_NAMES: Mapping[type, Callable[[Any], str]] = {
    GroupSlug: group_name,
    ParticipantCode: name_for,
    Participant: name_of,
}
"""What gives the name of a value that stands for one."""


@lru_cache(maxsize=16)
def _writer(language: str | None, *, as_html: bool = False) -> Callable[[object], str]:
    """Return what writes a sentence, or a value of one, in the active language.

    As HTML, template and values are finished each by itself, as they come again and again.
    """
    finished = _in_html if as_html else str

    def template(words: str) -> str:
        return _looked_up(words, language, finished)

    def counted(one: str, many: str, number: int) -> str:
        return finished(ngettext(one, many, number))

    def written(value: object) -> str:
        if isinstance(value, Message):
            return value.translated(template, counted, written)
        if isinstance(value, EnglishText):
            return conditional_escape(in_english(str(value))) if as_html else value
        if type(value) is str:
            return _with_days(value, language, finished)
        if isinstance(value, (date, Span)):
            return finished(text_of(value))
        named = next((name for kind, name in _NAMES.items() if isinstance(value, kind)), None)
        if named is None:
            return _with_days(str(value), language, finished)
        name = named(value)
        return written(name) if isinstance(name, EnglishText) else finished(name)

    return written


def _in_html(words: str) -> str:
    return escape(formats.whole_days(words))


@lru_cache(maxsize=512)
def _looked_up(template: str, _language: str | None, finished: Callable[[str], str]) -> str:
    return finished(gettext(template))


@lru_cache(maxsize=2048)
def _with_days(sentence: str, _language: str | None, finished: Callable[[str], str]) -> str:
    def words(match: re.Match[str]) -> str:
        try:
            return text_of(Span(date.fromisoformat(match[1]), date.fromisoformat(match[2] or match[1])))
        except ValueError:
            return match[0]

    return finished(_ISO.sub(words, sentence))


def translated(words: str) -> str:
    """Write words of the rules in the active language; others, and the days in them, stay as they are."""
    return readable(words) if isinstance(words, Message) else words


def _whole(span: Span) -> str:
    """Name the month or the year that the span is; empty if it is neither."""
    if len(span.edtf) == len("2026"):
        return span.edtf
    return formats.month(span.earliest) if len(span.edtf) == len("2026-07") else ""
