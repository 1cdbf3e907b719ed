"""Declarations of the reference data: participants, their names and groups."""

from rest_framework.serializers import CharField, DateField, ListField

from api.fields import (
    AddressField,
    CodeField,
    Declaration,
    KindOfNameField,
    KindOfParticipantField,
    LinksField,
    RegionalGroupField,
)


class ParticipantSerializer(Declaration):
    """Whoever can act: a State, an organization, a territory."""

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
    groups = ListField(child=CharField(), help_text="Slugs of the groups that it belongs to on `as_of`.")
    source = CharField()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField()


class NameSerializer(Declaration):
    """Another name of a participant."""

    name = CharField()
    kind = KindOfNameField()
    valid_from = DateField(allow_null=True)
    valid_until = DateField(allow_null=True)
    source = CharField()  # type: ignore[assignment]  # an attribute of fields


class ParticipantInFullSerializer(ParticipantSerializer):
    """Whoever can act, with every name."""

    as_of = DateField()
    permalink = AddressField()
    names = NameSerializer(many=True)


class GroupSerializer(Declaration):
    """A set of participants."""

    slug = CharField()
    name = CharField()
    kind = CharField()
    organization = CodeField(
        allow_null=True, help_text="The regional economic integration organization that its members form."
    )
    description = CharField()
    members = ListField(child=CodeField(), help_text="On `as_of`.")
    source = CharField()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField()


class GroupInFullSerializer(GroupSerializer):
    """A set of participants on a day."""

    as_of = DateField()
    permalink = AddressField()
