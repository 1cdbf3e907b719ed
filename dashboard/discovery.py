"""What programs look for at fixed addresses: robots.txt, the site map, security.txt and the search description."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from common.languages import current
from ratification.models import Change
from treaty.models import Treaty

if TYPE_CHECKING:
    _Sitemap = Sitemap[tuple[str, str, datetime | None]]
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


class PagesOfTreaties(_Sitemap):
    """The main pages of each treaty in each language, with the moment of its last change."""

    i18n = alternates = x_default = True
    limit = 1000
    """Addresses of one file, each with those of its translations; the index names all files."""

    def items(self) -> Sequence[tuple[str, str, datetime | None]]:
        """Return page, treaty and moment."""
        last = Change.objects.filter(treaty=OuterRef("pk")).order_by("-number").values("recorded_at")[:1]
        rows = Treaty.objects.order_by("slug").values_list("slug", Subquery(last))
        return [(page, slug, moment) for slug, moment in rows for page in PAGES]

    def location(self, item: tuple[str, str, datetime | None]) -> str:
        """Return the address."""
        page, slug, _ = item
        return reverse(f"dashboard:{page}", kwargs={"slug": slug})

    def lastmod(self, item: tuple[str, str, datetime | None]) -> datetime | None:
        """Return the moment of the last change of the status."""
        return item[2]


SITEMAPS = {"treaties": PagesOfTreaties}
