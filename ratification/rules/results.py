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
"""What an act can have become: a statement, signature or consent; then an act that changes or ends another."""


@dataclass(frozen=True, slots=True)
class ActResult:
    """What became of an act: its state, and the ids of the acts that gave it the state."""

    state: str
    by: tuple[str, ...] = ()


def results_of(
    record: FactRecord, clause: Clause | None, as_of: date, ended: Mapping[str, Span]
) -> dict[str, ActResult]:
    """Return the result of each act that may have been taken by a day, by id; `ended` are the consents that ended."""
    known = [fact for own in record.facts.values() for fact in own if fact.taken.may_be_by(as_of)]
    results = {fact.id: ActResult("standing") for fact in known}
    results |= dict(_of_consents(record, clause, known, as_of))
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
    record: FactRecord, clause: Clause | None, known: list[Fact], as_of: date
) -> Iterator[tuple[str, ActResult]]:
    """Yield the results of signatures, consents and what ends them."""
    withdrawals = [fact for fact in known if fact.kind == ActionKind.WITHDRAWAL]
    taken_back: set[str] = set()
    notices: dict[str, Fact] = {}
    for line in timelines_of(record, as_of, clause.entry_into_force if clause else None):
        for signature in line.signatures:
            if signature.withdrawn:
                by = _by(signature.fact, withdrawals)
                taken_back |= set(by)
                yield signature.fact.id, ActResult("withdrawn", by)
        for consent in line.consents:
            notices |= {notice.id: notice for notice in consent.notices}
            if consent.withdrawn:
                by = _by(consent.fact, withdrawals)
                taken_back |= set(by)
                yield consent.fact.id, ActResult("withdrawn", by)
            elif notice := _left_by(consent):
                effect = effect_of(notice, clause) if clause else None
                ended = effect is not None and effect.by(as_of)
                yield consent.fact.id, ActResult("ended" if ended else "denounced", (notice.id,))
    for fact in known:
        if fact.kind == ActionKind.DENUNCIATION:
            notice = notices.get(fact.id)
            yield fact.id, _of_notice(notice, clause, withdrawals, as_of)
            taken_back |= {each.id for each in withdrawals if notice and each.target == fact.id}
    for fact in withdrawals:
        yield fact.id, ActResult("effective" if fact.id in taken_back else WITHOUT_EFFECT)


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


def _of_notice(notice: Fact | None, clause: Clause | None, withdrawals: list[Fact], as_of: date) -> ActResult:
    if notice is None:
        return ActResult(WITHOUT_EFFECT)
    if notice.withdrawn is not None:
        return ActResult("revoked", _by(notice, withdrawals))
    effect = effect_of(notice, clause) if clause else None
    return ActResult("effective" if effect is None or effect.by(as_of) else "pending")
