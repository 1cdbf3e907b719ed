"""Lists without the acts of former States: a day of entry into force that follows from one is the last possible day."""

from dataclasses import replace
from datetime import date

from common.messages import message
from ratification.rules.coverage import FORMER_STATE
from ratification.rules.dates import Span
from ratification.rules.facts import FactRecord
from ratification.rules.outcome import Threshold
from treaty.clauses import Clause

_LAST_CEASED = date(1993, 1, 1)
"""The day from which no State of the depositary's older lists is a former one: Czechoslovakia ceased the day before."""


def caveat_of(clause: Clause | None, record: FactRecord) -> str:
    """Say why a list leaves the day of entry into force open; "" where it does not.

    The depositary's tables list the acts of States that have ceased to exist in end notes alone. The list of a treaty
    that was concluded while they existed, and that names none of them, may lack acts that count; with them the
    condition was met earlier.
    """
    if clause is None or clause.entry_into_force.former_states_listed:
        return ""
    acted = {iso3 for iso3, facts in record.facts.items() if facts}
    kinds = {record.participant(iso3).kind for iso3 in acted}
    if not acted or FORMER_STATE in kinds or _concluded(clause, record) >= _LAST_CEASED:
        return ""
    return message(
        "No State that has ceased to exist is in this list, and the treaty is older than 1993: the depositary's "
        "tables give the acts of former States in end notes. With them, the condition may have been met earlier."
    )


def with_open_day(threshold: Threshold, clause: Clause, record: FactRecord) -> Threshold:
    """Give a threshold whose day is the last possible one, and the day of conclusion the first."""
    if threshold.reached is None:
        return threshold
    earliest = min(_concluded(clause, record), threshold.reached.earliest)
    return replace(threshold, reached=Span(earliest, threshold.reached.latest), decisive=())


def _concluded(clause: Clause, record: FactRecord) -> date:
    opened = clause.signature.opens_on if clause.signature else None
    acts = (fact.taken.earliest for facts in record.facts.values() for fact in facts)
    return min([day for day in (clause.adopted_on, opened, *acts) if day], default=_LAST_CEASED)
