"""Where each participant stands on a day."""

from collections.abc import Sequence
from datetime import date

from ratification.rules.consents import Signature, Timeline
from ratification.rules.dates import Span
from ratification.rules.force import Bound
from ratification.rules.outcome import Count, Standing, StandingKind
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
    if line.ceased:
        return False, False
    found = [stands(signature.fact.taken, signature.withdrawn, day) for signature in line.signatures]
    return any(must for must, _ in found), any(may for _, may in found)


def standing_of(line: Timeline, bounds: Sequence[Bound], clause: Clause | None, day: date) -> Standing:
    """Give the standing of one participant.

    A contracting State has consented, whether or not the treaty is in force (VCLT 2(1)(f)); a party has
    consented and the treaty is in force for it (VCLT 2(1)(g)); a signatory has signed and not consented (VCLT
    14, 18). Withdrawn is who had consented or signed and no longer does. Where a day is open, what is certain
    is the least of what is possible. A participant that has ceased to exist stands nowhere.
    """
    possible = (StandingKind.NONE,) if line.ceased else _possible(line, bounds, day)
    signature = _shown_signature(line.signatures)
    bound = _shown_consent(bounds, day)
    return Standing(
        participant=line.participant.iso3,
        kind=possible[0],
        possible=possible,
        signed=signature.fact.taken if signature else None,
        consent=bound.consent.fact.kind if bound else None,
        consented=bound.consent.fact.taken if bound else None,
        in_force=bound.binding.begins if bound else None,
        counted=any(each.entry.counted for each in bounds if each.entry),
        reason=why_standing(line, signature, bound, clause, day),
    )


def tally(standings: Sequence[Standing], kind: StandingKind) -> Count:
    """Count those that certainly have this standing, and those that may."""
    return Count(
        sum(standing.kind is kind for standing in standings),
        sum(kind in standing.possible for standing in standings),
    )


def _possible(line: Timeline, bounds: Sequence[Bound], day: date) -> tuple[StandingKind, ...]:
    """Give every standing that open dates permit, from least to most."""
    consents = [stands(bound.consent.since, bound.binding.ends, day) for bound in bounds]
    binding = [
        stands(bound.binding.begins, bound.binding.ends, day) for bound in bounds if bound.binding.begins
    ]
    must_consent = any(must for must, _ in consents)
    must_bind = any(must for must, _ in binding)
    must_sign, may_sign = has_signed(line, day)
    deposited = any(bound.consent.since.by(day) for bound in bounds)
    lapsed = any(bound.binding.ends and bound.binding.ends.may_be_by(day) for bound in bounds)
    unsigned = any(
        signature.withdrawn and signature.withdrawn.may_be_by(day) for signature in line.signatures
    )
    signed_once = any(signature.fact.taken.by(day) for signature in line.signatures)
    unbound = any(
        may and not (bound.binding.due and bound.binding.due.by(day))
        for bound, (_, may) in zip(bounds, consents, strict=True)
    )
    permitted = {
        StandingKind.NONE: not deposited and not signed_once,
        StandingKind.WITHDRAWN: not must_consent
        and (lapsed or (unsigned and not must_sign and not deposited)),
        StandingKind.SIGNATORY: may_sign and not deposited,
        StandingKind.CONTRACTING: not must_bind and unbound,
        StandingKind.PARTY: any(may for _, may in binding),
    }
    return tuple(kind for kind, possible in permitted.items() if possible)


def _shown_signature(signatures: Sequence[Signature]) -> Signature | None:
    """Choose the signature to show: the first that stands, else the last."""
    standing = [signature for signature in signatures if not signature.withdrawn]
    return standing[0] if standing else signatures[-1] if signatures else None


def _shown_consent(bounds: Sequence[Bound], day: date) -> Bound | None:
    """Choose the consent to show: the first that certainly stands, else the first that may, else the last."""
    if not bounds:
        return None
    chances = [stands(bound.consent.since, bound.binding.ends, day) for bound in bounds]
    for wanted in (0, 1):
        for bound, chance in zip(bounds, chances, strict=True):
            if chance[wanted]:
                return bound
    return bounds[-1]
