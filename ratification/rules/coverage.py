"""Unknown standing: of participants without an act, after the day until which the list is known."""

from datetime import date

from ratification.rules.facts import ORGANIZATIONS, TERRITORY, FactRecord

FORMER_STATE = "former_state"
LISTED_STATE = "listed_state"
NEVER_JOIN = frozenset({TERRITORY, FORMER_STATE, LISTED_STATE})
"""Kinds of participants that are not presumed to become party to treaties in their own name."""


def can_join(record: FactRecord, iso3: str, day: date) -> bool:
    """Whether a participant exists on a day and is of a kind that becomes party to treaties in its own name.

    States do; an organization whose member States are recorded may; territories and former States do not,
    and of those that only some depositaries list as States it is not presumed.
    """
    participant = record.participant(iso3)
    if participant.kind in NEVER_JOIN:
        return False
    if participant.kind in ORGANIZATIONS and iso3 not in record.organisations:
        return False
    began = participant.valid_from is None or participant.valid_from <= day
    return began and (participant.valid_until is None or day < participant.valid_until)


def unknown_participants(record: FactRecord, as_of: date, known_until: date | None) -> tuple[str, ...]:
    """Give the participants that can join and have no act in a list that is not known until `as_of`.

    Within the known days such a participant certainly has not acted; past them nothing is known of it. A list that is
    kept up to date has no such day.
    """
    if known_until is None or as_of <= known_until:
        return ()
    acted = {
        iso3 for iso3, facts in record.facts.items() if any(fact.taken.may_be_by(as_of) for fact in facts)
    }
    return tuple(
        iso3 for iso3 in sorted(record.participants) if iso3 not in acted and can_join(record, iso3, as_of)
    )
