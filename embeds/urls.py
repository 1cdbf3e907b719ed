"""The addresses of the embeds."""

from django.urls import path

from embeds import views
from embeds.oembed import oembed

app_name = "embeds"
urlpatterns = [
    path("embed/<slug:slug>/progress/", views.progress, name="progress"),
    path("embed/<slug:slug>/table/", views.table, name="table"),
    path("embed/<slug:slug>/card.png", views.card, name="card"),
    path("embed/<slug:slug>/badge.svg", views.badge, name="badge"),
    path("embed/<slug:slug>/map.svg", views.world_map, name="map"),
    path("embed/<slug:slug>/map.png", views.world_map_png, name="map_png"),
    path("oembed/", oembed, name="oembed"),
]
