"""Changes of the status as documents and as sentences, for the API, the feeds and the webhooks alike."""

from typing import Any

from django.db.models import QuerySet

from ratification.models import Change
from ratification.rules.document import days
from ratification.status.statement_changes import statement_sentence
from treaty.models import Measure, Treaty

SUBJECTS = ("count", "threshold", "entry_into_force", "standing", "window", "report", "statement")
"""Subjects of changes."""
STANDINGS = {
    "unknown": "has no known signature or consent to be bound",
    "none": "has neither signed nor consented to be bound",
    "withdrawn": "has withdrawn",
    "signatory": "is a signatory",
    "contracting": "has consented to be bound",
    "party": "is a party",
}
_DATED = {
    "threshold": ("The threshold is reached", "The threshold is not reached."),
    "entry_into_force": ("The day of entry into force is", "No day of entry into force follows."),
}


def changes_of(treaty: Treaty) -> QuerySet[Change]:
    """Return the changes of a treaty's status, in the order in which they became known."""
    return Change.objects.filter(treaty=treaty).select_related("participant", "treaty").order_by("pk")


def change_document(change: Change) -> dict[str, Any]:
    """Return a change as JSON (`api.serializers.ChangeSerializer` without its links)."""
    return {
        "id": change.pk,
        "treaty": change.treaty.slug,
        "revision": change.revision,
        "as_of": change.as_of.isoformat(),
        "happened": days(change.happened),
        "cause": change.cause,
        "subject": change.subject,
        "participant": change.participant.iso3 if change.participant else None,
        "before": change.before,
        "after": change.after,
        "recorded_at": change.recorded_at.isoformat().replace("+00:00", "Z"),
        "sentence": sentence_of(change),
    }


def sentence_of(change: Change, who: str = "") -> str:  # noqa: PLR0911 - one for each subject
    """Return a change as a sentence; `who` replaces its participant where one sentence covers several."""
    after: dict[str, Any] = change.after or {}
    who = who or (change.participant.name if change.participant else str(change.treaty))
    match change.subject:
        case "standing" if after:
            return f"{who} {STANDINGS[after['standing']]}."
        case "standing":
            return f"{who} is no longer in the record."
        case "count":
            return (
                f"{after['signatories']} signatories, {after['contracting']} contracting States and organizations, "
                f"{after['parties']} parties; {after['counted']} counting toward the threshold."
            )
        case "threshold" | "entry_into_force":
            return _dated(after, *_DATED[change.subject])
        case "report":
            return _reported(who, change.before, change.after)
        case "statement":
            return statement_sentence(who, change.before, change.after)
    window = (after or change.before or {}).get("kind", "").replace("_", " ")
    whose = f" of {who}" if change.participant else ""
    state = after["state"].replace("_", " ") if after else "gone"
    return f"The window for {window}{whose} is {state}."


def _reported(who: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    report = after or before or {}
    words = f"{report['name']}, {Measure.Stage(report['stage']).label}, {report['taken']}."
    if after is None:
        return f"The report on {who} is taken back: {words}"
    return f"The report on {who} is corrected: {words}" if before else f"Reported of {who}: {words}"


def _dated(when: dict[str, Any], words: str, without: str) -> str:
    if not when.get("earliest"):
        return without
    if when["on"]:
        return f"{words} {when['on']}."
    return f"{words} between {when['earliest']} and {when['latest'] or 'never'}."
