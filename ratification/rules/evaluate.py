"""Evaluation of a clause and a record: where the treaty stands on a day, with the working."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from common.messages import in_a_row
from ratification.rules.caveats import with_days_that_may_be_earlier
from ratification.rules.consents import ENDS_CONSENT, Consent, Timeline, timelines_of
from ratification.rules.coverage import unknown_participants
from ratification.rules.dates import Span
from ratification.rules.declared import NOTHING_DECLARED, Declared
from ratification.rules.endings import (
    members_bound,
    termination_of,
    with_organizations_ended,
    with_termination,
)
from ratification.rules.facts import Fact, FactRecord
from ratification.rules.force import Binding, Bound, binding, general_entry_into_force
from ratification.rules.former_states import caveat_of, with_open_day
from ratification.rules.leading import declared_for, leading_day, with_declared_days
from ratification.rules.outcome import (
    Count,
    EntryIntoForceOutcome,
    LegalWindow,
    Outcome,
    ParticipantStanding,
    StandingKind,
    Threshold,
)
from ratification.rules.sentences import steps_of, why_in_force
from ratification.rules.standing import has_signed, standing_of, tally
from ratification.rules.statements import ProvisionState, Statement, statements_on
from ratification.rules.statements.kinds import STATEMENTS
from ratification.rules.streams import events_of
from ratification.rules.threshold import count
from ratification.rules.windows import windows_of
from treaty.clauses import ActionKind, Clause
from treaty.clauses.explain import rule_words

_NO_THRESHOLD = Threshold(None, Count(0, 0), None, None, (), (), ())


def evaluate(
    clause: Clause | None,
    record: FactRecord,
    as_of: date,
    after_treaty: Span | None = None,
    *,
    known_until: date | None = None,
    declared: Declared = NOTHING_DECLARED,
) -> Outcome:
    """Compute where a treaty stands at the end of a day.

    Args:
        clause: the treaty's final clauses; None gives signatures and consents only, and no day of any kind.
        record: what happened, in any order. What lies after `as_of` is left out: it does not exist yet.
        as_of: the day asked about.
        after_treaty: entry into force of the last of the treaties that the clause waits for, as of the same day; where
            it is not given, what the record has of it.
        known_until: the day until which the list of acts is known; None if it is kept up to date.
        declared: what the depositary declares; its days lead where standing depends on them.

    """
    rule = clause.entry_into_force if clause else None
    after_treaty = after_treaty or record.awaited
    lines = timelines_of(record, as_of, rule)
    consents = [consent for line in lines for consent in line.consents]
    threshold, caveat = _threshold(clause, record, consents, as_of, known_until=known_until)
    computed = general_entry_into_force(clause, threshold.reached, after_treaty) if clause else None
    general = leading_day(computed, declared.entry_into_force, as_of)
    bounds = _bounds(clause, consents, threshold, general)
    if declared is not NOTHING_DECLARED:
        bounds = with_declared_days(bounds, record, general, declared, as_of)
    compared = declared_for(bounds, declared)
    terminated: Span | None = None
    if clause:
        bounds = with_organizations_ended(bounds, clause, record, as_of)
        through = members_bound(lines, bounds, clause, record, as_of)
        lines = _with_members(lines, through)
        terminated = termination_of([*bounds, *through], clause, general, events_of(clause, record, as_of))
        bounds = with_termination([*bounds, *through], terminated)
    ended = _ended(lines, bounds) | _provisional_ended(record, bounds)
    signed = [has_signed(line, as_of) for line in lines]
    standings = _standings(lines, signed, bounds, clause, as_of, known_until=known_until)
    windows: tuple[LegalWindow, ...] = ()
    if clause:
        late = _late_reservations(record, as_of, ended)
        windows = windows_of(
            clause, lines, bounds, threshold.reached, general, late=late, ended=terminated, day=as_of
        )
    outcome = Outcome(
        as_of=as_of,
        signatories=Count(sum(must for must, _ in signed), sum(may for _, may in signed)),
        contracting=tally(standings, StandingKind.CONTRACTING),
        parties=tally(standings, StandingKind.PARTY),
        threshold=threshold,
        entry_into_force=EntryIntoForceOutcome(
            on=computed,
            decisive=threshold.decisive,
            article=clause.entry_into_force.article if clause else "",
            rule=rule_words(clause) if clause else "",
            steps=steps_of(clause, threshold.reached, computed, after_treaty) if clause else (),
            reason=in_a_row([why_in_force(clause, threshold, computed, as_of, terminated), caveat]),
            ended=terminated,
            caveat=caveat,
        ),
        standings=tuple(standings),
        windows=windows,
        known_until=known_until,
        unknown=(
            *unknown_participants(record, as_of, known_until),
            *(standing.participant for standing in standings if standing.kind is StandingKind.UNKNOWN),
        ),
        declared=declared,
        general=general,
        declared_for=compared,
        ended=ended,
    )
    return with_days_that_may_be_earlier(outcome)


def _threshold(
    clause: Clause | None,
    record: FactRecord,
    consents: Sequence[Consent],
    as_of: date,
    *,
    known_until: date | None,
) -> tuple[Threshold, str]:
    """Return the threshold and, where the list of acts leaves its day open, the reason."""
    if clause is None:
        return _NO_THRESHOLD, ""
    threshold = count(clause, record, consents, as_of)
    # A list with a last day was taken from the depositary's tables; one without is what its author knows to be whole.
    caveat = caveat_of(clause, record) if known_until else ""
    return with_open_day(threshold, clause, record) if caveat else threshold, caveat


def _standings(
    lines: Sequence[Timeline],
    signed: Sequence[tuple[bool, bool]],
    bounds: Iterable[Bound],
    clause: Clause | None,
    as_of: date,
    *,
    known_until: date | None,
) -> list[ParticipantStanding]:
    """Return where each participant stands; `signed` says of each whether it certainly and possibly has."""
    bound_by: dict[str, list[Bound]] = defaultdict(list)
    for bound in bounds:
        bound_by[bound.consent.fact.participant].append(bound)
    not_known_since = known_until if known_until and known_until < as_of else None
    return [
        standing_of(
            line, bound_by[line.participant.iso3], clause, as_of, signed=has, not_known_since=not_known_since
        )
        for line, has in zip(lines, signed, strict=True)
    ]


def ended_consents(
    record: FactRecord, clause: Clause | None, as_of: date, makers: Collection[str] | None = None
) -> Mapping[str, Span]:
    """Return the days on which consents and signatures ended, by id, where that is known to concern a statement.

    Args:
        record: what happened.
        clause: the treaty's final clauses.
        as_of: the day asked about.
        makers: whose statements are asked about; None for all. Where no consent of theirs can have ended, nothing is
            evaluated.

    """
    return evaluate(clause, record, as_of).ended if can_have_ended(record, makers) else {}


def has_endings(record: FactRecord, clause: Clause | None) -> bool:
    """Whether a consent can have ended by any day: by an act, with its maker, or with the treaty."""
    return bool(clause and clause.termination) or any(
        record.participant(iso3).valid_until is not None or any(_ends_something(fact) for fact in own)
        for iso3, own in record.facts.items()
    )


def can_have_ended(record: FactRecord, makers: Collection[str] | None = None) -> bool:
    """Whether a consent can have ended by any day: of `makers`, or of a participant that has made a statement."""
    return any(
        (makers is not None or any(fact.kind in STATEMENTS for fact in own))
        and (record.participant(iso3).valid_until is not None or any(_ends_something(fact) for fact in own))
        for iso3, own in record.facts.items()
        if makers is None or iso3 in makers
    )


def _ends_something(fact: Fact) -> bool:
    """Whether an act ends a consent, or is provisional application, which ends with entry into force."""
    return (
        fact.kind in ENDS_CONSENT
        or fact.withdrawn is not None
        or fact.kind == ActionKind.PROVISIONAL_APPLICATION
    )


def _ended(lines: Iterable[Timeline], bounds: Iterable[Bound]) -> dict[str, Span]:
    """Return the day on which each signature was taken back, and each consent ended, by the id of its fact."""
    taken_back = {
        signature.fact.id: signature.withdrawn
        for line in lines
        for signature in line.signatures
        if signature.withdrawn
    }
    own = [bound for bound in bounds if not bound.through]
    return taken_back | {bound.consent.fact.id: bound.binding.ends for bound in own if bound.binding.ends}


def _provisional_ended(record: FactRecord, bounds: Iterable[Bound]) -> dict[str, Span]:
    """Return for each provisional application the day on which the treaty enters into force for its maker (VCLT 25)."""
    found: dict[str, Span] = {}
    for bound in bounds:
        begins = bound.binding.begins
        for fact in record.facts.get(bound.consent.participant.iso3, ()):
            if begins and fact.kind == ActionKind.PROVISIONAL_APPLICATION and fact.taken <= begins:
                found.setdefault(fact.id, begins)
    return found


def _late_reservations(record: FactRecord, as_of: date, ended: Mapping[str, Span]) -> list[Statement]:
    """Return the reservations that came after the consent, without those that were taken back or ended with it."""
    facts = [fact for own in record.facts.values() for fact in own]
    if not any(fact.kind == ActionKind.RESERVATION for fact in facts):
        return []
    over = {ProvisionState.WITHDRAWN, ProvisionState.ENDED}
    read = statements_on(facts, as_of, ended)
    return [each for each in read.by_id.values() if each.late and each.state not in over]


def _bounds(
    clause: Clause | None, consents: Sequence[Consent], threshold: Threshold, general: Span | None
) -> list[Bound]:
    """Return each consent with the days on which it binds; without a clause none of them is known."""
    if clause is None:
        return [
            Bound(consent, Binding(None, None, consent.stands_until, later=False), None)
            for consent in consents
        ]
    return [
        Bound(consent, binding(consent, entry, clause, threshold.reached, general), entry)
        for consent, entry in zip(consents, threshold.entries, strict=True)
    ]


def _with_members(lines: tuple[Timeline, ...], through: Sequence[Bound]) -> tuple[Timeline, ...]:
    """Return the timelines with those of member States that are bound through an organization and did not act."""
    by_code = {line.participant.iso3: line for line in lines}
    for bound in through:
        participant, ceased = bound.consent.participant, bound.consent.ceased is not None
        by_code.setdefault(participant.iso3, Timeline(participant, ceased, (), ()))
    return tuple(by_code[iso3] for iso3 in sorted(by_code)) if through else lines
