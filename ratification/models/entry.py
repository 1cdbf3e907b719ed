"""Columns that entries of every kind share: author, reviewer, moments, revision.

Entries of every kind share one record: its revisions number them together, in the order of publication. A kind of entry
adds its content, and `supersedes`, the earlier entry of the same kind that it corrects or retracts.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ratification.rules.dates import Span
from states.models import Participant
from treaty.models import Source, Treaty


class LedgerEntry(models.Model):
    """One entry of the ledger: an act, report or fact, or the correction or retraction of an earlier entry."""

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        IN_REVIEW = "in_review", "in review"
        PUBLISHED = "published", "published"

    class Entry(models.TextChoices):
        ORIGINAL = "original", "original"
        CORRECTION = "correction", "correction"
        RETRACTION = "retraction", "retraction"

    # The content.
    treaty = models.ForeignKey(Treaty, on_delete=models.PROTECT, related_name="%(class)ss")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="%(class)ss")
    taken_earliest = models.DateField(
        "taken on, earliest",
        help_text="Day of deposit or receipt; the first possible day where it is not known exactly.",
    )
    taken_latest = models.DateField(
        "taken on, latest", help_text="The last possible day; equal when the day is known."
    )
    summary = models.TextField(blank=True, help_text="In this project's own words.")
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        help_text="Needed to publish.",
    )
    confidence = models.CharField(
        max_length=10, choices=Source.Confidence, default=Source.Confidence.SECONDARY
    )
    note = models.TextField(blank=True, help_text="What is uncertain, and why.")

    # The entry.
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    entry = models.CharField(max_length=10, choices=Entry, default=Entry.ORIGINAL)
    reason = models.TextField(blank=True, help_text="Why the earlier entry was wrong.")
    override = models.TextField(blank=True, help_text="Why something unusual is right all the same.")
    review_note = models.TextField(blank=True, help_text="Why the reviewer returned the draft.")
    origin = models.CharField(
        max_length=200,
        blank=True,
        help_text="For an entry loaded from a file: which row of it, so that it is loaded once.",
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["treaty", "revision", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_earliest__lte=F("taken_latest")),
                name="%(app_label)s_%(class)s_taken",
                violation_error_message="The earliest day lies after the latest.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="published",
                    revision__isnull=False,
                    published_at__isnull=False,
                    reviewer__isnull=False,
                    source__isnull=False,
                )
                | Q(state__in=["draft", "in_review"], revision__isnull=True, published_at__isnull=True),
                name="%(app_label)s_%(class)s_published",
                violation_error_message="A published entry has source, reviewer and revision; a draft has no revision.",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("author")),
                name="%(app_label)s_%(class)s_two_people",
                violation_error_message="An entry is reviewed by somebody other than its author.",
            ),
            models.CheckConstraint(
                condition=Q(entry="original", supersedes__isnull=True)
                | (Q(entry__in=["correction", "retraction"], supersedes__isnull=False) & ~Q(reason="")),
                name="%(app_label)s_%(class)s_correction",
                violation_error_message="A correction or retraction names what it supersedes, and the reason.",
            ),
            models.UniqueConstraint(
                fields=["treaty", "revision"],
                name="%(app_label)s_%(class)s_revision",
                violation_error_message="This revision is already taken.",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=Q(state="published"),
                name="%(app_label)s_%(class)s_superseded_once",
                violation_error_message="The entry has already been superseded; correct its successor.",
            ),
        ]
        indexes = [
            models.Index(fields=["treaty", "origin"], name="%(app_label)s_%(class)s_origin"),
            models.Index(
                fields=["state", "author"],
                condition=Q(revision__isnull=True),
                name="%(app_label)s_%(class)s_open",
            ),
            models.Index(
                fields=["origin"],
                condition=Q(taken_earliest__lt=F("taken_latest")),
                name="%(app_label)s_%(class)s_vague",
            ),
        ]

    @property
    def taken(self) -> Span:
        """The day, or the interval within which it lies."""
        return Span(self.taken_earliest, self.taken_latest)
