"""Page on citing and reusing the record: citations, files, and embeds with a preview."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import SplitResult, urlsplit

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from common.languages import current, path_in
from common.messages import Text
from dashboard.charts import DOWNLOADS
from dashboard.citations import Cited
from dashboard.forms import OptionField, PageForm
from dashboard.menu import SECTIONS
from dashboard.page import Page, page_of
from ratification.record import selectors
from ratification.record.clocks import CLOCKS
from ratification.record.selectors import Extract
from states.models import Participant
from states.naming import name_of

KINDS: Mapping[str, Text] = {
    "progress": pgettext_lazy("an embed", "card"),
    "table": pgettext_lazy("an embed", "table"),
    "badge": pgettext_lazy("an embed", "badge"),
    "map": pgettext_lazy("an embed", "map"),
}
"""The embeds, by their names in `embeds.urls`."""
FRAMED = {"progress": (420, 270), "table": (600, 480)}
"""Size of the embeds that are pages; the others are images."""
LANGUAGES = (
    ("en", gettext_lazy("English")),
    ("fr", gettext_lazy("French")),
    ("es", gettext_lazy("Spanish")),
    ("ar", gettext_lazy("Arabic")),
    ("ru", gettext_lazy("Russian")),
    ("zh", gettext_lazy("Chinese")),
)
THEMES = (
    ("auto", gettext_lazy("as the reader’s device")),
    ("light", pgettext_lazy("colours", "light")),
    ("dark", pgettext_lazy("colours", "dark")),
)
WIDEST = 2000


CARD = re.compile(r"[a-z0-9-]{1,60}")
BEST = {"world": "map", "found": "table"}
"""The embed that shows what a card shows, by the card's name; the count for all others."""
PICTURES = {"map_png": "map", "card": "progress"}
"""Pictures (PNG) of the status page, each with the embed that it shows."""


class EmbedForm(PageForm):
    """The embeds that the address asks for."""

    kind = OptionField(gettext_lazy("Embed"), pgettext_lazy("embeds", "all"), options=KINDS.items())
    lang = OptionField(gettext_lazy("Language"), options=LANGUAGES, initial="en")
    theme = OptionField(gettext_lazy("Colours"), options=THEMES, initial="auto")
    width = forms.IntegerField(
        label=gettext_lazy("Width in pixels"), min_value=120, max_value=WIDEST, required=False
    )


@dataclass(frozen=True, slots=True)
class Embed:
    """An embed as the page previews it: its words, its address, its HTML, and whether it is framed."""

    kind: str
    label: Text
    address: str
    code: SafeString
    framed: bool
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Reused:
    """The page, or the card on it, that is cited: its words, its address today, its permanent one, and its files."""

    title: str
    address: str
    permanent: str
    files: tuple[tuple[str, str], ...]


def _split(address: str) -> SplitResult:
    """Return the parts of the address under `of`.

    Raises:
        BadRequest: if it is none, such as `//[`.
    """
    try:
        return urlsplit(address)
    except ValueError as error:
        raise BadRequest(gettext("of is no page of this site.")) from error


def with_clocks_of_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take the day and the revision that stand in `of` for those of the address, which has none of its own."""

    @wraps(view)
    def moved(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        inside = QueryDict(_split(request.GET.get("of", "")).query)
        clocks = {name: inside[name] for name in CLOCKS if name in inside and name not in request.GET}
        if not clocks:
            return view(request, *args, **kwargs)
        asked = request.GET.copy()
        asked.update(clocks)
        return redirect(f"{request.path}?{asked.urlencode()}")

    return moved


@with_clocks_of_page
def _reuse(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the ways to cite and reuse the record, or the page under `of` and its card."""
    page = page_of(request, slug, selectors.extract_of)
    form = EmbedForm(page.query, initial={"lang": [current().key]})
    asked = form.read()["kind"]
    reused = reused_of(request, page)
    kinds = sorted(KINDS, key=lambda kind: kind != BEST.get(page.first("card"), "progress"))
    context = {
        "page": page,
        "form": form,
        "embeds": [_embed(request, page, form, kind) for kind in ([asked] if asked else kinds)],
        "reused": reused,
        "styles": list(
            Cited(reused.title, reused.permanent, page.view.as_of, page.view.revision, page.today).in_styles()
        ),
        "kept": {name: page.first(name) for name in ("of", "card") if page.first(name)},
    }
    return render(request, "dashboard/reuse.html", {"current": "reuse", **context})


_framing: Any = csp_update({"frame-src": [SELF]})  # for the preview
reuse: Callable[..., HttpResponse] = _framing(_reuse)


