"""Resource of the treaty facts: acts without a participant, what the depositary declares, how far the list is known."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.serializers import CharField, ChoiceField, DateField, IntegerField, Serializer

from api.fields import CodeField, ConfidenceField, TreatyField
from api.filters import TreatyFactFilter
from api.records import OfRecord
from api.resource import ListOf
from api.serializers import DaysSerializer, SourceSerializer
from ratification.models import TreatyFact
from ratification.record.entries import treaty_facts_at


class TreatyFactSerializer(Serializer[Any]):
    """A fact about the treaty: an entry of the same record as the actions."""

    treaty = TreatyField()
    revision = IntegerField(min_value=1, help_text="The entry's number in the treaty's record.")
    kind = ChoiceField(choices=TreatyFact.Kind.values)
    participant = CodeField(source="participant.iso3", allow_null=True)
    taken_on = DateField(source="taken.on", allow_null=True)
    taken = DaysSerializer()
    number = IntegerField(allow_null=True, help_text="For a total: how many.")
    summary = CharField(help_text="In this project's own words.")
    notification = CharField()
    notified_on = DateField(allow_null=True, help_text="The notification's own date.")
    confidence = ConfidenceField()
    note = CharField()
    source = SourceSerializer()  # type: ignore[assignment]  # an attribute of fields


class TreatyFactsOf(ListOf, OfRecord):
    """Facts about the treaty: opening, corrections, amendments, decisions; declared days and totals."""

    operation = "list_facts"
    serializer_class = TreatyFactSerializer
    filterset_class = TreatyFactFilter

    def get_queryset(self) -> QuerySet[TreatyFact]:
        """Select the facts that hold at the revision, of the day or earlier. One query."""
        rows = treaty_facts_at(self.treaty, self.revision).filter(taken_earliest__lte=self.as_of)
        return rows.order_by("taken_earliest", "revision")
