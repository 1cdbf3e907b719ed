"""Resources of readiness: measures, reports, stages, the correction log, and scenarios."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.response import Response

from api import readiness_serializers
from api.filters import MeasureFilter, ReportFilter, ScenarioFilter, StageFilter
from api.problems import invalid_value
from api.records import OfRecord
from api.resource import ListOf, PagesOf
from ratification.ledger.corrections import Correction, corrections_of
from ratification.ledger.reference import reference_changes_of
from ratification.models import Report
from ratification.readiness.stages import Found, readiness_of
from ratification.record.entries import reports_at
from ratification.scenario import ScenarioError, parse_scenario, scenario_document, scenario_of
from treaty.models import Measure


class ScenarioOn(OfRecord):
    """Result of assumed deposits: arithmetic on the record, neither a forecast nor stored.

    Without `deposits` the present status. `by` leaves the day open, and the result may be open too.
    """

    operation = "get_scenario"
    serializer_class = readiness_serializers.ScenarioSerializer
    filterset_class = ScenarioFilter

    def document(self) -> Mapping[str, Any]:
        """Evaluate the scenario on top of the view."""
        try:
            scenario = scenario_of(self.view(), parse_scenario(self.asked.get("deposits", "")))
        except ScenarioError as error:
            raise invalid_value("deposits", str(error)) from error
        return {**scenario_document(scenario), "permalink": self.permalink}


class MeasuresOf(ListOf, OfRecord):
    """Measures by which participants prepare for the treaty or apply it."""

    operation = "list_measures"
    tag = "text"
    serializer_class = readiness_serializers.MeasureSerializer
    filterset_class = MeasureFilter

    def get_queryset(self) -> QuerySet[Measure]:
        """Return the measures in the order of the treaty's table."""
        return Measure.objects.filter(treaty=self.treaty)


class ReportsOf(PagesOf, OfRecord):
    """Reports that a participant has reached a stage of a measure.

    Signature, deposit, national approval and designation are treaty actions: see `actions/`, and `stages/` for the
    result of both. The API holds no names, telephone numbers or addresses of contact points.
    """

    operation = "list_reports"
    serializer_class = readiness_serializers.ReportSerializer
    filterset_class = ReportFilter

    def get_queryset(self) -> QuerySet[Report]:
        """Select the reports that hold at the revision, dated up to the legal date."""
        reports = reports_at(self.treaty, self.revision).select_related("supersedes")
        return reports.filter(taken_earliest__lte=self.as_of)


class StagesOf(ListOf, OfRecord):
    """Stage that each participant has reached of each measure: reported, or derived from a treaty action.

    On the way to deposit the most advanced stage counts (signed, before parliament, domestic approval
    given, deposited), elsewhere the
    latest report. A participant without a report is left out: nothing is inferred from silence.
    """

    operation = "list_stages"
    serializer_class = readiness_serializers.StageReachedSerializer
    filterset_class = StageFilter

    def rows(self) -> list[Found]:
        """Return the stages by measure and name."""
        found = self.query.select(readiness_of(self.treaty, **self.state()).now().values())
        return sorted(found, key=lambda each: (each.measure.position, each.participant.name))


class CorrectionsOf(ListOf, OfRecord):
    """The correction log: what the record had wrong, what is right, since when, and why; the newest first."""

    operation = "list_corrections"
    serializer_class = readiness_serializers.CorrectionSerializer
    beside: ClassVar[dict[str, Any]] = {
        "reference": readiness_serializers.ReferenceChangeSerializer(
            many=True,
            help_text="Changes of participants, sources and names that published entries cite, the newest first.",
        )
    }

    def rows(self) -> list[Correction]:
        """Return the corrections and retractions of treaty actions and of reports."""
        return corrections_of(self.treaty, as_of=self.as_of, revision=self.revision)

    def respond(self) -> Response:
        """Add the changes of reference data that the treaty's entries cite. Two queries."""
        response = super().respond()
        found = reference_changes_of(self.treaty, revision=self.revision)
        response.data["reference"] = readiness_serializers.ReferenceChangeSerializer(found, many=True).data
        return response
