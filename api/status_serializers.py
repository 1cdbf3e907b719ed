"""Serializers of the status document: the counts, the days computed and declared, and each participant's standing."""

from rest_framework.serializers import BooleanField, CharField, DateField, IntegerField

from api.fields import AddressField, CodeField, Declaration, LinksField
from api.serializers import (
    DaysSerializer,
    EntryIntoForceSerializer,
    PossibleSerializer,
    StandingOfStatusSerializer,
    ThresholdSerializer,
    WindowOfStatusSerializer,
    WorkingSerializer,
)


class DeclaredForSerializer(Declaration):
    """The day on which, as the depositary declares, the treaty enters into force for a participant."""

    participant = CodeField()
    entry_into_force = DateField(
        help_text="The declared day. It leads: `in_force` of the participant is this one."
    )
    computed = DaysSerializer(help_text="The day that follows from the clause and the acts recorded.")
    differs = BooleanField(help_text="Whether the declared day is not the computed one.")


class DeclaredSerializer(Declaration):
    """Days declared by the depositary, authoritative where they differ from the computed days."""

    entry_into_force = DateField(allow_null=True, help_text="The declared day of entry into force.")
    threshold_reached = DateField(
        allow_null=True, help_text="The declared day on which the threshold was reached."
    )
    differs = BooleanField(help_text="Whether a declared day is not the computed one.")
    participants = DeclaredForSerializer(
        many=True, help_text="Days of entry into force that the depositary declares for participants."
    )


class StatusSerializer(Declaration):
    """Status of a treaty: the document of `manage.py status --json`, with permalink and links."""

    treaty = CharField()
    as_of = DateField()
    timezone = CharField(help_text="IANA time zone of the depositary: there the day `as_of` ends.")
    known_until = DateField(
        allow_null=True,
        help_text="The day until which the list of acts is known; null: it is kept up to date.",
    )
    revision = IntegerField(min_value=0)
    signatories = IntegerField()
    contracting = IntegerField()
    parties = IntegerField()
    possible = PossibleSerializer()
    unknown = IntegerField(help_text="Participants of which nothing is known since `known_until`.")
    threshold = ThresholdSerializer()
    entry_into_force = EntryIntoForceSerializer()
    declared = DeclaredSerializer(allow_null=True)
    windows = WindowOfStatusSerializer(many=True)
    participants = StandingOfStatusSerializer(many=True)
    permalink = AddressField()
    links = LinksField()
    working = WorkingSerializer(required=False)
