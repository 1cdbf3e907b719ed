"""Admissibility of acts by which a participant leaves: a denunciation, or the withdrawal of an instrument."""

from dataclasses import replace
from datetime import date

from ratification.rules.consents import standing_among
from ratification.rules.dates import Span, add, shift
from ratification.rules.doubts import Doubt
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord
from ratification.rules.force import denunciation_takes_effect
from ratification.rules.outcome import Outcome
from treaty.clauses import CONSENTS, Clause, NoticePeriods


def denunciation_doubts(
    fact: Fact, earlier: list[Fact], clause: Clause | None, record: FactRecord
) -> list[Doubt]:
    """Return what speaks against a denunciation: no consent to denounce, or a time at which none can be given."""
    standing = standing_among(CONSENTS, earlier, fact.taken.latest)
    if not standing:
        return [Doubt("denunciation", "There is no consent of this participant to denounce.")]
    named = next((other for other in earlier if other.id == fact.target), None)
    if named and named.kind in CONSENTS and named not in standing:
        return [Doubt("denunciation", "The consent that it names does not stand.")]
    if fact.effective and fact.effective.latest < fact.taken.earliest:
        received, effect = fact.taken.edtf, fact.effective.edtf
        sentence = f"It was received on {received} and cannot have taken effect before, on {effect}."
        return [Doubt("effect", sentence)]
    if clause is None:
        return []
    outcome = evaluate(clause, without(record, fact), fact.taken.latest)
    found = next((each for each in outcome.standings if each.participant == fact.participant), None)
    if found is None or found.in_force is None or fact.taken.latest < found.in_force.earliest:
        sentence = (
            "The treaty is not in force for it, so that its article on denunciation does not apply yet (VCLT 24(4)): "
            "the notice takes the instrument back on receipt. A withdrawal of the instrument says so."
        )
        return [Doubt("denunciation", sentence, impossible=False)]
    return _of_periods(fact, clause, outcome)


def _of_periods(fact: Fact, clause: Clause, outcome: Outcome) -> list[Doubt]:
    """Point out a denunciation outside the periods in which the article admits one."""
    if clause.denunciation is None or clause.denunciation.periods is None:
        return []
    periods = clause.denunciation.periods
    begun = _in_force_for(outcome, fact.participant, periods)
    if begun is None or _in_period(fact.taken, begun, periods):
        return []
    when = add(periods.first, begun.earliest)
    sentence = (
        f"A denunciation can be given from {when} on, and only in the periods of article {clause.denunciation.article}."
        if periods.every
        else f"A denunciation can be given from {when} on (article {clause.denunciation.article})."
    )
    return [Doubt("denunciation", sentence, impossible=False)]


def withdrawal_doubts(fact: Fact, clause: Clause | None, record: FactRecord) -> list[Doubt]:
    """Refuse the withdrawal of an instrument by which the treaty binds the participant: that is a denunciation.

    An instrument can be taken back only before it has taken effect.
    """
    own = record.facts.get(fact.participant, ())
    target = next((each for each in own if each.id == fact.target), None)
    if clause is None or (target is not None and target.kind not in CONSENTS):
        return []
    outcome = evaluate(clause, without(record, fact), fact.taken.latest)
    found = next((each for each in outcome.standings if each.participant == fact.participant), None)
    if found is None or found.in_force is None or found.in_force.latest > fact.taken.earliest:
        return []
    article = f" (article {clause.denunciation.article})" if clause.denunciation else ""
    sentence = (
        f"The treaty is in force for it since {found.in_force.edtf}, and an instrument that has taken effect cannot be "
        f"taken back; enter a denunciation{article}."
    )
    return [Doubt("withdrawal", sentence)]


def revocation_doubts(fact: Fact, notice: Fact, clause: Clause | None, record: FactRecord) -> list[Doubt]:
    """Refuse the revocation of a denunciation that has taken effect: before then it is free (VCLT 68)."""
    if clause is None:
        return []
    outcome = evaluate(clause, without(without(record, fact), notice), fact.taken.latest)
    found = next((each for each in outcome.standings if each.participant == fact.participant), None)
    begun = found.in_force if found else None
    effect = denunciation_takes_effect(notice, clause, begun)
    if effect is None or fact.taken.earliest < effect.latest:
        return []
    name = f"{notice.kind.label} of {notice.taken.edtf}"
    if begun is None or notice.taken.latest < begun.earliest:
        sentence = (
            f"The {name} came before the treaty was in force for it, and took the instrument back on receipt "
            "(VCLT 24(4)); to be bound it deposits anew."
        )
    else:
        sentence = f"The {name} took effect on {effect.latest}; it could be revoked before then (VCLT 68)."
    return [Doubt("target", sentence)]


def without(record: FactRecord, fact: Fact) -> FactRecord:
    """Return the record without a fact."""
    own = tuple(each for each in record.facts.get(fact.participant, ()) if each.id != fact.id)
    return replace(record, facts={**record.facts, fact.participant: own})


def _in_force_for(outcome: Outcome, iso3: str, periods: NoticePeriods) -> Span | None:
    """Return the day of entry into force that the periods count from."""
    if periods.counted_from == "general":
        return outcome.entry_into_force.on
    return next((each.in_force for each in outcome.standings if each.participant == iso3), None)


def _in_period(taken: Span, begun: Span, periods: NoticePeriods) -> bool:
    """Whether a notice may have been received in one of the periods."""
    opens = shift(periods.first, begun)
    if periods.open_for is None or periods.every is None:
        return taken.latest >= opens.earliest
    while opens.earliest <= taken.latest and opens.earliest != date.max:
        if taken.earliest < add(periods.open_for, opens.latest):
            return True
        opens = shift(periods.every, opens)
    return False
