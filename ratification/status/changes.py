"""Changes of the status as documents and as sentences, for the API, the feeds and the webhooks alike."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext, gettext_lazy

from common.messages import Text, in_a_row
from ratification.models import Change
from ratification.rules.dates import Span
from ratification.rules.document import days
from ratification.rules.outcome import WindowKind
from ratification.status.change_values import published_value
from ratification.status.day_text import on_day, translated
from ratification.status.statement_changes import statement_sentence
from states.naming import name_of
from treaty.clauses import ActionKind
from treaty.clauses.words import ordinal
from treaty.models import Measure, Treaty

SUBJECTS = ("count", "threshold", "entry_into_force", "standing", "window", "report", "statement")
"""Subjects of changes."""
HEADLINES = {"count", "threshold", "entry_into_force"}
"""Subjects about the treaty as a whole."""
STANDINGS: Mapping[str, Text] = {
    "unknown": gettext_lazy("%(participant)s has no known signature or consent to be bound."),
    "none": gettext_lazy("No signature and no consent to be bound of %(participant)s is recorded."),
    "withdrawn": gettext_lazy("%(participant)s has withdrawn."),
    "signatory": gettext_lazy("%(participant)s is a signatory."),
    "contracting": gettext_lazy("%(participant)s has consented to be bound."),
    "party": gettext_lazy("%(participant)s is a party."),
}
_CEASED = gettext_lazy("%(participant)s no longer exists.")
"""Of who stands nowhere any more although its acts are the same."""
_UNCERTAIN = gettext_lazy("It is not certain that %(participant)s has signed or consented to be bound.")
"""Of who is no longer unknown, but has acts on open days alone."""
_DID: Mapping[ActionKind, tuple[Text, Text]] = {
    ActionKind.RATIFICATION: (
        gettext_lazy("%(participant)s ratified %(when)s"),
        gettext_lazy("ratified %(when)s"),
    ),
    ActionKind.ACCEPTANCE: (
        gettext_lazy("%(participant)s accepted %(when)s"),
        gettext_lazy("accepted %(when)s"),
    ),
    ActionKind.APPROVAL: (
        gettext_lazy("%(participant)s approved %(when)s"),
        gettext_lazy("approved %(when)s"),
    ),
    ActionKind.ACCESSION: (
        gettext_lazy("%(participant)s acceded %(when)s"),
        gettext_lazy("acceded %(when)s"),
    ),
    ActionKind.FORMAL_CONFIRMATION: (
        gettext_lazy("%(participant)s formally confirmed %(when)s"),
        gettext_lazy("formally confirmed %(when)s"),
    ),
    ActionKind.DEFINITIVE_SIGNATURE: (
        gettext_lazy("%(participant)s signed definitively %(when)s"),
        gettext_lazy("signed definitively %(when)s"),
    ),
    ActionKind.SUCCESSION: (
        gettext_lazy("%(participant)s succeeded to the treaty %(when)s"),
        gettext_lazy("succeeded to the treaty %(when)s"),
    ),
    ActionKind.CONSENT_TO_BE_BOUND: (
        gettext_lazy("%(participant)s consented to be bound %(when)s"),
        gettext_lazy("consented to be bound %(when)s"),
    ),
    ActionKind.SIGNATURE: (gettext_lazy("%(participant)s signed %(when)s"), gettext_lazy("signed %(when)s")),
}
"""What a participant did when: with its name, and without. Other acts are consent to be bound."""
_DATED: Mapping[str, tuple[Text, Text]] = {
    "threshold": (
        gettext_lazy("The threshold is reached %(when)s."),
        gettext_lazy("The threshold is not reached."),
    ),
    "entry_into_force": (
        gettext_lazy("The treaty enters into force %(when)s."),
        gettext_lazy("No day of entry into force follows."),
    ),
}
_SIGNATURE: Mapping[str, Text] = {
    "open": gettext_lazy("The treaty is open for signature."),
    "closed": gettext_lazy("The treaty is closed for signature."),
    "not_yet_open": gettext_lazy("The treaty is not yet open for signature."),
    "uncertain": gettext_lazy("The treaty may be open for signature."),
    "gone": gettext_lazy("The treaty has no known days for signature."),
}
_PERIODS: Mapping[WindowKind, tuple[Text, Text]] = {
    WindowKind.SIGNATURE: (
        gettext_lazy("period for signature"),
        gettext_lazy("period for signature of %(participant)s"),
    ),
    WindowKind.ENTRY_INTO_FORCE: (
        gettext_lazy("period from the condition to entry into force"),
        gettext_lazy("period from the condition of %(participant)s to entry into force"),
    ),
    WindowKind.LATER_PARTY: (
        gettext_lazy("period from the deposit to entry into force"),
        gettext_lazy("period from the deposit of %(participant)s to entry into force"),
    ),
    WindowKind.DOMESTIC_APPROVAL: (
        gettext_lazy("period for domestic approval"),
        gettext_lazy("period for domestic approval of %(participant)s"),
    ),
    WindowKind.DENUNCIATION: (
        gettext_lazy("period from the denunciation to its effect"),
        gettext_lazy("period from the denunciation of %(participant)s to its effect"),
    ),
    WindowKind.AMENDMENT: (
        gettext_lazy("period for proposing amendments"),
        gettext_lazy("period for %(participant)s to propose amendments"),
    ),
    WindowKind.OBJECTION: (
        gettext_lazy("period for objections to a late reservation"),
        gettext_lazy("period for objections to a late reservation of %(participant)s"),
    ),
}
_STATES: Mapping[str, Text] = {
    "open": gettext_lazy("The %(period)s has begun."),
    "closed": gettext_lazy("The %(period)s is over."),
    "not_yet_open": gettext_lazy("The %(period)s has not yet begun."),
    "uncertain": gettext_lazy("The %(period)s may have begun."),
    "gone": gettext_lazy("The %(period)s no longer follows."),
}
_PREFIXES: Mapping[Change.Cause, Text] = {
    Change.Cause.CORRECTION: gettext_lazy("Correction: %(sentence)s"),
    Change.Cause.RETRACTION: gettext_lazy("Retraction: %(sentence)s"),
    Change.Cause.REFERENCE: gettext_lazy("After a change of reference data or rules: %(sentence)s"),
}
_AFTER_RETRACTION = gettext_lazy("After a retraction: %(sentence)s")
"""What holds now that an entry was retracted: "Retraction: the treaty enters into force ..." would deny it."""


def changes_of(treaty: Treaty) -> QuerySet[Change]:
    """Return the changes of a treaty's status, in the order in which they became known."""
    return treaty.changes.select_related("participant").order_by("number")


