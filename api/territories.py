"""Resource of the territories on a day: who is responsible for each, and whether the treaty has been extended to it."""

from typing import Any

from rest_framework.serializers import CharField, ChoiceField, IntegerField, Serializer

from api.fields import CodeField, LinksField
from api.filters import TerritoryFilter
from api.records import OfRecord
from api.resource import ListOf
from api.serializers import DaysSerializer
from ratification.record import selectors
from ratification.record.statements import statements_of
from ratification.record.territories import TerritorialCoverage, TerritoryStatus, territories_of
from ratification.status.api_urls import address


def _links(row: TerritoryStatus, treaty: str) -> dict[str, str]:
    return {
        "territory": address("participants", row.territory.iso3),
        "standing": address("treaties", treaty, "participants", row.state.iso3),
    }


class TerritorySerializer(Serializer[Any]):
    """A territory, the State responsible for its international relations, and what that State has said of it."""

    territory = CodeField(source="territory.iso3")
    name = CharField(source="territory.name")
    state = CodeField(
        source="state.iso3", help_text="Responsible for its international relations on `as_of`."
    )
    coverage = ChoiceField(
        choices=[each.value for each in TerritorialCoverage],
        help_text="Without a statement a treaty binds a State for its entire territory, unless a different intention "
        "appears (VCLT 29).",
    )
    statement = IntegerField(
        source="statement.revision", allow_null=True, help_text="Revision of the statement that says so."
    )
    taken = DaysSerializer(help_text="Day of the statement.")
    source = CharField(help_text="Where the responsibility comes from.")  # type: ignore[assignment]  # an attribute of fields
    links = LinksField(of=_links)


class TerritoriesOf(ListOf, OfRecord):
    """Territories on the day, and whether the treaty has been extended to them or they are excluded."""

    operation = "list_territories"
    serializer_class = TerritorySerializer
    filterset_class = TerritoryFilter

    def rows(self) -> list[TerritoryStatus]:
        """Select the territories of the day. Two queries, one more where an entry is a correction."""
        extract = selectors.extract_of(self.treaty, **self.state())
        return self.query.select(territories_of(extract, statements_of(extract)))
