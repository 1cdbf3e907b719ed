"""What is answered about readiness; beside `shapes`, in the same way."""

from typing import Annotated, TypedDict

from ratification.api.fields import Address, Code, Day, KindOfAction, KindOfWindow, Revision
from ratification.api.shapes import Days, WindowOfStatus


class ScenarioNumbers(TypedDict):
    """The counts and days, without the scenario or with it; counts are of what is certain."""

    signatories: int
    contracting: int
    parties: int
    counted: Annotated[int, "Instruments that certainly count toward the threshold."]
    required: int | None
    remaining: int | None
    reached: Days
    entry_into_force: Days


class ScenarioWindow(TypedDict):
    """From the threshold to general entry into force, or from a deposit to the later party's own."""

    kind: KindOfWindow
    opens: Days
    closes: Days
    basis: Annotated[str, "The provision."]


class AssumedDeposit(TypedDict):
    """One deposit of the scenario, and what follows from it."""

    participant: Annotated[Code | None, "Null: States that are not named."]
    instruments: Annotated[int, "1, or the number of States that are not named."]
    kind: KindOfAction
    deposited: Days
    counted: bool
    may_count: bool
    reason: str
    remark: Annotated[str, "What makes the deposit unusual; empty: nothing."]
    in_force: Annotated[Days, "Entry into force for who deposits."]
    window: ScenarioWindow | None


class LeftOutOfScenario(TypedDict):
    """A participant that the scenario means and that cannot deposit then."""

    participant: Code
    reason: str


class Scenario(TypedDict):
    """What would follow from deposits that nobody has made: arithmetic on the record, not a forecast."""

    treaty: str
    as_of: Day
    revision: Revision
    deposits: Annotated[str, "The scenario as it is written in full."]
    evaluated_on: Annotated[Day, "The last day on which somebody deposits, or `as_of` if that is later."]
    summary: str
    before: Annotated[ScenarioNumbers, "Where the treaty stands on `as_of`."]
    after: Annotated[ScenarioNumbers, "Where it would stand on `evaluated_on`."]
    decisive: list[Code]
    decisive_unnamed: Annotated[int, "How many of those that decide are not named."]
    article: str
    rule: str
    steps: Annotated[list[str], "The arithmetic, line by line."]
    windows: Annotated[list[WindowOfStatus], "The treaty's own windows."]
    assumed: list[AssumedDeposit]
    left_out: list[LeftOutOfScenario]
    permalink: Address