def reused_of(request: HttpRequest, page: Page[Extract]) -> Reused:
    """Return what is cited: a page of this treaty by its path and question; the status page where none is named.

    It is cited in the language of the answer, whichever its path is in: the words beside the address are in that
    language too, and a reader who changes the language keeps the page under `of`.

    Raises:
        BadRequest: if `of` is no page of this treaty, or `card` no name of a card.
    """
    home = reverse("dashboard:overview", kwargs={"slug": page.treaty.slug})
    of, card = _split(page.first("of", home)), page.first("card")
    if card and not CARD.fullmatch(card):
        raise BadRequest(gettext("card is “%(name)s”, which is no name of a card.") % {"name": card})
    path = path_in(of.path, current().code)
    try:
        found = resolve(path)
    except Resolver404:
        found = None
    is_page = path.endswith("/")  # files and feeds do not
    if of.scheme or of.netloc or not found or found.namespace != "dashboard" or not is_page:
        raise BadRequest(gettext("of is no page of this site."))
    if found.kwargs.get("slug") != page.treaty.slug:
        raise BadRequest(gettext("of is no page on the %(treaty)s.") % {"treaty": page.treaty})
    query = QueryDict(of.query).copy()
    for clock in CLOCKS:
        query.pop(clock, None)
    query = QueryDict(query.urlencode(), mutable=True)
    asked = query.urlencode()
    anchor = f"#{card}" if card else ""
    query.update({"as_of": page.view.as_of.isoformat(), "revision": str(page.view.revision)})
    return Reused(
        title=gettext("%(treaty)s: %(title)s") % {"treaty": page.treaty, "title": _title(found)},
        address=f"{path}{f'?{asked}' if asked else ''}{anchor}",
        permanent=request.build_absolute_uri(f"{path}?{query.urlencode()}{anchor}"),
        files=(*_card_files(page, path, asked, card), *_files(page, found, query)),
    )


def _card_files(page: Page[Extract], path: str, asked: str, card: str) -> Iterator[tuple[str, str]]:
    """Yield the picture of the card that is cited, and its address."""
    if card:
        of = f"{path}?{asked}" if asked else path
        yield (
            gettext("This card (%(format)s)") % {"format": "PNG"},
            page.address("card", suffix="png", of=of, card=card),
        )


def _title(found: ResolverMatch) -> str:
    """Name a page as the navigation does, or by the participant or article that it shows."""
    if iso3 := found.kwargs.get("iso3"):
        person = Participant.objects.filter(iso3=iso3).first()
        return name_of(person) if person else str(iso3)
    if found.url_name == "article":
        return gettext("article %(number)s") % {"number": found.kwargs["number"]}
    labels = {item.name: item.label for section in SECTIONS for item in section.pages}
    return str(labels.get(found.url_name or "", (found.url_name or "").replace("_", " ")))


def _files(page: Page[Extract], found: ResolverMatch, query: QueryDict) -> Iterator[tuple[str, str]]:
    """Yield the files with what the page shows, each with its address."""

    def address(name: str, **parts: str) -> str:
        path = reverse(f"dashboard:{name}", kwargs={"slug": page.treaty.slug, **parts})
        return f"{path}?{query.urlencode()}"

    if found.url_name == "chart":
        for suffix, label in DOWNLOADS:
            file = address("chart_file", chart=found.kwargs["chart"], suffix=suffix)
            yield gettext("This chart (%(format)s)") % {"format": label}, file
    if found.url_name == "overview":
        shown = urlencode({"lang": current().key} | {clock: str(query[clock]) for clock in CLOCKS})
        for name, kind in PICTURES.items():
            path = reverse(f"embeds:{name}", kwargs={"slug": page.treaty.slug})
            yield f"{capfirst(KINDS[kind])} (PNG)", f"{path}?{shown}"
    if found.url_name == "participants":
        for suffix in ("xlsx", "csv"):
            file = address("participants_file", suffix=suffix)
            yield gettext("This list (%(format)s)") % {"format": suffix.upper()}, file


def _embed(request: HttpRequest, page: Page[Extract], form: EmbedForm, kind: str) -> Embed:
    values = form.read()
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
    title = gettext("%(treaty)s: %(title)s") % {"treaty": page.treaty, "title": KINDS[kind]}
    if kind in FRAMED:
        width, height = values["width"] or FRAMED[kind][0], FRAMED[kind][1]
        code = format_html(
            '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>',
            *(address, width, height, title),
        )
        return Embed(kind, KINDS[kind], path, code, framed=True, width=width, height=height)
    width = values["width"] or (720 if kind == "map" else 0)
    home = request.build_absolute_uri(page.address("overview"))
    size = format_html(' width="{}"', width) if width else ""
    code = format_html('<a href="{}"><img src="{}" alt="{}"{}></a>', home, address, title, size)
    return Embed(kind, KINDS[kind], path, code, framed=False, width=width, height=0)
