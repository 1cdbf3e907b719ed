"""How to cite and reuse the record: citations, files, and embeds with a preview."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from dashboard.forms import OptionField, PageForm
from dashboard.page import Page, page_of
from ratification.record import selectors
from ratification.record.selectors import Extract

KINDS = {"progress": "card", "table": "table", "badge": "badge", "map": "map"}
"""The embeds, by their names in `embeds.urls`."""
FRAMED = {"progress": (420, 230), "table": (600, 480)}
"""Size of the embeds that are pages; the others are images."""
LANGUAGES = (
    ("en", "English"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("ar", "Arabic"),
    ("ru", "Russian"),
    ("zh", "Chinese"),
)
THEMES = (("auto", "as the reader’s device"), ("light", "light"), ("dark", "dark"))
WIDEST = 2000


class EmbedForm(PageForm):
    """The embed that the address asks for."""

    kind = OptionField("Embed", options=KINDS.items(), initial="progress")
    lang = OptionField("Language", options=LANGUAGES, initial="en")
    theme = OptionField("Colours", options=THEMES, initial="auto")
    width = forms.IntegerField(label="Width in pixels", min_value=120, max_value=WIDEST, required=False)


@dataclass(frozen=True, slots=True)
class Embed:
    """An embed as the page previews it: its address, its HTML, and whether it is framed."""

    address: str
    code: SafeString
    framed: bool
    width: int
    height: int


def _reuse(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the ways to cite and reuse the record."""
    page = page_of(request, slug, selectors.extract_of)
    form = EmbedForm(page.query)
    context = {"page": page, "form": form, "embed": _embed(request, page, form)}
    return render(request, "dashboard/reuse.html", {"current": "reuse", **context})


_framing: Any = csp_update({"frame-src": [SELF]})  # for the preview
reuse: Callable[..., HttpResponse] = _framing(_reuse)


def _embed(request: HttpRequest, page: Page[Extract], form: EmbedForm) -> Embed:
    values = form.read()
    kind = values["kind"]
    # The images choose neither language nor theme where it is the default: a shorter address.
    query = {"lang": values["lang"], "theme": values["theme"]} | dict(page.clocks)
    chosen = {
        name: value
        for name, value in query.items()
        if (name, value) not in {("lang", "en"), ("theme", "auto")}
    }
    path = reverse(f"embeds:{kind}", kwargs={"slug": page.treaty.slug})
    path = f"{path}?{urlencode(chosen)}" if chosen else path
    address = request.build_absolute_uri(path)
    title = f"{page.treaty}: {KINDS[kind]}"
    if kind in FRAMED:
        width, height = values["width"] or FRAMED[kind][0], FRAMED[kind][1]
        code = format_html(
            '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>',
            *(address, width, height, title),
        )
        return Embed(path, code, framed=True, width=width, height=height)
    width = values["width"] or (720 if kind == "map" else 0)
    home = request.build_absolute_uri(page.address("overview"))
    size = format_html(' width="{}"', width) if width else ""
    code = format_html('<a href="{}"><img src="{}" alt="{}"{}></a>', home, address, title, size)
    return Embed(path, code, framed=False, width=width, height=0)
