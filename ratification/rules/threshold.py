"""Who counts toward the threshold, and when it is reached."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from ratification.rules.consents import Consent
from ratification.rules.dates import NEVER, Span
from ratification.rules.facts import FactRecord
from ratification.rules.outcome import Condition, Count, CountedConsent, Threshold
from ratification.rules.reasons import why_counted, why_not_counted
from ratification.rules.sweep import Stay, events_of, first_day
from treaty.clauses import Clause, EntryIntoForce


def countable(rule: EntryIntoForce, consent: Consent) -> bool:
    """Whether a consent is of those that the entry-into-force article counts.

    The kinds are those that the article names, so that signature, domestic approval and declarations never
    count. Only States' count, unless the article counts organizations too: "any instrument deposited by a
    regional economic integration organization shall not be counted as additional to those deposited by member
    States of that organization" (article 65(1) of the UN Convention against Cybercrime, and the like
    elsewhere).
    """
    return consent.fact.kind in rule.counted_acts and (
        consent.by_state or (rule.organisations_count and consent.by_organization)
    )


def count(clause: Clause, record: FactRecord, consents: Sequence[Consent], as_of: date) -> Threshold:
    """Count the instruments toward the threshold by that day, and find the day on which it is reached.

    On a day, an instrument counts if it was deposited by then (VCLT 16), has not been taken back by then, and
    its participant still exists. The threshold day is the first on which all conditions hold; those counted
    on it stay counted, whatever they do later (VCLT 55). Each participant counts once.
    """
    rule = clause.entry_into_force
    reach = _reach(rule, record, consents, as_of)
    certain = {consents[number].fact.participant for number in reach.certain}
    possible = {consents[number].fact.participant for number in reach.possible}
    conditions = conditions_of(rule, record, certain, reach.high)
    reached = reach.reached is not None and reach.reached.certain
    return Threshold(
        required=rule.instruments or len(rule.required_participants) or None,
        counted=Count(max(len(certain), rule.instruments or 0) if reached else len(certain), len(possible)),
        remaining=0 if reached else _remaining(conditions),
        reached=reach.reached,
        decisive=tuple(sorted(_decisive(rule, record, consents, reach))),
        conditions=conditions,
        entries=_entries(clause, record, consents, reach),
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """When the threshold is reached by the day asked about, and which consents count, by their numbers.

    `low` is the first day on which it can have been reached, `high` the last; else the day asked about.
    """

    reached: Span | None
    low: date
    high: date
    certain: frozenset[int]
    possible: frozenset[int]


def _reach(rule: EntryIntoForce, record: FactRecord, consents: Sequence[Consent], as_of: date) -> _Reach:
    """Find the bounds of the threshold day and of the set of those counted.

    Every condition is easier to meet the earlier the deposits and the later the withdrawals are, so that the
    two extremes give the exact bounds.
    """
    candidates = [(number, consent) for number, consent in enumerate(consents) if countable(rule, consent)]
    best: list[Stay] = []
    worst: list[Stay] = []
    for number, consent in candidates:
        iso3, since, until = consent.fact.participant, consent.since, consent.until
        best.append((number, iso3, since.earliest, until.latest if until else None))
        worst.append((number, iso3, since.latest, until.earliest if until else None))
    events = events_of(rule, record, best, as_of)
    first = first_day(rule, events)
    last = first if best == worst else first_day(rule, events_of(rule, record, worst, as_of))
    low, high = first or as_of, last or as_of
    certain, possible = set(), set()
    for number, consent in candidates:
        since, until = consent.since, consent.until
        if since.earliest <= high and (until is None or until.latest > max(since.earliest, low)):
            possible.add(number)
            if until is not None and until.earliest <= high:
                continue
            # Its day open until after the first possible one, an instrument counts all the same if without it
            # the others, even at their earliest, cannot reach the threshold before its latest day.
            if since.latest <= low or (
                first
                and since.earliest <= first
                and since.latest <= as_of
                and not first_day(rule, events, before=since.latest, without=number)
            ):
                certain.add(number)
    reached = Span(first, last or NEVER) if first else None
    return _Reach(reached, low, high, frozenset(certain), frozenset(possible))


def _decisive(
    rule: EntryIntoForce, record: FactRecord, consents: Sequence[Consent], reach: _Reach
) -> set[str]:
    """Give all whose deposit on the deciding day made the threshold; of several on one day, none alone did.

    A deposit of that day that brings nothing to a condition still open the day before decides nothing. Where the
    day is open, only an instrument that alone leaves it open is certain to be decisive.
    """
    made = {number for number in reach.certain if consents[number].since == reach.reached}
    if reach.low != reach.high:
        unsettled = {number for number in reach.possible if consents[number].since.on is None}
        made = made if made == unsettled and len(made) == 1 else set()
    last = {consents[number].fact.participant for number in made}
    others = {consents[number].fact.participant for number in reach.certain} - last
    if len(others) < (rule.instruments or 0):
        return last
    decisive = last & set(rule.required_participants)
    met = {
        (condition.kind, condition.subject): condition.met
        for condition in conditions_of(rule, record, others, reach.high)
    }
    for share in rule.shares:
        if not met["share", share.table]:
            decisive |= {iso3 for iso3 in last if share.values.get(iso3)}
    for subset in rule.subsets:
        if not met["subset", subset.group]:
            decisive |= {iso3 for iso3 in last if record.is_member(subset.group, iso3, reach.high)}
    return decisive


def conditions_of(
    rule: EntryIntoForce, record: FactRecord, counted: set[str], day: date
) -> tuple[Condition, ...]:
    """Set each condition of the threshold beside what those counted bring on that day."""
    found = []
    if rule.instruments:
        number = len(counted)
        met = number >= rule.instruments
        found.append(Condition("instruments", "", Decimal(rule.instruments), Decimal(number), met))
    if rule.required_participants:
        missing = tuple(sorted(set(rule.required_participants) - counted))
        named = len(rule.required_participants)
        here = Decimal(named - len(missing))
        found.append(Condition("required_participants", "", Decimal(named), here, not missing, missing))
    for share in rule.shares:
        total = sum(map(Fraction, share.values.values()), Fraction(0))
        held = sum((Fraction(share.values[iso3]) for iso3 in counted & share.values.keys()), Fraction(0))
        percent = 100 * held / total
        met = percent >= Fraction(share.percent)
        found.append(Condition("share", share.table, share.percent, _shown(percent), met))
    for subset in rule.subsets:
        number = sum(record.is_member(subset.group, iso3, day) for iso3 in counted)
        met = number >= subset.instruments
        found.append(Condition("subset", subset.group, Decimal(subset.instruments), Decimal(number), met))
    return tuple(found)


def _shown(percent: Fraction) -> Decimal:
    """Give a percentage to two places, rounded down so that one not reached never looks reached."""
    return (Decimal(percent.numerator) / Decimal(percent.denominator)).quantize(Decimal("0.01"), ROUND_DOWN)


def _remaining(conditions: tuple[Condition, ...]) -> int:
    """Give the least number of further instruments that could meet every condition.

    For a share it is one, because the size of what is still to come is not known.
    """
    return max(
        0 if condition.met else 1 if condition.kind == "share" else int(condition.required - condition.held)
        for condition in conditions
    )


def _entries(
    clause: Clause,
    record: FactRecord,
    consents: Sequence[Consent],
    reach: _Reach,
) -> tuple[CountedConsent, ...]:
    """List every consent, counted or not, with its rank or the reason why it has none."""
    by_participant: dict[str, int] = {}
    for number in sorted(reach.certain):
        by_participant.setdefault(consents[number].fact.participant, number)
    earliest, latest = [], []
    for number in reach.possible:
        if by_participant.get(consents[number].fact.participant, number) == number:
            earliest.append(consents[number].since.earliest)
            latest.append(consents[number].since.latest)
    earliest.sort()
    latest.sort()
    found = []
    for number, consent in enumerate(consents):
        fact = consent.fact
        first = by_participant.get(fact.participant, number)
        may_count = number in reach.possible and first == number
        counted = may_count and number in reach.certain
        found.append(
            CountedConsent(
                fact=fact.id,
                participant=fact.participant,
                kind=fact.kind,
                deposited=fact.taken,
                counted=counted,
                may_count=may_count,
                reason=why_counted(consent, clause)
                if counted
                else why_not_counted(consent, clause, record, reach.reached, twice=first != number),
                rank_first=bisect_left(latest, consent.since.earliest) + 1 if may_count else None,
                rank_last=bisect_right(earliest, consent.since.latest) if may_count else None,
            ),
        )
    return tuple(found)
