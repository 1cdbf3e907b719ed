"""Whether two participants share a treaty in force, and since when."""

from dataclasses import dataclass

from ratification.rules.dates import Span, later_of
from ratification.rules.outcome import ParticipantStanding, StandingKind


@dataclass(frozen=True, slots=True)
class Shared:
    """A treaty in force between two participants: since the later of their two days.

    `certain` is False where an open date leaves it open whether both are bound on the day asked about.
    """

    since: Span
    certain: bool


def shared_by(one: ParticipantStanding, other: ParticipantStanding) -> Shared | None:
    """Give what two participants share under a treaty, from their standings on one day; None if nothing.

    A treaty binds its parties in their relations with one another (VCLT 2(1)(g), 26): both must be parties on that
    day, and neither is bound to the other before it is bound at all (VCLT 28).
    """
    bound = StandingKind.PARTY in one.possible and StandingKind.PARTY in other.possible
    if not bound or one.in_force is None or other.in_force is None:
        return None
    certain = one.kind is StandingKind.PARTY and other.kind is StandingKind.PARTY
    return Shared(later_of(one.in_force, other.in_force), certain)
