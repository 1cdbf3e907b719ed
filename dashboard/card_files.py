"""A card of any page taken away: as a picture with title, source and day, and its table as CSV or XLSX."""

from collections.abc import Mapping
from copy import copy
from datetime import date
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import resolve
from django.utils.translation import gettext

from common.punctuation import colon
from common.spreadsheets import Cell
from dashboard.asked_language import in_asked_language
from dashboard.card_image import SCALE, picture
from dashboard.card_parts import card_of
from dashboard.charts import DRAWINGS
from dashboard.page import page_of
from dashboard.reuse import Reused, reused_of, with_clocks_of_page
from dashboard.table_files import TABLES, number_or_text, table_response
from ratification.charts import gallery
from ratification.record import selectors

FILES: Mapping[str, str] = {"png": "image/png", **TABLES}


@with_clocks_of_page
@in_asked_language
def card_file(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """Give the card that the address names, of the page that it names, as a picture or as a table.

    Raises:
        Http404: if there is no such card, or no table in it.
    """
    if suffix not in FILES:
        raise Http404(gettext("A card comes as %(formats)s.") % {"formats": ", ".join(FILES)})
    page = page_of(request, slug, selectors.extract_of)
    reused, key = reused_of(request, page), page.first("card")
    card = card_of(_html(request, reused), key)
    if card is None:
        raise Http404(gettext("There is no card “%(name)s” on that page.") % {"name": key})
    if suffix == "png":
        credit = gallery.credit_of(page.view)
        drawing = picture(card, above=reused.title, credit=credit, address=reused.permanent)
        content = gallery.png_of(drawing, DRAWINGS.place, SCALE)
        response = HttpResponse(content, content_type=FILES[suffix])
        response["Content-Disposition"] = f'inline; filename="{page.file_name(key, suffix)}"'
        return response
    table = card.table
    if table is None:
        raise Http404(gettext("There is no table in the card “%(name)s”.") % {"name": card.title})
    width = max(map(len, (table.headings, *table.rows)))
    headings = [*table.headings, *[""] * (width - len(table.headings))]
    rows = [list(map(_cell, *both)) for both in zip(table.rows, table.days, strict=True)]
    title = f"{reused.title}{colon()}{card.title}"
    return table_response(page, suffix, headings, rows, name=key, title=title, permalink=reused.permanent)


def _cell(text: str, day: date | None) -> Cell:
    return day or number_or_text(text)


def _html(request: HttpRequest, reused: Reused) -> str:
    """Return the page as of the same day and revision, answered by its own view.

    Raises:
        BadRequest: if it shows no page.
    """
    address = urlsplit(reused.permanent)
    found = resolve(address.path)
    inner = copy(request)
    inner.path = inner.path_info = address.path
    inner.GET = QueryDict(address.query)
    inner.META = {**request.META, "PATH_INFO": address.path, "QUERY_STRING": address.query}
    inner.resolver_match = found
    response = found.func(inner, *found.args, **found.kwargs)
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):  # noqa: PLR2004
        raise BadRequest(gettext("of is no page of this site."))
    text: str = response.content.decode()
    return text
