"""What is answered about readiness; beside `shapes`, in the same way."""

from typing import Annotated, Literal, TypedDict

from api.fields import (
    Address,
    Code,
    Confidence,
    Day,
    Is,
    KindOfAction,
    KindOfWindow,
    Moment,
    Revision,
)
from api.shapes import Days, Source, WindowOfStatus
from treaty.models import Measure as MeasureRow

KindOfTheme = Annotated[str, Is("ThemeOfMeasure", enum=tuple(MeasureRow.Theme.values))]
KindOfStage = Annotated[str, Is("Stage", enum=tuple(MeasureRow.Stage.values))]


class Measure(TypedDict):
    """Something that a participant does because of a treaty, with the stages by which one follows it."""

    treaty: str
    slug: str
    name: str
    articles: Annotated[list[int], "The articles that it serves."]
    theme: KindOfTheme
    stages: Annotated[list[KindOfStage], "From first to last."]
    description: Annotated[str, "In this project's own words."]
    links: dict[str, Address]


class Report(TypedDict):
    """That a participant has come to a stage of a measure: one entry of the ledger."""

    treaty: str
    revision: Annotated[
        int, Is(minimum=1), "The entry's number in the treaty's record; its stable identifier."
    ]
    participant: Code
    name: str
    measure: str
    stage: KindOfStage
    taken_on: Day | None
    taken: Days
    summary: Annotated[str, "In this project's own words."]
    confidence: Confidence
    note: Annotated[str, "What is uncertain, and why."]
    entry: Literal["original", "correction"]
    supersedes: Annotated[int | None, "Revision of the entry that this one corrects."]
    reason: Annotated[str, "Why the earlier entry was wrong."]
    published_at: Moment
    source: Source
    links: dict[str, Address]


class StageReached(TypedDict):
    """Where a participant stands on a measure, and how that is known."""

    treaty: str
    participant: Code
    name: str
    region: Annotated[str, "United Nations M49 region; empty for an organization."]
    measure: str
    theme: KindOfTheme
    stage: KindOfStage
    taken: Annotated[Days, "When it came to that stage."]
    derived_from: Annotated[
        KindOfAction | None,
        "The kind of the treaty action (`actions/`) that it follows from; null: it was reported (`reports/`).",
    ]
    revision: Annotated[Revision, "Of the entry that says so."]
    old: Annotated[bool, "Whether it was last confirmed more than a year before `as_of`."]
    source: Source


class Amended(TypedDict):
    """One thing that a correction says differently."""

    subject: str
    wrong: str
    right: str


class Correction(TypedDict):
    """What was wrong in the record, what is right, since when, and why."""

    treaty: str
    revision: Annotated[Revision, "From this revision on the record says what is right."]
    supersedes: Annotated[Revision, "Of the entry that was wrong."]
    entry: Annotated[Literal["correction", "retraction"], "A retraction says that it did not happen."]
    about: Annotated[Literal["action", "report", "treaty_fact"], "Which kind of entry."]
    participant: Annotated[Code | None, "Whom it concerns; null: the treaty as a whole."]
    name: str
    amended: list[Amended]
    reason: str
    published_at: Moment
    links: dict[str, Address]


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
