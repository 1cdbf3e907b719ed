"""Whether an action can have happened as it is said: what the record and the clause have against it."""

from dataclasses import dataclass
from datetime import date

from ratification.rules.dates import Span
from ratification.rules.facts import Fact, Record
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind, Clause

_AFTER_SIGNATURE = frozenset({ActionKind.RATIFICATION, ActionKind.ACCEPTANCE, ActionKind.APPROVAL})
_TAKES_BACK = frozenset({ActionKind.WITHDRAWAL, ActionKind.WITHDRAWAL_OF_STATEMENT})


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that speaks against an action: impossible, or unusual and to be explained."""

    rule: str
    sentence: str
    impossible: bool = True


def doubts_about(fact: Fact, clause: Clause | None, record: Record, today: date) -> list[Doubt]:
    """Give everything that speaks against `fact`.

    Args:
        fact: the action, not yet part of `record`.
        clause: the treaty's final clauses, where they are known.
        record: what the ledger holds; of it, only what was taken before `fact` is held against it.
        today: nothing is recorded before it happens.

    Returns:
        The doubts, those that make the action impossible first; empty when there are none.
    """
    doubts = _of_time(fact, record, today) + _of_window(fact, clause)
    earlier = [other for other in record.facts.get(fact.participant, ()) if _precedes(other, fact)]
    if fact.kind in SIGNATURES or fact.kind in CONSENTS:
        doubts += _of_repetition(fact, earlier) + _of_organization(fact, record)
    if fact.kind in CONSENTS:
        doubts += _of_order(fact, earlier)
    if fact.kind == ActionKind.DENUNCIATION and not any(
        _stands(other, CONSENTS, earlier) for other in earlier
    ):
        doubts.append(Doubt("denunciation", "There is no consent of this participant to denounce."))
    doubts += _of_target(fact, record)
    return sorted(doubts, key=lambda doubt: not doubt.impossible)


def _of_time(fact: Fact, record: Record, today: date) -> list[Doubt]:
    doubts = []
    if fact.taken.earliest > today:
        doubts.append(Doubt("future", f"{fact.taken.earliest} lies in the future."))
    until = record.participant(fact.participant).valid_until
    if until and fact.taken.earliest >= until:
        doubts.append(Doubt("existence", f"The participant no longer existed from {until} on."))
    return doubts


def _of_window(fact: Fact, clause: Clause | None) -> list[Doubt]:
    """Hold the action against the signature window (for the Convention: article 64(1)).

    No text lets anybody consent before the treaty is open; after the window only the signature is too late.
    """
    window = clause and clause.signature
    if not window or fact.kind not in SIGNATURES | CONSENTS:
        return []
    if fact.taken.earliest < window.opens_on:
        return [
            Doubt(
                "window",
                f"{fact.taken.earliest} lies before the treaty was opened for signature on {window.opens_on} "
                f"(article {window.article}).",
            )
        ]
    if window.closes_on and fact.kind == ActionKind.SIGNATURE and fact.taken.earliest > window.closes_on:
        return [
            Doubt(
                "window",
                f"{fact.taken.earliest} lies after the last day for signature, {window.closes_on} "
                f"(article {window.article}); who has not signed by then can accede.",
            )
        ]
    return []


def _of_repetition(fact: Fact, earlier: list[Fact]) -> list[Doubt]:
    """Refuse a second signature or consent while the first stands: one participant binds itself once."""
    kinds = CONSENTS if fact.kind in CONSENTS else SIGNATURES
    for other in earlier:
        if _stands(other, kinds, earlier):
            return [
                Doubt(
                    "repetition",
                    f"The {other.kind.label} of {other.taken.edtf} stands; it would have to be withdrawn or denounced first.",
                )
            ]
    return []


def _of_order(fact: Fact, earlier: list[Fact]) -> list[Doubt]:
    """Point out a ratification without signature, an accession by a signatory (VCLT 14, 15)."""
    signed = any(_stands(other, SIGNATURES, earlier) for other in earlier)
    if fact.kind in _AFTER_SIGNATURE and not signed:
        sentence = f"No signature precedes this {fact.kind.label}; who has not signed accedes."
        return [Doubt("order", sentence, impossible=False)]
    if fact.kind == ActionKind.ACCESSION and signed:
        return [
            Doubt("order", "A signatory ratifies, accepts or approves; it does not accede.", impossible=False)
        ]
    return []


def _of_organization(fact: Fact, record: Record) -> list[Doubt]:
    """Refuse an organization's act before any of its member States took the like (for the Convention: 64(2) to (4))."""
    group = record.organisations.get(fact.participant)
    if group is None:
        return []
    kinds = CONSENTS if fact.kind in CONSENTS else SIGNATURES | CONSENTS
    day = fact.taken.latest
    for iso3 in record.groups.get(group, {}):
        if record.is_member(group, iso3, day) and any(
            other.kind in kinds and other.taken.may_be_by(day) for other in record.facts.get(iso3, ())
        ):
            return []
    act = "consented" if fact.kind in CONSENTS else "signed"
    return [Doubt("organization", f"None of the organization's member States had {act} by {day}.")]


def _of_target(fact: Fact, record: Record) -> list[Doubt]:
    """Refuse an objection to nothing and the withdrawal of something that is not there."""
    if fact.kind not in _TAKES_BACK and fact.kind != ActionKind.OBJECTION:
        return []
    target = next((other for own in record.facts.values() for other in own if other.id == fact.target), None)
    if target is None:
        what = "objects to" if fact.kind == ActionKind.OBJECTION else "takes back"
        return [Doubt("target", f"It does not say which entry it {what}.")]
    if fact.taken.latest < target.taken.earliest:
        return [
            Doubt("target", f"It precedes the {target.kind.label} of {target.taken.edtf} that it is about.")
        ]
    own = target.participant == fact.participant
    if fact.kind in _TAKES_BACK and not own:
        return [Doubt("target", "A participant takes back only what is its own.")]
    if fact.kind == ActionKind.OBJECTION and own:
        return [Doubt("target", "A participant does not object to its own statement.")]
    return []


def _precedes(other: Fact, fact: Fact) -> bool:
    return (other.taken, other.id) < (fact.taken, fact.id)


def _stands(fact: Fact, kinds: frozenset[ActionKind], among: list[Fact]) -> bool:
    """Whether an action of one of these kinds has neither been taken back nor denounced by others `among` the facts."""
    if fact.kind not in kinds or fact.withdrawn:
        return False
    return not any(
        (other.kind == ActionKind.WITHDRAWAL and other.target in {"", fact.id})
        or (
            other.kind == ActionKind.DENUNCIATION
            and fact.kind in CONSENTS
            and _since(other.taken, fact.taken)
        )
        for other in among
    )


def _since(later: Span, earlier: Span) -> bool:
    return later.earliest >= earlier.earliest
