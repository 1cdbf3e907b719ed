"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler400 = "ratification.dashboard.errors.bad_request"
handler500 = "config.errors.server_error"

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("api/v1/", include("ratification.api.urls")),
    path("", include("ratification.embeds.urls")),
    path("", include("ratification.dashboard.urls")),
]
