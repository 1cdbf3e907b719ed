"""When the timetable's jobs last ran: the sign that worker and scheduler are alive."""

from django.db import models


class Heartbeat(models.Model):
    """One row, stamped by the job that runs each minute."""

    job = models.CharField(max_length=40, unique=True)
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job}: {self.ran_at}"
