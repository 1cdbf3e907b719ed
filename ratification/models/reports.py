"""Reports of measures that participants take because of a treaty, and contact points, which only staff may read.

Reports are entries of the same ledger as treaty actions, under the same revisions. They never move the count: no treaty
action is inferred from one.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ratification.models.entry import LedgerEntry
from states.models import Participant
from treaty.models import Measure


class Report(LedgerEntry):
    """A participant's stage of a measure, as reported, on a day or within an interval."""

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="reports")
    stage = models.CharField(max_length=30, choices=Measure.Stage)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    class Meta(LedgerEntry.Meta):
        permissions = [
            ("review_report", "Can publish or return reports"),
            ("import_report", "Can draft reports from a table"),
        ]
        constraints = [
            *LedgerEntry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stage__in=Measure.Stage.values),
                name="ratification_report_stage",
                violation_error_message="Not a stage of a measure.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.measure}, {self.get_stage_display()}, {self.taken.edtf}"


class Contact(models.Model):
    """Details of a contact point, encrypted and separate from the record, for staff with the permission.

    `sealed` is made by `ratification.readiness.contacts` with a key that the database does not hold.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField(editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["participant", "measure"]
        permissions = [("read_contact", "Can read the details of contact points")]
        constraints = [
            models.UniqueConstraint(fields=["participant", "measure"], name="ratification_contact_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.measure}"


class ContactLookup(models.Model):
    """Log of who read the details of a contact point; written before they are shown."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="lookups")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()

    class Meta:
        ordering = ["-looked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user}, {self.looked_at:%Y-%m-%d %H:%M}"
