"""What people would write instead: a plain Django REST framework list over the same rows, under the usual middleware.

Served as the tracker is: `granian --interface wsgi bench.plain:application`. The rows are those of a view that
`bench.rows` puts beside the tracker's tables.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.ROOT_URLCONF = __name__
settings.REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]}
settings.MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
django.setup()

from django.db import models  # noqa: E402 - Django's models exist only after setup
from django.urls import path  # noqa: E402
from rest_framework import generics, serializers  # noqa: E402


class Row(models.Model):
    """One participant with its standing, as Datasette has it."""

    participant = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    region = models.CharField(max_length=40)
    un_group = models.CharField(max_length=20)
    treaty = models.CharField(max_length=60)
    standing = models.CharField(max_length=12)
    signed_on = models.DateField(null=True)
    signed_earliest = models.DateField(null=True)
    signed_latest = models.DateField(null=True)
    consent_kind = models.CharField(max_length=30, null=True)  # noqa: DJ001 - a view has NULLs
    consent_earliest = models.DateField(null=True)
    consent_latest = models.DateField(null=True)
    in_force_earliest = models.DateField(null=True)
    in_force_latest = models.DateField(null=True)
    counted = models.BooleanField()
    reason = models.TextField()
    sources = models.TextField(null=True)  # noqa: DJ001 - the same

    class Meta:
        app_label = "ratification"
        managed = False
        db_table = "bench_standings"

    def __str__(self) -> str:
        return self.name


class RowSerializer(serializers.ModelSerializer[Row]):
    """Every column."""

    class Meta:
        model = Row
        fields = "__all__"


class Rows(generics.ListAPIView[Row]):
    """The list, whole."""

    queryset = Row._default_manager.all()  # noqa: SLF001 - documented API
    serializer_class = RowSerializer
    pagination_class = None


urlpatterns = [path("rows/", Rows.as_view())]
application = get_wsgi_application()
