"""Changes of the status as documents and as sentences, for the API, the feeds and the webhooks alike."""

from typing import Any

from django.db.models import QuerySet

from ratification.models import Change
from ratification.rules.dates import Span, parse_edtf
from ratification.rules.document import days
from ratification.rules.outcome import WindowKind
from ratification.status.change_values import published_value
from ratification.status.day_text import on_day
from ratification.status.statement_changes import statement_sentence
from treaty.clauses import ActionKind
from treaty.models import Measure, Treaty

SUBJECTS = ("count", "threshold", "entry_into_force", "standing", "window", "report", "statement")
"""Subjects of changes."""
HEADLINES = {"count", "threshold", "entry_into_force"}
"""Subjects about the treaty as a whole."""
STANDINGS = {
    "unknown": "has no known signature or consent to be bound",
    "none": "has neither signed nor consented to be bound",
    "withdrawn": "has withdrawn",
    "signatory": "is a signatory",
    "contracting": "has consented to be bound",
    "party": "is a party",
}
_VERBS = {
    ActionKind.RATIFICATION: "ratified",
    ActionKind.ACCEPTANCE: "accepted",
    ActionKind.APPROVAL: "approved",
    ActionKind.ACCESSION: "acceded",
    ActionKind.FORMAL_CONFIRMATION: "formally confirmed",
    ActionKind.DEFINITIVE_SIGNATURE: "signed definitively",
    ActionKind.SUCCESSION: "succeeded to the treaty",
}
_DATED = {
    "threshold": ("The threshold is reached", "The threshold is not reached."),
    "entry_into_force": ("The treaty enters into force", "No day of entry into force follows."),
}
_SIGNATURE = {
    "open": "is open",
    "closed": "is closed",
    "not_yet_open": "is not yet open",
    "uncertain": "may be open",
    "gone": "has no known days",
}
_PERIODS = {
    WindowKind.SIGNATURE: "for signature{}",
    WindowKind.ENTRY_INTO_FORCE: "from the condition{} to entry into force",
    WindowKind.LATER_PARTY: "from the deposit{} to entry into force",
    WindowKind.DOMESTIC_APPROVAL: "for domestic approval{}",
    WindowKind.DENUNCIATION: "from the denunciation{} to its effect",
    WindowKind.AMENDMENT: "for the amendment{}",
    WindowKind.OBJECTION: "for objections to a late reservation{}",
}
_STATES = {
    "open": "has begun",
    "closed": "is over",
    "not_yet_open": "has not yet begun",
    "uncertain": "may have begun",
    "gone": "no longer follows",
}
_PREFIXES = {
    Change.Cause.CORRECTION: "Correction: ",
    Change.Cause.RETRACTION: "Retraction: ",
    Change.Cause.REFERENCE: "After a change of reference data or rules: ",
}


def changes_of(treaty: Treaty) -> QuerySet[Change]:
    """Return the changes of a treaty's status, in the order in which they became known."""
    return Change.objects.filter(treaty=treaty).select_related("participant", "treaty").order_by("number")


def change_document(change: Change) -> dict[str, Any]:
    """Return a change as JSON (`api.serializers.ChangeSerializer` without its links)."""
    return {
        "id": change.number,
        "treaty": change.treaty.slug,
        "revision": change.revision,
        "as_of": change.as_of.isoformat(),
        "happened": days(change.happened),
        "cause": change.cause,
        "entry": change.entry,
        "supersedes": change.supersedes,
        "subject": change.subject,
        "participant": change.participant.iso3 if change.participant else None,
        "before": published_value(change.before),
        "after": published_value(change.after),
        "recorded_at": change.recorded_at.isoformat().replace("+00:00", "Z"),
        "sentence": sentence_of(change),
    }


def days_of(change: Change) -> Span | None:
    """Return the days on which a change may have happened: the record's interval where it gives no exact day.

    Numbers and thresholds have none of their own: they follow from acts that may have open days.
    """
    return None if change.subject in HEADLINES else change.happened


def sentence_of(change: Change, who: str = "") -> str:
    """Return a change as a sentence; `who` replaces its participant where one sentence covers several."""
    who = who or (change.participant.name if change.participant else str(change.treaty))
    # What stands in the record for the first time follows from no change of the reference data.
    first = change.cause == Change.Cause.REFERENCE and change.before is None
    # The sentence on a report names a correction or retraction itself.
    is_named = first or change.subject == "report"
    return ("" if is_named else _PREFIXES.get(Change.Cause(change.cause), "")) + _sentence(change, who)


