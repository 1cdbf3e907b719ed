"""Resources of the reference data with a day: participants and groups, whose memberships begin and end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet

from api import reference_serializers, renderers
from api.filters import DayFilter, GroupFilter, ParticipantListFilter
from api.problems import or_404
from api.query import FilterSet
from api.resource import Basis, ListOf
from api.texts import OfEdition
from ratification.status import linked_data
from states.models import Group, Membership, Participant


class OnDay(OfEdition):
    """Resource that depends on the reference data and on `as_of`."""

    clocks = ("as_of",)
    filterset_class: ClassVar[type[FilterSet]] = DayFilter

    def basis_of(self) -> Basis:
        """Return the edition and the day."""
        basis = super().basis_of()
        if "as_of" in self.asked:
            return replace(basis, as_of=self.as_of, lasting=True)
        began = self.now.replace(hour=0, minute=0, second=0, microsecond=0)  # the day is that of UTC
        return replace(basis, as_of=self.as_of, modified=max(basis.modified, began))

    @property
    def as_of(self) -> date:
        """The day of this answer."""
        day: date = self.asked.get("as_of", self.now.date())
        return day


class Participants(ListOf, OnDay):
    """States, organizations and territories, also those that no longer exist."""

    operation = "list_participants"
    serializer_class = reference_serializers.ParticipantSerializer
    filterset_class = ParticipantListFilter

    def get_queryset(self) -> QuerySet[Participant]:
        """Select all participants."""
        return _participants()


class OneParticipant(OnDay):
    """One participant with all its names."""

    operation = "get_participant"
    serializer_class = reference_serializers.ParticipantInFullSerializer
    renderer_classes = [renderers.Json, renderers.JsonLd]

    def linked_data(self) -> Mapping[str, Any]:
        """Return the participant with its codes."""
        absolute = self.request.build_absolute_uri
        return linked_data.graph(linked_data.participant(self._row(), absolute))

    def document(self) -> Mapping[str, Any]:
        """Return the document."""
        row = self._row()
        return {
            **reference_serializers.ParticipantSerializer(row, context=self.get_serializer_context()).data,
            **self.clock_members(),
            "names": reference_serializers.NameSerializer(row.names.all(), many=True).data,
        }

    def _row(self) -> Participant:
        iso3 = self.path["iso3"]
        rows = _participants().prefetch_related("names").filter(iso3=iso3)
        return or_404(rows.first(), "participant", iso3)


class Groups(ListOf, OnDay):
    """Groups of participants, for comparison or because a clause refers to them."""

    operation = "list_groups"
    serializer_class = reference_serializers.GroupSerializer
    filterset_class = GroupFilter

    def get_queryset(self) -> QuerySet[Group]:
        """Select all groups."""
        return _groups()


class OneGroup(OnDay):
    """One group with its members on `as_of`."""

    operation = "get_group"
    serializer_class = reference_serializers.GroupInFullSerializer

    def document(self) -> Mapping[str, Any]:
        """Return the document."""
        slug = self.path["slug"]
        row = or_404(_groups().filter(slug=slug).first(), "group", slug)
        group = reference_serializers.GroupSerializer(row, context=self.get_serializer_context()).data
        return {**group, **self.clock_members()}


def _participants() -> QuerySet[Participant]:
    memberships = Prefetch("memberships", Membership.objects.select_related("group"))
    return Participant.objects.order_by("name").prefetch_related(memberships)


def _groups() -> QuerySet[Group]:
    memberships = Prefetch("memberships", Membership.objects.select_related("participant"))
    return Group.objects.order_by("slug").select_related("organization").prefetch_related(memberships)
