"""Editions of the reference data: participants, groups, the treaties' texts and sources."""

from django.db import models


class Edition(models.Model):
    """A state of the reference data, identified by its digest; each change found adds a row.

    Responses name participants and quote sources, so their validators include it with the revision.
    """

    digest = models.CharField(max_length=64, help_text="SHA-256 over all rows of the reference data.")
    noted_at = models.DateTimeField(help_text="When this state was first seen.")

    def __str__(self) -> str:
        return f"Edition {self.pk}"

    @classmethod
    def present(cls) -> int:
        """Return the number of the present state; 0 before the first. One query."""
        return cls.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
