"""oEmbed: what another site shows when an address of this one is pasted into it."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import override

from common.languages import LANGUAGES, code_of
from embeds.asking import Question
from embeds.views import CACHED
from ratification.record.clocks import CLOCKS
from treaty.models import Treaty

FRAMES = {"progress": (420, 270), "table": (600, 480)}
"""Width and height proposed for each framed embed; the page reports its real height to the framing page."""
PICTURES = {"card": (1200, 630), "map": (1200, 670), "map_png": (1200, 670), "badge": (180, 34)}
EMBED_OF_PAGE = {"overview": "progress", "participants": "table"}
"""The embed that stands for a page."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """An embed: its name, the treaty's slug, and its address on this site."""

    name: str
    slug: str
    url: str


def oembed(request: HttpRequest) -> HttpResponse:
    """Answer an oEmbed 1.0 request (JSON) for the address of an embed, or of a page that one stands for.

    Raises:
        Http404: for an address that is neither.
        BadRequest: for a size that is no number of pixels, and for a question that the embed would refuse.
    """
    if request.GET.get("format", "json") != "json":
        return HttpResponse("This provider answers in JSON.", status=501, content_type="text/plain")
    origin = request.build_absolute_uri("/")
    shown = _shown(request.GET.get("url", ""), origin)
    treaty = Treaty.objects.filter(slug=shown.slug).first()
    if treaty is None:
        raise Http404(f"{shown.url!r} is of no treaty of this site.")
    question = Question(QueryDict(urlsplit(shown.url).query))
    if not question.is_valid():
        raise question.refusal()
    width, height = (FRAMES | PICTURES)[shown.name]
    most_width, most_height = _pixels(request, "maxwidth", width), _pixels(request, "maxheight", height)
    title = f"{treaty}: status"
    document = {
        "version": "1.0",
        "title": title,
        "provider_name": "Treaty status tracker",
        "provider_url": origin,
        "cache_age": 300,
    }
    if shown.name in PICTURES:
        share = min(1, most_width / width, most_height / height)
        sides = {"width": max(1, int(width * share)), "height": max(1, int(height * share))}
        document |= {"type": "photo", "url": shown.url, **sides}
    else:
        width, height = min(width, most_width), min(height, most_height)
        html = '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>'
        document |= {"type": "rich", "width": width, "height": height}
        document["html"] = format_html(html, shown.url, width, height, title)
    return JsonResponse(document, headers={"Cache-Control": CACHED})


def _shown(url: str, origin: str) -> _Shown:
    if not url.startswith(origin):
        raise Http404(f"{url!r} is no embed of this site.")
    path, _, query = f"/{url.removeprefix(origin)}".partition("#")[0].partition("?")
    code = code_of(path)
    try:
        with override(code):
            match = resolve(path)
    except Resolver404 as error:
        raise Http404(f"{url!r} is no embed.") from error
    name, slug = match.url_name or "", match.kwargs.get("slug", "")
    if match.namespace == "embeds" and name in FRAMES | PICTURES:
        return _Shown(name, slug, url)
    if match.namespace != "dashboard" or name not in EMBED_OF_PAGE:
        raise Http404(f"{url!r} is no embed of this site.")
    name = EMBED_OF_PAGE[name]
    kept = [("lang", LANGUAGES[code].key), *(pair for pair in parse_qsl(query) if pair[0] in CLOCKS)]
    embed = reverse(f"embeds:{name}", kwargs={"slug": slug})
    return _Shown(name, slug, f"{origin.rstrip('/')}{embed}?{urlencode(kept)}")


def _pixels(request: HttpRequest, name: str, otherwise: int) -> int:
    text = request.GET.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
        raise BadRequest(f"{name} must be a number of pixels.")
    return int(text[:9])
