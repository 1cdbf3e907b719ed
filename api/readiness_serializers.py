"""Serializers of measures, reports, stages, corrections and scenarios."""

import re
from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    IntegerField,
    ListField,
    Serializer,
)

from api.fields import (
    AddressField,
    CodeField,
    ConfidenceField,
    Declaration,
    KindOfActionField,
    KindOfWindowField,
    LinksField,
    StageField,
    ThemeOfMeasureField,
    TreatyField,
)
from api.serializers import (
    DaysSerializer,
    PossibleSerializer,
    SourceSerializer,
    WindowOfStatusSerializer,
    links_of_entry,
)
from ratification.ledger.corrections import Correction
from ratification.readiness.stages import Found
from ratification.status.api_urls import address
from treaty.models import Measure


def _links_of_measure(row: Measure, treaty: str) -> dict[str, str]:
    return {part: address("treaties", treaty, part, measure=row.slug) for part in ("stages", "reports")}


def _links_of_correction(row: Correction, treaty: str) -> dict[str, str]:
    person = row.entry.participant
    return {"participant": address("treaties", treaty, "participants", person.iso3)} if person else {}


class MeasureSerializer(Serializer[Any]):
    """A measure of readiness with its stages."""

    treaty = TreatyField()
    slug = CharField()
    name = CharField()
    articles = ListField(child=IntegerField(), help_text="The articles that it serves.")
    theme = ThemeOfMeasureField()
    stages = ListField(child=StageField(), help_text="From first to last.")
    description = CharField(help_text="In this project's own words.")
    links = LinksField(of=_links_of_measure)


class ReportSerializer(Serializer[Any]):
    """A report that a participant has reached a stage of a measure: one entry of the ledger."""

    treaty = TreatyField()
    revision = IntegerField(
        min_value=1, help_text="The entry's number in the treaty's record; its stable identifier."
    )
    participant = CodeField(source="participant.iso3")
    name = CharField(source="participant.name")
    measure = CharField(source="measure.slug")
    stage = StageField()
    taken_on = DateField(source="taken.on", allow_null=True)
    taken = DaysSerializer()
    summary = CharField(help_text="In this project's own words.")
    confidence = ConfidenceField()
    note = CharField(help_text="What is uncertain, and why.")
    entry = ChoiceField(choices=["original", "correction"])
    supersedes = IntegerField(
        source="supersedes.revision",
        allow_null=True,
        help_text="Revision of the entry that this one corrects.",
    )
    reason = CharField(help_text="Why the earlier entry was wrong.")
    published_at = DateTimeField()
    source = SourceSerializer()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField(of=links_of_entry)


class OldField(BooleanField):
    """Whether a stage was last confirmed more than a year before the day of the answer."""

    def get_attribute(self, instance: Found) -> bool:
        """Compare the days."""
        return instance.is_old(self.context["as_of"])


class StageReachedSerializer(Serializer[Any]):
    """The stage of a measure that a participant has reached, with its source."""

    treaty = TreatyField()
    participant = CodeField(source="participant.iso3")
    name = CharField(source="participant.name")
    region = CharField(
        source="participant.region", help_text="United Nations M49 region; empty for an organization."
    )
    measure = CharField(source="measure.slug")
    theme = ThemeOfMeasureField(source="measure.theme")
    stage = StageField()
    taken = DaysSerializer(help_text="When it came to that stage.")
    derived_from = KindOfActionField(
        source="entry.kind",
        allow_null=True,
        help_text="Kind of the treaty action (`actions/`) that it follows from; null: reported (`reports/`).",
    )
    revision = IntegerField(source="entry.revision", min_value=0, help_text="Of the entry that says so.")
    old = OldField(help_text="Whether it was last confirmed more than a year before `as_of`.")
    source = SourceSerializer(source="entry.source")  # type: ignore[assignment]  # an attribute of fields


class AmendedSerializer(Serializer[Any]):
    """One value that a correction changes."""

    subject = CharField()
    wrong = CharField()
    right = CharField()


