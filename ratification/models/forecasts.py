"""Forecasts as the job made them: kept, so that each can be held against what happens. No part of the record."""

from django.db import models

from treaty.models import Treaty


class Forecast(models.Model):
    """Forecast of a treaty's threshold made on a day: its document, and the drawing of its fan.

    `as_of` is the day it was made for, `revision` the state of the record, `model_version` the method's. The drawing is
    kept with the last one alone.
    """

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="forecasts")
    as_of = models.DateField(help_text="Legal date that it looks ahead from.")
    revision = models.PositiveIntegerField(help_text="State of the record that it was computed from.")
    model_version = models.CharField(max_length=20)
    document = models.TextField(help_text="Canonical JSON.")
    wide = models.TextField(blank=True, help_text="Fan as SVG, for wide screens.")
    narrow = models.TextField(blank=True, help_text="Fan as SVG, for narrow screens.")
    text = models.TextField(blank=True, help_text="The fan in words.")
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ("-as_of", "-revision")
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "as_of", "revision", "model_version"],
                name="ratification_forecast_once",
                violation_error_message="This forecast is kept already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Forecast for {self.treaty} as of {self.as_of}, revision {self.revision}"
