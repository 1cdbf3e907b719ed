"""Facts that a depositary declares about a treaty: days and totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Declared:
    """Days that a depositary declares, each None or absent where nothing is declared.

    The depositary is authoritative: its day of entry into force takes the place of the computed one wherever standing
    depends on it. The computed one is kept beside it. A participant has a day for each consent that has taken effect.
    """

    entry_into_force: date | None = None
    threshold_reached: date | None = None
    entry_into_force_for: Mapping[str, tuple[date, ...]] = field(default_factory=dict)


NOTHING_DECLARED = Declared()
