"""Standing of each participant on a day."""

from collections.abc import Sequence
from datetime import date

from ratification.rules.consents import Signature, Timeline
from ratification.rules.dates import Span
from ratification.rules.force import Bound
from ratification.rules.outcome import Count, ParticipantStanding, StandingKind
from ratification.rules.reasons import why_standing
from treaty.clauses import Clause


def stands(since: Span, until: Span | None, day: date) -> tuple[bool, bool]:
    """Say whether something that began and perhaps ended certainly stands on a day, and whether it may."""
    return (
        since.by(day) and not (until and until.may_be_by(day)),
        since.may_be_by(day) and not (until and until.by(day)),
    )


def has_signed(line: Timeline, day: date) -> tuple[bool, bool]:
    """Say whether the participant certainly is among those that have signed, and whether it may be.

    Who later consents remains among them; who took its signature back or ceased to exist does not.
    """
    must = may = False
    if not line.ceased:
        for signature in line.signatures:
            certainly, perhaps = stands(signature.fact.taken, signature.withdrawn, day)
            must, may = must or certainly, may or perhaps
    return must, may


def standing_of(
    line: Timeline,
    bounds: Sequence[Bound],
    clause: Clause | None,
    day: date,
    *,
    signed: tuple[bool, bool],
    not_known_since: date | None = None,
) -> ParticipantStanding:
    """Give the standing of one participant; `signed` is what `has_signed` says of it.

    Past the day until which the list of acts is known, nothing that is missing is certain: none becomes unknown.

    A contracting State has consented, whether or not the treaty is in force (VCLT 2(1)(f)); a party has
    consented and the treaty is in force for it (VCLT 2(1)(g)); a signatory has signed and not consented (VCLT
    14, 18). Withdrawn is who had consented or signed and no longer does. Where a day is open, what is certain
    is the least of what is possible. A participant that has ceased to exist stands nowhere.
    """
    possible = (StandingKind.NONE,) if line.ceased else _possible(line, bounds, day, signed)
    if not_known_since and not line.ceased and possible[0] is StandingKind.NONE:
        possible = (StandingKind.UNKNOWN, *possible[1:])
    signature = _shown_signature(line.signatures)
    bound = _shown_consent(bounds, day)
    taken_back = signature.withdrawn if signature else None
    return ParticipantStanding(
        participant=line.participant.iso3,
        kind=possible[0],
        possible=possible,
        signed=signature.fact.taken if signature else None,
        consent=bound.consent.fact.kind if bound else None,
        consented=bound.consent.fact.taken if bound else None,
        in_force=bound.binding.begins if bound else None,
        ended=bound.binding.ends if bound else taken_back,
        counted=any(each.entry.counted for each in bounds if each.entry),
        reason=why_standing(line, signature, bound, clause, day, not_known_since=not_known_since),
    )


def tally(standings: Sequence[ParticipantStanding], kind: StandingKind) -> Count:
    """Count those that certainly have this standing, and those that may."""
    return Count(
        sum(standing.kind is kind for standing in standings),
        sum(kind in standing.possible for standing in standings),
    )


def _possible(
    line: Timeline,
    bounds: Sequence[Bound],
    day: date,
    signed: tuple[bool, bool],
) -> tuple[StandingKind, ...]:
    """Give every standing that open dates permit, from least to most."""
    must_consent = must_bind = may_bind = may_wait = deposited = lapsed = False
    for bound in bounds:
        since, binding = bound.consent.since, bound.binding
        must, may = stands(since, binding.ends, day)
        must_consent = must_consent or must
        may_wait = may_wait or (may and not (binding.due and binding.due.by(day)))
        deposited = deposited or since.by(day)
        lapsed = lapsed or (binding.ends is not None and binding.ends.may_be_by(day))
        if binding.begins:
            must, may = stands(binding.begins, binding.ends, day)
            must_bind, may_bind = must_bind or must, may_bind or may
    must_sign, may_sign = signed
    signed_once = unsigned = False
    for signature in line.signatures:
        signed_once = signed_once or signature.fact.taken.by(day)
        unsigned = unsigned or (signature.withdrawn is not None and signature.withdrawn.may_be_by(day))
    found = []
    if not deposited and not signed_once:
        found.append(StandingKind.NONE)
    if not must_consent and (lapsed or (unsigned and not must_sign and not deposited)):
        found.append(StandingKind.WITHDRAWN)
    if may_sign and not deposited:
        found.append(StandingKind.SIGNATORY)
    if may_wait and not must_bind:
        found.append(StandingKind.CONTRACTING)
    if may_bind:
        found.append(StandingKind.PARTY)
    return tuple(found)


def _shown_signature(signatures: Sequence[Signature]) -> Signature | None:
    """Choose the signature to show: the first that stands, else the last."""
    standing = [signature for signature in signatures if not signature.withdrawn]
    return standing[0] if standing else signatures[-1] if signatures else None


def _shown_consent(bounds: Sequence[Bound], day: date) -> Bound | None:
    """Choose the consent to show: the first that certainly stands, else the first that may, else the last."""
    shown = None
    for bound in bounds:
        must, may = stands(bound.consent.since, bound.binding.ends, day)
        if must:
            return bound
        if may and shown is None:
            shown = bound
    return shown or (bounds[-1] if bounds else None)
