"""Mail to followers: each sentence with its permanent address and its source, as plain text and as HTML.

The text is made when it is sent, from the changes that the outbox names: sentences of a record that is not rewritten.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from common.sealing import open_sealed
from ratification.following.asked_changes import sentence_for
from ratification.following.question import ChangeQuestion, stored_question
from ratification.following.subscriptions import CONFIRM_WITHIN, CONFIRMATION, token_of
from ratification.models import Action, Change, Mail, Report, TreatyFact
from ratification.record.entries import latest_revision
from ratification.record.selectors import outcome_at
from ratification.rules.caveats import caveat_on_force
from ratification.rules.dates import Span
from ratification.rules.outcome import WindowKind
from ratification.rules.windows import article
from ratification.status.changes import changes_of, period_words
from ratification.status.day_text import on_day, text_of, translated
from ratification.status.feeds import entry_of
from states.models import Participant
from states.naming import name_of
from treaty.models import Source, Treaty

_MOVED = (("before", "moved_from"), ("now", "moved_to"))
"""Values of the sentence on a moved forecast, and what the outbox calls them."""


_FULL_STOP = re.compile(r"((?<!\b[^\W\d])\.|。)$")
"""The end of a sentence, but for one that ends an abbreviation of one letter too, as the Russian year does."""
_FORCE = (WindowKind.ENTRY_INTO_FORCE.value, WindowKind.LATER_PARTY.value)
"""Kinds of windows that end with the treaty's entry into force; of a later party, those that end on that day."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a mail: the path of its permanent address, and its source where it has one.

    `caveat` says that a day of entry into force which it names may be an earlier one.
    """

    sentence: str
    path: str
    source: str = ""
    source_url: str = ""
    caveat: str = ""


def lines_of(treaty: Treaty, question: ChangeQuestion, mail: Mail, today: date) -> list[Line]:
    """Return the sentences of a mail that is sent `today`, a day of the depositary.

    At most four queries, and those of a status where entry into force is named.
    """
    changes = sorted(changes_of(treaty).filter(number__in=mail.changes), key=_rank)
    sources = _sources(treaty, changes)
    caveat, general = "", None
    if any(map(_names_force, changes)) or any(note.get("window") in _FORCE for note in mail.notes):
        outcome = outcome_at(treaty, treaty.legal_day(mail.created_at), latest_revision(treaty))
        caveat, general = translated(caveat_on_force(outcome)), outcome.general
    lines = []
    for change in changes:
        entry = entry_of(change, lambda each: sentence_for(each, question))
        source = sources.get(change.entry or 0)
        lines.append(
            Line(
                entry.title,
                entry.path,
                source.title if source else "",
                source.url if source else "",
                caveat if _names_force(change) else "",
            )
        )
    for note in mail.notes:
        of_force = note.get("window") in _FORCE and _closes(note) == general
        lines.append(replace(line_of(treaty, note, today), caveat=caveat if of_force else ""))
    return lines


_FIRST = ("entry_into_force", "threshold")
"""Subjects that a mail begins with, and that its own subject names."""


def _rank(change: Change) -> int:
    """Return the place of a change in a mail: of the treaty as a whole before its participants."""
    if change.subject in _FIRST:
        return _FIRST.index(change.subject)
    return len(_FIRST) + bool(change.participant_id)


def _names_force(change: Change) -> bool:
    """Return whether a sentence names a new day of entry into force for a participant, and not that it may be earlier.

    The sentence on the treaty's own day says that by itself, and so does one on a change that has it.
    """
    before, after = change.before or {}, change.after or {}
    return (
        change.subject == "standing"
        and bool(after.get("in_force"))
        and after["in_force"] != before.get("in_force")
        and "may_be_earlier" not in after
    )


def line_of(treaty: Treaty, note: Mapping[str, Any], today: date) -> Line:
    """Return the sentence of a reminder or of a moved forecast from what the outbox keeps of it.

    A reminder that is sent on a later day than it was made for does not count the days. Rows made before the sentences
    had languages keep the English sentence itself.
    """
    if "sentence" in note:
        return Line(**note)
    if "moved_from" in note:
        words = gettext(
            "Forecast: the median day on which the threshold is reached has moved from %(before)s to %(now)s."
        )
        if note.get("new_method"):
            words = gettext(
                "Forecast: the median day on which the threshold is reached has moved from %(before)s to %(now)s. The"
                " method has changed since the last forecast."
            )
        days = {name: text_of(date.fromisoformat(note[key])) for name, key in _MOVED}
        path = reverse("dashboard:forecast", kwargs={"slug": treaty.slug})
        return Line(words % days, f"{path}?as_of={note['as_of']}&revision={note['revision']}")
    person = Participant.objects.filter(iso3=note["participant"]).first() if note["participant"] else None
    closes = _closes(note)
    if closes.on and (closes.on - today).days == note["days"]:
        words = ngettext(
            "The %(period)s ends %(when)s, %(number)s day from today (%(basis)s).",
            "The %(period)s ends %(when)s, %(number)s days from today (%(basis)s).",
            note["days"],
        )
    else:
        words = gettext("The %(period)s ends %(when)s (%(basis)s).")
    values = {
        "period": period_words(note["window"], name_of(person) if person else ""),
        "when": on_day(closes),
        "number": note["days"],
        "basis": _basis(note["basis"]),
    }
    return Line(words % values, reverse("dashboard:calendar", kwargs={"slug": treaty.slug}))


def _basis(kept: str) -> str:
    """Return what a window rests on in the active language: the outbox keeps its English words."""
    word, _, number = kept.partition(" ")
    return translated(article(number)) if word == "article" else gettext(kept)


def _closes(note: Mapping[str, Any]) -> Span:
    return Span(date.fromisoformat(note["closes"]), date.fromisoformat(note["closes_latest"]))


def message_of(mail: Mail, lines: Sequence[Line]) -> EmailMultiAlternatives:
    """Return a mail ready to be sent: its Message-ID is the same at each attempt.

    Raises:
        SealError: if the address cannot be opened.
    """
    subscription = mail.subscription
    treaty, token = subscription.treaty, token_of(subscription)
    manage, unsubscribe = (
        urljoin(subscription.site, reverse(f"dashboard:follow_{name}", kwargs={"token": token}))
        for name in ("manage", "end")
    )
    context: Mapping[str, object] = {
        "treaty": treaty,
        "site": subscription.site,
        "question": stored_question(subscription.question).whole,
        "confirm": urljoin(subscription.site, reverse("dashboard:follow_confirm", kwargs={"token": token})),
        "manage": manage,
        "lines": [(line, urljoin(subscription.site, line.path)) for line in lines],
        "days": CONFIRM_WITHIN.days,
    }
    is_confirmation = mail.key.startswith(CONFIRMATION)
    name = "confirm" if is_confirmation else "news"
    host = urlsplit(subscription.site).hostname or "localhost"
    message = EmailMultiAlternatives(
        subject=gettext("Confirm: follow the %(treaty)s") % {"treaty": treaty}
        if is_confirmation
        else subject_of(treaty, lines),
        body=render_to_string(f"follow/{name}.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[open_sealed(subscription.sealed)],
        headers={
            "Message-ID": f"<{subscription.key.hex}.{mail.pk}@{host}>",
            "Date": format_datetime(mail.created_at),
            "Auto-Submitted": "auto-generated",
            "List-Id": f"<{treaty.slug}.changes.{host}>",
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(render_to_string(f"follow/{name}.html", context), "text/html")
    return message


def subject_of(treaty: Treaty, lines: Sequence[Line]) -> str:
    """Return the subject: the sentence, or the first of several and the number of the others."""
    first = _FULL_STOP.sub("", lines[0].sentence)
    others = len(lines) - 1
    values = {"treaty": treaty, "sentence": first, "number": others}
    if not others:
        return gettext("%(treaty)s: %(sentence)s") % values
    words = ngettext(
        "%(treaty)s: %(sentence)s, and %(number)s more",
        "%(treaty)s: %(sentence)s, and %(number)s more",
        others,
    )
    return words % values


def _sources(treaty: Treaty, changes: Sequence[Change]) -> dict[int, Source]:
    """Return the source of each entry that caused one of the changes. Three queries, none without entries."""
    entries = {change.entry for change in changes if change.entry is not None}
    if not entries:
        return {}
    return {
        row.revision: row.source
        for model in (Action, Report, TreatyFact)
        for row in model.objects.filter(treaty=treaty, revision__in=entries).select_related("source")
        if row.revision is not None and row.source is not None
    }
