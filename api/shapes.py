"""What is answered: every field with its type and meaning. The types are checked, and the schema is made from them.

A string beside a type is the field's description, `Is` says more of its schema.
"""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from api.fields import (
    Address,
    Checked,
    Code,
    Confidence,
    Day,
    Is,
    KindOfAction,
    KindOfParticipant,
    KindOfStanding,
    KindOfWindow,
    Moment,
    RegionalGroup,
    Revision,
)
from ratification.rules.outcome import ConditionKind


class Days(TypedDict):
    """A day that may be open: `on` if it is known, and its bounds; null where there is none."""

    on: Annotated[Day | None, "The day, if it is known."]
    earliest: Annotated[Day | None, "The first possible day; null: it does not happen."]
    latest: Annotated[Day | None, "The last possible day; null beside an earliest: it may never happen."]


class Consent(Days):
    """The consent to be bound."""

    kind: KindOfAction | None


class Possible(TypedDict):
    """The upper bounds of the counts; equal to them when no date is open."""

    signatories: int
    contracting: int
    parties: int
    counted: int


class Threshold(TypedDict):
    """How far the threshold of entry into force is."""

    required: Annotated[int | None, "Instruments needed; null where the text sets no number."]
    counted: Annotated[int, "Instruments that certainly count."]
    remaining: Annotated[int | None, "The least number of further instruments that could complete it."]
    reached: Days


class EntryIntoForce(Days):
    """General entry into force."""

    decisive: Annotated[list[Code], "Whose deposit on the deciding day made the threshold."]
    article: Annotated[str, "The provision that it follows from."]
    reason: Annotated[str, "A sentence that says why."]


class WindowOfStatus(TypedDict):
    """A stretch of days with a meaning; its last day belongs to it."""

    kind: KindOfWindow
    participant: Annotated[Code | None, "Whose window it is; null: everybody's."]
    opens_on: Day | None
    closes_on: Annotated[Day | None, "The last day, included; null: not known, or it stays open."]
    state: Literal["not_yet_open", "open", "closed", "uncertain"]
    days_left: Annotated[int | None, "From `as_of` to the last day, while it is open and that day is known."]
    basis: Annotated[str, "The provision, or the claim that reported it."]
    reported: Annotated[bool, "Reported, not in the text."]
    opens: Days
    closes: Days


class StandingOfStatus(TypedDict):
    """Where one participant stands."""

    participant: Code
    standing: KindOfStanding
    signed_on: Day | None
    consent: Consent
    in_force: Days
    counted: Annotated[bool, "Whether the consent certainly counts toward the threshold."]
    reason: Annotated[str, "The standing and the count, explained."]
    signed: Days


class Condition(TypedDict):
    """One condition of the threshold."""

    kind: ConditionKind
    subject: str
    required: Annotated[str, "A decimal number."]
    held: Annotated[str, "A decimal number."]
    met: bool
    missing: list[Code]


class WorkingEntry(TypedDict):
    """One consent in the working."""

    participant: Code
    kind: KindOfAction
    deposited: Days
    rank: Annotated[list[int] | None, "First and last rank among those counted; equal ranks share a day."]
    may_count: bool
    reason: str


class Working(TypedDict):
    """The whole working of the count and of entry into force."""

    rule: str
    article: str
    reason: str
    steps: Annotated[list[str], "The arithmetic, line by line."]
    decisive: list[Code]
    conditions: list[Condition]
    counted: list[WorkingEntry]
    not_counted: list[WorkingEntry]


class Source(TypedDict):
    """Where a fact is stated."""

    key: str
    title: str
    url: Annotated[str, "Where it can be read; empty: nowhere online that is known."]
    confidence: Confidence


class Declared(TypedDict):
    """What the depositary declares of the treaty; it is authoritative where it differs from the computed days."""

    entry_into_force: Annotated[Day | None, "The declared day of entry into force."]
    threshold_reached: Annotated[Day | None, "The declared day on which the threshold was reached."]
    differs: Annotated[bool, "Whether the declared entry into force is not the computed one."]


class Status(TypedDict):
    """Where a treaty stands: the document of `manage.py status --json`, with its sources and links at the end."""

    treaty: str
    as_of: Day
    known_until: Annotated[
        Day | None, "The day until which the list of acts is known; null: it is kept up to date."
    ]
    revision: Revision
    signatories: int
    contracting: int
    parties: int
    possible: Possible
    unknown: Annotated[int, "Participants of which nothing is known since `known_until`."]
    threshold: Threshold
    entry_into_force: EntryIntoForce
    declared: Declared | None
    windows: list[WindowOfStatus]
    participants: list[StandingOfStatus]
    permalink: Address
    links: dict[str, Address]
    working: NotRequired[Working]


