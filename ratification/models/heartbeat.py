"""Signs of life of the processes that no visitor sees."""

from django.db import models


class Heartbeat(models.Model):
    """When a process that nobody asks was last seen at work."""

    name = models.CharField(max_length=20, primary_key=True, help_text="beat (the timetable) or worker.")
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.seen_at}"
