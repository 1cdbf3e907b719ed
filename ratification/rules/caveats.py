"""Why the list of acts leaves it open whether the treaty enters into force earlier than the acts recorded say."""

from dataclasses import replace

from common.messages import in_a_row, message
from ratification.rules.outcome import Outcome, ParticipantStanding, WindowKind

_OF_FORCE = frozenset({WindowKind.ENTRY_INTO_FORCE, WindowKind.AMENDMENT})
"""Windows of which a day follows from general entry into force."""


def may_be_earlier(outcome: Outcome) -> bool:
    """Return whether acts past the day until which the list is known decide on entry into force.

    Other acts that no source here reports could then have met the condition before. A declared day leaves nothing open.
    """
    reached, known_until = outcome.threshold.reached, outcome.known_until
    if outcome.declared.entry_into_force or known_until is None or reached is None:
        return False
    return reached.latest > known_until


def caveat_on_force(outcome: Outcome) -> str:
    """Say why the list leaves the day of entry into force open; "" where it does not, or where a day is declared."""
    if may_be_earlier(outcome):
        return message(
            "The list of acts is complete until %(day)s. A later act that no source here reports could make the day "
            "of entry into force an earlier one.",
            day=outcome.known_until,
        )
    exact = outcome.general is not None and outcome.general.on is not None
    return "" if outcome.declared.entry_into_force or exact else outcome.entry_into_force.caveat


def caveat_on_force_for(outcome: Outcome, standing: ParticipantStanding | None) -> str:
    """Say the same of a participant for which the treaty enters into force on the general day; else "".

    Where its standing says so by itself, nothing is added.
    """
    general = outcome.general is not None and standing is not None and standing.in_force == outcome.general
    return caveat_on_force(outcome) if general and standing and not standing.may_be_earlier else ""


def with_days_that_may_be_earlier(outcome: Outcome) -> Outcome:
    """Return the outcome with those standings and windows marked that have a day that follows from the general one.

    The reasons of these standings are completed. A day that the depositary declares for a participant leaves nothing
    open for it.
    """
    if not may_be_earlier(outcome):
        return outcome
    declared, caveat = {each.participant for each in outcome.declared_for}, caveat_on_force(outcome)
    standings = (
        replace(each, may_be_earlier=True, reason=in_a_row([each.reason, caveat]))
        if each.in_force == outcome.general and each.participant not in declared
        else each
        for each in outcome.standings
    )
    windows = (
        replace(each, may_be_earlier=True)
        if each.kind in _OF_FORCE
        or (
            each.kind is WindowKind.LATER_PARTY
            and each.closes == outcome.general
            and each.participant not in declared
        )
        else each
        for each in outcome.windows
    )
    return replace(outcome, standings=tuple(standings), windows=tuple(windows))
