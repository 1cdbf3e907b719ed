"""Treaty facts: declarations of the depositary, and the day until which a list of acts is known.

They are entries of the same ledger as treaty actions, under the same revisions. A declared day is kept beside the
computed one, and leads where the two differ.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from ratification.models.entry import LedgerEntry
from states.models import Participant


class TreatyFact(LedgerEntry):
    """A fact about a treaty: what the depositary declares, an act without a participant, how far the list is known.

    `taken` is the day of the fact: the last day that the list covers, the day of entry into force, the day of a total.
    """

    class Kind(models.TextChoices):
        KNOWN_UNTIL = "known_until", pgettext_lazy("fact about a treaty", "list of acts known until")
        ENTRY_INTO_FORCE = (
            "entry_into_force",
            pgettext_lazy("fact about a treaty", "declared entry into force"),
        )
        ENTRY_INTO_FORCE_FOR = (
            "entry_into_force_for",
            pgettext_lazy("fact about a treaty", "declared entry into force for a participant"),
        )
        THRESHOLD_REACHED = (
            "threshold_reached",
            pgettext_lazy("fact about a treaty", "declared day on which the threshold was reached"),
        )
        SIGNATORIES = "signatories", pgettext_lazy("fact about a treaty", "declared number of signatories")
        PARTIES = "parties", pgettext_lazy("fact about a treaty", "declared number of parties")
        OPENED = "opened", pgettext_lazy("fact about a treaty", "opened for signature")
        CERTIFIED_COPIES = (
            "certified_copies",
            pgettext_lazy("fact about a treaty", "certified true copies circulated"),
        )
        CORRECTION_PROPOSED = (
            "correction_proposed",
            pgettext_lazy("fact about a treaty", "correction of the text proposed"),
        )
        CORRECTION = (
            "correction",
            pgettext_lazy("fact about a treaty", "text corrected (procès-verbal of rectification)"),
        )
        AMENDMENT_PROPOSED = "amendment_proposed", pgettext_lazy("fact about a treaty", "amendment proposed")
        AMENDMENT_ADOPTED = "amendment_adopted", pgettext_lazy("fact about a treaty", "amendment adopted")
        DECISION = "decision", pgettext_lazy("fact about a treaty", "decision of the parties")

    ACTS = (
        Kind.OPENED,
        Kind.CERTIFIED_COPIES,
        Kind.CORRECTION_PROPOSED,
        Kind.CORRECTION,
        Kind.AMENDMENT_PROPOSED,
        Kind.AMENDMENT_ADOPTED,
        Kind.DECISION,
    )
    """Acts that have no participant."""

    TOTALS = (Kind.SIGNATORIES, Kind.PARTIES)
    """Kinds that have a number."""
    EVENTS = (
        *(Kind.OPENED, Kind.CERTIFIED_COPIES, Kind.CORRECTION_PROPOSED, Kind.CORRECTION),
        *(Kind.AMENDMENT_PROPOSED, Kind.AMENDMENT_ADOPTED, Kind.DECISION),
    )
    """Kinds that a clause can wait for as an event, by their name with hyphens: `amendment-adopted`."""

    participant = models.ForeignKey(  # type: ignore[assignment]  # optional here alone
        Participant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="treatyfacts",
        help_text="For an entry into force that the depositary declares for one participant.",
    )
    kind = models.CharField(max_length=30, choices=Kind)
    number = models.PositiveIntegerField(null=True, blank=True, help_text="For a total: how many.")
    notification = models.CharField(
        "depositary notification", max_length=80, blank=True, help_text="E.g. C.N.196.2025.TREATIES-XVIII.16."
    )
    notified_on = models.DateField(null=True, blank=True, help_text="The notification's own date.")
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    class Meta(LedgerEntry.Meta):
        verbose_name = "treaty fact"
        permissions = [
            ("review_treatyfact", "Can publish or return treaty facts"),
            ("import_treatyfact", "Can draft treaty facts from a table"),
        ]
        constraints = [
            *LedgerEntry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "known_until",
                        "entry_into_force",
                        "entry_into_force_for",
                        "threshold_reached",
                        "signatories",
                        "parties",
                        "opened",
                        "certified_copies",
                        "correction_proposed",
                        "correction",
                        "amendment_proposed",
                        "amendment_adopted",
                        "decision",
                    ]
                ),
                name="ratification_treatyfact_kind",
                violation_error_message="Not a kind of treaty fact.",
            ),
            models.CheckConstraint(
                condition=Q(kind="entry_into_force_for", participant__isnull=False)
                | (~Q(kind="entry_into_force_for") & Q(participant__isnull=True)),
                name="ratification_treatyfact_participant",
                violation_error_message="Only an entry into force for a participant names one, and it must.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["signatories", "parties"], number__isnull=False)
                | (~Q(kind__in=["signatories", "parties"]) & Q(number__isnull=True)),
                name="ratification_treatyfact_number",
                violation_error_message="A total has a number, and nothing else has one.",
            ),
        ]

    def __str__(self) -> str:
        who = f" {self.participant}" if self.participant_id else ""
        number = f": {self.number}" if self.number is not None else ""
        return f"{self.get_kind_display()}{who}{number}, {self.taken.edtf}"
