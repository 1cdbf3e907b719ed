"""From the clause and the record to where the treaty stands on a day, with the working."""

from datetime import date

from ratification.rules.consents import timelines_of
from ratification.rules.coverage import unknown_participants
from ratification.rules.dates import Span
from ratification.rules.declared import NOTHING_DECLARED, Declared
from ratification.rules.facts import FactRecord
from ratification.rules.force import Binding, Bound, binding, general_entry_into_force
from ratification.rules.leading import leading_day, with_declared_day
from ratification.rules.outcome import (
    Count,
    EntryIntoForceOutcome,
    Outcome,
    ParticipantStanding,
    StandingKind,
    Threshold,
)
from ratification.rules.sentences import rule_words, steps_of, why_in_force
from ratification.rules.standing import has_signed, standing_of, tally
from ratification.rules.threshold import count
from ratification.rules.windows import windows_of
from treaty.clauses import Clause

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
        after_treaty: entry into force of the treaty named by the clause's `after_treaty`, as of the same day.
        known_until: the day until which the list of acts is known; None if it is kept up to date.
        declared: what the depositary declares; its days lead where standing depends on them.

    """
    lines = timelines_of(record, as_of)
    consents = [consent for line in lines for consent in line.consents]
    threshold = count(clause, record, consents, as_of) if clause else _NO_THRESHOLD
    reached = threshold.reached
    computed = general_entry_into_force(clause, reached, after_treaty) if clause else None
    general = leading_day(computed, declared.entry_into_force, as_of)
    if clause:
        bounds = [
            Bound(consent, binding(consent, entry, clause, reached, general), entry)
            for consent, entry in zip(consents, threshold.entries, strict=True)
        ]
    else:
        bounds = [
            Bound(consent, Binding(None, None, consent.stands_until, later=False), None)
            for consent in consents
        ]
    if declared is not NOTHING_DECLARED:
        bounds = [with_declared_day(bound, general, declared, as_of) for bound in bounds]
    signed = [has_signed(line, as_of) for line in lines]
    standings: list[ParticipantStanding] = []
    start = 0
    for line, has in zip(lines, signed, strict=True):
        end = start + len(line.consents)
        standings.append(standing_of(line, bounds[start:end], clause, as_of, signed=has))
        start = end
    return Outcome(
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
            steps=steps_of(clause, reached, computed, after_treaty) if clause else (),
            reason=why_in_force(clause, threshold, computed, as_of),
        ),
        standings=tuple(standings),
        windows=windows_of(clause, lines, bounds, reached, general, day=as_of) if clause else (),
        known_until=known_until,
        unknown=unknown_participants(record, as_of, known_until),
        declared=declared,
    )
