"""Partner sites: their tokens, their subscriptions to changes, the deliveries, and the data packages."""

from django.db import models
from django.db.models import Q

from ratification.models.status import Change
from treaty.models import Treaty


class PartnerToken(models.Model):
    """A token that raises a partner's limit. The token itself is shown once and never stored."""

    name = models.CharField(max_length=120, unique=True, help_text="Whose it is, and for what.")
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of the token.")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="Refused from this moment on.")
    last_used_on = models.DateField(
        null=True, blank=True, help_text="The last day (UTC) on which it was used."
    )

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """An address to which each change of a treaty's status is sent, in order.

    The changes themselves are the outbox: `position` is the last one that the address has confirmed. One treaty each,
    because only within one treaty do changes become visible in the order of their ids.
    """

    name = models.CharField(max_length=120, unique=True, help_text="Whose it is, and for what.")
    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="subscriptions")
    url = models.URLField("address", max_length=500, help_text="HTTPS; each change is sent there by POST.")
    secret = models.CharField(max_length=80, help_text="Shared with the partner: it signs what is sent.")
    earlier_secret = models.CharField(
        max_length=500,
        blank=True,
        help_text="Signs too until the moment beside it, so that the partner can change over. Several are separated by "
        "spaces, the last one first.",
    )
    earlier_secret_until = models.DateTimeField(null=True, blank=True)
    active = models.BooleanField(default=True, help_text="Off: nothing is sent, and nothing is lost.")
    created_at = models.DateTimeField()
    position = models.PositiveBigIntegerField(
        default=0,
        help_text="Id of the last change that was confirmed; a smaller one sends the later ones again.",
    )
    attempts = models.PositiveIntegerField(
        default=0, help_text="Failed deliveries of the next change, in a row."
    )
    failing_since = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True, help_text="Not before this moment.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker is at it until then.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="https://"),
                name="ratification_subscription_https",
                violation_error_message="Changes are sent to https addresses only.",
            ),
            models.CheckConstraint(
                condition=Q(attempts=0, failing_since__isnull=True)
                | Q(attempts__gt=0, failing_since__isnull=False),
                name="ratification_subscription_failing",
                violation_error_message="Failing since a moment, or not at all.",
            ),
            models.CheckConstraint(
                condition=Q(earlier_secret="", earlier_secret_until__isnull=True)
                | (~Q(earlier_secret="") & Q(earlier_secret_until__isnull=False)),
                name="ratification_subscription_earlier_secret",
                violation_error_message="An earlier secret signs until a moment.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One attempt to send a change, or the test event, to a subscription."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    change = models.ForeignKey(
        Change, on_delete=models.CASCADE, related_name="+", null=True, help_text="Empty: the test event."
    )
    attempted_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(
        null=True, help_text="HTTP status of the answer; empty: there was none."
    )
    error = models.TextField(blank=True, help_text="Why it failed; empty: it was confirmed.")

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(error="") | Q(status__gte=200, status__lt=300),
                name="ratification_delivery_confirmed",
                violation_error_message="Only an answer from 200 to 299 confirms a delivery.",
            )
        ]

    def __str__(self) -> str:
        sent = f"change {self.change.number}" if self.change else "test event"
        return f"{self.subscription}: {sent}, {self.error or self.status}"


class Dataset(models.Model):
    """The data package of one treaty, as last built: kept in the database, where web and worker both find it."""

    treaty = models.OneToOneField(Treaty, on_delete=models.CASCADE, related_name="dataset")
    edition = models.PositiveIntegerField(help_text="State of the reference data that it was built from.")
    revision = models.PositiveIntegerField(help_text="State of the record that it was built from.")
    as_of = models.DateField(help_text="Legal date of what is computed in it.")
    built_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, help_text="Of the whole file.")
    content = models.BinaryField(help_text="The zip file.")

    def __str__(self) -> str:
        return f"{self.treaty} as of {self.as_of}, revision {self.revision}"
