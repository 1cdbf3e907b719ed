"""Files that programs look for at fixed addresses: robots.txt, site map, security.txt and the search description."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, overload

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Max, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from common.languages import current
from ratification.models import Change
from ratification.record import reach
from treaty.models import Treaty

if TYPE_CHECKING:
    _Sitemap = Sitemap["Address"]
else:
    _Sitemap = Sitemap  # not generic when it runs

_CACHED = {"Cache-Control": "public, max-age=86400"}
PAGES = (
    "overview",
    "participants",
    "charts",
    "calendar",
    "changes",
    "corrections",
    "convention",
    "statements",
    "about",
)
"""Pages of each treaty in the site map; the others are found from them."""


def robots(request: HttpRequest) -> HttpResponse:
    """Let robots read all pages, but not each view of them, and lead them to the site map."""
    lines = [
        "User-agent: *",
        f"Disallow: /{settings.ADMIN_PATH}",
        "Disallow: /*?*as_of=",
        "Disallow: /*?*revision=",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", headers=_CACHED)


def security(request: HttpRequest) -> HttpResponse:
    """Say where weaknesses are reported (RFC 9116), where the operator has named an address.

    The statement holds for half a year from the first of the month on: whoever is not there any more renews none.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404("The operator has named no contact.")
    month = timezone.now().date().replace(day=1)
    expires = datetime.combine(month + timedelta(days=183), time(), UTC)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8", headers=_CACHED)


def search_description(request: HttpRequest) -> HttpResponse:
    """Describe the search for participants in the language of the address (OpenSearch 1.1)."""
    context = {
        "participants": request.build_absolute_uri(
            reverse("dashboard:participants", kwargs={"slug": settings.ROOT_TREATY})
        ),
        "icon": request.build_absolute_uri(settings.STATIC_URL + "icon.svg"),
        "language": current(),
        "itself": request.build_absolute_uri(request.path),
    }
    kind = "application/opensearchdescription+xml"
    return render(request, "dashboard/opensearch.xml", context, content_type=kind)


@dataclass(frozen=True, slots=True)
class Address:
    """A page of a treaty, and the moment at which its status last changed."""

    page: str
    slug: str
    changed_at: datetime | None


class Addresses(Sequence[tuple[Address, str]]):
    """The main pages of each treaty in each language, counted without being read; a part reads its treaties alone."""

    def __init__(self) -> None:
        self._of_one = list(product(PAGES, [code for code, _ in settings.LANGUAGES]))
        self._count: int | None = None

    def __len__(self) -> int:
        if self._count is None:
            self._count = Treaty.objects.count() * len(self._of_one)
        return self._count

    @overload
    def __getitem__(self, place: int) -> tuple[Address, str]: ...

    @overload
    def __getitem__(self, place: slice) -> list[tuple[Address, str]]: ...

    def __getitem__(self, place: int | slice) -> tuple[Address, str] | list[tuple[Address, str]]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        begin, end, _ = place.indices(len(self))
        size = len(self._of_one)
        first, last = begin // size, -(-end // size)
        changed = Change.objects.filter(treaty=OuterRef("pk")).order_by("-number").values("recorded_at")[:1]
        rows = list(Treaty.objects.order_by("slug").values_list("slug", Subquery(changed))[first:last])
        reach.note_others([slug for slug, _moment in rows])
        reach.note_not_published()
        found = [
            (Address(page, slug, moment), language)
            for slug, moment in rows
            for page, language in self._of_one
        ]
        return found[begin - first * size : end - first * size]


class PagesOfTreaties(_Sitemap):
    """The main pages of each treaty in each language, with the moment of its last change."""

    i18n = alternates = x_default = True
    limit = 1000
    """Addresses of one file, each with those of its translations; the index names all files."""

    @property
    def paginator(self) -> Any:  # noqa: ANN401 - of addresses with their languages, which Django's types leave out
        """Return the files."""
        return Paginator(Addresses(), self.limit)

    def location(self, item: Address) -> str:
        """Return the address."""
        return reverse(f"dashboard:{item.page}", kwargs={"slug": item.slug})

    def lastmod(self, item: Address) -> datetime | None:
        """Return the moment of the last change of the status."""
        return item.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        """Return the moment of the last change of all."""
        reach.note_not_published()
        moment: datetime | None = Change.objects.aggregate(last=Max("recorded_at"))["last"]
        return moment


SITEMAPS = {"treaties": PagesOfTreaties}
