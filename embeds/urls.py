"""The addresses of the embeds."""

from django.urls import path

from embeds import views

urlpatterns = [
    path("embed/<slug:slug>/progress/", views.progress, name="embed-progress"),
    path("embed/<slug:slug>/table/", views.table, name="embed-table"),
    path("embed/<slug:slug>/badge.svg", views.badge, name="embed-badge"),
    path("embed/<slug:slug>/map.svg", views.world_map, name="embed-map"),
    path("oembed/", views.oembed, name="oembed"),
]
