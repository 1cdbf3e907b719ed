"""Serializers of the reference data: participants, their names, and groups."""

from typing import Any

from rest_framework.serializers import CharField, DateField, Serializer

from api.fields import (
    AddressField,
    CodeField,
    KindOfNameField,
    KindOfParticipantField,
    LinksField,
    MembershipsField,
    RegionalGroupField,
)
from ratification.status.api_urls import address
from states.models import Group, Participant


def _links_of_participant(row: Participant, _treaty: str) -> dict[str, str]:
    return {"self": address("participants", row.iso3)}


def _links_of_group(row: Group, _treaty: str) -> dict[str, str]:
    return {
        "self": address("groups", row.slug),
        "participants": address("participants", group=row.slug),
    }


class ParticipantSerializer(Serializer[Any]):
    """A State, an organization or a territory."""

    iso3 = CodeField()
    iso2 = CharField()
    m49 = CharField()
    name = CharField()
    kind = KindOfParticipantField()
    region = CharField()
    subregion = CharField()
    un_group = RegionalGroupField()
    valid_from = DateField(allow_null=True, help_text="First day; null: before the record.")
    valid_until = DateField(allow_null=True, help_text="First day after; null: still.")
    groups = MembershipsField(
        "group.slug", child=CharField(), help_text="Slugs of the groups that it belongs to on `as_of`."
    )
    source = CharField()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField(of=_links_of_participant)


class NameSerializer(Serializer[Any]):
    """Another name of a participant."""

    name = CharField()
    language = CharField(help_text="Language tag (BCP 47).")
    kind = KindOfNameField()
    valid_from = DateField(allow_null=True)
    valid_until = DateField(allow_null=True)
    source = CharField()  # type: ignore[assignment]  # an attribute of fields


class ParticipantInFullSerializer(ParticipantSerializer):
    """A participant with all its names."""

    as_of = DateField()
    permalink = AddressField()
    names = NameSerializer(many=True)


class GroupSerializer(Serializer[Any]):
    """A set of participants."""

    slug = CharField()
    name = CharField()
    kind = CharField()
    organization = CodeField(
        source="organization.iso3",
        allow_null=True,
        help_text="The regional economic integration organization that its members form.",
    )
    description = CharField()
    members = MembershipsField("participant.iso3", child=CodeField(), help_text="On `as_of`.")
    source = CharField()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField(of=_links_of_group)


class GroupInFullSerializer(GroupSerializer):
    """A set of participants on a day."""

    as_of = DateField()
    permalink = AddressField()
