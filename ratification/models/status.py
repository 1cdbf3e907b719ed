"""Tables computed from the ledger, written by `ratification.status.recompute` alone."""

from django.db import models
from django.utils.translation import pgettext_lazy

from ratification.rules.dates import Span
from states.models import Participant
from treaty.models import Treaty


class TreatyStatus(models.Model):
    """The status document last computed for a treaty, served as stored."""

    treaty = models.OneToOneField(Treaty, on_delete=models.CASCADE, related_name="status")
    as_of = models.DateField(help_text="Legal date of the document.")
    revision = models.PositiveIntegerField(help_text="State of the record that it was computed from.")
    edition = models.PositiveIntegerField(
        default=0, help_text="State of the reference data that it was computed from."
    )
    document = models.TextField(
        help_text="Canonical JSON. Text, not a JSON column, because the same bytes must come back from every database."
    )
    digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the state to which the changes add up."
    )
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "treaty statuses"

    def __str__(self) -> str:
        return f"{self.treaty} as of {self.as_of}, revision {self.revision}"


class Standing(models.Model):
    """Standing of one participant under a treaty, as of the status document's date and revision."""

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="standings")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="standings")
    standing = models.CharField(max_length=12, help_text="none, signatory, contracting, party or withdrawn.")
    signed_earliest = models.DateField(null=True, blank=True)
    signed_latest = models.DateField(null=True, blank=True)
    consent_kind = models.CharField(max_length=30, blank=True)
    consent_earliest = models.DateField(null=True, blank=True)
    consent_latest = models.DateField(null=True, blank=True)
    in_force_earliest = models.DateField(null=True, blank=True)
    in_force_latest = models.DateField(null=True, blank=True)
    may_be_earlier = models.BooleanField(
        db_default=False, help_text="Whether an act that is not recorded could make that day an earlier one."
    )
    counted = models.BooleanField(
        default=False, help_text="Whether the consent certainly counts toward the threshold."
    )
    reason = models.TextField(help_text="The standing and the count, explained.")

    class Meta:
        ordering = ["treaty", "participant"]
        constraints = [
            models.UniqueConstraint(fields=["treaty", "participant"], name="ratification_standing_once")
        ]
        indexes = [models.Index(fields=["treaty", "standing"], name="ratification_standing_kind")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.standing}"


class Window(models.Model):
    """A period that a clause opens: to sign, to enter into force, to leave. Both ends belong to it."""

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="windows")
    kind = models.CharField(max_length=30)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="windows"
    )
    opens_earliest = models.DateField(null=True, blank=True, help_text="First day; empty: not known yet.")
    opens_latest = models.DateField(null=True, blank=True)
    closes_earliest = models.DateField(
        null=True, blank=True, help_text="Last day, included; empty: not known or none."
    )
    closes_latest = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=14, help_text="not_yet_open, open, closed or uncertain.")
    basis = models.TextField(help_text="The article, or the claim that it was reported by.")
    reported = models.BooleanField(default=False, help_text="Reported by the press, not in the text.")

    class Meta:
        ordering = ["treaty", "reported", "kind", "participant", "opens_earliest"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"


class Change(models.Model):
    """A change of the status, numbered within its treaty in the order in which the changes became known.

    The changes follow from the ledger, the reference data and the days that have passed: one step for each revision
    and each day. `as_of` is the first day of which the status, at this revision, certainly says so: a deposit's day,
    however late the deposit became known. The moment of that is `recorded_at`. Where the day of the act behind it is
    open, it lies between `happened_earliest` and `as_of`.
    """

    class Cause(models.TextChoices):
        ENTRY = "entry", pgettext_lazy("cause of a change", "an entry was published")
        CORRECTION = "correction", pgettext_lazy("cause of a change", "an entry was corrected")
        RETRACTION = "retraction", pgettext_lazy("cause of a change", "an entry was retracted")
        DAY = "day", pgettext_lazy("cause of a change", "a day passed")
        REFERENCE = "reference", pgettext_lazy("cause of a change", "reference data or rules changed")

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField(help_text="Place among the changes of the treaty.")
    revision = models.PositiveIntegerField(help_text="State of the record in which it shows.")
    as_of = models.DateField(help_text="Legal date on which it shows.")
    happened_earliest = models.DateField(
        help_text="First day on which the act behind it may have been taken."
    )
    cause = models.CharField(max_length=10, choices=Cause)
    entry = models.PositiveIntegerField(
        null=True, blank=True, help_text="Revision of the entry that caused it."
    )
    supersedes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Revision of the entry that was corrected or retracted."
    )
    subject = models.CharField(
        max_length=30, help_text="count, threshold, entry_into_force, standing, window or report."
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    place = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Ordinal of a new signatory or contracting State; empty where open or equal days leave it unclear.",
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["treaty", "number"]
        constraints = [
            models.UniqueConstraint(fields=["treaty", "number"], name="ratification_change_number")
        ]
        indexes = [
            models.Index(fields=["treaty", "revision"], name="ratification_change_revision"),
            models.Index(fields=["recorded_at"], name="ratification_change_recorded"),
        ]

    def __str__(self) -> str:
        return f"change {self.number}: {self.subject}"

    @property
    def happened(self) -> Span:
        """Days on which the act behind it may have been taken; one where the day is known."""
        return Span(self.happened_earliest, self.as_of)