def digest_at(treaty: Treaty, number: int) -> str:
    """Return the digest of the state to which the changes up to one add up (`StatusState.digest`). One query."""
    held: Counter[bytes] = Counter()
    rows = Change.objects.filter(treaty=treaty, number__lte=number)
    for subject, whose, *values in rows.values_list("subject", "participant__iso3", "before", "after"):
        for value, count in zip(values, (-1, 1), strict=True):
            if value is not None:
                line = (subject, whose, published_value(value))
                held[orjson.dumps(line, option=orjson.OPT_SORT_KEYS)] += count
    return hashlib.sha256(b"\n".join(sorted(held.elements()))).hexdigest()


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
    who = who or (name_of(change.participant) if change.participant else str(change.treaty))
    # What stands in the record for the first time follows from no change of the reference data.
    first = change.cause == Change.Cause.REFERENCE and change.before is None
    # The sentence on a report names a correction or retraction itself.
    is_named = first or change.subject == "report"
    said = _said(change, who)
    prefixed = None if is_named else _PREFIXES.get(Change.Cause(change.cause))
    if change.cause == Change.Cause.RETRACTION and _says_what_holds(change):
        prefixed = _AFTER_RETRACTION
    return str(prefixed) % {"sentence": said} if prefixed else said


def _says_what_holds(change: Change) -> bool:
    """Whether the sentence on a change says what the record says now, and not what it says no longer."""
    if not change.after or change.subject in {"report", "statement"}:
        return False
    if change.subject == "standing":
        return _acts(change.after) == _acts(change.before or {})
    return change.subject not in _DATED or bool(change.after["earliest"])


def _said(change: Change, who: str) -> str:
    match change.subject:
        case "report":
            return _reported(who, change.before, change.after)
        case "statement":
            return statement_sentence(who, change.before, change.after)
    values = orjson.dumps([change.before, change.after, change.place])
    return _sentence(change.subject, who, bool(change.participant_id), values, get_language())


@lru_cache(maxsize=512)
def _sentence(subject: str, who: str, is_of_one: bool, values: bytes, _language: str | None) -> str:  # noqa: FBT001 - a key
    """Return what a change says in the active language, which follows from its values: the same after a publication."""
    was, now, place = orjson.loads(values)
    before, after = was or {}, now or {}
    match subject:
        case "standing":
            said = _standing(who, before, after, place)
            return translated(in_a_row([said, _in_force(who, before, after)]))
        case "count":
            return gettext(
                "Signatories: %(signatories)s; contracting States and organizations: %(contracting)s; "
                "parties: %(parties)s; counting toward the threshold: %(counted)s."
            ) % {name: after[name] for name in ("signatories", "contracting", "parties", "counted")}
        case "threshold" | "entry_into_force":
            words, without = _DATED[subject]
            span = _span(after)
            said = str(words) % {"when": on_day(span)} if span else str(without)
            return translated(in_a_row([said, _caveat(after)]))
    return _window(who if is_of_one else "", (after or before)["kind"], after)


def _caveat(after: dict[str, Any]) -> str:
    """Return that the day may be an earlier one, where the list of acts leaves that open."""
    if not after.get("may_be_earlier"):
        return ""
    return gettext("An act that no source here reports could make this day an earlier one.")


def _window(whose: str, kind: str, after: dict[str, Any]) -> str:
    """Return that a period begins or is over; the one for signature in the words of the profession."""
    state = after["state"] if after else "gone"
    if kind == WindowKind.SIGNATURE and not whose:
        return str(_SIGNATURE[state])
    return str(_STATES[state]) % {"period": period_words(kind, whose)}


