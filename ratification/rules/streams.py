"""Acts that a condition counts, as the days on which each can count."""

from collections.abc import Iterator, Sequence
from datetime import date

from ratification.rules.consents import Consent, is_under
from ratification.rules.course import COUNTED, Course, Stay, Stream, stream_of
from ratification.rules.dates import NEVER, Span, earlier_of
from ratification.rules.facts import ORGANIZATIONS, FactRecord
from treaty.clauses import ActionKind, AtLeast, Clause, EntryIntoForce, nodes_of

_TAKEN_BACK_BY = frozenset({ActionKind.WITHDRAWAL, ActionKind.WITHDRAWAL_OF_STATEMENT})


def course_of(
    clause: Clause, record: FactRecord, candidates: Sequence[tuple[int, Consent]], as_of: date
) -> Course:
    """Return everything that the condition of a clause depends on.

    Args:
        clause: the clause.
        record: what happened.
        candidates: the consents that the clause counts, each with its number.
        as_of: the day asked about.

    """
    rule = clause.entry_into_force
    stays: dict[Stream, Sequence[Stay]] = {
        COUNTED: [stay for number, consent in candidates for stay in _stays(number, rule, record, consent)]
    }
    for node in nodes_of(rule.condition):
        if isinstance(node, AtLeast) and stream_of(node) not in stays:
            stays[stream_of(node)] = list(_acts(stream_of(node), record, as_of))
    events = events_of(clause, record, as_of)
    leave_out: frozenset[str] = frozenset()
    if rule.organizations == "none":
        # "Any instrument deposited by an organization shall not be counted": not in a fraction either.
        leave_out = frozenset(one.iso3 for one in record.participants.values() if one.kind in ORGANIZATIONS)
    return Course(rule.condition, record, stays, leave_out, events, as_of)


def events_of(clause: Clause, record: FactRecord, as_of: date) -> dict[str, Span]:
    """Return the events that may have happened by the day: those of the record, else those that the clause gives."""
    declared = {event.name: Span(event.earliest, event.latest) for event in clause.events}
    return {
        name: event if event.by(as_of) else Span(event.earliest, NEVER)
        for name, event in (declared | dict(record.events)).items()
        if event.may_be_by(as_of)
    }


def _stays(number: int, rule: EntryIntoForce, record: FactRecord, consent: Consent) -> Iterator[Stay]:
    """Yield for whom an instrument counts: an organization's for its members of the day, if the article says so.

    Where the day is open and members join or leave on it, it counts for those perhaps, and never certainly.
    """
    iso3, since, until = consent.fact.participant, consent.since, consent.until
    group = record.organisations.get(iso3)
    if not (consent.by_organization and rule.organizations == "members" and group):
        yield Stay(number, (iso3,), since, until)
        return
    held = record.groups.get(group, {})
    days = {since.earliest, since.latest}
    for membership in (each for member in held.values() for each in member):
        turns = (membership.valid_from, membership.valid_until)
        days |= {day for day in turns if day and since.earliest < day <= since.latest}
    on = {code: [record.is_member(group, code, day) for day in days] for code in sorted(held)}
    yield Stay(number, tuple(code for code, found in on.items() if all(found)), since, until)
    if perhaps := tuple(code for code, found in on.items() if any(found) and not all(found)):
        yield Stay(number, perhaps, Span(since.earliest, NEVER), until)


def _acts(stream: Stream, record: FactRecord, as_of: date) -> Iterator[Stay]:
    """Yield the acts of a stream by the day asked about; one that may be taken back later still stands."""
    kinds, under = stream
    known = [fact for own in record.facts.values() for fact in own if fact.taken.earliest <= as_of]
    taken_back = {fact.target: fact.taken for fact in known if fact.kind in _TAKEN_BACK_BY and fact.target}
    for number, fact in enumerate(known):
        if fact.kind in kinds and (is_under(fact, under)):
            until = earlier_of(fact.withdrawn, taken_back.get(fact.id))
            if until and until.latest > as_of:
                until = Span(until.earliest, NEVER) if until.earliest <= as_of else None
            yield Stay(number, (fact.participant,), fact.taken, until)
