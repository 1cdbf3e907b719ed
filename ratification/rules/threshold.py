"""Who counts toward the threshold, and when it is reached."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from ratification.rules.consents import Consent
from ratification.rules.course import COUNTED, Course, Stream
from ratification.rules.dates import NEVER, Span
from ratification.rules.facts import FactRecord
from ratification.rules.leaves import Scales
from ratification.rules.outcome import Count, CountedConsent, Threshold
from ratification.rules.reasons import why_counted, why_not_counted
from ratification.rules.streams import course_of
from ratification.rules.sweep import Sweep
from treaty.clauses import ActionKind, Clause, EntryIntoForce, RatioOf, nodes_of


def countable(rule: EntryIntoForce, consent: Consent) -> bool:
    """Return whether a consent is of those that the entry-into-force article counts.

    The kinds are those that the article names, so that signature, domestic approval and declarations never
    count unless it names them. A succession counts too where the depositary counts it without the text naming it. Only
    States' count, unless the article counts organizations: "any instrument deposited by a regional economic integration
    organization shall not be counted as additional to those deposited by member States of that organization" (article
    65(1) of the UN Convention against Cybercrime, and the like elsewhere).
    """
    kind = consent.fact.kind
    named = kind in rule.counted_acts or (kind == ActionKind.SUCCESSION and bool(rule.succession_basis))
    return named and (
        consent.by_state
        or (rule.organizations != "none" and consent.by_organization)
        or (rule.territories_count and consent.by_territory)
    )


def count(clause: Clause, record: FactRecord, consents: Sequence[Consent], as_of: date) -> Threshold:
    """Count the instruments toward the threshold by that day, and find the day on which it is reached.

    On a day, an instrument counts if it was deposited by then (VCLT 16) and has not been taken back by then. The
    threshold day is the first on which the condition holds; those counted on it stay counted, whatever they do later
    (VCLT 55). Each participant counts once.
    """
    rule = clause.entry_into_force
    candidates = [(number, consent) for number, consent in enumerate(consents) if countable(rule, consent)]
    course = course_of(clause, record, candidates, as_of)
    reach = _reach(course, candidates)
    who: dict[int, tuple[str, ...]] = {}
    perhaps: dict[int, tuple[str, ...]] = {}
    for stay in course.stays[COUNTED]:
        perhaps[stay.number] = (*perhaps.get(stay.number, ()), *stay.participants)
        if stay.since.certain:
            who[stay.number] = stay.participants
    scales = Scales(course, reach.high, _acting(course, who, reach.certain, reach.high))
    reached = reach.reached is not None and reach.reached.certain
    main = scales.main()
    certain = {iso3 for number in reach.certain for iso3 in who[number]}
    possible = {iso3 for number in reach.possible for iso3 in perhaps[number]}
    if main:
        certain, possible = (scales.belonging(main[0].among, found) for found in (certain, possible))
    required = main[1] if main else None
    remaining = 0 if reached else scales.remaining(course.condition)
    return Threshold(
        required=required,
        counted=Count(max(len(certain), required or 0) if reached else len(certain), len(possible)),
        remaining=remaining if remaining or reached else None,
        reached=reach.reached,
        decisive=tuple(sorted(_decisive(scales, consents, reach, who))),
        conditions=scales.conditions(),
        entries=_entries(clause, record, consents, reach),
        branch=scales.branch(course.condition) if reached else "",
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


def _reach(course: Course, candidates: Sequence[tuple[int, Consent]]) -> _Reach:
    """Find the bounds of the threshold day and of the set of those counted."""
    sweep = Sweep(course)
    first, last = sweep.first_days()
    low, high = first or course.as_of, last or course.as_of
    # A further deposit can undo a ratio: where there is one, an instrument may not count although the others do.
    monotone = not any(isinstance(node, RatioOf) for node in nodes_of(course.condition))
    certain, possible, straddling = set(), set(), set()
    for number, consent in candidates:
        since, until = consent.since, consent.until
        if since.earliest <= high and (until is None or until.latest > max(since.earliest, low)):
            possible.add(number)
            if until is not None and until.earliest <= high:
                continue
            if since.latest <= min(low, course.as_of):
                certain.add(number)
            elif monotone and first and since.earliest <= first and since.latest <= course.as_of:
                straddling.add(number)
    if straddling:
        # The day of these instruments may lie after the first possible threshold day. Such an instrument counts all the
        # same if the others, even at their earliest, cannot reach the threshold before its latest day.
        stays = [stay for stay in course.stays[COUNTED] if stay.number in straddling and stay.since.certain]
        certain |= straddling - sweep.dispensable(stays)
    reached = Span(first, last or NEVER) if first else None
    return _Reach(reached, low, high, frozenset(certain), frozenset(possible))


def _acting(
    course: Course, who: Mapping[int, tuple[str, ...]], certain: AbstractSet[int], day: date
) -> Callable[[Stream], AbstractSet[str]]:
    """Return who has certainly acted on the day, by stream of acts; in that of the clause, who is counted."""

    @cache
    def acting(stream: Stream) -> AbstractSet[str]:
        if stream == COUNTED:
            return {iso3 for number in certain for iso3 in who[number]}
        return {
            iso3
            for stay in course.stays[stream]
            if stay.since.by(day) and not (stay.until and stay.until.may_be_by(day))
            for iso3 in stay.participants
        }

    return acting


def _decisive(
    scales: Scales, consents: Sequence[Consent], reach: _Reach, who: Mapping[int, tuple[str, ...]]
) -> set[str]:
    """Return all whose deposit on the deciding day made the threshold; of several on one day, none alone did.

    A deposit of that day that brings nothing to a condition still open the day before decides nothing. Where the
    day is open, only an instrument that alone leaves it open is certain to be decisive.
    """
    made = {number for number in reach.certain if consents[number].since == reach.reached}
    if reach.low != reach.high:
        unsettled = {number for number in reach.possible if consents[number].since.on is None}
        made = made if made == unsettled and len(made) == 1 else set()
    others = frozenset(reach.certain - made)
    before = replace(scales, acting=_acting(scales.course, who, others, reach.high))
    last = {iso3 for number in made for iso3 in who[number]} - {
        iso3 for number in others for iso3 in who[number]
    }
    decided = scales.decides(scales.course.condition, last, before)
    return {consents[number].fact.participant for number in made if decided & set(who[number])}


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
                reason=why_counted(consent, clause, reach.reached)
                if counted
                else why_not_counted(consent, clause, record, reach.reached, twice=first != number),
                rank_first=bisect_left(latest, consent.since.earliest) + 1 if may_count else None,
                rank_last=bisect_right(earliest, consent.since.latest) if may_count else None,
            ),
        )
    return tuple(found)