def period_words(kind: str, whose: str) -> str:
    """Return what a window is called on pages; `whose` is the participant's name, or empty."""
    of_all, of_one = _PERIODS[WindowKind(kind)]
    return str(of_one) % {"participant": whose} if whose else str(of_all)


def _standing(who: str, before: dict[str, Any], after: dict[str, Any], place: int | None) -> str:
    """Return a change of standing in words: the act that is new, has another day or is gone; else what follows."""
    for now, then in zip(_acts(after), _acts(before), strict=True):
        if now and (not then or (before["standing"] == "withdrawn" and now != then)):
            return _new(who, *now, place)
        if then and not now:
            event = _event(who, *then)
            return gettext("the record no longer says that %(event)s.") % {"event": event}
        if now and then and now != then:
            (kind, day), (old_kind, old_day) = now, then
            otherwise = on_day(old_day, beside=day).removeprefix("on ")
            if kind != old_kind:
                otherwise = str(_DID[old_kind][1]) % {"when": on_day(old_day)}
            return gettext("%(event)s, not %(otherwise)s.") % {
                "event": _event(who, kind, day),
                "otherwise": otherwise,
            }
    return (
        _consequence(who, before, after)
        if after
        else gettext("%(participant)s is no longer in the record.") % {"participant": who}
    )


def _in_force(who: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return that the treaty entered into force for who had not consented before: deposit and day are told together."""
    if (
        not after
        or after["standing"] != "party"
        or not after["in_force"]
        or _acts(after)[0] == _acts(before)[0]
    ):
        return ""
    words = gettext("The treaty entered into force for %(participant)s %(when)s.")
    said = words % {"participant": who, "when": on_day(Span.of_edtf(after["in_force"]))}
    return translated(in_a_row([said, _caveat(after)]))


def _new(who: str, kind: ActionKind, day: Span, place: int | None) -> str:
    """Return in words that an act is new, with its rank in the order of acts where that is known."""
    values = {"event": _event(who, kind, day), "rank": translated(ordinal(place or 0))}
    if not place:
        return gettext("%(event)s.") % values
    if kind == ActionKind.SIGNATURE:
        return gettext("%(event)s, the %(rank)s signatory.") % values
    return gettext("%(event)s, the %(rank)s to consent to be bound.") % values


def _event(who: str, kind: ActionKind, day: Span) -> str:
    """Return who did what when, as a clause: `Viet Nam ratified on 5 February 2026`."""
    return str(_DID[kind][0]) % {"participant": who, "when": on_day(day)}


def _consequence(who: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return what changed of a standing whose acts are the same."""
    standing, force = after["standing"], after["in_force"]
    same, caveat = standing == before.get("standing"), _caveat(after)
    values = {"participant": who, "when": on_day(Span.of_edtf(force)) if force else ""}
    if standing == "party" and not same and force:
        words: Text = gettext("The treaty entered into force for %(participant)s %(when)s.")
    elif same and force and (force, caveat) != (before["in_force"], _caveat(before)):
        words = gettext("The treaty enters into force for %(participant)s %(when)s.")
    elif same and force != before["in_force"]:
        words = gettext("No day of entry into force follows for %(participant)s any more.")
    elif same and after["counted"] and not before["counted"]:
        words = gettext("The consent of %(participant)s counts toward the threshold.")
    elif same and after["counted"] != before["counted"]:
        words = gettext("The consent of %(participant)s does not certainly count toward the threshold.")
    elif standing == "none" and any(_acts(after)):
        words = _UNCERTAIN if before["standing"] == "unknown" else _CEASED
    else:
        words = STANDINGS[standing]
    said = str(words) % values
    return translated(in_a_row([said, caveat])) if values["when"] in said and force else said


_Act = tuple[ActionKind, Span]


def _acts(said: dict[str, Any]) -> tuple[_Act | None, _Act | None]:
    """Return kind and days of the consent and of the signature; None where there is no such act."""
    consent, signed = said.get("consent"), said.get("signed")
    consented = None
    if consent and consent["date"]:
        kind = ActionKind(consent["kind"])
        consented = (
            kind if kind in _DID else ActionKind.CONSENT_TO_BE_BOUND,
            Span.of_edtf(consent["date"]),
        )
    return consented, (ActionKind.SIGNATURE, Span.of_edtf(signed)) if signed else None


def _span(said: dict[str, Any]) -> Span | None:
    if not said.get("earliest"):
        return None
    first, last = said["earliest"], said["latest"]
    return Span.of_edtf(first if last == first else f"{first}/{last or '..'}")


def _reported(who: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    report = after or before or {}
    values = {
        "participant": who,
        "measure": report["name"],
        "stage": Measure.Stage(report["stage"]).label,
        "day": report["taken"],
    }
    if after is None:
        words = gettext("The report on %(participant)s is taken back: %(measure)s, %(stage)s, %(day)s.")
    elif before:
        words = gettext("The report on %(participant)s is corrected: %(measure)s, %(stage)s, %(day)s.")
    else:
        words = gettext("Reported of %(participant)s: %(measure)s, %(stage)s, %(day)s.")
    return words % values
