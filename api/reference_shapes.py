"""Shapes of the reference data: who can act, and in which groups."""

from typing import Annotated, TypedDict

from api.fields import Address, Code, Day, KindOfName, KindOfParticipant, RegionalGroup


class Participant(TypedDict):
    """Whoever can act: a State, an organization, a territory."""

    iso3: Code
    iso2: str
    m49: str
    name: str
    kind: KindOfParticipant
    region: str
    subregion: str
    un_group: RegionalGroup
    valid_from: Annotated[Day | None, "First day; null: before the record."]
    valid_until: Annotated[Day | None, "First day after; null: still."]
    groups: Annotated[list[str], "Slugs of the groups that it belongs to on `as_of`."]
    source: str
    links: dict[str, Address]


class Name(TypedDict):
    """Another name of a participant."""

    name: str
    kind: KindOfName
    valid_from: Day | None
    valid_until: Day | None
    source: str


class ParticipantInFull(Participant):
    """Whoever can act, with every name."""

    as_of: Day
    permalink: Address
    names: list[Name]


class Group(TypedDict):
    """A set of participants."""

    slug: str
    name: str
    kind: str
    organization: Annotated[
        Code | None, "The regional economic integration organization that its members form."
    ]
    description: str
    members: Annotated[list[Code], "On `as_of`."]
    source: str
    links: dict[str, Address]


class GroupInFull(Group):
    """A set of participants on a day."""

    as_of: Day
    permalink: Address
