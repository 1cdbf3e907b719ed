"""Serializers of the record: each field with its type and meaning.

The OpenAPI document and the columns of tables are made from them. Values from the status document are JSON already and
are returned unchanged: docs/performance.md measures what converting 230 standings again would cost.
"""

from typing import Any, get_args

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    DictField,
    IntegerField,
    ListField,
    Serializer,
)

from api.fields import (
    AddressField,
    CodeField,
    ConfidenceField,
    Declaration,
    KindOfActionField,
    KindOfParticipantField,
    KindOfStandingField,
    KindOfWindowField,
    LinksField,
    RegionalGroupField,
    TreatyField,
)
from ratification.models import Action, Report
from ratification.record.kept import entry_key
from ratification.rules.document import days
from ratification.rules.outcome import ConditionKind
from ratification.rules.results import STATES
from ratification.status.api_urls import address

STATES_OF_WINDOW = ("not_yet_open", "open", "closed", "uncertain")


class MayBeEarlierField(BooleanField):
    """Whether a day of entry into force follows from acts past the day until which the list of acts is known."""

    def __init__(self, what: str = "The day follows") -> None:
        super().__init__(
            required=False,
            help_text=f"{what} from acts past `known_until`, so that an act that no source here reports could "
            "make it an earlier one. Absent where it does not, and where the depositary declares the day.",
        )


class DaysSerializer(Declaration):
    """A day that may be open: `on` if it is known, and its bounds; null where there is none."""

    on = DateField(allow_null=True, help_text="The day, if it is known.")
    earliest = DateField(allow_null=True, help_text="The first possible day; null: it does not happen.")
    latest = DateField(
        allow_null=True, help_text="The last possible day; null beside an earliest: it may never happen."
    )

    def get_attribute(self, instance: Any) -> Any:  # noqa: ANN401 - REST framework's signature
        """Return the days of a row's span."""
        return days(super().get_attribute(instance))


class ConsentSerializer(DaysSerializer):
    """The consent to be bound."""

    kind = KindOfActionField(allow_null=True)


class PossibleSerializer(Declaration):
    """The upper bounds of the counts; equal to them when no date is open."""

    signatories = IntegerField()
    contracting = IntegerField()
    parties = IntegerField()
    counted = IntegerField()


class ThresholdSerializer(Declaration):
    """The threshold of entry into force."""

    required = IntegerField(  # type: ignore[assignment]  # an attribute of fields
        allow_null=True, help_text="Instruments needed; null where the text sets no number."
    )
    counted = IntegerField(help_text="Instruments that certainly count.")
    remaining = IntegerField(
        allow_null=True, help_text="The least number of further instruments that could complete it."
    )
    reached = DaysSerializer()


class EntryIntoForceSerializer(DaysSerializer):
    """General entry into force."""

    decisive = ListField(child=CodeField(), help_text="Whose deposit on the deciding day made the threshold.")
    article = CharField(help_text="The provision that it follows from.")
    reason = CharField(help_text="A sentence that says why.")
    may_be_earlier = MayBeEarlierField()
    caveat = CharField(
        required=False,
        help_text="Why the list leaves the day open: it lacks the acts of former States, or is not complete until the "
        "day that decides. Absent where it does not.",
    )


class WindowOfStatusSerializer(Declaration):
    """A window: an interval of days with a legal meaning; its last day is included."""

    kind = KindOfWindowField()
    participant = CodeField(allow_null=True, help_text="Whose window it is; null: everybody's.")
    opens_on = DateField(allow_null=True)
    closes_on = DateField(
        allow_null=True, help_text="The last day, included; null: not known, or it stays open."
    )
    state = ChoiceField(choices=STATES_OF_WINDOW)
    days_left = IntegerField(
        allow_null=True, help_text="From `as_of` to the last day, while it is open and that day is known."
    )
    basis = CharField(help_text="The provision, or the claim that reported it.")
    reported = BooleanField(help_text="Reported, not in the text.")
    opens = DaysSerializer()
    closes = DaysSerializer()
    may_be_earlier = MayBeEarlierField("One of its days follows")


class StandingOfStatusSerializer(Declaration):
    """Standing of one participant."""

    participant = CodeField()
    standing = KindOfStandingField()
    signed_on = DateField(allow_null=True)
    consent = ConsentSerializer()
    in_force = DaysSerializer()
    may_be_earlier = MayBeEarlierField()
    counted = BooleanField(help_text="Whether the consent certainly counts toward the threshold.")
    reason = CharField(help_text="The standing and the count, explained.")
    signed = DaysSerializer()


class ConditionSerializer(Declaration):
    """One condition of the threshold."""

    kind = ChoiceField(choices=get_args(ConditionKind))
    subject = CharField()
    required = CharField(help_text="A decimal number.")  # type: ignore[assignment]  # an attribute of fields
    held = CharField(
        allow_null=True,
        help_text="A decimal number. Null where the condition is a ratio to nothing: those counted hold something of "
        "the first table and nothing of the second, so that the condition is met and no number says by how much.",
    )
    met = BooleanField()
    missing = ListField(child=CodeField())


class WorkingEntrySerializer(Declaration):
    """One consent in the working."""

    participant = CodeField()
    kind = KindOfActionField()
    deposited = DaysSerializer()
    rank = ListField(
        child=IntegerField(),
        allow_null=True,
        help_text="First and last rank among those counted; equal ranks share a day.",
    )
    may_count = BooleanField()
    reason = CharField()


