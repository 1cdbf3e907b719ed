"""Followers by mail: what they ask for, the mail to be sent, and the addresses that get none any more."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from treaty.models import Treaty


class MailSubscription(models.Model):
    """A question about one treaty and the sealed address that its answers go to.

    Nothing but the confirmation is sent before its link was followed. The row is deleted, and the address with it, when
    the follower ends the subscription. `position` is the last change that mail was made of.
    """

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", pgettext_lazy("how often mail is sent", "at once")
        DAILY = "daily", pgettext_lazy("how often mail is sent", "once a day")
        WEEKLY = "weekly", pgettext_lazy("how often mail is sent", "once a week")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    treaty = models.ForeignKey(Treaty, on_delete=models.CASCADE, related_name="mail_subscriptions")
    question = models.CharField(
        max_length=1000, blank=True, help_text="Query of the question; empty: everything."
    )
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.AT_ONCE)
    language = models.CharField(max_length=10, default="en")
    sealed = models.TextField(editable=False, help_text="The address, encrypted with CONTACT_KEY.")
    digest = models.CharField(max_length=64, editable=False, help_text="Keyed digest of the address.")
    site = models.URLField(max_length=200, help_text="Address of the site that the links lead to.")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When mail was last made for it.")
    reminded_on = models.DateField(
        null=True, blank=True, help_text="Last legal day whose reminders are made."
    )
    told_forecast = models.DateField(
        null=True, blank=True, help_text="Median of the forecast that was last told."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "question", "digest"],
                name="ratification_mailsubscription_once",
                violation_error_message="This address asks for this already.",
            )
        ]
        indexes = [models.Index(fields=["treaty", "question", "position"], name="ratification_mail_question")]

    def __str__(self) -> str:
        return f"Subscription {self.pk} to {self.treaty}"


class Mail(models.Model):
    """One message of the outbox: what it tells, and whether it was sent.

    `key` names what it tells: a subscription gets each once. The text is made when it is sent, from what is named here.
    """

    subscription = models.ForeignKey(MailSubscription, on_delete=models.CASCADE, related_name="mails")
    key = models.CharField(max_length=100)
    changes = models.JSONField(default=list, blank=True, help_text="Numbers of the changes that it tells.")
    notes = models.JSONField(
        default=list, blank=True, help_text="Sentences and addresses beside the changes."
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, help_text="Why the last attempt failed; no address.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "key"],
                name="ratification_mail_once",
                violation_error_message="This is in the outbox already.",
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="ratification_mail_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"Mail {self.pk}: {self.key}"


class Suppression(models.Model):
    """An address that gets no mail any more, known by its keyed digest alone."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Suppression {self.pk}: {self.reason}"
