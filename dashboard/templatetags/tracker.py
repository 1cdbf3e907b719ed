"""Tags and filters of the pages: `{% load tracker %}`."""

import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.utils.html import conditional_escape, escape, format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_noop, ngettext, pgettext, pgettext_lazy

from common import local_formats, punctuation
from common.languages import EnglishText, current
from common.local_formats import joined, long_month
from common.markup import in_english
from common.messages import Message, Text
from dashboard import search
from dashboard.act_words import kind_words
from dashboard.columns import standing_html
from dashboard.glossary import TERMS
from dashboard.in_language import LANG, named_html
from dashboard.page import Page
from dashboard.rows import options
from dashboard.table_files import TABLES
from ratification.record.selectors import Extract
from ratification.rules.dates import Span
from ratification.rules.outcome import Count, StandingKind, WindowKind
from ratification.status import day_text as days
from ratification.status.day_text import translated
from states.naming import name_html, name_of
from states.regions import region_words
from treaty.clauses import ActionKind

register = template.Library()
for mark in (
    punctuation.comma,
    punctuation.part_comma,
    punctuation.semicolon,
    punctuation.colon,
    punctuation.full_stop,
):
    register.simple_tag(mark)
register.filter("bracketed", punctuation.bracketed)
register.filter("quoted", punctuation.quoted)
register.filter("name_of", name_of)  # as text, for titles and attributes; `name` is HTML


@register.simple_tag(takes_context=True)
def link(context: Context, name: str, **parts: Any) -> str:  # noqa: ANN401 - parts of an address have several types
    """Return the address of another page on this treaty, of the same date and revision."""
    return str(context["page"].address(name, **parts))


@register.simple_tag(takes_context=True)
def embed_link(context: Context, name: str) -> str:
    """Return the address of an embed of the same treaty, date and revision."""
    return str(context["page"].embed(name))


@register.simple_tag(takes_context=True)
def term(context: Context, key: str, words: str = "") -> SafeString:
    """Return a term as a link to its definition, in other words if they are given."""
    found = TERMS[key]
    return format_html(
        '<a class="term" href="{}#{}" title="{}">{}</a>',
        *(link(context, "glossary"), key, found.meaning, words or str(found.name).lower()),
    )


@register.simple_tag(takes_context=True)
def clock_fields(context: Context) -> SafeString:
    """Return hidden inputs for the clocks that the address names, so that a form keeps them."""
    clocks = context["page"].clocks.items()
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', clocks)


@register.simple_block_tag
def fragment(content: SafeString) -> SafeString:
    """Return the HTML between the tags: `{% fragment as name %}` keeps it for an argument of another tag."""
    return content


@register.simple_block_tag(takes_context=True)
def card(
    context: Context,
    content: SafeString,
    key: str,
    title: object,
    *,
    kind: str = "",
    anchor: str = "",
    note: object = None,
    aside: str = "",
    to: str = "",
    more: str = "",
    files: str | None = None,
    **parts: Any,  # noqa: ANN401 - parts of an address have several types
) -> SafeString:
    """Return a section with a heading, as a card around the content.

    Args:
        context: the page's.
        content: what stands between the tags.
        key: the heading's id, unique on the page.
        title: the heading's words.
        kind: further classes.
        anchor: the section's own id.
        note: a small remark beside the heading.
        aside: HTML beside the heading.
        to: the name of a page, for a link beside the heading.
        more: the words of that link.
        files: the address of a picture of the card, where it has one of its own, or its tables have files of theirs;
            empty where there is nothing to take away, as in a form; left out, both are made of the card.
        **parts: what the page's address needs.
    """
    beside = conditional_escape(aside)
    if note is not None:
        beside += format_html("<small>{}</small>", note)
    if to:
        beside += format_html('<a href="{}">{}</a>', link(context, to, **parts), more)
    return format_html(
        '<section class="{}"{} aria-labelledby="{}">\n<header><h2 id="{}">{}</h2>{}</header>{}{}</section>',
        f"card {kind}".rstrip(),
        format_html(' id="{}"', anchor) if anchor else "",
        *(key, key, title, beside, content),
        _reuse(context["page"], key, title, content, files) if "page" in context else "",
    )


