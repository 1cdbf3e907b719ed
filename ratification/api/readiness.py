"""The road from signature to readiness: what would follow if."""

from collections.abc import Mapping
from typing import Any

from ratification.api import readiness_shapes as shapes
from ratification.api.parameters import AS_OF, REVISION, Parameter
from ratification.api.problems import invalid_value
from ratification.api.records import OfRecord
from ratification.scenario import (
    LONGEST,
    ScenarioError,
    parse_scenario,
    scenario_document,
    scenario_of,
    written,
)


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
