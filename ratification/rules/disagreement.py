"""Days that the depositary declares otherwise than the rules compute them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ratification.rules.dates import Span
from ratification.rules.outcome import Outcome

Subject = Literal["entry_into_force", "threshold_reached"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A declared day that the rules do not compute; `computed` is None where no such day follows."""

    subject: Subject
    declared: date
    computed: Span | None


def disagreements(outcome: Outcome) -> Iterator[Disagreement]:
    """Yield the declared days that differ from the computed ones.

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
        if day is None or (computed is None and day > outcome.as_of):
            continue
        if computed is None or not computed.earliest <= day <= computed.latest:
            yield Disagreement(subject, day, computed)