def _files(page: Page[Extract], content: str, own: str | None, question: str) -> list[tuple[str, str]]:
    """Return the files of a card: its picture and, where it has a table, the table, each with its address."""
    if own is not None:
        return [(own, "PNG")] if own else []
    suffixes = ["png", *(TABLES if "<table" in content else ())]
    return [(f"{page.path_of('card', suffix=suffix)}?{question}", suffix.upper()) for suffix in suffixes]


def _reuse(page: Page[Extract], key: str, title: object, content: str, own: str | None) -> SafeString:
    """Return the links under a card: its permanent address, how to cite and reuse it, and its files."""
    reuse = page.address("reuse", of=page.present, card=key)
    foreign = isinstance(title, SafeString) and ' lang="en"' in title  # keeps its tags, which say so
    plain = str(title) if foreign else html.unescape(strip_tags(str(title))).strip()
    words = f'<span class="for-readers">{escape(punctuation.colon())}{conditional_escape(plain)}</span>'
    links = [
        (f"{page.permanent}#{key}", gettext("Permalink")),
        (reuse, gettext("Cite or embed")),
        *_files(page, content, own, reuse.partition("?")[2]),
    ]
    written = " ".join(
        f'<a href="{conditional_escape(address)}">{html.escape(label)}{words}</a>' for address, label in links
    )
    return mark_safe(f'<p class="card-reuse">{written}</p>')  # noqa: S308 - escaped above


@register.simple_tag(takes_context=True)
def titled(context: Context, title: str) -> SafeString:
    """Return the title of a page with the name of its treaty."""
    return format_html(
        pgettext("title of a page", "{title}: {treaty}"), title=title, treaty=context["page"].treaty
    )


@register.simple_tag
def field_options(field: BoundField) -> SafeString:
    """Return the options of a form's field, with the value that was asked for as chosen."""
    value = field.value()
    return options(field.field.choices, {value} if value else (), "<option\n  ")  # type: ignore[attr-defined]  # a field of choices


@register.simple_tag
def at_most(count: Count) -> str | SafeString:
    """Return the most that open dates permit, as a remark; nothing where it is what is certain."""
    if count.possible <= count.certain:
        return ""
    return format_html(" <small>{}</small>", gettext("at most {number}").format(number=count.possible))


@register.filter
def listed(items: Iterable[object]) -> str:
    """Write items as a list."""
    return punctuation.comma().join(map(str, items))


@register.filter
def day(when: date | Span | None) -> SafeString:
    """Write a day, or the interval in which it lies."""
    return days.html_of(when)


@register.filter
def month(when: date) -> str:
    """Write a month."""
    return long_month(when)


@register.filter
def all_of(items: Sequence[object]) -> str:
    """Write items as a list in words: 7, 30 and 90."""
    return joined([str(item) for item in items])


@register.filter
def day_text(when: date | Span | None) -> str:
    """Write a day without markup."""
    return days.text_of(when)


@register.filter
def format_days(sentence: str) -> str:
    """Write a sentence of the rules in the language of the page, its days as `25 Oct 2025`.

    One that has no translation is marked as English on a page in another language, and so is a value of one.
    """
    if isinstance(sentence, Message):
        return days.html_writer()(sentence)
    return whole_days(in_english(days.readable(sentence)))


@register.filter(is_safe=True)
def whole_days(text: str) -> str:
    """Keep the days of a text that is written already from ending a line in their middle."""
    written = local_formats.whole_days(str(text))
    return SafeString(written) if isinstance(text, SafeString) else written


@register.filter
def kind_label(kind: str) -> str:
    """Name a kind of treaty action."""
    return kind_words(ActionKind(kind))


@register.filter
def kind_meaning(kind: str) -> str:
    """Explain a kind of treaty action in a line."""
    return translated(ActionKind(kind).meaning)


