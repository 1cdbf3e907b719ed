"""Tags for what stands around the content of every page: its languages, the menu, citations and linked data."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from common.markup import escaped
from dashboard.citations import Cited
from dashboard.in_language import LANG
from dashboard.languages import PageLanguage, TranslatedPage, language_of
from dashboard.menu import Link, Menu, menu_of
from ratification.record.kept import AGED
from ratification.rules.document import general_days
from ratification.status import linked_data as linking
from states.models import Participant

register = template.Library()
_CURRENT = ' aria-current="page"'
_PARTS: dict[tuple[object, ...], SafeString] = {}
"""Parts of pages that are kept."""
_MOST_PARTS = 256
AGED.append(_PARTS.clear)


class KeptNode(template.Node):
    """Part of a page that is the same on others of its treaty, for one edition of the reference data.

    It is written once for a language, the clocks that its links carry on, and whatever else it shows. Django's own tag,
    `cache`, would have to be told all of these at each place, and would keep a part for a time instead of an edition.
    """

    def __init__(self, nodelist: NodeList, shows: Sequence[FilterExpression]) -> None:
        self.nodelist, self._shows = nodelist, shows

    def render(self, context: Context) -> SafeString:
        """Return the part as it is kept, or write it."""
        page = context.get("page")
        edition = getattr(page.treaty, "edition_digest", None) if page else None
        if not page or not edition:
            return self.nodelist.render(context)
        shows = (each.resolve(context) for each in self._shows)
        key = (self, page.treaty.pk, edition, get_language(), *page.clocks.items(), *shows)
        found = _PARTS.get(key)
        if found is None:
            if len(_PARTS) >= _MOST_PARTS:
                _PARTS.clear()
            found = _PARTS[key] = self.nodelist.render(context)
        return found


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept page.site %}`: keep what follows, up to `{% endkept %}`, for pages with the same values."""
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, [parser.compile_filter(each) for each in token.split_contents()[1:]])


@register.simple_tag(takes_context=True)
def page_language(context: Context) -> PageLanguage:
    """Return the language of the page, and the same page in the others."""
    return language_of(context.get("request"))


@register.simple_tag
def language_links(translations: Iterable[TranslatedPage]) -> SafeString:
    """Return the links to the page in the other languages."""
    return mark_safe(  # noqa: S308 - escaped here, or of the settings
        "".join(
            f'\n    <a href="{escape(page.address)}" lang="{page.language.tag}" hreflang="{page.language.tag}"\n'
            f'      dir="{page.language.direction}"{_CURRENT if page.current else ""}>{page.language.name}</a>'
            for page in translations
        )
    )


@register.simple_tag
def alternates(translations: Iterable[TranslatedPage]) -> SafeString:
    """Return the addresses of the page in the other languages, for programs."""
    return mark_safe(  # noqa: S308 - escaped here, or of the settings
        "".join(
            f'<link rel="alternate" hreflang="{page.language.tag}" href="{escape(page.absolute)}">\n'
            for page in translations
        )
    )


@register.simple_tag
def menu_links(links: Iterable[Link]) -> SafeString:
    """Return links of the navigation."""
    return mark_safe(  # noqa: S308 - escaped here
        "".join(
            f'\n    <a href="{escape(link.address)}"{_current(link)}>{escaped(str(link.label))}</a>'
            for link in links
        )
    )


def _current(link: Link) -> str:
    return f' aria-current="{link.current}"' if link.current else ""


@register.simple_tag(takes_context=True)
def menu(context: Context, key: str) -> Menu:
    """Return the navigation for the page with that key."""
    return menu_of(context["page"], key)


@register.simple_tag
def to_copy(label: str, text: str, lang: str = "") -> SafeString:
    """Return a text to copy under its name, with a button where a script runs; `lang` are attributes of the text."""
    return mark_safe(_copied([(label, text)], lang))  # noqa: S308 - escaped there


def _copied(texts: Iterable[tuple[str, str]], lang: str) -> str:
    """Write texts to copy, each under its name."""
    copied, copy = escape(gettext("Copied")), escape(gettext("Copy"))
    return "\n\n".join(
        f'<div class="copied"><p>{escape(label)} <button type="button" class="copy" data-copied="{copied}" hidden>'
        f'{copy}</button></p>\n<pre tabindex="0"{conditional_escape(lang)} aria-label="{escape(label)}">'
        f"{escape(text)}</pre></div>"
        for label, text in texts
    )


@register.simple_tag
def citations_to_copy(cited: Iterable[tuple[str, str]]) -> SafeString:
    """Return citations, which are English in every language, each under the name of its style."""
    return mark_safe(f"\n{_copied(cited, LANG)}\n")  # noqa: S308 - escaped there


@register.simple_tag(takes_context=True)
def citations(context: Context) -> SafeString:
    """Return the page's citations. Every page has them, so they are written here and not by a template."""
    page = context["page"]
    written = _citations(str(page.treaty), page.view.as_of, page.view.revision, page.today, get_language())
    return mark_safe(written.replace(_ADDRESS, escape(page.permanent)))  # noqa: S308 - escaped


_ADDRESS = "\0"
"""Stands for the address in citations that differ in nothing else."""


@lru_cache(maxsize=32)
def _citations(title: str, as_of: date, revision: int, accessed: date, _language: str | None) -> SafeString:
    return citations_to_copy(Cited(title, _ADDRESS, as_of, revision, accessed).in_styles())


@register.simple_tag(takes_context=True)
def linked_data(context: Context) -> SafeString:
    """Return treaty and record as linked data, with the participant and the events where the page shows them."""
    page = context["page"]
    treaty, view = page.treaty, page.view

    def absolute(path: str) -> str:
        return f"{page.site}{path}"

    outcome = getattr(view, "outcome", None)
    document = general_days(view.as_of, outcome) if outcome else None
    nodes = [
        linking.legislation(treaty, absolute, in_force=linking.is_in_force(document) if document else None),
        linking.dataset(treaty, absolute, as_of=view.as_of, revision=view.revision),
        *(linking.events(treaty, document, absolute) if document else ()),
        *(
            [linking.participant(context["participant"], absolute)]
            if isinstance(context.get("participant"), Participant)
            else ()
        ),
    ]
    text = json.dumps(linking.graph(*nodes), ensure_ascii=False, separators=(",", ":"))
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return mark_safe(f'<script type="application/ld+json">{escaped}</script>')  # noqa: S308 - escaped above
