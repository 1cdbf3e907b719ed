"""Who can act: participants and groups. Memberships begin and end, so that `as_of` matters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet

from api import reference_serializers
from api.filters import DayFilter, GroupFilter, ParticipantListFilter
from api.problems import not_found
from api.query import FilterSet
from api.resource import Basis, ListOf
from api.texts import OfEdition
from states.models import Group, Membership, Participant


class OnDay(OfEdition):
    """Rests on the reference data as they hold on a day."""

    clocks = ("as_of",)
    filterset_class: ClassVar[type[FilterSet]] = DayFilter

    def basis_of(self) -> Basis:
        """Add the day."""
        basis = super().basis_of()
        return replace(basis, as_of=self.as_of, lasting="as_of" in self.asked)

    @property
    def as_of(self) -> date:
        """The day of this answer."""
        day: date = self.asked.get("as_of", self.now.date())
        return day


class Participants(ListOf, OnDay):
    """Whoever can act: States, organizations, territories; also those that no longer exist."""

    operation = "list_participants"
    serializer_class = reference_serializers.ParticipantSerializer
    filterset_class = ParticipantListFilter

    def rows(self) -> QuerySet[Participant]:
        """Return those asked for."""
        return self.filtered(_participants())


class OneParticipant(OnDay):
    """One participant, with every name that it is known by."""

    operation = "get_participant"
    serializer_class = reference_serializers.ParticipantInFullSerializer

    def document(self) -> Mapping[str, Any]:
        """Return it."""
        iso3 = self.path["iso3"]
        row = _participants().prefetch_related("names").filter(iso3=iso3).first()
        if row is None:
            raise not_found(f"There is no participant {iso3!r}; /api/v1/participants/ lists them.")
        return {
            **reference_serializers.ParticipantSerializer(row, context=self.context()).data,
            **self.clock_members(),
            "names": reference_serializers.NameSerializer(row.names.all(), many=True).data,
        }


class Groups(ListOf, OnDay):
    """Sets of participants that an analyst compares or a clause refers to."""

    operation = "list_groups"
    serializer_class = reference_serializers.GroupSerializer
    filterset_class = GroupFilter

    def rows(self) -> QuerySet[Group]:
        """Return those asked for."""
        return self.filtered(_groups())


class OneGroup(OnDay):
    """One group with its members of the day."""

    operation = "get_group"
    serializer_class = reference_serializers.GroupInFullSerializer

    def document(self) -> Mapping[str, Any]:
        """Return it."""
        slug = self.path["slug"]
        row = _groups().filter(slug=slug).first()
        if row is None:
            raise not_found(f"There is no group {slug!r}; /api/v1/groups/ lists them.")
        group = reference_serializers.GroupSerializer(row, context=self.context()).data
        return {**group, **self.clock_members()}


def _participants() -> QuerySet[Participant]:
    memberships = Prefetch("memberships", Membership.objects.select_related("group"))
    return Participant.objects.order_by("name").prefetch_related(memberships)


def _groups() -> QuerySet[Group]:
    memberships = Prefetch("memberships", Membership.objects.select_related("participant"))
    return Group.objects.order_by("slug").select_related("organization").prefetch_related(memberships)
