"""The road from signature to readiness: measures, what is reported of them and corrected, what would follow if."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from django.db.models import QuerySet

from api import builders, readiness_serializers
from api.builders import Document
from api.filters import MeasureFilter, ReportFilter, ScenarioFilter, StageFilter
from api.problems import invalid_value
from api.records import OfRecord
from api.resource import ListOf, PagesOf
from ratification.ledger.corrections import Correction, corrections_of
from ratification.models import Action, Report, TreatyFact
from ratification.readiness.stages import Found, readiness_of
from ratification.record.entries import reports_at
from ratification.rules.document import days
from ratification.scenario import ScenarioError, parse_scenario, scenario_document, scenario_of
from ratification.status.api_urls import address
from treaty.models import Source  # noqa: TC001 - named in casts


class ScenarioOn(OfRecord):
    """What would follow from deposits that nobody has made: arithmetic on the record, not a forecast, and not stored.

    Without `deposits` it is where the treaty stands. `by` leaves the day open, and so may the answer be.
    """

    operation = "get_scenario"
    tag = "record"
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
    """What a participant does because of the treaty, as far as it is followed here."""

    operation = "list_measures"
    tag = "text"
    serializer_class = readiness_serializers.MeasureSerializer
    filterset_class = MeasureFilter

    def rows(self) -> list[Any]:
        """Return the measures in the order of the treaty's table."""
        slug = self.treaty.slug
        return [
            {
                "treaty": slug,
                "slug": row.slug,
                "name": row.name,
                "articles": row.articles,
                "theme": row.theme,
                "stages": row.stages,
                "description": row.description,
                "links": {
                    part: address("treaties", slug, part, measure=row.slug) for part in ("stages", "reports")
                },
            }
            for row in self.filtered(self.treaty.measures.all())
        ]


class ReportsOf(PagesOf, OfRecord):
    """What participants are reported to do because of the treaty.

    Signature, deposit, approval at home and designation at home are entries of their own: `actions/` has them, and
    `stages/` what follows from both. Names, telephone numbers and addresses of contact points are nowhere in the API.
    """

    operation = "list_reports"
    tag = "record"
    serializer_class = readiness_serializers.ReportSerializer
    filterset_class = ReportFilter

    def queryset(self) -> QuerySet[Report]:
        """Select the reports that hold, as far as they had happened."""
        reports = reports_at(self.treaty, self.basis.revision or 0).select_related("supersedes")
        return reports.filter(taken_earliest__lte=self.as_of)

    def item(self, row: Report) -> Document:
        """Return one report."""
        slug, iso3 = self.treaty.slug, row.participant.iso3
        return {
            "treaty": slug,
            "revision": row.revision or 0,
            "participant": iso3,
            "name": row.participant.name,
            "measure": row.measure.slug,
            "stage": row.stage,
            "taken_on": row.taken.on.isoformat() if row.taken.on else None,
            "taken": days(row.taken),
            "summary": row.summary,
            "confidence": row.confidence,
            "note": row.note,
            "entry": "correction" if row.entry == Report.Entry.CORRECTION else "original",
            "supersedes": row.supersedes.revision if row.supersedes else None,
            "reason": row.reason,
            "published_at": builders.moment(row.published_at),
            "source": builders.source(
                cast("Source", row.source)
            ),  # the constraint: a published entry has one
            "links": {
                "participant": address("participants", iso3),
                "standing": address("treaties", slug, "participants", iso3),
            },
        }


class StagesOf(ListOf, OfRecord):
    """Where participants stand on each measure now: reported, or derived from treaty actions, and then from which kind.

    On the road to deposit it is the stage that has come furthest (signed, before parliament, approved at home,
    deposited), elsewhere the latest word. Who is not there is silent: nothing is inferred from that.
    """

    operation = "list_stages"
    tag = "record"
    serializer_class = readiness_serializers.StageReachedSerializer
    filterset_class = StageFilter

    def rows(self) -> list[Any]:
        """Return the stages by measure and name."""
        said = readiness_of(
            self.treaty,
            today=self.now.date(),
            as_of=self.as_of,
            revision=self.basis.revision,
            latest=self.latest,
        )
        found = [each for each in said.now().values() if self._wanted(each)]
        found.sort(key=lambda each: (each.measure.position, each.participant.name))
        return [self._row(each) for each in found]

    def _wanted(self, found: Found) -> bool:
        asked, person, measure = self.asked, found.participant, found.measure
        return (
            person.iso3 == asked.get("participant", person.iso3)
            and person.region == asked.get("region", person.region)
            and measure.slug == asked.get("measure", measure.slug)
            and measure.theme in asked.get("theme", [measure.theme])
            and found.stage in asked.get("stage", [found.stage])
            and found.is_reported != asked.get("derived", not found.is_reported)
        )

    def _row(self, found: Found) -> Document:
        entry = found.entry
        return {
            "treaty": self.treaty.slug,
            "participant": found.participant.iso3,
            "name": found.participant.name,
            "region": found.participant.region,
            "measure": found.measure.slug,
            "theme": found.measure.theme,
            "stage": found.stage.value,
            "taken": days(found.taken),
            "derived_from": entry.kind if isinstance(entry, Action) else None,
            "revision": entry.revision or 0,
            "old": found.is_old(self.as_of),
            "source": builders.source(
                cast("Source", entry.source)
            ),  # the constraint: a published entry has one
        }


ABOUT: dict[type, Literal["action", "report", "treaty_fact"]] = {
    Action: "action",
    Report: "report",
    TreatyFact: "treaty_fact",
}


class CorrectionsOf(ListOf, OfRecord):
    """The correction log: what the record had wrong, what is right, since when, and why; the newest first."""

    operation = "list_corrections"
    tag = "record"
    serializer_class = readiness_serializers.CorrectionSerializer

    def rows(self) -> list[Any]:
        """Return the corrections and retractions of treaty actions and of reports."""
        found = corrections_of(self.treaty, as_of=self.as_of, revision=self.basis.revision)
        return [self._row(each) for each in found]

    def _row(self, correction: Correction) -> Document:
        slug, person = self.treaty.slug, correction.entry.participant
        return {
            "treaty": slug,
            "revision": correction.revision,
            "supersedes": correction.corrected.revision or 0,
            "entry": "retraction" if correction.retracts else "correction",
            "about": ABOUT[type(correction.entry)],
            "participant": person.iso3 if person else None,
            "name": person.name if person else "",
            "amended": [
                {"subject": each.subject, "wrong": each.wrong, "right": each.right}
                for each in correction.amended
            ],
            "reason": correction.reason,
            "published_at": builders.moment(correction.since),
            "links": {"participant": address("treaties", slug, "participants", person.iso3)}
            if person
            else {},
        }
