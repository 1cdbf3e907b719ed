"""Text of an entry as a reviewer is shown it; publication is bound to that text.

A page may be old when its button is pressed: the author may have changed the entry meanwhile, and the row of a source
or a participant may have been edited. The ledger publishes what the reviewer read, or refuses.
"""

import json
from collections.abc import Mapping

from django.contrib.auth.models import User

from ratification.ledger.content import AnyEntry, content_of
from ratification.ledger.refusal import LedgerError
from ratification.models import Action
from ratification.record.chain import digest
from ratification.rules.dates import Span

Shown = Mapping[str, str]
"""Words by subject, such as `{"participant": "AUS Australia", "taken": "2026-11-10"}`."""


def shown_of(entry: AnyEntry) -> dict[str, str]:
    """Return the present text of an entry, with that of its participant and source."""
    content = content_of(entry)
    words = {"entry": entry.entry, "reason": entry.reason, "override": entry.override}
    for name in content.__dataclass_fields__:
        value = getattr(content, name)
        if name not in words:
            words[name] = value.edtf if isinstance(value, Span) else "" if value is None else str(value)
    if participant := entry.participant:
        words["participant"] = f"{participant.iso3} {participant.name} ({participant.kind})"
    if source := entry.source:
        parts = (source.key, source.title, source.url, source.publisher, source.published_on, source.note)
        words["source"] = " | ".join((*parts, source.confidence))
    for name in ("supersedes", "relates_to"):
        other: AnyEntry | None = getattr(entry, name, None)
        words[name] = f"{other.pk}: {other}" if other else ""
    if isinstance(entry, Action):
        words["provisions"] = ", ".join(entry.provisions)
        words["territories"] = ", ".join(entry.territories)
    return words


def to_text(shown: Shown) -> str:
    """Return it as JSON, for the form that a reviewer sends back."""
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)


def from_text(text: str) -> Shown:
    """Parse the text that a form sent back; anything but a JSON object gives an empty mapping, equal to no entry."""
    try:
        shown = json.loads(text)
    except ValueError:
        return {}
    return shown if isinstance(shown, dict) else {}


def digest_of(entry: AnyEntry) -> str:
    """Return the digest of the present text of an entry, as it stands in the revision that publishes it."""
    return digest(to_text(shown_of(entry)))


def check_shown(entry: AnyEntry, shown: Shown | None, reviewer: User) -> None:
    """Check that an entry still has the text that the reviewer was shown.

    Raises:
        LedgerError: naming what differs, as it was shown and as it is now; or if a reviewer who can log in names
            nothing that they were shown.

    """
    if shown is None:
        if reviewer.has_usable_password():
            raise LedgerError("A person publishes or returns what they were shown, and nothing was named.")
        return
    now = shown_of(entry)
    if shown == now:
        return
    differing = [
        f"{name.replace('_', ' ')}: shown “{shown.get(name, '')}”, now “{now.get(name, '')}”"
        for name in sorted(shown.keys() | now.keys())
        if shown.get(name, "") != now.get(name, "")
    ]
    raise LedgerError(f"The entry is not what you were shown. {'; '.join(differing)}. Read it again.")