def _sentence(change: Change, who: str) -> str:
    before, after = change.before or {}, change.after or {}
    match change.subject:
        case "standing":
            place = f", the {_ordinal(change.place)}" if change.place else ""
            return _standing(who, before, after, place)
        case "count":
            return (
                f"{after['signatories']} signatories, {after['contracting']} contracting States and organizations, "
                f"{after['parties']} parties; {after['counted']} counting toward the threshold."
            )
        case "threshold" | "entry_into_force":
            words, without = _DATED[change.subject]
            span = _span(after)
            return f"{words} {on_day(span)}." if span else without
        case "report":
            return _reported(who, change.before, change.after)
        case "statement":
            return statement_sentence(who, change.before, change.after)
    return _window(f" of {who}" if change.participant else "", (after or before)["kind"], after)


def _window(whose: str, kind: str, after: dict[str, Any]) -> str:
    """Return that a period begins or is over; the one for signature in the words of the profession."""
    state = after["state"] if after else "gone"
    if kind == WindowKind.SIGNATURE and not whose:
        return f"The treaty {_SIGNATURE[state]} for signature."
    return f"The {period_words(kind, whose)} {_STATES[state]}."


def period_words(kind: str, whose: str) -> str:
    """Return what a window is called on pages; `whose` is " of Viet Nam", or empty."""
    return f"period {_PERIODS[WindowKind(kind)].format(whose)}"


def _standing(who: str, before: dict[str, Any], after: dict[str, Any], place: str) -> str:
    """Return what happened to a standing: the act that is new, dated otherwise or gone, else what follows."""
    for (verb, new), (old_verb, old), which in zip(
        _acts(after), _acts(before), (" to consent to be bound", " signatory"), strict=True
    ):
        if new and not old:
            return f"{who} {verb} {on_day(new)}{place and place + which}."
        if old and not new:
            return f"the record no longer says that {who} {old_verb} {on_day(old)}."
        if new and old and (verb, new) != (old_verb, old):
            otherwise = on_day(old, beside=new) if verb == old_verb else f"{old_verb} {on_day(old)}"
            return f"{who} {verb} {on_day(new)}, not {otherwise.removeprefix('on ')}."
    return _consequence(who, before, after) if after else f"{who} is no longer in the record."


def _consequence(who: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return what changed of a standing whose acts are the same."""
    standing, force = after["standing"], after["in_force"]
    same = standing == before.get("standing")
    if standing == "party" and not same and force:
        said = f"The treaty entered into force for {who} {on_day(parse_edtf(force))}."
    elif same and force != before["in_force"]:
        said = (
            f"The treaty enters into force for {who} {on_day(parse_edtf(force))}."
            if force
            else f"No day of entry into force follows for {who} any more."
        )
    elif same and after["counted"] != before["counted"]:
        counts = "counts" if after["counted"] else "does not certainly count"
        said = f"The consent of {who} {counts} toward the threshold."
    else:
        said = f"{who} {STANDINGS.get(standing, standing)}."
    return said


def _acts(said: dict[str, Any]) -> tuple[tuple[str, Span | None], tuple[str, Span | None]]:
    """Return the verb and the days of consent and of signature; None where there is no such act."""
    consent, signed = said.get("consent"), said.get("signed")
    verb = _VERBS.get(ActionKind(consent["kind"]), "consented to be bound") if consent else ""
    consented = parse_edtf(consent["date"]) if consent and consent["date"] else None
    return (verb, consented), ("signed", parse_edtf(signed) if signed else None)


def _span(said: dict[str, Any]) -> Span | None:
    if not said.get("earliest"):
        return None
    last = said["latest"]
    return parse_edtf(f"{said['earliest']}/{last or '..'}") if last != said["earliest"] else parse_edtf(last)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _reported(who: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    report = after or before or {}
    words = f"{report['name']}, {Measure.Stage(report['stage']).label}, {report['taken']}."
    if after is None:
        return f"The report on {who} is taken back: {words}"
    return f"The report on {who} is corrected: {words}" if before else f"Reported of {who}: {words}"
