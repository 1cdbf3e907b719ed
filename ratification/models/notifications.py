"""Depositary notifications (C.N.): their head, and their text as it was pasted."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models

from ratification.models.ledger import Action
from ratification.models.treaty_facts import TreatyFact
from treaty.models import Source, Treaty


class Notification(models.Model):
    """One notification of a treaty's depositary. Its lines are the entries of the treaty under its number."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        FRENCH = "fr", "French"

    treaty = models.ForeignKey(Treaty, on_delete=models.PROTECT, related_name="notifications")
    number = models.CharField(max_length=80, help_text="E.g. C.N.196.2025.TREATIES-XVIII.16.")
    notified_on = models.DateField("dated", null=True, blank=True, help_text="The notification's own date.")
    language = models.CharField(
        max_length=2,
        choices=Language,
        blank=True,
        help_text="Of the notification; translations in it are in this language.",
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="notifications"
    )
    text = models.TextField(blank=True, help_text="As it was pasted.")
    in_force = models.JSONField(
        default=dict,
        blank=True,
        help_text="Day of entry into force that it prints, by the participant's code.",
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "number"],
                name="ratification_notification_number",
                violation_error_message="The treaty has a notification of this number already.",
            ),
            models.CheckConstraint(
                condition=~models.Q(number=""),
                name="ratification_notification_numbered",
                violation_error_message="A notification has a number.",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def lines(self) -> "models.QuerySet[Action]":
        """The treaty actions that it tells, in the order in which they were entered."""
        told = Action.objects.filter(treaty=self.treaty_id, notification=self.number)
        return told.select_related("participant", "treaty", "source", "author").order_by("pk")

    @property
    def facts(self) -> "models.QuerySet[TreatyFact]":
        """The treaty facts that it tells."""
        told = TreatyFact.objects.filter(treaty=self.treaty_id, notification=self.number)
        return told.select_related("participant", "treaty", "source", "author").order_by("pk")

    @property
    def printed_days(self) -> dict[str, date]:
        """The day of entry into force that it prints for each participant."""
        return {code: date.fromisoformat(day) for code, day in self.in_force.items()}


def state_of(lines: Iterable[Action | TreatyFact]) -> str:
    """Return the one state of a notification's lines in words."""
    states = [line.get_state_display() for line in lines]
    if not states:
        return "no line yet"
    if len(set(states)) == 1:
        return states[0]
    counted = [f"{states.count(state)} {state}" for state in dict.fromkeys(sorted(states))]
    return f"{', '.join(counted)} of {len(states)} lines"
