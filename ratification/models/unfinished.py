"""Unfinished forms: what staff have typed into a form of the panel and not saved."""

from django.conf import settings
from django.db import models


class UnfinishedForm(models.Model):
    """The fields of one form as its author left them, however incomplete. Its author alone sees it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=300, help_text="Given by the page: one for each opened form.")
    address = models.CharField(max_length=500, help_text="Where the form is.")
    title = models.CharField(max_length=300)
    version = models.CharField(
        max_length=100, blank=True, help_text="Of the draft that the form was opened with."
    )
    fields = models.JSONField(help_text="By field its value, and the words shown for it.")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="ratification_unfinished_form_key")
        ]

    def __str__(self) -> str:
        return self.title