class Action(TypedDict):
    """A treaty action: one entry of the ledger."""

    treaty: str
    revision: Annotated[
        int, Is(minimum=1), "The entry's number in the treaty's record; its stable identifier."
    ]
    participant: Code
    name: str
    kind: KindOfAction
    taken_on: Day | None
    taken: Days
    effective: Days
    provisions: Annotated[list[str], "Provisions that a statement is about, such as 7(2)."]
    summary: Annotated[str, "In this project's own words."]
    notification: Annotated[str, "The depositary notification, such as C.N.196.2025.TREATIES-XVIII.16."]
    confidence: Confidence
    note: Annotated[str, "What is uncertain, and why."]
    entry: Literal["original", "correction"]
    supersedes: Annotated[int | None, "Revision of the entry that this one corrects."]
    reason: Annotated[str, "Why the earlier entry was wrong."]
    relates_to: Annotated[
        int | None, "Revision of the entry that a withdrawal takes back or an objection answers."
    ]
    published_at: Moment
    source: Source
    links: dict[str, Address]


class Standing(StandingOfStatus):
    """Where one participant stands in relation to a treaty."""

    treaty: str
    name: str
    kind: KindOfParticipant
    region: str
    un_group: RegionalGroup
    sources: list[Source]
    links: dict[str, Address]


class StandingInFull(Standing):
    """Where one participant stands, with what it did and the windows that it is in."""

    as_of: Day
    revision: Revision
    permalink: Address
    actions: list[Action]
    windows: list[WindowOfStatus]
    working: NotRequired[list[WorkingEntry]]


class Window(WindowOfStatus):
    """A stretch of days with a meaning, and where to read on."""

    treaty: str
    links: dict[str, Address]


class Change(TypedDict):
    """Something in the status that changed."""

    id: Annotated[int, "Grows in the order in which changes became known."]
    treaty: str
    revision: Annotated[int, Is(minimum=0), "State of the record in which it shows."]
    as_of: Annotated[Day, "Legal date from which the status says so, however late it became known."]
    cause: Annotated[Literal["entry", "day"], "An entry was published, or a day passed."]
    subject: Literal["count", "threshold", "entry_into_force", "standing", "window", "report"]
    participant: Code | None
    before: Annotated[dict[str, Any] | None, "As it was; null: not there."]
    after: Annotated[dict[str, Any] | None, "As it is now; null: not there any more."]
    recorded_at: Moment
    sentence: Annotated[str, "The change in words."]
    links: dict[str, Address]


class JsonFeedItem(TypedDict):
    """One change in a feed."""

    id: str
    url: Address
    title: str
    content_text: str
    date_published: Moment


class JsonFeed(TypedDict):
    """The newest changes as JSON Feed 1.1."""

    version: str
    title: str
    home_page_url: Address
    feed_url: Address
    authors: list[dict[str, str]]
    language: str
    items: list[JsonFeedItem]


class Treaty(TypedDict):
    """A treaty."""

    slug: str
    title: str
    short_title: str
    popular_name: str
    depositary: str
    depositary_reference: str
    adopted_on: Day | None
    adopted_by: str
    record_as_of: Annotated[
        Day | None, "For a list taken over whole, the day on which it was true; null: kept up to date."
    ]
    clause: Annotated[bool, "Whether its final clauses are known, so that dates can be computed."]
    links: dict[str, Address]


class Chapter(TypedDict):
    """A chapter of the adopted text."""

    treaty: str
    position: int
    number: str
    title: str
    articles: list[int]
    source: Source
    links: dict[str, Address]


class Article(TypedDict):
    """An article: adopted, or merely reported to exist."""

    treaty: str
    number: int
    chapter: Annotated[str | None, "The chapter's number as printed."]
    status: Literal["adopted", "reported"]
    title: str
    title_status: Annotated[Checked, "How far the title has been checked."]
    summary: Annotated[str, "In this project's own words; the text itself is authoritative."]
    themes: list[str]
    source: Source
    links: dict[str, Address]


class Requirement(TypedDict):
    """What an article permits or requires a participant to declare, reserve or notify."""

    paragraph: str
    paragraph_certain: bool
    kind: str
    occasion: str
    description: str
    status: Annotated[str, "How far the statement has been checked."]
    source: Source


class ArticleInFull(Article):
    """An article with what it permits or requires to be declared."""

    requirements: list[Requirement]


class Index(TypedDict):
    """What there is."""

    release: str
    links: dict[str, Address]


class ProblemType(TypedDict):
    """A kind of refusal."""

    type: Address
    title: str


class Problem(TypedDict):
    """A refusal (RFC 9457)."""

    type: Address
    title: str
    status: int
    detail: str
    instance: str
    parameter: NotRequired[Annotated[str, "The parameter that is refused."]]
    allowed: NotRequired[Annotated[list[str], "What would be allowed, where that can be listed."]]
    wait: NotRequired[Annotated[int, "Seconds after which to ask again."]]
