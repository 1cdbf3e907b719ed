"""Heartbeats of the background processes."""

from django.db import models


class Heartbeat(models.Model):
    """The moment at which a background process was last seen at work."""

    name = models.CharField(max_length=20, primary_key=True, help_text="beat (the timetable) or worker.")
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.seen_at}"
