"""Names of participants in the active language."""

from states.models import Participant


def name_of(participant: Participant) -> str:
    """Return a participant's name in the active language; the English one where no other is known."""
    return participant.name
