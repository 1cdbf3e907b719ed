"""ActResult of each act on a day: whether it stands, what has ended or changed it, or that it has no effect.

The same computations that give the status and the statements give it, so that an act without effect is one that they
pass over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ratification.rules.consents import Consent, timelines_of
from ratification.rules.dates import Span
from ratification.rules.facts import Fact, FactRecord
from ratification.rules.force import effect_of
from ratification.rules.statements import statements_on
from ratification.rules.statements.kinds import CHANGES
from treaty.clauses import ActionKind, Clause

WITHOUT_EFFECT = "without_effect"
STATES = (
    *(
        "standing",
        "confirmed",
        "modified",
        "partly_withdrawn",
        "partly_replaced",
        "awaiting_acceptance",
        "awaiting_confirmation",
    ),
    *("not_accepted", "replaced", "withdrawn", "denounced", "ended", "effective", "pending", "revoked"),
    WITHOUT_EFFECT,
)
"""States that an act can have come to: a statement, signature or consent; then an act that changes or ends another."""


@dataclass(frozen=True, slots=True)
class ActResult:
    """Result of an act: its state, and the ids of the acts that gave it the state."""

    state: str
    by: tuple[str, ...] = ()


def results_of(
    record: FactRecord, clause: Clause | None, as_of: date, ended: Mapping[str, Span]
) -> dict[str, ActResult]:
    """Return the result of each act that may have been taken by a day, by id.

    `ended` has the end of each consent (`Outcome`).
    """
    known = [fact for own in record.facts.values() for fact in own if fact.taken.may_be_by(as_of)]
    results = {fact.id: ActResult("standing") for fact in known}
    results |= dict(_of_consents(record, clause, known, as_of, ended))
    read = statements_on(known, as_of, ended)
    idle = {fact.id for fact in read.idle}
    for fact in known:
        if fact.kind in CHANGES:
            results[fact.id] = ActResult(WITHOUT_EFFECT if fact.id in idle else "effective")
    for key, statement in read.by_id.items():
        by = dict.fromkeys(each.by.id for each in statement.provisions if each.by.id != key)
        results[key] = ActResult(statement.state.value, tuple(by))
    return results


def _of_consents(
    record: FactRecord,
    clause: Clause | None,
    known: list[Fact],
    as_of: date,
    ended: Mapping[str, Span],
) -> Iterator[tuple[str, ActResult]]:
    """Yield the results of signatures, consents and what ends them."""
    withdrawals = [fact for fact in known if fact.kind == ActionKind.WITHDRAWAL]
    taken_back: set[str] = set()
    notices: dict[str, tuple[Fact, Span | None]] = {}
    for line in timelines_of(record, as_of, clause.entry_into_force if clause else None):
        for signature in line.signatures:
            if signature.withdrawn:
                by = _by(signature.fact, withdrawals)
                taken_back |= set(by)
                yield signature.fact.id, ActResult("withdrawn", by)
        for consent in line.consents:
            end = ended.get(consent.fact.id)
            notices |= {notice.id: (notice, end) for notice in consent.notices}
            by = _by(consent.fact, withdrawals) if consent.withdrawn else ()
            taken_back |= set(by)
            if state := _end_of(consent, end, as_of):
                left = None if consent.withdrawn else _left_by(consent)
                yield consent.fact.id, ActResult(state, (left.id,) if left else by)
    for fact in known:
        if fact.kind == ActionKind.DENUNCIATION:
            notice, end = notices.get(fact.id, (None, None))
            result = _of_notice(notice, end, clause, withdrawals, as_of)
            yield fact.id, result
            taken_back |= set(result.by)
    for fact in withdrawals:
        yield fact.id, ActResult("effective" if fact.id in taken_back else WITHOUT_EFFECT)


def _end_of(consent: Consent, end: Span | None, as_of: date) -> str:
    """Return what a consent became that was taken back, denounced, or ended with its maker or the treaty; else ""."""
    over = end is not None and end.by(as_of)
    if consent.withdrawn and (end is None or end.earliest <= consent.withdrawn.latest):
        return "withdrawn"
    if consent.withdrawn or _left_by(consent):
        return "ended" if over else "denounced"
    return "ended" if over else ""


def _by(fact: Fact, withdrawals: list[Fact]) -> tuple[str, ...]:
    """Return the withdrawals that take a fact back: those that name it, else one of its maker that names nothing."""
    named = tuple(each.id for each in withdrawals if each.target == fact.id)
    if named:
        return named
    return tuple(each.id for each in withdrawals if not each.target and each.participant == fact.participant)[
        :1
    ]


def _left_by(consent: Consent) -> Fact | None:
    """Return the notice that ends a consent, unless it has been revoked."""
    return next((notice for notice in consent.notices if notice.withdrawn is None), None)


def _of_notice(
    notice: Fact | None, end: Span | None, clause: Clause | None, withdrawals: list[Fact], as_of: date
) -> ActResult:
    """Return the result of a notice; `end` is the day on which the consent ended that it concerns.

    One received before the treaty is in force for its maker takes the instrument back on receipt (VCLT 24(4)); one that
    has taken effect is not revoked any more (VCLT 68).
    """
    if notice is None:
        return ActResult(WITHOUT_EFFECT)
    at_once = end == notice.taken
    effect = end if at_once else effect_of(notice, clause) if clause else None
    if notice.withdrawn is not None and not (effect and effect.latest <= notice.withdrawn.earliest):
        return ActResult("revoked", _by(notice, withdrawals))
    return ActResult("effective" if effect is None or effect.by(as_of) else "pending")
