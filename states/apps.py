"""App of the participants."""

from django.apps import AppConfig


class StatesConfig(AppConfig):
    """Participants, their names and their groups."""

    name = "states"
    verbose_name = "Participants"
