"""Days that the depositary declares, in place of the computed ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from ratification.rules.dates import Span
from ratification.rules.declared import Declared
from ratification.rules.facts import FactRecord
from ratification.rules.force import Bound
from ratification.rules.outcome import DeclaredFor
from treaty.clauses import CONSENTS


def leading_day(computed: Span | None, declared: date | None, as_of: date) -> Span | None:
    """Give the declared day where there is one and it can be spoken of on `as_of`, else the computed one.

    Before the computation knows of a day, a declared one that lies ahead is not spoken of: on that date nobody knew it.
    """
    if declared is None or (computed is None and declared > as_of):
        return computed
    return Span.day(declared)


def with_declared_days(
    bounds: Sequence[Bound], record: FactRecord, general: Span | None, declared: Declared, as_of: date
) -> list[Bound]:
    """Give the consents with their binding begun on the days that the depositary declares for their participants.

    A declared day belongs to the participant's last consent of that day or earlier, also where that lies after `as_of`:
    then it is not spoken of. Without a clause, a consent
    deposited by general entry into force begins with that, and a later one only on a day that is declared for its
    participant.
    """
    days: dict[int, date] = {}
    for iso3, declared_days in declared.entry_into_force_for.items():
        own = [(at, bound) for at, bound in enumerate(bounds) if bound.consent.fact.participant == iso3]
        for day in declared_days:
            before = [(bound.consent.since, at) for at, bound in own if bound.consent.since.earliest <= day]
            if before and not any(as_of < later <= day for later in _consented(record, iso3)):
                days[max(before)[1]] = day
    return [_beginning(bound, general, days.get(at), as_of) for at, bound in enumerate(bounds)]


def _consented(record: FactRecord, iso3: str) -> list[date]:
    return [fact.taken.earliest for fact in record.facts.get(iso3, ()) if fact.kind in CONSENTS]


def _beginning(bound: Bound, general: Span | None, day: date | None, as_of: date) -> Bound:
    consent, binding = bound.consent, bound.binding
    computed = binding.due
    if computed is None and bound.entry is None and general and consent.since.latest <= general.earliest:
        computed = general
    due = leading_day(computed, day, as_of)
    if due != binding.due:
        begins = None if due and binding.ends and binding.ends.latest <= due.earliest else due
        bound = replace(bound, binding=replace(binding, due=due, begins=begins))
    return replace(bound, declared=day, computed=computed) if day else bound


def declared_for(bounds: Iterable[Bound], declared: Declared) -> tuple[DeclaredFor, ...]:
    """Give each day that the depositary declares for a participant beside the computed one."""
    led = {(bound.consent.fact.participant, bound.declared): bound for bound in bounds if bound.declared}
    return tuple(
        DeclaredFor(iso3, day, bound.computed if bound else None, has_consent=bound is not None)
        for iso3, days in sorted(declared.entry_into_force_for.items())
        for day in days
        for bound in [led.get((iso3, day))]
    )
