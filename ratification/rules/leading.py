"""How a day that the depositary declares takes the place of the computed one."""

from dataclasses import replace
from datetime import date

from ratification.rules.dates import Span
from ratification.rules.declared import Declared
from ratification.rules.force import Bound


def leading_day(computed: Span | None, declared: date | None, as_of: date) -> Span | None:
    """Give the declared day where there is one and it can be spoken of on `as_of`, else the computed one.

    Before the computation knows of a day, a declared one that lies ahead is not spoken of: on that date nobody knew it.
    """
    if declared is None or (computed is None and declared > as_of):
        return computed
    return Span.day(declared)


def with_declared_day(bound: Bound, general: Span | None, declared: Declared, as_of: date) -> Bound:
    """Give a consent whose binding begins on the day that the depositary declares for its participant.

    Without a clause, a consent deposited by general entry into force begins with that, and a later one only on a day
    that is declared for its participant.
    """
    consent, binding = bound.consent, bound.binding
    computed = binding.due
    if computed is None and bound.entry is None and general and consent.since.latest <= general.earliest:
        computed = general
    day = declared.entry_into_force_for.get(consent.fact.participant)
    if day is not None and day < consent.since.earliest:
        day = None  # declared of an earlier consent
    due = leading_day(computed, day, as_of)
    if due == binding.due:
        return bound
    begins = None if due and binding.ends and binding.ends.latest <= due.earliest else due
    return replace(bound, binding=replace(binding, due=due, begins=begins))
