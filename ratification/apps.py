"""The app that knows what happened, and what follows from it."""

from django.apps import AppConfig


class RatificationConfig(AppConfig):
    """The ledger of treaty actions and the status computed from it."""

    name = "ratification"
    verbose_name = "Record"
