"""Territories on a day: who is responsible for each, and whether the treaty has been extended to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ratification.models import Action
from ratification.record.selectors import Extract
from ratification.record.statements import RecordedStatement, RecordedStatements
from ratification.rules.dates import Span
from states.models import Participant, Responsibility
from states.validity import holding
from treaty.clauses import ActionKind


class TerritorialCoverage(StrEnum):
    """Whether a treaty applies to a territory, as the responsible State has declared."""

    APPLIED = "applied"
    EXCLUDED = "excluded"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class TerritoryStatus:
    """A territory on a day: the State responsible for it, and the statement by which the treaty is extended, or not.

    Without a statement the treaty binds a State for its entire territory, unless a different intention appears (VCLT
    29). A statement has effect only with the consent of the State.
    """

    territory: Participant
    state: Participant
    coverage: TerritorialCoverage
    statement: Action | None
    source: str

    @property
    def taken(self) -> Span | None:
        """The day of the statement."""
        return self.statement.taken if self.statement else None


def territories_of(extract: Extract, recorded: RecordedStatements) -> list[TerritoryStatus]:
    """Return the territories on the day of an extract, by name. One query."""
    held = Responsibility.objects.filter(holding(extract.as_of))
    return [
        _status(row, recorded.of(row.state.iso3))
        for row in held.select_related("territory", "state").order_by("territory__name")
    ]


def _status(row: Responsibility, recorded: Iterable[RecordedStatement]) -> TerritoryStatus:
    """Return what the latest statement about the territory says that stands."""
    code = row.territory.iso3
    about = [each for each in recorded if each.entry.kind in _COVERAGE and code in each.statement.standing]
    last = max(about, key=lambda each: (each.entry.taken, each.entry.revision or 0), default=None)
    return TerritoryStatus(
        territory=row.territory,
        state=row.state,
        coverage=_COVERAGE[last.entry.kind] if last else TerritorialCoverage.NOT_STATED,
        statement=last.entry if last else None,
        source=row.source,
    )


_COVERAGE: dict[str, TerritorialCoverage] = {
    ActionKind.TERRITORIAL_APPLICATION.value: TerritorialCoverage.APPLIED,
    ActionKind.TERRITORIAL_EXCLUSION.value: TerritorialCoverage.EXCLUDED,
}