class WorkingSerializer(Declaration):
    """The whole working of the count and of entry into force."""

    rule = CharField()
    article = CharField()
    reason = CharField()
    steps = ListField(child=CharField(), help_text="The arithmetic, line by line.")
    decisive = ListField(child=CodeField())
    conditions = ConditionSerializer(many=True)
    counted = WorkingEntrySerializer(many=True)
    not_counted = WorkingEntrySerializer(many=True)


class SourceSerializer(Serializer[Any]):
    """Source of a fact."""

    key = CharField()
    title = CharField()
    url = CharField(help_text="Where it can be read; empty: nowhere online that is known.")
    confidence = ConfidenceField()


def links_of_entry(row: Action | Report, treaty: str) -> dict[str, str]:
    """Return the addresses of an entry's participant and its standing."""
    iso3 = row.participant.iso3
    return {
        "participant": address("participants", iso3),
        "standing": address("treaties", treaty, "participants", iso3),
    }


class ActionSerializer(Serializer[Any]):
    """A treaty action: one entry of the ledger."""

    treaty = TreatyField()
    revision = IntegerField(
        min_value=1, help_text="The entry's number in the treaty's record; its stable identifier."
    )
    participant = CodeField(source="participant.iso3")
    name = CharField(source="participant.name")
    kind = KindOfActionField()
    taken_on = DateField(source="taken.on", allow_null=True)
    taken = DaysSerializer()
    effective = DaysSerializer()
    provisions = ListField(child=CharField(), help_text="Provisions that a statement is about, such as 7(2).")
    summary = CharField(help_text="In this project's own words.")
    notification = CharField(help_text="The depositary notification, such as C.N.196.2025.TREATIES-XVIII.16.")
    confidence = ConfidenceField()
    note = CharField(help_text="What is uncertain, and why.")
    entry = ChoiceField(choices=["original", "correction"])
    supersedes = IntegerField(
        source="supersedes.revision",
        allow_null=True,
        help_text="Revision of the entry that this one corrects.",
    )
    reason = CharField(help_text="Why the earlier entry was wrong.")
    relates_to = IntegerField(
        source="relates_to.revision",
        allow_null=True,
        help_text="Revision of the entry that a withdrawal takes back or an objection answers.",
    )
    excludes = BooleanField(
        allow_null=True,
        help_text="Whether a reservation excludes its provisions, or modifies them; null: not known.",
    )
    precludes = BooleanField(
        allow_null=True,
        help_text="Whether an objection precludes entry into force between the two; null: not stated.",
    )
    territories = ListField(child=CodeField(), help_text="Territories that it covers or excludes.")
    predecessor = CodeField(
        source="predecessor.iso3",
        allow_null=True,
        help_text="Whose signature or consent a successor takes over.",
    )
    notified_on = DateField(allow_null=True, help_text="The notification's own date.")
    published_at = DateTimeField()
    source = SourceSerializer()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField(of=links_of_entry)


class ResultSerializer(Declaration):
    """What became of an act by the day."""

    state = ChoiceField(choices=list(STATES))
    by = ListField(child=IntegerField(), help_text="Revisions of the acts that gave it the state.")


class ActionInFullSerializer(ActionSerializer):
    """A treaty action, and what became of it."""

    result = ResultSerializer(source="*")

    def to_representation(self, instance: Action) -> Any:  # noqa: ANN401 - JSON
        """Join the row of the entry with its result, both of the context."""
        row = self.context["rows"][entry_key(instance)]
        result = self.context["results"][instance.revision]
        return {**row, "result": {"state": result.state, "by": [int(by) for by in result.by]}}


class StandingSerializer(StandingOfStatusSerializer):
    """Standing of one participant under a treaty."""

    treaty = CharField()
    name = CharField()
    kind = KindOfParticipantField()
    region = CharField()
    un_group = RegionalGroupField()
    sources = SourceSerializer(many=True)
    links = LinksField()


class StandingInFullSerializer(StandingSerializer):
    """Standing of one participant with its actions and windows."""

    as_of = DateField()
    revision = IntegerField(min_value=0)
    permalink = AddressField()
    actions = ActionSerializer(many=True)
    windows = WindowOfStatusSerializer(many=True)
    working = WorkingEntrySerializer(many=True, required=False)


class WindowSerializer(WindowOfStatusSerializer):
    """A window with links."""

    treaty = CharField()
    links = LinksField()


class JsonFeedItemSerializer(Declaration):
    """One change in a feed."""

    id = CharField()
    url = AddressField()
    title = CharField()
    content_text = CharField()
    date_published = DateTimeField()


class JsonFeedSerializer(Declaration):
    """The newest changes as JSON Feed 1.1."""

    version = CharField()
    title = CharField()
    home_page_url = AddressField()
    feed_url = AddressField()
    authors = ListField(child=DictField(child=CharField()))
    language = CharField()
    items = JsonFeedItemSerializer(many=True)


class IndexSerializer(Declaration):
    """Index of the API."""

    release = CharField()
    links = LinksField()


class ProblemTypeSerializer(Declaration):
    """A problem type."""

    type = AddressField()
    title = CharField()


class ProblemSerializer(Declaration):
    """A problem document (RFC 9457)."""

    type = AddressField()
    title = CharField()
    status = IntegerField()
    detail = CharField()
    instance = CharField()
    parameter = CharField(required=False, help_text="The parameter that is refused.")
    allowed = ListField(
        child=CharField(), required=False, help_text="What would be allowed, where that can be listed."
    )
    wait = IntegerField(required=False, help_text="Seconds after which to ask again.")
