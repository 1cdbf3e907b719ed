"""What happened, as a ledger: append-only, written by `ratification.ledger` alone.

Triggers in the database refuse to change or delete a published row (`ratification.triggers`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ratification.rules.dates import Span
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Source, Treaty


class Record(models.Model):
    """The record of one treaty: its last revision. Every publication locks this row, so revisions have no gaps."""

    treaty = models.OneToOneField(Treaty, on_delete=models.PROTECT, related_name="record")
    revision = models.PositiveIntegerField(default=0, help_text="Number of the last published entry.")
    published_at = models.DateTimeField(null=True, blank=True, help_text="When that entry was published.")

    def __str__(self) -> str:
        return f"{self.treaty} at revision {self.revision}"


class Action(models.Model):
    """One entry of the ledger: what a participant did, or what corrects or retracts an earlier entry."""

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        IN_REVIEW = "in_review", "in review"
        PUBLISHED = "published", "published"

    class Entry(models.TextChoices):
        ORIGINAL = "original", "original"
        CORRECTION = "correction", "correction"
        RETRACTION = "retraction", "retraction"

    # What happened.
    treaty = models.ForeignKey(Treaty, on_delete=models.PROTECT, related_name="actions")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=30, choices=[(kind.value, kind.label) for kind in ActionKind])
    taken_earliest = models.DateField(
        "taken on, earliest",
        help_text="Day of deposit or receipt; the first possible day where it is not known exactly.",
    )
    taken_latest = models.DateField(
        "taken on, latest", help_text="The last possible day; equal when the day is known."
    )
    effective_earliest = models.DateField(
        null=True,
        blank=True,
        help_text="For a succession: the day that it takes over, where the record says so.",
    )
    effective_latest = models.DateField(null=True, blank=True, help_text="The last possible such day.")
    relates_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="related",
        help_text="The entry that a withdrawal takes back or an objection answers.",
    )
    provisions = models.JSONField(
        default=list, blank=True, help_text='Provisions that the statement is about, e.g. ["7(2)", "63(3)"].'
    )
    summary = models.TextField(blank=True, help_text="In this project's own words.")
    notification = models.CharField(
        "depositary notification", max_length=80, blank=True, help_text="E.g. C.N.196.2025.TREATIES-XVIII.16."
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        help_text="Needed to publish.",
    )
    confidence = models.CharField(
        max_length=10, choices=Source.Confidence, default=Source.Confidence.SECONDARY
    )
    note = models.TextField(blank=True, help_text="What is uncertain, and why.")

    # The entry.
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    entry = models.CharField(max_length=10, choices=Entry, default=Entry.ORIGINAL)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
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
        ordering = ["treaty", "revision", "pk"]
        permissions = [
            ("review_action", "Can publish or return entries"),
            ("import_action", "Can draft entries from a table"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_earliest__lte=F("taken_latest")),
                name="ratification_action_taken",
                violation_error_message="The earliest day lies after the latest.",
            ),
            models.CheckConstraint(
                condition=Q(effective_earliest__isnull=True, effective_latest__isnull=True)
                | Q(effective_earliest__lte=F("effective_latest")),
                name="ratification_action_effective",
                violation_error_message="The earliest effective day lies after the latest, or one of them is missing.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ActionKind]),
                name="ratification_action_kind",
                violation_error_message="Not a kind of treaty action.",
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
                name="ratification_action_published",
                violation_error_message="A published entry has source, reviewer and revision; a draft has no revision.",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("author")),
                name="ratification_action_two_people",
                violation_error_message="An entry is reviewed by somebody other than its author.",
            ),
            models.CheckConstraint(
                condition=Q(entry="original", supersedes__isnull=True)
                | (Q(entry__in=["correction", "retraction"], supersedes__isnull=False) & ~Q(reason="")),
                name="ratification_action_correction",
                violation_error_message="A correction or retraction names what it supersedes, and the reason.",
            ),
            models.UniqueConstraint(
                fields=["treaty", "revision"],
                name="ratification_action_revision",
                violation_error_message="This revision is already taken.",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=Q(state="published"),
                name="ratification_action_superseded_once",
                violation_error_message="The entry has already been superseded; correct its successor.",
            ),
            # No constraint against two equal entries: a consent withdrawn and repeated on one day is two facts.
            # The ledger refuses the accidental double with a sentence that names the earlier entry.
        ]
        indexes = [models.Index(fields=["treaty", "origin"], name="ratification_action_origin")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_kind_display()}, {self.taken.edtf}"

    @property
    def in_full(self) -> str:
        """Everything by which an entry is told from its like."""
        provisions = f" on {', '.join(self.provisions)}" if self.provisions else ""
        place = f"revision {self.revision}" if self.revision else self.get_state_display()
        return f"{self}{provisions} ({self.treaty}, {place})"

    @property
    def taken(self) -> Span:
        """The day, or the interval within which it lies."""
        return Span(self.taken_earliest, self.taken_latest)

    @property
    def effective(self) -> Span | None:
        """The day from which a succession takes over, where the record says so."""
        if self.effective_earliest is None or self.effective_latest is None:
            return None
        return Span(self.effective_earliest, self.effective_latest)
