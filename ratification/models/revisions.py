"""Revisions of a treaty's record: one row a published entry, each with a hash over the one before.

The row is written before its entry, and the entry's table refuses a published row without it
(`ratification.models.triggers`). Its text (`ratification.record.chain`) says what was published, in the words of that
day; it stays when a participant is renamed later.
"""

from django.db import models

from treaty.models import Treaty


class Revision(models.Model):
    """A revision of a treaty's record: the text of what was published, and its hash."""

    treaty = models.ForeignKey(Treaty, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(help_text="1 for the first published entry.")
    recorded_at = models.DateTimeField(help_text="When it was published.")
    shown = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of what the reviewer was shown; empty for revisions from before this was kept.",
    )
    text = models.TextField(
        help_text="The entry, its source and digests of the reference data that it cites."
    )
    hash = models.CharField(
        max_length=64, help_text="SHA-256 of the text, which names that of the revision before."
    )
    ends_publication = models.BooleanField(
        db_default=True,
        help_text="False for a line of a set that was published as one: only the set's last revision is a state.",
    )

    class Meta:
        ordering = ["treaty", "number"]
        constraints = [
            models.UniqueConstraint(fields=["treaty", "number"], name="ratification_revision_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"
