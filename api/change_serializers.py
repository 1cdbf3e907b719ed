"""Serializers of changes: what the status says of each subject before and after."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    DictField,
    IntegerField,
    JSONField,
    ListField,
    Serializer,
)

from api.fields import (
    CodeField,
    Declaration,
    KindOfActionField,
    KindOfStandingField,
    KindOfWindowField,
    LinksField,
    StageField,
    StateOfStatementField,
)
from api.serializers import (
    STATES_OF_WINDOW,
    ConsentSerializer,
    DaysSerializer,
    MayBeEarlierField,
    PossibleSerializer,
)
from ratification.models import Change
from ratification.status.api_urls import address
from ratification.status.changes import SUBJECTS, change_document


class StandingValueSerializer(Declaration):
    """What the status says of a participant."""

    standing = KindOfStandingField()
    signed = DaysSerializer()
    consent = ConsentSerializer()
    in_force = DaysSerializer()
    may_be_earlier = MayBeEarlierField()
    counted = BooleanField()


class WindowValueSerializer(Declaration):
    """What the status says of a window; its last day is included."""

    kind = KindOfWindowField()
    opens = DaysSerializer()
    closes = DaysSerializer()
    state = ChoiceField(choices=STATES_OF_WINDOW)
    reported = BooleanField()


class CountValueSerializer(PossibleSerializer):
    """The numbers that are certain, and under `possible` their upper bounds."""

    possible = PossibleSerializer()


class EntryIntoForceValueSerializer(DaysSerializer):
    """The day of entry into force and the participants whose deposits decide it."""

    decisive = ListField(child=CodeField())
    may_be_earlier = MayBeEarlierField()


class ReportValueSerializer(Declaration):
    """What a participant is reported to do."""

    measure = CharField(help_text="Slug of the measure.")
    name = CharField(help_text="Name of the measure.")
    stage = StageField()
    taken = DaysSerializer()


class StatementValueSerializer(Declaration):
    """What stands of a statement."""

    kind = KindOfActionField()
    taken = DaysSerializer()
    state = StateOfStatementField()
    provisions = DictField(child=StateOfStatementField(), help_text="State of each provision.")
    objections = ListField(child=CodeField(), help_text="Who has objected, and has not withdrawn it.")


class ChangeSerializer(Declaration):
    """A change of the status."""

    id = IntegerField(help_text="Number within the treaty, in the order in which changes became known.")
    treaty = CharField()
    revision = IntegerField(min_value=0, help_text="State of the record in which it shows.")
    as_of = DateField(
        help_text="Legal date from which the status certainly says so, however late it became known."
    )
    happened = DaysSerializer(
        help_text="When the act behind it was taken, as exactly as the record has it; `as_of` is its last day."
    )
    cause = ChoiceField(
        choices=Change.Cause.values,
        help_text="An entry was published, corrected or retracted, a day passed, or reference data changed.",
    )
    entry = IntegerField(allow_null=True, help_text="Revision of the entry that caused it.")
    supersedes = IntegerField(
        allow_null=True, help_text="Revision of the entry that was corrected or retracted."
    )
    subject = ChoiceField(choices=list(SUBJECTS))
    participant = CodeField(allow_null=True)
    before = JSONField(allow_null=True, help_text="What it said of the subject before; null: nothing.")
    after = JSONField(allow_null=True, help_text="What it says now; null: nothing any more.")
    recorded_at = DateTimeField()
    sentence = CharField(help_text="The change in words.")
    links = LinksField()

    def to_representation(self, instance: Change) -> dict[str, Any]:
        """Return the change with the address of the status in which it shows."""
        document = change_document(instance)
        clocks = {"as_of": instance.as_of, "revision": instance.revision}
        status = address("treaties", document["treaty"], "status", **clocks)
        return {**document, "links": {"status": status}}


VALUES: Mapping[str, type[Serializer[Any]]] = {
    "count": CountValueSerializer,
    "threshold": DaysSerializer,
    "entry_into_force": EntryIntoForceValueSerializer,
    "standing": StandingValueSerializer,
    "window": WindowValueSerializer,
    "report": ReportValueSerializer,
    "statement": StatementValueSerializer,
}
"""What `before` and `after` hold, by the subject of the change."""


def _of_subject(subject: str) -> type[Serializer[Any]]:
    words = subject.replace("_", " ")
    fields = {
        "__doc__": f"A change of subject `{words}`.",
        "__module__": __name__,
        "subject": ChoiceField(choices=[subject]),
        **{name: VALUES[subject](allow_null=True) for name in ("before", "after")},
    }
    return type(f"{words.title().replace(' ', '')}ChangeSerializer", (ChangeSerializer,), fields)


OF_SUBJECTS: dict[str, Any] = {subject: _of_subject(subject) for subject in SUBJECTS}


class ChangeExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # its registry ships no types
    """Description of a change: one component for each subject."""

    target_class = ChangeSerializer

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:  # noqa: ANN401 - its signature
        """Return the alternatives, told apart by `subject`."""
        alternatives = PolymorphicProxySerializer("Change", OF_SUBJECTS, resource_type_field_name="subject")
        extension: Any = PolymorphicProxySerializerExtension
        document: dict[str, Any] = extension(alternatives).map_serializer(auto_schema, direction)
        return document
