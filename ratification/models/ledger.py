"""The ledger of treaty actions: append-only, written by `ratification.ledger.writing` alone.

Triggers in the database refuse to change or delete a published row (`ratification.models.triggers`).
"""

from django.db import models
from django.db.models import F, Q

from ratification.models.entry import LedgerEntry
from ratification.rules.dates import Span
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty


class Record(models.Model):
    """The record of one treaty: its last revision. Every publication locks this row, so revisions have no gaps."""

    treaty = models.OneToOneField(Treaty, on_delete=models.PROTECT, related_name="record")
    revision = models.PositiveIntegerField(default=0, help_text="Number of the last published entry.")
    published_at = models.DateTimeField(null=True, blank=True, help_text="When that entry was published.")
    version = models.PositiveIntegerField(
        default=0,
        help_text="Counts the changes of the stored status (ratification.status.version).",
    )
    additions = models.PositiveIntegerField(
        db_default=0,
        help_text="Counts what else was added to what is shown: drawings, forecasts, comparisons, data packages.",
    )

    def __str__(self) -> str:
        return f"{self.treaty} at revision {self.revision}"


class Action(LedgerEntry):
    """A treaty action of a participant, or the correction or retraction of an earlier entry."""

    kind = models.CharField(max_length=30, choices=[(kind.value, kind.label) for kind in ActionKind])
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
        help_text="The entry that it takes back, changes, replaces, answers or (a denunciation) ends.",
    )
    provisions = models.JSONField(
        default=list, blank=True, help_text='Provisions that the statement is about, e.g. ["7(2)", "63(3)"].'
    )
    notification = models.CharField(
        "depositary notification", max_length=80, blank=True, help_text="E.g. C.N.196.2025.TREATIES-XVIII.16."
    )
    notified_on = models.DateField(null=True, blank=True, help_text="The notification's own date.")
    texts = models.JSONField(
        default=list,
        blank=True,
        help_text="What the act says: language, status (authentic, official, own) and text of each version.",
    )
    excludes = models.BooleanField(
        null=True,
        blank=True,
        help_text="Whether a reservation excludes the provisions, or modifies them (VCLT 2(1)(d)); empty: not known.",
    )
    precludes = models.BooleanField(
        null=True,
        blank=True,
        help_text="Whether an objection precludes entry into force between the two (VCLT 20(4)(b)); empty: not said.",
    )
    territories = models.JSONField(
        default=list,
        blank=True,
        help_text='Codes of the territories that it covers or excludes, e.g. ["GIB"].',
    )
    predecessor = models.ForeignKey(
        Participant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="For a succession: whose signature or consent is taken over.",
    )
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    class Meta(LedgerEntry.Meta):
        permissions = [
            ("review_action", "Can publish or return entries"),
            ("import_action", "Can draft entries from a table"),
        ]
        constraints = [
            *LedgerEntry.Meta.constraints,
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
            # No constraint against two equal entries: a consent withdrawn and repeated on one day is two facts.
            # The ledger refuses the accidental double with a sentence that names the earlier entry.
        ]
        indexes = [
            *LedgerEntry.Meta.indexes,
            models.Index(fields=["treaty", "notification"], name="ratification_action_told"),
            models.Index(fields=["notification", "origin"], name="ratification_action_lacking"),
            models.Index(
                fields=["published_at", "id"],
                condition=Q(revision__isnull=False),
                name="ratification_action_last",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_kind_display()}, {self.taken.edtf}"

    @property
    def in_full(self) -> str:
        """Text that distinguishes the entry from similar ones."""
        provisions = f" on {', '.join(self.provisions)}" if self.provisions else ""
        place = f"revision {self.revision}" if self.revision else self.get_state_display()
        return f"{self}{provisions} ({self.treaty}, {place})"

    @property
    def effective(self) -> Span | None:
        """The day from which a succession takes over, where the record says so."""
        if self.effective_earliest is None or self.effective_latest is None:
            return None
        return Span(self.effective_earliest, self.effective_latest)
