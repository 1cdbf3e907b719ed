"""Questions to a forecast and the facts known on their day: one row for each treaty, day and threshold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from ratification.forecast.method.past import NEVER, Floats, TreatyCourse, Truths, Whole

YEAR = 365.25
AGES = (
    *(0.125, 0.25, 0.375, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
    *(2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0),
)
"""Years after opening at which past treaties are looked at; one that is younger or older is not forecast."""
THRESHOLDS = tuple(range(10, 65, 5))
LEAST_SIGNATORIES = 20
_YEAR_DAYS = 365


@dataclass(frozen=True)
class ThresholdQuestion:
    """When will a treaty of this state have `threshold` counted deposits? All of it is known by the day asked on."""

    day: int
    age: float
    count: int
    signatories: int
    recent_deposits: int
    recent_signatures: int
    threshold: int
    quick: float = 0.0


def question(course: TreatyCourse, day: int, threshold: int, quick: float = 0.0) -> ThresholdQuestion:
    """Ask about a course on a day. `recent` is the last year, or the time since opening if that is shorter."""
    count, signatories = (_by(days, day) for days in (course.deposits, course.signatures))
    return ThresholdQuestion(
        day=day,
        age=(day - course.opened) / YEAR,
        count=count,
        signatories=signatories,
        recent_deposits=count - _by(course.deposits, day - _YEAR_DAYS),
        recent_signatures=signatories - _by(course.signatures, day - _YEAR_DAYS),
        threshold=threshold,
        quick=quick,
    )


def _by(days: Whole, day: int) -> int:
    return int(np.searchsorted(days, day, "right"))


@dataclass(frozen=True)
class Questions:
    """Columns of many questions, each as a column vector, so that a row of days can be asked of each."""

    age: Floats
    count: Floats
    signatories: Floats
    recent_deposits: Floats
    recent_signatures: Floats
    threshold: Floats
    quick: Floats

    @classmethod
    def of(cls, asked: Iterable[ThresholdQuestion]) -> Self:
        """Put questions under each other."""
        rows = list(asked)
        return cls(
            *(
                np.array([[getattr(row, each.name)] for row in rows], dtype=np.float64).reshape(-1, 1)
                for each in fields(cls)
            )
        )

    @property
    def missing(self) -> Floats:
        """How many deposits are still missing."""
        return self.threshold - self.count

    def where(self, mask: Truths) -> Self:
        """Give the rows of a mask."""
        return type(self)(*(getattr(self, each.name)[mask] for each in fields(self)))


@dataclass(frozen=True)
class Looks:
    """State of every past treaty at every age, also of those that have passed every threshold."""

    age: Floats
    count: Floats
    signatories: Floats
    cluster: Whole
    asked: Whole
    known_until: Whole

    @classmethod
    def of(cls, courses: Sequence[TreatyCourse], clusters: Sequence[str]) -> Self:
        """Look at each treaty as long as its list can be vouched for."""
        rows = [
            (question(course, day, 0), clusters.index(course.cluster), course.known_until)
            for course in courses
            for day in (course.opened + round(age * YEAR) for age in AGES)
            if day < course.known_until
        ]
        kept = [row for row in rows if row[0].signatories >= LEAST_SIGNATORIES]
        return cls(
            age=np.array([row[0].age for row in kept]),
            count=np.array([row[0].count for row in kept], dtype=np.float64),
            signatories=np.array([row[0].signatories for row in kept], dtype=np.float64),
            cluster=np.array([row[1] for row in kept], dtype=np.int64),
            asked=np.array([row[0].day for row in kept], dtype=np.int64),
            known_until=np.array([row[2] for row in kept], dtype=np.int64),
        )

    def where(self, mask: Truths) -> Self:
        """Give the rows of a mask."""
        return type(self)(*(getattr(self, each.name)[mask] for each in fields(self)))


@dataclass(frozen=True)
class Examples:
    """Questions that past treaties answer: after `days` the threshold was reached, or had not been (`reached`).

    `course` and `cluster` are numbers; `asked` is the day of the question.
    """

    questions: Questions
    days: Floats
    reached: Truths
    course: Whole
    cluster: Whole
    asked: Whole
    looks: Looks

    def __len__(self) -> int:
        return len(self.days)

    def where(self, mask: Truths) -> Self:
        """Give the rows of a mask."""
        return type(self)(
            questions=self.questions.where(mask),
            days=self.days[mask],
            reached=self.reached[mask],
            course=self.course[mask],
            cluster=self.cluster[mask],
            asked=self.asked[mask],
            looks=self.looks.where(np.isin(self.looks.cluster, np.unique(self.cluster[mask]))),
        )


@dataclass(frozen=True)
class AskedOfPast:
    """Every question to the past treaties, with the day of its answer; what of it is known depends on the day."""

    questions: Questions
    answered: Whole
    known_until: Whole
    course: Whole
    cluster: Whole
    asked: Whole
    looks: Looks
    clusters: tuple[str, ...]

    @classmethod
    def of(cls, courses: Sequence[TreatyCourse], quick: "QuickShares | None" = None) -> Self:
        """Ask every past treaty at every age about every threshold that its signatories could reach."""
        names = tuple(sorted({course.cluster for course in courses}))
        rows: list[tuple[ThresholdQuestion, int, int, int, int]] = []
        for place, course in enumerate(courses):
            for age in AGES:
                day = course.opened + round(age * YEAR)
                if day >= course.known_until:
                    continue
                share = quick.of(course, day) if quick else 0.0
                rows.extend(
                    (
                        question(course, day, threshold, share),
                        course.day_of(threshold),
                        course.known_until,
                        place,
                        names.index(course.cluster),
                    )
                    for threshold in THRESHOLDS
                    if askable(course, day, threshold)
                )
        answered, until, number, cluster, asked = (
            np.array(column, dtype=np.int64)
            for column in zip(*((*row[1:], row[0].day) for row in rows), strict=True)
        )
        asked_of_past = Questions.of(row[0] for row in rows)
        return cls(asked_of_past, answered, until, number, cluster, asked, Looks.of(courses, names), names)

    def by(self, day: int, without: str) -> Examples:
        """Give the examples as they were known by a day, without the treaties of a cluster.

        A deposit after that day, or after the day until which the list can be vouched for, is not known: the example
        then says no more than that the threshold had not been reached.
        """
        end = np.minimum(self.known_until, day)
        outside = self.clusters.index(without) if without in self.clusters else -1
        mask = (self.asked < end) & (self.cluster != outside)
        reached = self.answered <= end
        days = np.maximum(np.where(reached, self.answered, end) - self.asked, 1).astype(np.float64)
        looks = self.looks
        return Examples(
            questions=self.questions.where(mask),
            days=days[mask],
            reached=reached[mask],
            course=self.course[mask],
            cluster=self.cluster[mask],
            asked=self.asked[mask],
            looks=looks.where(
                (looks.asked < np.minimum(looks.known_until, day)) & (looks.cluster != outside)
            ),
        )


def askable(course: TreatyCourse, day: int, threshold: int) -> bool:
    """Whether the question is of the tested kind: enough signatories, and a threshold ahead but within their number."""
    count, signatories = (_by(days, day) for days in (course.deposits, course.signatures))
    return signatories >= LEAST_SIGNATORIES and count < threshold <= signatories


class QuickShares:
    """How quick participants have been: the share of earlier treaties to which each consented within three years.

    Treaties of the same subject count three times. Pulled toward a quarter where little is known.
    """

    _WITHIN = 3 * _YEAR_DAYS
    _SAME_SUBJECT = 3.0
    _PRIOR = (1.0, 4.0)

    def __init__(self, courses: Sequence[TreatyCourse]) -> None:
        """Tabulate who deposited when."""
        self._people = {
            who: number
            for number, who in enumerate(
                sorted({who for course in courses for who in (*course.signed, *course.deposited)})
            )
        }
        self._took = np.full((len(courses), len(self._people)), NEVER, dtype=np.int64)
        for number, course in enumerate(courses):
            for who, day in course.deposited.items():
                self._took[number, self._people[who]] = day - course.opened
        self._settled = np.array([course.opened + self._WITHIN for course in courses])
        self._until = np.array([course.known_until for course in courses])
        self._cluster = np.array([course.cluster for course in courses])
        self._subject = np.array([course.subject for course in courses])

    def of(self, course: TreatyCourse, day: int) -> float:
        """Give the expected number of quick ones among the signatories that have not deposited by a day."""
        settled = (self._settled <= np.minimum(day, self._until)) & (self._cluster != course.cluster)
        weight = settled * np.where(self._subject == course.subject, self._SAME_SUBJECT, 1.0)
        quick = weight @ (self._took <= self._WITHIN)
        shares = (quick + self._PRIOR[0]) / (weight.sum() + self._PRIOR[1])
        waiting = [
            self._people[who]
            for who, on in course.signed.items()
            if on <= day and course.deposited.get(who, NEVER) > day and who in self._people
        ]
        return float(shares[waiting].sum())
