"""Bundled record of past treaties, and any treaty's course: the days of its signatures and counted deposits."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]

DATA = Path(__file__).parent.parent / "data"
NEVER = date.max.toordinal()
"""Stands for a day that is not known to have come."""


@dataclass(frozen=True, eq=False)
class TreatyCourse:
    """What has happened to a treaty by a day: who signed and who deposited when. Days are proleptic ordinals.

    `cluster` names the treaties that are left out together, `subject` those that the same ministries handle.
    """

    reference: str
    cluster: str
    known_until: int
    signed: Mapping[str, int]
    deposited: Mapping[str, int]

    @property
    def subject(self) -> str:
        """The depositary's chapter."""
        return self.reference.split("-")[0]

    @cached_property
    def opened(self) -> int:
        """The day of the first act: the lists do not print the day on which signature opened."""
        return min([*self.signed.values(), *self.deposited.values()], default=NEVER)

    @cached_property
    def signatures(self) -> Whole:
        """The days of signature, in order."""
        return np.array(sorted(self.signed.values()), dtype=np.int64)

    @cached_property
    def deposits(self) -> Whole:
        """The days of counted deposits, in order."""
        return np.array(sorted(self.deposited.values()), dtype=np.int64)

    def day_of(self, number: int) -> int:
        """Give the day of the nth counted deposit, NEVER if it is not known to have come."""
        return int(self.deposits[number - 1]) if number <= len(self.deposits) else NEVER

    def by(self, day: int) -> Self:
        """Give what was known by the end of a day."""
        return replace(
            self,
            known_until=min(self.known_until, day),
            signed={who: on for who, on in self.signed.items() if on <= day},
            deposited={who: on for who, on in self.deposited.items() if on <= day},
        )


@lru_cache(maxsize=1)
def past_courses() -> tuple[TreatyCourse, ...]:
    """Read the bundled record of past treaties (docs/forecast.md names its sources and faults)."""
    signed: dict[str, dict[str, int]] = defaultdict(dict)
    deposited: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _rows("past_acts.csv"):
        for days, text in ((signed, row["signed_on"]), (deposited, row["deposited_on"])):
            if text:
                days[row["reference"]][row["participant"]] = date.fromisoformat(text).toordinal()
    return tuple(
        TreatyCourse(
            reference=row["reference"],
            cluster=row["cluster"],
            known_until=date.fromisoformat(row["known_until"]).toordinal(),
            signed=signed[row["reference"]],
            deposited=deposited[row["reference"]],
        )
        for row in _rows("past_treaties.csv")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def known_by(courses: Sequence[TreatyCourse], day: int) -> list[TreatyCourse]:
    """Give the courses as they were known by the end of a day; what had not opened by then is left out."""
    return [course.by(day) for course in courses if course.opened <= day]
