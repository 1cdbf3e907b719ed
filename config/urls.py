"""Every address of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path

from api.catalog import api_catalog
from api.memento import timemap
from config.addresses import SameInEveryLanguage
from dashboard import discovery

handler400 = "config.middleware.errors.bad_request"
handler404 = "dashboard.errors.not_found"
handler500 = "config.middleware.errors.server_error"

urlpatterns = [
    SameInEveryLanguage.of(path(settings.ADMIN_PATH, admin.site.urls)),
    SameInEveryLanguage.of(path("api/", include("api.versions"))),
    path(".well-known/api-catalog", api_catalog),
    path(".well-known/security.txt", discovery.security),
    path("robots.txt", discovery.robots),
    path("sitemap.xml", sitemaps.index, {"sitemaps": discovery.SITEMAPS}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        sitemaps.sitemap,
        {"sitemaps": discovery.SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("timemap/<path:path>", timemap),
    SameInEveryLanguage.of(path("", include("embeds.urls"))),
    *i18n_patterns(
        path("opensearch.xml", discovery.search_description, name="opensearch"),
        SameInEveryLanguage.of(path("", include("dashboard.urls"))),
        prefix_default_language=False,
    ),
]