class ReferenceChangeSerializer(Serializer[Any]):
    """A change of reference data that published entries cite, with the reason and the time of its acceptance."""

    name = CharField()
    participant = CodeField(source="participant.iso3", allow_null=True)
    amended = AmendedSerializer(many=True)
    reason = CharField()
    decided_at = DateTimeField()


class AboutField(ChoiceField):
    """Kind of an entry of the ledger."""

    def to_representation(self, value: Any) -> str:  # noqa: ANN401 - REST framework's signature
        """Return the model's name in small letters."""
        return "_".join(re.findall("[A-Z][a-z]+", type(value).__name__)).lower()


class CorrectionSerializer(Serializer[Any]):
    """A correction of the record: the wrong and the right values, the time, and the reason."""

    treaty = TreatyField()
    revision = IntegerField(min_value=0, help_text="From this revision on the record says what is right.")
    supersedes = IntegerField(
        source="corrected.revision", min_value=0, help_text="Of the entry that was wrong."
    )
    entry = ChoiceField(
        source="entry.entry",
        choices=["correction", "retraction"],
        help_text="A retraction says that it did not happen.",
    )
    about = AboutField(
        source="entry", choices=["action", "report", "treaty_fact"], help_text="Which kind of entry."
    )
    participant = CodeField(
        source="entry.participant.iso3",
        allow_null=True,
        help_text="Whom it concerns; null: the treaty as a whole.",
    )
    name = CharField()
    amended = AmendedSerializer(many=True)
    reason = CharField()
    published_at = DateTimeField(source="since")
    links = LinksField(of=_links_of_correction)


class ScenarioNumbersSerializer(Declaration):
    """The counts and days, without the scenario or with it; the counts are lower bounds."""

    signatories = IntegerField()
    contracting = IntegerField()
    parties = IntegerField()
    counted = IntegerField(help_text="Instruments that certainly count toward the threshold.")
    possible = PossibleSerializer(help_text="The upper bounds of the counts.")
    required = IntegerField(allow_null=True)  # type: ignore[assignment]  # an attribute of fields
    remaining = IntegerField(allow_null=True)
    reached = DaysSerializer()
    entry_into_force = DaysSerializer()


class ScenarioWindowSerializer(Declaration):
    """The window from the threshold to entry into force, or from a later deposit to its own."""

    kind = KindOfWindowField()
    opens = DaysSerializer()
    closes = DaysSerializer()
    basis = CharField(help_text="The provision.")


class AssumedDepositSerializer(Declaration):
    """One deposit of the scenario with its effects."""

    participant = CodeField(allow_null=True, help_text="Null: States that are not named.")
    instruments = IntegerField(help_text="1, or the number of States that are not named.")
    kind = KindOfActionField()
    deposited = DaysSerializer()
    counted = BooleanField()
    may_count = BooleanField()
    reason = CharField()
    remark = CharField(help_text="What makes the deposit unusual; empty: nothing.")
    in_force = DaysSerializer(help_text="Entry into force for who deposits.")
    window = ScenarioWindowSerializer(allow_null=True)


class LeftOutOfScenarioSerializer(Declaration):
    """A participant named in the scenario that cannot deposit on that day."""

    participant = CodeField()
    reason = CharField()


class ScenarioSerializer(Declaration):
    """The result of assumed deposits: arithmetic on the record, not a forecast."""

    treaty = CharField()
    as_of = DateField()
    revision = IntegerField(min_value=0)
    deposits = CharField(help_text="The scenario as it is written in full.")
    evaluated_on = DateField(
        help_text="The last day on which somebody deposits, or `as_of` if that is later."
    )
    summary = CharField()
    before = ScenarioNumbersSerializer(help_text="Where the treaty stands on `as_of`.")
    after = ScenarioNumbersSerializer(help_text="Where it would stand on `evaluated_on`.")
    decisive = ListField(child=CodeField())
    decisive_unnamed = IntegerField(help_text="How many of those that decide are not named.")
    article = CharField()
    rule = CharField()
    steps = ListField(child=CharField(), help_text="The arithmetic, line by line.")
    windows = WindowOfStatusSerializer(many=True, help_text="The treaty's own windows.")
    assumed = AssumedDepositSerializer(many=True)
    left_out = LeftOutOfScenarioSerializer(many=True)
    permalink = AddressField()
