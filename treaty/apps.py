"""The app that knows what the text says."""

from django.apps import AppConfig


class TreatyConfig(AppConfig):
    """Treaties, their chapters and articles, their clauses, their sources."""

    name = "treaty"
    verbose_name = "Treaties"
