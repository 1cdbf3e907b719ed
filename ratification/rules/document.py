"""The status document: an outcome and its working as plain JSON, for the command line and the API."""

from datetime import date
from typing import Any

from ratification.rules.caveats import caveat_on_force, may_be_earlier
from ratification.rules.dates import Span
from ratification.rules.disagreement import differs, disagreements
from ratification.rules.outcome import (
    Count,
    CountedConsent,
    LegalWindow,
    Outcome,
    ParticipantStanding,
    StandingKind,
)
from ratification.rules.reasons import not_known

Json = dict[str, Any]


def status_document(
    slug: str, as_of: date, revision: int, outcome: Outcome, *, timezone: str = "UTC"
) -> Json:
    """Give the status document. Its keys and their order are fixed; every day is ISO text or null.

    Args:
        slug: the treaty's.
        as_of: the day asked about.
        revision: the number of the last published entry that the outcome rests on.
        outcome: from `evaluate`; counts are of what is certain, `possible` gives the upper bounds.
        timezone: where the depositary's day `as_of` ends.

    """
    threshold, entry = outcome.threshold, outcome.entry_into_force
    caveat = caveat_on_force(outcome) or entry.caveat
    acted = {standing.participant for standing in outcome.standings}
    return {
        "treaty": slug,
        "as_of": as_of.isoformat(),
        "timezone": timezone,
        "known_until": _iso(outcome.known_until),
        "revision": revision,
        "signatories": outcome.signatories.certain,
        "contracting": outcome.contracting.certain,
        "parties": outcome.parties.certain,
        "possible": possible(outcome),
        "unknown": len(outcome.unknown),
        "threshold": {
            "required": threshold.required,
            "counted": threshold.counted.certain,
            "remaining": threshold.remaining,
            "reached": days(threshold.reached),
        },
        "entry_into_force": {
            **days(entry.on),
            "decisive": list(entry.decisive),
            "article": entry.article,
            "reason": entry.reason,
            **({"may_be_earlier": True} if may_be_earlier(outcome) else {}),
            **({"caveat": caveat} if caveat else {}),
        },
        "declared": _declared(outcome),
        "windows": [_window(window) for window in outcome.windows],
        "participants": sorted(
            [
                *(acting_participant(standing) for standing in outcome.standings),
                *(unknown_participant(iso3, outcome) for iso3 in outcome.unknown if iso3 not in acted),
            ],
            key=lambda row: str(row["participant"]),
        ),
    }


def possible(outcome: Outcome) -> Json:
    """Give the upper bounds of the counts."""
    return {
        "signatories": outcome.signatories.possible,
        "contracting": outcome.contracting.possible,
        "parties": outcome.parties.possible,
        "counted": outcome.threshold.counted.possible,
    }


def general_days(as_of: date, outcome: Outcome) -> Json:
    """Give of the status document what concerns the treaty as a whole: entry into force, and periods for all.

    A page names these few; the whole document of two hundred participants would cost it more than they do.
    """
    return {
        "as_of": as_of.isoformat(),
        "entry_into_force": {
            **days(outcome.entry_into_force.on),
            "caveat": caveat_on_force(outcome) or None,
        },
        "windows": [_window(window) for window in outcome.windows if window.participant is None],
    }


def sentences(outcome: Outcome) -> list[str]:
    """Give the outcome in sentences: the three numbers apart, entry into force, and open windows."""
    counted = outcome.threshold.counted
    said = [
        _number(outcome.signatories, "signatory", "signatories"),
        _number(
            outcome.contracting, "contracting State or organization", "contracting States and organizations"
        ),
        _number(outcome.parties, "party", "parties"),
    ]
    if outcome.threshold.required:
        of = f"of {outcome.threshold.required} counted toward the threshold"
        said.append(_number(counted, of, of))
    said.append(outcome.entry_into_force.reason)
    for window in outcome.windows:
        if window.state == "open":
            who = f" ({window.participant})" if window.participant else ""
            left = f", {window.days_left} days left" if window.days_left is not None else ""
            said.append(f"Open: {window.kind.label}{who}{left}; {window.basis}.")
    return said


def _number(count: Count, one: str, many: str) -> str:
    """Format a count: the certain number, and the greatest that open dates permit."""
    possibly = f" (possibly {count.possible})" if count.possible != count.certain else ""
    return f"{count.certain} {one if count.certain == 1 else many}{possibly}."


