"""Days that the depositary declares otherwise than the rules compute them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ratification.rules.dates import Span
from ratification.rules.outcome import Outcome

Subject = Literal["entry_into_force", "threshold_reached", "entry_into_force_for"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A declared day that the rules do not compute; `computed` is None where no such day follows.

    `participant` is the code of the one for which the day is declared, None for a day of the treaty; `has_consent` is
    whether the record has a consent of it.
    """

    subject: Subject
    declared: date
    computed: Span | None
    participant: str | None = None
    has_consent: bool = True


def disagreements(outcome: Outcome) -> Iterator[Disagreement]:
    """Yield the declared days that differ from the computed ones: the treaty's, then those of participants.

    Without a clause nothing is computed, and nothing differs. A day that lies ahead is compared once a day follows.
    """
    if not outcome.entry_into_force.article:
        return
    declared = outcome.declared
    pairs: tuple[tuple[Subject, date | None, Span | None], ...] = (
        ("entry_into_force", declared.entry_into_force, outcome.entry_into_force.on),
        ("threshold_reached", declared.threshold_reached, outcome.threshold.reached),
    )
    for subject, day, computed in pairs:
        if day is not None and differs(day, computed, outcome.as_of):
            yield Disagreement(subject, day, computed)
    for each in outcome.declared_for:
        if differs(each.declared, each.computed, outcome.as_of):
            yield Disagreement(
                "entry_into_force_for", each.declared, each.computed, each.participant, each.has_consent
            )


def differs(declared: date, computed: Span | None, as_of: date) -> bool:
    """Whether a declared day is none of those that the computed one can be."""
    if computed is None:
        return declared <= as_of
    return not computed.earliest <= declared <= computed.latest
