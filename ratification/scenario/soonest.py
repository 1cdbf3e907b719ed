"""The earliest possible entry into force: arithmetic on the day asked about, not a forecast."""

from dataclasses import dataclass
from datetime import date

from ratification.record.evaluation import awaited_by, clause_of
from ratification.record.selectors import View
from ratification.rules.dates import NEVER, Span
from ratification.rules.force import general_entry_into_force
from ratification.rules.sentences import sum_words
from ratification.scenario.text import ScenarioLine, Who


@dataclass(frozen=True, slots=True)
class Soonest:
    """When the treaty would enter into force if all that is missing were deposited on `deposited_on`.

    `arithmetic` is the sum written out, `line` the scenario that says the same; None where the clause asks for more
    than a number of instruments.
    """

    remaining: int
    deposited_on: date
    in_force_on: Span
    arithmetic: str
    line: ScenarioLine | None


def soonest_of(view: View) -> Soonest | None:
    """Give the earliest possible entry into force; None where it follows already, or no day of the calendar is fixed.

    All remaining instruments are taken to be deposited on the day asked about, or on the first day of signature where
    that is still to come: nobody consents to a text before it is open.
    """
    clause, threshold = clause_of(view.treaty), view.outcome.threshold
    if clause is None or threshold.reached is not None or not threshold.remaining:
        return None
    opens = clause.signature.opens_on if clause.signature else view.as_of
    day = max(view.as_of, opens)
    rule = clause.entry_into_force
    awaited = awaited_by(clause, day, view.directory)
    in_force = general_entry_into_force(clause, Span.day(day), awaited)
    if in_force is None or in_force.earliest == NEVER:
        return None
    return Soonest(
        remaining=threshold.remaining,
        deposited_on=day,
        in_force_on=in_force,
        arithmetic=sum_words(Span.day(day), rule.delay),
        line=ScenarioLine(Who.MORE, "on", Span.day(day), number=threshold.remaining)
        if rule.by_number_alone
        else None,
    )