def working_document(outcome: Outcome) -> Json:
    """Give the working: rule, conditions, arithmetic, and every consent with its reason.

    `counted` and `not_counted` together are all consents of the record by that day.
    """
    threshold, entry = outcome.threshold, outcome.entry_into_force
    return {
        "rule": entry.rule,
        "article": entry.article,
        "reason": entry.reason,
        "steps": list(entry.steps),
        "decisive": list(entry.decisive),
        "conditions": [
            {
                "kind": condition.kind,
                "subject": condition.subject,
                "required": str(condition.required),
                "held": str(condition.held) if condition.held.is_finite() else None,
                "met": condition.met,
                "missing": list(condition.missing),
            }
            for condition in threshold.conditions
        ],
        "counted": [_entry(each) for each in by_rank(threshold.entries) if each.counted],
        "not_counted": [_entry(each) for each in by_rank(threshold.entries) if not each.counted],
    }


def by_rank(entries: tuple[CountedConsent, ...]) -> list[CountedConsent]:
    """Put consents in order of deposit, those of one day by participant."""
    return sorted(entries, key=lambda entry: (*entry.deposited.bounds, entry.participant, entry.fact))


def days(span: Span | None) -> Json:
    """Give a day that may be open: `on` if it is known, and its bounds; null where there is none."""
    if span is None:
        return {"on": None, "earliest": None, "latest": None}
    return {
        "on": _iso(span.on),
        "earliest": _iso(span.earliest),
        "latest": _iso(span.latest) if span.certain else None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _window(window: LegalWindow) -> Json:
    opens, closes = days(window.opens), days(window.closes)
    return {
        "kind": window.kind.value,
        "participant": window.participant,
        "opens_on": opens["on"],
        "closes_on": closes["on"],
        "state": window.state,
        "days_left": window.days_left,
        "basis": window.basis,
        "reported": window.reported,
        "opens": opens,
        "closes": closes,
        **({"may_be_earlier": True} if window.may_be_earlier else {}),
    }


def acting_participant(standing: ParticipantStanding) -> Json:
    """Give the row of a participant that has an act in the record."""
    signed = days(standing.signed)
    return {
        "participant": standing.participant,
        "standing": standing.kind.value,
        "signed_on": signed["on"],
        "consent": {"kind": standing.consent.value if standing.consent else None, **days(standing.consented)},
        "in_force": days(standing.in_force),
        **({"may_be_earlier": True} if standing.may_be_earlier else {}),
        "counted": standing.counted,
        "reason": standing.reason,
        "signed": signed,
    }


def unknown_participant(iso3: str, outcome: Outcome) -> Json:
    """Give the row of a participant of which nothing is known since the day until which the list is known."""
    reason = not_known(outcome.known_until) if outcome.known_until else ""
    return participant_without_act(iso3, StandingKind.UNKNOWN, reason)


def participant_without_act(iso3: str, kind: StandingKind, reason: str) -> Json:
    """Give the row of a participant that has no act in the record."""
    return {
        "participant": iso3,
        "standing": kind.value,
        "signed_on": None,
        "consent": {"kind": None, **days(None)},
        "in_force": days(None),
        "counted": False,
        "reason": reason,
        "signed": days(None),
    }


def _declared(outcome: Outcome) -> Json | None:
    """Compare the days that the depositary declares with the computed ones; null where it declares none."""
    declared = outcome.declared
    if not (declared.entry_into_force or declared.threshold_reached or outcome.declared_for):
        return None
    compared = bool(outcome.entry_into_force.article)
    return {
        "entry_into_force": _iso(declared.entry_into_force),
        "threshold_reached": _iso(declared.threshold_reached),
        "differs": any(disagreements(outcome)),
        "participants": [
            {
                "participant": each.participant,
                "entry_into_force": _iso(each.declared),
                "computed": days(each.computed if compared else None),
                "differs": compared and differs(each.declared, each.computed, outcome.as_of),
            }
            for each in outcome.declared_for
        ],
    }


def _entry(entry: CountedConsent) -> Json:
    return {
        "participant": entry.participant,
        "kind": entry.kind.value,
        "deposited": days(entry.deposited),
        "rank": None if entry.rank_first is None else [entry.rank_first, entry.rank_last],
        "may_count": entry.may_count,
        "reason": entry.reason,
    }