@register.filter
def nth(items: Sequence[Any], index: int) -> Any:  # noqa: ANN401 - an item of any type
    """Return the item of that number, from 0: for two lists side by side."""
    return items[index]


@register.filter
def edtf(text: str) -> SafeString:
    """Write a day, a month, a year or an interval that is kept as text; any other text, of earlier data, as it is."""
    try:
        return days.html_of(Span.of_edtf(text))
    except ValueError:
        return conditional_escape(text)


KEYS = (
    *(gettext_noop("not yet open"), gettext_noop("open"), gettext_noop("closed"), gettext_noop("uncertain")),
    *(gettext_noop("communication"), gettext_noop("condition"), gettext_noop("declaration")),
    *(gettext_noop("deposit"), gettext_noop("exclusion permitted"), gettext_noop("kind")),
    *(gettext_noop("notification"), gettext_noop("optional element"), gettext_noop("proposal")),
    *(gettext_noop("reservation permitted"), gettext_noop("reservation withdrawal"), gettext_noop("rule")),
    gettext_noop("period for signature"),
)
"""Words of the fixed keys: states of windows, and kinds of requirements."""


@register.filter
def underscores(key: str) -> str:
    """Write a fixed key as words."""
    words = "period for signature" if key == "signature_window" else key.replace("_", " ")
    return gettext(words)


_WINDOWS: Mapping[WindowKind, Text] = {
    WindowKind.SIGNATURE: pgettext_lazy("a period", "Open for signature"),
    WindowKind.ENTRY_INTO_FORCE: pgettext_lazy("a period", "From the threshold to entry into force"),
    WindowKind.LATER_PARTY: pgettext_lazy("a period", "From deposit to entry into force"),
    WindowKind.DOMESTIC_APPROVAL: pgettext_lazy("a period", "Domestic approval"),
    WindowKind.DENUNCIATION: pgettext_lazy("a period", "From denunciation to its effect"),
    WindowKind.AMENDMENT: pgettext_lazy("a period", "Amendment"),
    WindowKind.OBJECTION: pgettext_lazy("a period", "Objections to a late reservation"),
}


@register.filter
def window_label(kind: WindowKind) -> str:
    """Name a kind of window."""
    return str(_WINDOWS[kind])


@register.filter
def days_ago(days: int) -> str:
    """Write a negative number of days: `27 days ago` for -27."""
    return ngettext("%(number)s day ago", "%(number)s days ago", -days) % {"number": -days}


@register.filter
def marked(text: str, words: list[str]) -> SafeString:
    """Mark the words that were searched for."""
    return search.marked(text, words)


register.filter("name", name_html)
register.simple_tag(options)
register.filter("region", region_words)


@register.filter
def english(text: str) -> str:
    """Mark text that is only known in English, where the page is in another language."""
    return whole_days(in_english(text))


@register.filter
def named(name: str) -> str:
    """Return a name of the data in the language of the page; marked as English where it is only known in that."""
    return named_html(name)


@register.filter
def lang(words: object) -> SafeString:
    """Return the attributes of an element whose words are English on a page in another language; else nothing."""
    if current().code == "en" or not isinstance(words, EnglishText):
        return SafeString("")
    return LANG


_CONFIDENCE: Mapping[str, Text] = {
    "primary": pgettext_lazy("confidence in a source, in one word", "primary"),
    "secondary": pgettext_lazy("confidence in a source, in one word", "secondary"),
    "knowledge": pgettext_lazy("confidence in a source, in one word", "knowledge"),
}


@register.filter
def confidence(key: str) -> str:
    """Write how good a source is in one word; what the words mean stands on the page about the data."""
    return str(_CONFIDENCE.get(key, key))


@register.simple_tag
def standing(kind: StandingKind, *, uncertain: bool = False, ceased: bool = False) -> SafeString:
    """Return a standing as a tag."""
    return standing_html(kind, uncertain=uncertain, ceased=ceased)
