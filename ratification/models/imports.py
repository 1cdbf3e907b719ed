"""Comparisons with the depositary's record: its documents, the runs, and their differences.

Nothing here is part of the ledger. A difference becomes an entry only by `ratification.depositary.propose`, through
`ratification.ledger.writing`.
"""

import zlib

from django.conf import settings
from django.db import models
from django.db.models import Q

from ratification.models.ledger import Action
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty


class StatusDocument(models.Model):
    """A status document of the depositary as it was retrieved, kept once."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    compressed = models.BinaryField(help_text="The document's bytes, compressed with zlib.")

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def content(self) -> bytes:
        """The document's bytes."""
        return zlib.decompress(self.compressed)


class ImportRun(models.Model):
    """One comparison of a treaty's ledger with a document of the depositary."""

    class State(models.TextChoices):
        COMPARED = "compared", "compared"
        SUSPECT = "suspect", "suspect"
        TRUSTED = "trusted", "trusted by a person"
        STOPPED = "stopped", "stopped at an unknown name"

    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="import_runs")
    document = models.ForeignKey(StatusDocument, on_delete=models.PROTECT, related_name="runs")
    address = models.TextField(help_text="Where the document came from: a file's name or an address.")
    retrieved_at = models.DateTimeField(
        help_text="When the document was retrieved: what it says, it says as of this day."
    )
    compared_at = models.DateTimeField()
    revision = models.PositiveIntegerField(help_text="State of the record that it was compared with.")
    headings = models.JSONField(help_text="The table's headings, as printed.")
    rows = models.PositiveIntegerField(help_text="Number of participants in the table.")
    signatories = models.CharField(
        max_length=40, blank=True, help_text="The document's own figure, as printed."
    )
    parties = models.CharField(max_length=40, blank=True, help_text="The document's own figure, as printed.")
    agrees = models.PositiveIntegerField(
        default=0, help_text="Number of entries that the ledger has in the same way."
    )
    state = models.CharField(max_length=10, choices=State)
    suspicions = models.JSONField(
        default=list, blank=True, help_text="Why the document is not to be trusted as it stands."
    )
    remarks = models.JSONField(
        default=list, blank=True, help_text="What was read in a way that one should know of."
    )
    trusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    trusted_because = models.TextField(blank=True, help_text="Why the document is right all the same.")

    class Meta:
        ordering = ["treaty", "pk"]
        indexes = [models.Index(fields=["treaty", "state"], name="ratification_importrun_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="trusted") | (Q(trusted_by__isnull=False) & ~Q(trusted_because="")),
                name="ratification_importrun_trusted",
                violation_error_message="A suspect document is trusted by a person, with a reason.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.treaty}, list of {self.retrieved_at:%Y-%m-%d}"

    @property
    def proposes(self) -> bool:
        """Whether its differences may become drafts."""
        return self.state in (self.State.COMPARED, self.State.TRUSTED)


class Difference(models.Model):
    """One difference between the depositary's document and the ledger."""

    class Outcome(models.TextChoices):
        NEW = "new", "new here"
        MISSING = "missing", "missing there"
        DIFFERS = "differs", "differs"
        WITHDRAWN = "withdrawn", "withdrawn"
        UNKNOWN = "unknown", "unknown name"
        STATED = "stated", "stated in its text"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="differences")
    number = models.PositiveIntegerField(help_text="Position within the run.")
    outcome = models.CharField(max_length=10, choices=Outcome)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    printed = models.CharField("name as printed", max_length=300, blank=True)
    kind = models.CharField(
        max_length=30, blank=True, choices=[(kind.value, kind.label) for kind in ActionKind]
    )
    listed_on = models.DateField(null=True, blank=True, help_text="The day that the document gives.")
    words = models.TextField("act as printed", blank=True, help_text="The heading's own words for the act.")
    bracketed = models.BooleanField(default=False, help_text="Whether the document shows it as withdrawn.")
    withdrawn_earliest = models.DateField(
        null=True, blank=True, help_text="First day on which it can have been withdrawn."
    )
    withdrawn_latest = models.DateField(
        null=True, blank=True, help_text="Last such day: that of the document."
    )
    part = models.CharField(
        max_length=60,
        blank=True,
        help_text="Where the text states it: a section and the number in it, or an end note; empty: in the table.",
    )
    text = models.TextField(blank=True, help_text="The text as printed, with markup that is not safe.")
    provisions = models.JSONField(default=list, blank=True, help_text="Provisions that the text names.")
    answers = models.JSONField(
        default=list, blank=True, help_text="Codes of those whose statement an objection answers."
    )
    effective_on = models.DateField(
        null=True, blank=True, help_text="The day that the text gives for the effect."
    )
    digest = models.CharField(
        max_length=64, blank=True, help_text="Names what is stated: proposed once for a treaty."
    )
    held = models.ForeignKey(
        Action,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The ledger's own entry.",
    )
    note = models.TextField(blank=True, help_text="What it is, in a sentence.")
    draft = models.ForeignKey(
        Action,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The entry that this became, or that says the same already and waits for review.",
    )

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="ratification_difference_number")
        ]

    def __str__(self) -> str:
        return self.note

    @property
    def is_stated(self) -> bool:
        """Whether it stands in the document's text and not in its table: it is never published without review."""
        return self.outcome == self.Outcome.STATED

    @property
    def proposes(self) -> bool:
        """Whether an entry can be drafted from it; any other needs a person's decision."""
        if self.is_stated:
            return self.participant is not None and self.listed_on is not None
        return self.outcome in (self.Outcome.NEW, self.Outcome.WITHDRAWN) or (
            self.outcome == self.Outcome.DIFFERS and self.listed_on is not None
        )
