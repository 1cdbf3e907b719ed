"""Texts of kept notifications for pages: the words marked that fields were read from, and the days printed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ratification.depositary.names import known_names
from ratification.intake.notifications import read_notification
from ratification.intake.notified_acts import Origin, PrintedNotification
from ratification.models import Action, Notification
from ratification.rules.dates import Span
from ratification.rules.outcome import Outcome


@dataclass(frozen=True, slots=True)
class NotificationText:
    """A notification with its text, in which each part is marked from which a field was read."""

    notification: Notification
    marked: list[tuple[str, bool]]
    origins: list[Origin]


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """A participant's day of entry into force as the notification prints it, beside the computed one."""

    participant: str
    printed: date
    computed: Span | None

    @property
    def agrees(self) -> bool:
        """Whether the two are one day."""
        return self.computed is not None and self.computed.on == self.printed


def texts_of(entries: Iterable[Action]) -> list[NotificationText]:
    """Return the notifications of entries of one treaty, with their texts, where these were kept."""
    entries = list(entries)
    numbers = {entry.notification for entry in entries if entry.notification}
    if not numbers:
        return []
    kept = Notification.objects.filter(treaty=entries[0].treaty_id, number__in=numbers).exclude(text="")
    names = known_names() if kept else {}
    found = [(each, read_notification(each.text, names)) for each in kept.select_related("source")]
    return [NotificationText(each, marked(each.text, read.words), read.origins()) for each, read in found]


def marked(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """Split a text at the words that fields were read from, whatever blanks stand between them."""
    phrases = [r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(words, key=len, reverse=True)]
    if not phrases:
        return [(text, False)]
    parts = re.split(f"({'|'.join(phrases)})", text)
    return [(part, bool(number % 2)) for number, part in enumerate(parts) if part]


def printed_by(found: PrintedNotification) -> dict[str, str]:
    """Return the days of entry into force that a text prints, by the participant's code."""
    return {each.participant.iso3: each.on.isoformat() for each in found.in_force}


def printed_days(kept: Iterable[Notification], outcome: Outcome, names: dict[str, str]) -> list[PrintedDay]:
    """Return each printed day of entry into force beside the one that the rules compute."""
    computed = {each.participant: each.in_force for each in outcome.standings}
    computed |= {each.participant: each.computed for each in outcome.declared_for}
    return [
        PrintedDay(names.get(code, code), day, computed.get(code))
        for each in kept
        for code, day in each.printed_days.items()
    ]
