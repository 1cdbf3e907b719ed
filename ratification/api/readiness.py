"""The road from signature to readiness: measures, what is reported of them, and what would follow if."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet

from ratification import reading
from ratification.api import builders, parameters
from ratification.api import readiness_shapes as shapes
from ratification.api.filters import ReportFilter
from ratification.api.parameters import AS_OF, REVISION, Parameter
from ratification.api.problems import invalid_value
from ratification.api.records import OfRecord
from ratification.api.resource import ListOf, PagesOf
from ratification.models import Report
from ratification.rules.document import days
from ratification.scenario import (
    LONGEST,
    ScenarioError,
    parse_scenario,
    scenario_document,
    scenario_of,
    written,
)
from treaty.models import Measure, Source

if TYPE_CHECKING:
    from ratification.api.shapes import Days


def _read_deposits(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; leave it out to see where the treaty stands.")
    return written(parse_scenario(text))


DEPOSITS = Parameter(
    "deposits",
    "Who deposits when, lines with semicolons between them: `AUT, BEL on 2027-03-01; signatories of eu on 2027-03; "
    "members of asean by 2027-12-31; 26 more by 2027-06-30`. `on` takes a day, a month, a year or an interval, "
    "`by` the last day.",
    {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": r"^[^\x00-\x1f]+ (on|by) [0-9/-]+$"},
    _read_deposits,
)


class ScenarioOn(OfRecord):
    """What would follow from deposits that nobody has made: arithmetic on the record, not a forecast, and not stored.

    Without `deposits` it is where the treaty stands. `by` leaves the day open, and so may the answer be.
    """

    operation = "get_scenario"
    tag = "record"
    shape = shapes.Scenario
    parameters = (AS_OF, REVISION, DEPOSITS)

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
    shape = shapes.Measure
    parameters = (
        AS_OF,
        REVISION,
        parameters.choices("theme", "What the measure belongs to.", Measure.Theme.values),
    )

    def rows(self) -> list[Any]:
        """Return the measures in the order of the treaty's table."""
        themes = self.asked.get("theme", Measure.Theme.values)
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
                "links": {"reports": builders.address("treaties", slug, "reports", measure=row.slug)},
            }
            for row in self.treaty.measures.filter(theme__in=themes)
        ]


class ReportsOf(PagesOf, OfRecord):
    """What participants are reported to do because of the treaty.

    Signature, deposit, approval at home and designation at home are entries of their own: `actions/` has them.
    Names, telephone numbers and addresses of contact points are nowhere in the API.
    """

    operation = "list_reports"
    tag = "record"
    shape = shapes.Report
    filterset = ReportFilter
    orderings = {"revision": ("revision",), "taken_on": ("taken_earliest", "taken_latest", "revision")}

    def queryset(self) -> QuerySet[Report]:
        """Select the reports that hold, as far as they had happened."""
        reports = reading.reports_at(self.treaty, self.basis.revision or 0).select_related("supersedes")
        return reports.filter(taken_earliest__lte=self.as_of)

    def item(self, row: Report) -> shapes.Report:
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
            "taken": cast("Days", days(row.taken)),
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
                "participant": builders.address("participants", iso3),
                "standing": builders.address("treaties", slug, "participants", iso3),
            },
        }
