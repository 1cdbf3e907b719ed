"""Serializer fields with more precise schemas than REST framework's own."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ratification.rules.outcome import StandingKind, WindowKind
from ratification.rules.statements import ProvisionState
from states.models import Participant, ParticipantName
from states.validity import holds
from treaty.clauses import ActionKind
from treaty.models import Article, Measure, Source


class Declaration(serializers.Serializer[Any]):
    """Serializer of values that are JSON already: declares their fields and returns them unchanged."""

    def to_representation(self, instance: Any) -> Any:  # noqa: ANN401 - JSON
        """Return the value unchanged."""
        return instance


@extend_schema_field({"type": "string", "format": "uri-reference"})
class AddressField(serializers.CharField):
    """Address, relative to this site."""


class LinksField(serializers.DictField):
    """Addresses of related resources by relation; `of` builds them from a row and the treaty's slug."""

    child = AddressField()

    def __init__(self, of: Callable[[Any, str], dict[str, str]] | None = None, **options: Any) -> None:  # noqa: ANN401 - REST framework's signature
        self.of = of
        super().__init__(**options | ({"source": "*"} if of else {}))

    def to_representation(self, value: Any) -> dict[str, str]:  # noqa: ANN401 - REST framework's signature
        """Return the addresses."""
        return self.of(value, self.context.get("treaty", "")) if self.of else value


class TreatyField(serializers.CharField):
    """Slug of the response's treaty, from the context, so that no row queries its own."""

    def get_attribute(self, instance: Any) -> str:  # noqa: ANN401, ARG002 - REST framework's signature
        """Return the slug."""
        return str(self.context["treaty"])


class MembershipsField(serializers.ListField):
    """One attribute of each membership that holds on the day of the answer, sorted."""

    def __init__(self, attribute: str, **options: Any) -> None:  # noqa: ANN401 - REST framework's signature
        self.values_of = attrgetter(attribute)
        super().__init__(source="memberships", **options)

    def to_representation(self, data: Any) -> list[Any]:  # noqa: ANN401 - a manager of related rows
        """Return the values."""
        return sorted(self.values_of(held) for held in data.all() if holds(held, self.context["as_of"]))


class AttributesField(serializers.ListField):
    """One attribute of each related row, in their order."""

    def __init__(self, attribute: str, **options: Any) -> None:  # noqa: ANN401 - REST framework's signature
        self.attribute = attribute
        super().__init__(**options)

    def to_representation(self, data: Any) -> list[Any]:  # noqa: ANN401 - a manager of related rows
        """Return the values."""
        return [getattr(row, self.attribute) for row in data.all()]


@extend_schema_field(
    {
        "type": "string",
        "pattern": "^[A-Z0-9]{3}$",
        "description": "ISO 3166-1 alpha-3; EUE for the European Union.",
    }
)
class CodeField(serializers.CharField):
    """Code of a participant."""


class NamedChoiceField(serializers.ChoiceField):
    """Choice whose values are a component of the schema, named like the class."""

    values: tuple[str, ...]

    def __init_subclass__(cls, values: Iterable[str]) -> None:
        """Register the schema component."""
        cls.values = tuple(values)
        schema = {"type": "string", "enum": list(cls.values)}
        extend_schema_field(schema, component_name=cls.__name__.removesuffix("Field"))(cls)

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - REST framework's signature
        super().__init__(choices=self.values, **options)


class ConfidenceField(NamedChoiceField, values=Source.Confidence.values):
    """Confidence in a source."""


class KindOfParticipantField(NamedChoiceField, values=Participant.Kind.values):
    """Kind of a participant."""


class KindOfNameField(NamedChoiceField, values=ParticipantName.Kind.values):
    """Kind of another name."""


class RegionalGroupField(NamedChoiceField, values=Participant.UNGroup.values):
    """Regional group of the United Nations."""


class KindOfActionField(NamedChoiceField, values=[kind.value for kind in ActionKind]):
    """Kind of a treaty action."""


class KindOfStandingField(NamedChoiceField, values=[kind.value for kind in StandingKind]):
    """Status of a participant in relation to a treaty."""


class KindOfWindowField(NamedChoiceField, values=[kind.value for kind in WindowKind]):
    """Kind of a window."""


class CheckedField(NamedChoiceField, values=Article.Checked.values):
    """How far a text has been checked."""


class ThemeOfMeasureField(NamedChoiceField, values=Measure.Theme.values):
    """Theme of a measure."""


class StageField(NamedChoiceField, values=Measure.Stage.values):
    """Stage of a measure."""


class StateOfStatementField(NamedChoiceField, values=[state.value for state in ProvisionState]):
    """State of a statement, or of one of its provisions, on the day."""
