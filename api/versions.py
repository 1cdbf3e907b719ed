"""Versions of the API, and the answer for addresses of none."""

from django.urls import include, path, re_path

from api.index import UnknownAddress

urlpatterns = [path("v1/", include("api.urls")), re_path("", UnknownAddress.as_view())]
